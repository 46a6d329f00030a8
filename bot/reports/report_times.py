"""How long things took: by the wall and by office hours, at which rank, and what still waits. Pure.

Nothing is left out: what has not come to it counts with the time it has waited so far, and a figure that this could still
make longer is marked *at least*. Percentiles are by nearest rank (of n, the ⌈p·n⌉-th shortest), so that each is a time that
somebody really waited. Moments and spans are milliseconds, and the former since 1970.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from bot.times.working_time import OfficeHours

Clock = Callable[[int], int]
"""How much of the time that counts there is up to a moment: between two lies the difference."""
HALF, MOST, ALL = 50, 90, 100
MILLISECOND = timedelta(milliseconds=1)


class Span(NamedTuple):
    """A length of time; ``at_least``: what still waits can make it longer."""

    length: timedelta
    at_least: bool


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: of ``n``, of which ``never`` have not come to it; the spans are None of none."""

    n: int
    never: int
    half: Span | None = None
    most: Span | None = None
    longest: Span | None = None


def clocks_of(hours: OfficeHours, since: datetime, now: datetime) -> list[Clock]:
    """By the wall and, where not every hour counts, by office hours; good for moments from ``since`` to ``now``."""
    if hours.is_always:
        return [by_the_wall]
    windows = hours.windows(since, max(now, since))
    return [by_the_wall, OfficeTime((milliseconds(begins), milliseconds(ends)) for begins, ends in windows).until]


def by_the_wall(moment: int) -> int:
    """All time counts."""
    return moment


class OfficeTime:
    """Looks up office time from its windows in order; for very many moments."""

    def __init__(self, windows: Iterable[tuple[int, int]]) -> None:
        self._windows = list(windows)
        self._begins = [begins for begins, _ in self._windows]
        self._before = [0, *accumulate(ends - begins for begins, ends in self._windows)]

    def until(self, moment: int) -> int:
        """How much there is from the first window to a moment."""
        last = bisect_right(self._begins, moment) - 1
        if last < 0:
            return 0
        begins, ends = self._windows[last]
        return self._before[last] + min(moment, ends) - begins


def waited(clock: Clock, start: int, ends: Iterable[int | None], so_far: int) -> tuple[int, ...]:
    """How long each took, doubled; one more where it has not come to it, and has waited until ``so_far``.

    One whole number sorts several times faster than a pair, and what still waits comes after what took as long.
    """
    begun = clock(start)
    return tuple([2 * (clock(so_far) - begun) + 1 if end is None else 2 * (clock(end) - begun) for end in ends])


def ranked(waits: Iterable[int]) -> Times:
    """The spans at each rank, from what ``waited`` gives."""
    order = sorted(waits)
    if not order:
        return Times(0, 0)
    done = [wait for wait in order if wait % 2 == 0]

    def at(percent: int) -> Span:
        place = -(-percent * len(order) // 100) - 1
        length = order[place] // 2
        stays = place < len(done) and done[place] == 2 * length  # though what still waits were to wait for ever
        return Span(length * MILLISECOND, at_least=not stays)

    return Times(len(order), len(order) - len(done), at(HALF), at(MOST), at(ALL))


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return round(moment.timestamp() * 1000)

"""What a report counts, and how: what came in, was seen, answered and closed, how long it took, what was left. Pure.

Moments are milliseconds since 1970, as they are stored: there may be a hundred thousand mentions.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.reports.in_public import InPublic
from bot.reports.report_times import Clock, Times, clocks_of, milliseconds, ranked, waited
from bot.times.week import DAY, instant
from bot.times.working_time import OfficeHours

Spell = tuple[int, int | None]
"""From a moment to another, or still going on."""
RARE = 3
"""A reason given less often stands under OTHER: it may be about one person."""
OTHER = "other reasons"


class History(NamedTuple):
    """What became of one mention. ``taken`` is when somebody first took it on: claimed it, or dealt with it at once.

    ``ended`` is None while it is open; ``unseen`` are the spells in which it waited for somebody to look: a mention whose
    author wrote again has several.
    """

    account: str
    priority: str
    received: int
    seen: int | None = None
    taken: int | None = None
    answered: int | None = None
    ended: int | None = None
    reason: str = ""
    unseen: tuple[Spell, ...] = ()

    @property
    def needs_no_reply(self) -> bool:
        """It was closed and never answered."""
        return self.ended is not None and self.answered is None


class Found(NamedTuple):
    """What watches found in a period, how much of it somebody looked at, and how many nobody has who has time to."""

    total: int = 0
    seen: int = 0
    waiting: int = 0


class Measure(StrEnum):
    """What is timed, from when a mention came in."""

    SEEN = "seen"
    TAKEN = "taken"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Group:
    """Some mentions. Each that was received is answered, closed without a reply, or waiting: never two of these."""

    name: str
    received: int
    seen: int
    answered: int
    closed: int
    waiting: int
    open: int
    wall: Mapping[Measure, Times]
    working: Mapping[Measure, Times]
    """Empty where every hour counts: it would say the same."""

    @property
    def could_be_answered(self) -> int:
        """All but those somebody decided need no reply."""
        return self.answered + self.waiting


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days by the clock on the wall: ``first`` and ``last`` and those between."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """When it begins."""
        return instant(datetime.combine(self.first, time()), self.zone)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return instant(datetime.combine(self.last + DAY, time()), self.zone)

    @property
    def days(self) -> Sequence[date]:
        """Each day of it."""
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Report:
    """What came in during a period, as it stands ``now``; and how it was each evening of it, whenever it had come in."""

    period: Period
    now: datetime
    whole: Group
    accounts: tuple[Group, ...]
    priorities: tuple[Group, ...]
    reasons: tuple[tuple[str, int], ...]
    left_unseen: tuple[tuple[date, int], ...]
    """How many nobody had looked at when the office closed, for each working day that is over."""
    oldest_unseen: tuple[str, timedelta] | None
    """Of all there is, whenever it came in: the headline."""
    troubles: tuple[str, ...] = ()
    """Accounts that cannot be read now."""
    in_public: InPublic = field(default_factory=InPublic)
    """What was done in public besides answering."""
    found: Found = field(default_factory=Found)
    """What watches found, which none of the other figures counts."""


def last_week(now: datetime, zone: ZoneInfo) -> Period:
    """The last week from Monday to Sunday that is over."""
    today = now.astimezone(zone).date()
    monday = today - DAY * today.weekday()
    return Period(monday - 7 * DAY, monday - DAY, zone)


def last_month(now: datetime, zone: ZoneInfo) -> Period:
    """The last month of the calendar that is over."""
    end = now.astimezone(zone).date().replace(day=1) - DAY
    return Period(end.replace(day=1), end, zone)


def report_of(
    histories: Sequence[History],
    period: Period,
    hours: OfficeHours,
    now: datetime,
    *,
    oldest_unseen: tuple[str, timedelta] | None = None,
    troubles: Sequence[str] = (),
) -> Report:
    """Count it. ``histories`` also holds what came in earlier and was unseen for a while in the period."""
    since, until = milliseconds(period.since), milliseconds(period.until)
    received = [one for one in histories if since <= one.received < until]
    timed = time_them(received, milliseconds(now), clocks_of(hours, period.since, now))
    return Report(
        period=period,
        now=now,
        whole=counted("All", timed),
        accounts=tuple(counted(name, members) for name, members in parted(timed, "account")),
        priorities=tuple(counted(name, members) for name, members in parted(timed, "priority")),
        reasons=reasons_of(received),
        left_unseen=tuple(left_unseen(histories, period, hours, milliseconds(now))),
        oldest_unseen=oldest_unseen,
        troubles=tuple(troubles),
    )


class Timed(NamedTuple):
    """A history, and for each clock its waits in the order of ``Measure``; what needs no reply lacks the last."""

    history: History
    waits: tuple[tuple[int, ...], ...]


def time_them(histories: Iterable[History], now: int, clocks: Sequence[Clock]) -> list[Timed]:
    """Each with its waits: until the thing was done, else until it ended without, else so far."""
    timed = []
    for one in histories:
        so_far = one.ended or now
        ends = (one.seen, one.taken) if one.needs_no_reply else (one.seen, one.taken, one.answered)
        timed.append(Timed(one, tuple([waited(clock, one.received, ends, so_far) for clock in clocks])))
    return timed


def parted(timed: Iterable[Timed], by: str) -> list[tuple[str, list[Timed]]]:
    """Those of each account or priority, in the order of their names."""
    parts: dict[str, list[Timed]] = {}
    name_of = attrgetter(by)
    for one in timed:
        parts.setdefault(name_of(one.history), []).append(one)
    return sorted(parts.items())


def counted(name: str, members: Sequence[Timed]) -> Group:
    """The figures of some mentions."""
    closed = sum(one.history.needs_no_reply for one in members)
    answered = sum(one.history.answered is not None for one in members)
    times = [times_of([one.waits[clock] for one in members]) for clock in range(len(members[0].waits) if members else 1)]
    return Group(
        name=name,
        received=len(members),
        seen=sum(one.history.seen is not None for one in members),
        answered=answered,
        closed=closed,
        waiting=len(members) - answered - closed,
        open=sum(one.history.ended is None for one in members),
        wall=times[0],
        working=times[1] if len(times) > 1 else {},
    )


def times_of(waits: Sequence[tuple[int, ...]]) -> Mapping[Measure, Times]:
    """How long each measure took. What needed no reply has no time to a reply."""
    return {measure: ranked([each[place] for each in waits if place < len(each)]) for place, measure in enumerate(Measure)}


def reasons_of(histories: Iterable[History]) -> tuple[tuple[str, int], ...]:
    """Why no reply was needed, most often first; what was seldom said is not repeated, and comes last."""
    given: Counter[str] = Counter()
    written: dict[str, str] = {}
    for one in histories:
        if one.needs_no_reply:
            words = " ".join(one.reason.split()).rstrip(".")
            given[words.casefold()] += 1
            written.setdefault(words.casefold(), words)
    often = {written[same]: count for same, count in given.items() if same and count >= RARE}
    others = given.total() - sum(often.values())
    ordered = sorted(often.items(), key=lambda item: (-item[1], item[0]))
    return (*ordered, (OTHER, others)) if others else tuple(ordered)


def left_unseen(histories: Iterable[History], period: Period, hours: OfficeHours, now: int) -> Iterable[tuple[date, int]]:
    """For each working day whose office hours are over: how many waited then for somebody to look."""
    spells = [spell for one in histories for spell in one.unseen]
    begun = sorted(start for start, _ in spells)
    over = sorted(end for _, end in spells if end is not None)
    for day in period.days:
        closes = milliseconds(hours.closes(day))
        if hours.is_working_day(day) and closes <= now:
            yield day, bisect_left(begun, closes) - bisect_right(over, closes)

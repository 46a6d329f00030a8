"""Hours of the week by the clock on the wall: ``mon-fri 09:00-12:30 13:30-17:00, sat 10:00-12:00``. Pure.

A window that ends at or before it begins runs into the next day: ``mon-fri 17:00-09:00``. A day without hours is the whole
of it: ``sat-sun``. A time the clocks skip means the first moment after; one that comes twice is meant the first time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
MIDNIGHT = time(0)
HELP = 'write days and hours, such as "mon-fri 09:00-17:00" or "mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00"'
Stretch = tuple[datetime, datetime]
"""From a moment to just before another, in UTC."""
SPAN = re.compile(r"^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one clock time to another; over midnight when the end is not after the start. ``00:00-00:00`` is a whole day."""

    start: time
    end: time

    @property
    def days_on(self) -> int:
        """How many days after its beginning it ends."""
        return 0 if self.end > self.start else 1

    @property
    def words(self) -> str:
        """``09:00-17:00``; midnight at its end is ``24:00``."""
        return f"{self.start:%H:%M}-{'24:00' if self.end == MIDNIGHT else f'{self.end:%H:%M}'}"


@dataclass(frozen=True, slots=True)
class Week:
    """The spans of each weekday (0 is Monday), each counted to the day it begins on. Without any, every hour counts."""

    days: tuple[tuple[Span, ...], ...] = ()

    @classmethod
    def read(cls, text: str) -> "Week":
        """Hours from words; empty words count every hour. Raises ValueError."""
        spans: list[list[Span]] = [[] for _ in DAYS]
        for clause in filter(None, (part.strip() for part in merged(text.lower()))):
            named, *hours = clause.split()
            for day in read_days(named):
                spans[day] += [read_span(one) for one in hours] or [Span(MIDNIGHT, MIDNIGHT)]
        if not any(spans):
            return cls()
        for day, those in enumerate(spans):
            refuse_overlaps(DAYS[day], sorted(those))
        return cls(tuple(tuple(sorted(those)) for those in spans))

    @property
    def words(self) -> str:
        """The hours as ``read`` takes them; empty where every hour counts."""
        alike = [list(days) for _, days in groupby(range(len(self.days)), key=lambda day: self.days[day])]
        return ", ".join(
            " ".join([days_words(days[0], days[-1]), *(span.words for span in self.days[days[0]])])
            for days in alike
            if self.days[days[0]]
        )

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on a day."""
        return self.days[day.weekday()] if self.days else (Span(MIDNIGHT, MIDNIGHT),)

    def windows(self, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The spans that touch ``[since, until)``, in order, in UTC. Those the clocks skip whole are left out."""
        day = since.astimezone(zone).date() - DAY
        last = until.astimezone(zone).date()
        while day <= last:
            for span in self.on(day):
                begins = instant(datetime.combine(day, span.start), zone)
                ends = instant(datetime.combine(day, span.end) + DAY * span.days_on, zone)
                if begins < ends and ends > since and begins < until:
                    yield begins, ends
            day += DAY

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether a moment is within a span."""
        if not self.days:
            return True
        return any(
            begins <= moment < ends for begins, ends in self.windows(moment, moment + timedelta(milliseconds=1), zone)
        )


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment a wall clock in ``zone`` shows ``local`` (naive): the first of two; the first after a gap. UTC."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    return gap_end(first, zone)  # skipped: counted with the offset before the gap, it lands after it


def gap_end(after: datetime, zone: ZoneInfo) -> datetime:
    """The moment of the change of the clocks that lies at most a day before ``after``, to the second."""
    low, high = after - DAY, after
    was = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == was:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in the fewest stretches, in order."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def merged(text: str) -> list[str]:
    """The clauses of ``mon,wed 09:00-17:00, sat 10:00-12:00``: a comma parts clauses only after hours.

    Raises ValueError where days without hours could be meant whole: ``sat-sun, mon-fri 17:00-09:00``.
    """
    clauses: list[str] = []
    for piece in re.sub(r"\s*-\s*", "-", text).split(","):
        part = piece.strip()
        if clauses and " " not in clauses[-1] and part:
            if piece != part and " " in part and "-" in clauses[-1] + part.partition(" ")[0]:
                alike = f"{clauses[-1]},{part}"
                raise ValueError(
                    f'{clauses[-1]}: for whole days write "{clauses[-1]} 00:00-24:00"; for the same hours "{alike}"'
                )
            clauses[-1] += f",{part}"
        else:
            clauses.append(part)
    return clauses


def read_span(text: str) -> Span:
    """``09:00-17:00``. Raises ValueError."""
    found = SPAN.match(text)
    if not found:
        raise ValueError(HELP)
    try:
        start, end = (read_time(part) for part in found.groups())
    except ValueError as error:
        raise ValueError(f"{text}: there is no such time; {HELP}") from error
    return Span(start, end)


def read_time(text: str) -> time:
    """``9:00``, ``09:00`` or ``24:00``, which is midnight. Raises ValueError."""
    return MIDNIGHT if text == "24:00" else time.fromisoformat(text.zfill(5))


def read_days(text: str) -> set[int]:
    """``mon-fri`` or ``mon,wed,sat-sun`` as weekday numbers. Raises ValueError."""
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(HELP)
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days.update(range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)])
    return days


def days_words(first: int, last: int) -> str:
    """``mon`` or ``mon-fri``."""
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def refuse_overlaps(day: str, spans: list[Span]) -> None:
    """Raise ValueError when two spans of one day share time."""
    for one, other in pairwise(spans):
        if one.days_on or one.end > other.start:
            raise ValueError(f"{day}: {one.words} and {other.words} overlap")

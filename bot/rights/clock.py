"""When a right must be answered, by every calendar that may apply, and when its clock turns amber and red. Pure.

The desk works to the earliest date; the long stop is the latest by any calendar, and both are shown where they differ.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rights.calendars import Closed, calendars, pair
from bot.rights.kinds import Kind, Unit
from bot.times.closed_days import is_weekday, working_day_after

Days = Mapping[date, Closed]
AMBER, RED = 0.5, 0.8
"""Parts of the time that have passed: of working days where it is counted in those."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class More:
    """What lengthens a clock: days it stood still, the extension the law allows, or the time whoever asks named."""

    paused: int = 0
    extended: bool = False
    stated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """By when. ``due_at`` is the moment of what is over at a time of day; ``because``: which days the calendars dispute."""

    due_on: date
    last_on: date
    amber_at: datetime
    red_at: datetime
    due_at: datetime | None = None
    acknowledge_on: date | None = None
    because: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there are two dates."""
        return self.due_on != self.last_on


def due(kind: Kind, received_at: datetime, zone: ZoneInfo, nation: str = "england", *, more: More | None = None) -> Due:
    """By when a right is to be answered that was claimed at that moment, on its network's own clock.

    ``zone`` says on which day that was. Raises ValueError for a ``stated`` kind without its time.
    """
    more = more or More()
    if kind.by_the_moment:
        return by_the_moment(kind, received_at, zone, more)
    received = received_at.astimezone(zone).date()
    earliest, latest = pair(kind.days, nation)
    length = kind.length + (kind.extension if more.extended else 0)
    first = ends(kind, received, length, earliest, paused=more.paused)
    acknowledged = working_days(received, kind.acknowledge, latest) if kind.from_acknowledgement else received
    last = max(first, ends(kind, acknowledged, length, latest, paused=more.paused))
    amber, red = (part_of(kind, received_at, first, closed=earliest, zone=zone, part=part) for part in (AMBER, RED))
    acknowledge_on = working_days(received, kind.acknowledge, earliest) if kind.acknowledge else None
    return Due(first, last, amber, red, None, acknowledge_on, disputed(received, last, earliest, latest))


def by_the_moment(kind: Kind, received_at: datetime, zone: ZoneInfo, more: More) -> Due:
    """So many hours by the clock on the wall, whatever day it is; or until a time that was named."""
    at = received_at + timedelta(hours=kind.length) if kind.unit is Unit.HOURS else more.stated
    if at is None:
        raise ValueError(f"{kind.id} needs the time that was named")
    amber, red = (received_at + (at - received_at) * part for part in (AMBER, RED))
    day = at.astimezone(zone).date()
    return Due(day, day, amber, red, at.astimezone(UTC))


def ends(kind: Kind, start: date, length: int, closed: Days, *, paused: int) -> date:
    """The last day of a length that begins on the day after ``start``; months end on its own date, or their last."""
    if kind.unit is Unit.WORKING_DAYS:
        return working_days(start, length + paused, closed)
    end = (months_on(start, length) if kind.unit is Unit.MONTHS else start + DAY * length) + DAY * paused
    return rolled(end, closed) if kind.rolls else end


def working_days(after: date, count: int, closed: Days) -> date:
    """So many working days after a day, which itself never counts and may be a weekend.

    A working day is Monday to Friday and no bank holiday: https://www.legislation.gov.uk/ukpga/2000/36/section/10
    """
    return working_day_after(after, count, lambda day: is_working(day, closed))


def is_working(day: date, closed: Days) -> bool:
    """Monday to Friday, and no bank holiday."""
    return is_weekday(day) and day not in closed


def months_on(start: date, months: int) -> date:
    """The same date so many months on, or the last of that month."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def rolled(day: date, closed: Days) -> date:
    """The day itself, or the next working day."""
    return working_days(day - DAY, 1, closed)


def part_of(kind: Kind, start: datetime, end: date, *, closed: Days, zone: ZoneInfo, part: float) -> datetime:
    """When that part of the time up to the end of a day has passed: of working days, where it is counted in those."""
    if kind.unit is not Unit.WORKING_DAYS:
        return start + (end_of(end, zone) - start) * part
    first = start.astimezone(zone).date() + DAY
    days = [day for n in range((end - first).days + 1) if is_working(day := first + DAY * n, closed)]
    whole, rest = divmod(len(days) * part, 1)
    day = days[min(int(whole), len(days) - 1)]
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC) + DAY * rest


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight a day ends with."""
    return datetime.combine(day + DAY, time(0), tzinfo=zone).astimezone(UTC)


def stood_still(kind: Kind, since: datetime, until: datetime, *, zone: ZoneInfo, nation: str) -> int:
    """The days of a pause that do not count, in the unit of the clock: those after the day it began, up to its last.

    Of working days those that every calendar has, so that no date is later than the law's.
    """
    first, last = (moment.astimezone(zone).date() for moment in (since, until))
    days = [first + DAY * n for n in range(1, (last - first).days + 1)]
    _, latest = pair(kind.days, nation)
    return sum(is_working(day, latest) for day in days) if kind.unit is Unit.WORKING_DAYS else len(days)


def disputed(first: date, last: date, earliest: Days, latest: Days) -> tuple[str, ...]:
    """The days that one calendar counts and another does not; and that a date lies beyond the years that are known."""
    between = sorted(day for day in latest if day not in earliest and first < day <= last and is_weekday(day))
    said = [f"{day:%a} {day.day} {day:%b %Y}: {latest[day].name}, {where(latest[day])}" for day in between]
    if not calendars().knows(first, last):
        own = calendars()
        said.append(f"bank holidays are known from {own.first_year} to {own.last_year} only: count this one by hand")
    return tuple(said)


def where(day: Closed) -> str:
    """Whose holiday it is."""
    named = {"england-wales": "England and Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland"}
    return " and ".join(name for region, name in named.items() if region in day.regions)

"""Reads the rota from rows, as the settings, a form or the database have them, and writes it down as such rows. Pure.

Each fault is one sentence that begins with the row's place: ``rota 2 (out of hours): starts: there is no 31 February``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from bot.duty.rota import NEVER, DutyRole, Plan, Rotation, Unit
from bot.times.week import Week

CHANGES: Mapping[str, tuple[int, Unit]] = {
    "daily": (1, Unit.DAYS),
    "weekly": (1, Unit.WEEKS),
    "fortnightly": (2, Unit.WEEKS),
    "monthly": (1, Unit.MONTHS),
}
EVERY = re.compile(r"^every (?:(\d{1,3}) )?(day|week|month)s?$")
MOMENT = re.compile(r"^(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})$")
YEARS = range(2000, 2200)
LAYERS = "0123456789"
LONGEST_NAME = 60
CLOCK = ZoneInfo("UTC")
"""Where the clock never changes: to compare what two clocks in one zone say."""
A_WEEK, A_YEAR = timedelta(days=8), timedelta(days=378)
"""Long enough to meet each day of the week; and with each of them every difference that two zones have in a year."""
NOTHING = (NEVER, NEVER)


def plan_from(rows: Sequence[Mapping[str, object]], standing: Mapping[DutyRole, tuple[str, ...]], zone: ZoneInfo) -> Plan:
    """The rotations of all rows; ``standing`` counts for roles that none of them has. Raises ValueError naming the row."""
    places = [place_of(number, row) for number, row in enumerate(rows, 1)]
    rotations = tuple(rotation_from(row, zone, where) for row, where in zip(rows, places, strict=True))
    refuse_two_at_once(rotations, places)
    taken = {one.role for one in rotations}
    return Plan(rotations, {role: people for role, people in standing.items() if people and role not in taken})


def body_of(plan: Plan) -> list[dict[str, object]]:
    """The plan's rotations as rows for JSON: ``plan_from`` makes the same plan of them."""
    return [
        {
            "name": one.name,
            "role": str(one.role),
            "people": list(one.people),
            "change": change_words(one.count, one.unit),
            "starts": f"{one.first:%Y-%m-%d %H:%M}",
            "ends": f"{one.until:%Y-%m-%d %H:%M}" if one.until else "",
            "hours": one.hours.words,
            "zone": one.zone.key,
            "layer": one.layer,
        }
        for one in plan.rotations
    ]


def rotation_from(row: Mapping[str, object], zone: ZoneInfo, where: str) -> Rotation:
    """One row; an empty zone is ``zone``. Raises ValueError that begins with ``where``."""
    try:
        count, unit = read_change(text_of(row, "change") or "weekly")
        first = read_moment("starts", text_of(row, "starts"))
        until = read_moment("ends", ends) if (ends := text_of(row, "ends")) else None
        if until and until <= first:
            raise ValueError(f"ends: {until:%Y-%m-%d %H:%M} is not after it starts, {first:%Y-%m-%d %H:%M}")
        return Rotation(
            name=read_name(text_of(row, "name")),
            role=read_role(text_of(row, "role") or "duty"),
            people=read_people(row.get("people")),
            first=first,
            zone=read_zone(text_of(row, "zone"), zone),
            count=count,
            unit=unit,
            hours=read_hours(text_of(row, "hours")),
            until=until,
            layer=read_layer(text_of(row, "layer") or "0"),
        )
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def remarks_on(plan: Plan) -> list[str]:
    """What is allowed in a plan and may still be a slip: somebody who takes two turns one after the other."""
    return [
        f"rota {number} ({one.name}): {person} takes two turns one after the other. Leave it so if that is meant."
        for number, one in enumerate(plan.rotations, 1)
        for person, next_one in zip(one.people, (*one.people[1:], one.people[0]), strict=True)
        if person == next_one and len(one.people) > 1
    ]


# --- a row's fields ----------------------------------------------------------------------------------------------


def place_of(number: int, row: Mapping[str, object]) -> str:
    """How a row is named in a fault: ``rota 2 (out of hours)``."""
    name = " ".join(text_of(row, "name").split())[:LONGEST_NAME]
    return f"rota {number} ({name})" if name else f"rota {number}"


def text_of(row: Mapping[str, object], field: str) -> str:
    """A field's words, without spaces around them; empty when it is not there."""
    value = row.get(field)
    return "" if value is None else str(value).strip()


def read_name(name: str) -> str:
    """What a rotation is called. Raises ValueError."""
    if not name or not name.isprintable():
        raise ValueError("name: say what this rotation is called, in plain letters")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"name: at most {LONGEST_NAME} characters; these are {len(name)}")
    return name


def read_role(role: str) -> DutyRole:
    """One of the roles. Raises ValueError."""
    try:
        return DutyRole(role.lower())
    except ValueError:
        raise ValueError(f"role: {role!r} is not one of {', '.join(DutyRole)}") from None


def read_people(given: object) -> tuple[str, ...]:
    """User ids, from a list or from words parted by commas. Raises ValueError."""
    listed = given.replace("\n", ",").split(",") if isinstance(given, str) else given
    if listed is not None and not isinstance(listed, Sequence):
        raise ValueError("people: write a list of user ids")
    people = tuple(person for one in listed or () if (person := str(one).strip()))
    if not people:
        raise ValueError("people: nobody is named; name at least one, in the order of their turns")
    if odd := next((person for person in people if len(person) > 64 or not person.isprintable()), None):
        raise ValueError(f"people: {odd[:20]!r} is not a user id")
    return people


def read_change(words: str) -> tuple[int, Unit]:
    """How long a turn is: ``weekly``, ``every 3 days``. Raises ValueError."""
    if known := CHANGES.get(words.lower()):
        return known
    found = EVERY.match(" ".join(words.lower().split()))
    if not found or (count := int(found[1] or 1)) < 1:
        raise ValueError(f'change: {words!r} cannot be read; write daily, weekly, monthly or such as "every 3 days"')
    return count, Unit(f"{found[2]}s")


def change_words(count: int, unit: Unit) -> str:
    """The same in words."""
    known = {length: words for words, length in CHANGES.items() if words != "fortnightly"}
    return known.get((count, unit), f"every {count} {unit}")


def read_moment(field: str, words: str) -> datetime:
    """A time by the clock on the wall. Raises ValueError."""
    found = MOMENT.match(words)
    if not found:
        raise ValueError(f"{field}: {words!r} cannot be read; write YYYY-MM-DD HH:MM, such as 2026-11-23 09:00")
    year, month, day, hour, minute = (int(part) for part in found.groups())
    if year not in YEARS:
        raise ValueError(f"{field}: the year must be from {YEARS[0]} to {YEARS[-1]}")
    if not 1 <= month <= 12:
        raise ValueError(f"{field}: there is no month {month}")
    if not is_day(year, month, day):
        of_year = f" in {year}" if is_day(2024, month, day) else ""
        raise ValueError(f"{field}: there is no {day} {date(year, month, 1):%B}{of_year}")
    if hour > 23 or minute > 59:
        raise ValueError(f"{field}: there is no {hour:02}:{minute:02}; midnight is 00:00 of the day that begins")
    return datetime.combine(date(year, month, day), time(hour, minute))


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has that day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def read_hours(words: str) -> Week:
    """Hours of the week. Raises ValueError."""
    try:
        return Week.read(words)
    except ValueError as error:
        raise ValueError(f"hours: {error}") from error


def read_zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """A time zone by its name. Raises ValueError."""
    if not name:
        return otherwise
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'zone: {name[:40]!r} is not a time zone; write one such as "Europe/London"') from None


def read_layer(words: str) -> int:
    """From 0 to 9. Raises ValueError."""
    if len(words) != 1 or words not in LAYERS:
        raise ValueError(f"layer: write a number from {LAYERS[0]} to {LAYERS[-1]}")
    return int(words)


# --- rows beside one another -------------------------------------------------------------------------------------


def refuse_two_at_once(rotations: Sequence[Rotation], places: Sequence[str]) -> None:
    """Raise ValueError when two rows are called the same, or both say who has a role at one moment."""
    for (one, place), (other, elsewhere) in combinations(zip(rotations, places, strict=True), 2):
        if one.name.casefold() == other.name.casefold():
            raise ValueError(f"{elsewhere}: name: {place} is called that already; give each its own name")
        if one.role is other.role and one.layer == other.layer and (shared := first_shared(one, other)):
            raise ValueError(
                f"{elsewhere}: hours: it and {place} both say who has the role {one.role}, first on "
                f"{shared.astimezone(other.zone):%Y-%m-%d at %H:%M}. Change the hours of one, or give it a higher layer"
            )


def first_shared(one: Rotation, other: Rotation) -> datetime | None:
    """The first moment two rotations both cover; None when there is none.

    Where both go by one clock, what the clock says is compared, whatever it skips in some week.
    """
    if one.zone.key == other.zone.key:
        since = max(one.first, other.first).replace(tzinfo=UTC)
        ends = [end.replace(tzinfo=UTC) for end in (one.until, other.until) if end]
        shared = first_common(one, other, since, min([*ends, since + A_WEEK]), zones=(CLOCK, CLOCK))
        return shared.replace(tzinfo=one.zone) if shared else None
    since = max(one.hand_off(0), other.hand_off(0))
    return first_common(one, other, since, min(one.ends_at, other.ends_at, since + A_YEAR), zones=(one.zone, other.zone))


def first_common(
    one: Rotation, other: Rotation, since: datetime, until: datetime, *, zones: tuple[ZoneInfo, ZoneInfo]
) -> datetime | None:
    """Where the hours of two rotations first meet in ``[since, until)``, each read in its zone."""
    theirs = other.hours.windows(since, until, zones[1])
    begins, ends = next(theirs, NOTHING)
    for start, end in one.hours.windows(since, until, zones[0]):
        while ends <= start:
            begins, ends = next(theirs, NOTHING)
        if (meet := max(begins, start, since)) < min(ends, end, until):
            return meet
    return None

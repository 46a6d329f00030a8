"""How the load of the rota is shared: hours and nights of each, and what is a lot, remarked on kindly. Pure.

The figures are those of the Working Time Regulations 1998: night is from 23:00 to 06:00 and counts from three hours on, and
between two working days there are eleven hours of rest. Being on duty at home is not always work: nothing is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.duty.rota import DutyRole, Rota
from bot.times.week import DAY, Stretch, instant, join
from bot.words import age, typed
from bot.words.rota import TITLES, moment

LAST, NEXT = 28 * DAY, 14 * DAY
NIGHT_BEGINS, NIGHT_ENDS = time(23), time(6)
A_NIGHT = timedelta(hours=3)
MOST_NIGHTS = 7
REST = timedelta(hours=11)


@dataclass(frozen=True, slots=True)
class Load:
    """What a person has of a role in some weeks."""

    hours: timedelta
    nights: int

    @property
    def words(self) -> str:
        """``168 h and 7 nights``."""
        nights = f" and {self.nights} night{'' if self.nights == 1 else 's'}" if self.nights else ""
        return f"{round(self.hours / timedelta(hours=1))} h{nights}"


def load_lines(rota: Rota, now: datetime, names: Mapping[str, str], zone: ZoneInfo) -> list[Line]:
    """A line for each role that several take in turn: what each had in the last four weeks, and has in the next two."""
    lines: list[Line] = []
    for role in rota.plan.roles:
        before, after = loads(rota, role, now - LAST, now, zone=zone), loads(rota, role, now, now + NEXT, zone=zone)
        people = sorted({*before, *after}, key=lambda person: names.get(person, person))
        if len(people) > 1:
            none = Load(timedelta(), 0)
            each = [
                f"{names.get(person, person)} {before.get(person, none).words}, then {after.get(person, none).words}"
                for person in people
            ]
            lines.append((Strong(f"{TITLES[role]}, the last 28 days and the next 14: "), "; ".join(each)))
    return lines


def heavy_lines(rota: Rota, now: datetime, names: Mapping[str, str], zone: ZoneInfo) -> list[Line]:
    """A line for each who has more nights in a row, or less rest, than is good for anybody, in the next two weeks."""
    roles = [role for role in rota.plan.roles if role is not DutyRole.SHADOW]
    on = [stretches(rota, role, now - LAST, now + NEXT) for role in roles]
    people = sorted({person for of_role in on for person in of_role}, key=lambda person: names.get(person, person))
    found = [
        (names.get(person, person), remark)
        for person in people
        for remark in remarks(join([one for of_role in on for one in of_role.get(person, ())]), now, zone)
    ]
    share = f"Perhaps somebody can take a part: {typed('duty', 'cover')}"
    return [(Strong(f"{name} "), f"{remark} {share}") for name, remark in found]


def remarks(on: Sequence[Stretch], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """What is a lot of one person's stretches, each without a break; what is past is not remarked on."""
    days = [night for stretch in on for night in nights(stretch, zone)]
    for first, number in in_a_row(days):
        if number > MOST_NIGHTS and first + number * DAY > now.astimezone(zone).date():
            yield f"has {number} nights in a row, from {first:%a} {first.day} {first:%b}."
            break
    short = [(start - end, start) for (_, end), (start, _) in pairwise(on) if start - end < REST and start > now]
    if short:
        rest, start = min(short)
        yield f"has {age(rest)} of rest before {moment(start, zone)}; 11 hours are usual between two turns."


def loads(rota: Rota, role: DutyRole, since: datetime, until: datetime, *, zone: ZoneInfo) -> dict[str, Load]:
    """Each person's load of a role."""
    return {
        person: Load(sum((end - start for start, end in on), timedelta()), sum(len(nights(one, zone)) for one in on))
        for person, on in stretches(rota, role, since, until).items()
    }


def stretches(rota: Rota, role: DutyRole, since: datetime, until: datetime) -> dict[str, list[Stretch]]:
    """When each person has a role, without the seams between two turns."""
    on: dict[str, list[Stretch]] = {}
    for turn in rota.turns(role, since, until):
        if turn.person:
            on.setdefault(turn.person, []).append((turn.start, turn.end))
    return {person: join(each) for person, each in on.items()}


def nights(stretch: Stretch, zone: ZoneInfo) -> list[date]:
    """The nights that a stretch takes, each by the day it begins on."""
    start, end = stretch
    first = start.astimezone(zone).date() - DAY
    days = [first + number * DAY for number in range((end - start).days + 3)]
    return [day for day in days if min(end, dawn(day, zone)) - max(start, dusk(day, zone)) >= A_NIGHT]


def dusk(day: date, zone: ZoneInfo) -> datetime:
    """When the night of a day begins."""
    return instant(datetime.combine(day, NIGHT_BEGINS), zone)


def dawn(day: date, zone: ZoneInfo) -> datetime:
    """When it ends, on the day after."""
    return instant(datetime.combine(day + DAY, NIGHT_ENDS), zone)


def in_a_row(days: Sequence[date]) -> Iterator[tuple[date, int]]:
    """Each run of days that follow one another: the first, and how many."""
    for _, run in groupby(enumerate(sorted(set(days))), key=lambda numbered: numbered[1].toordinal() - numbered[0]):
        each = [day for _, day in run]
        yield each[0], len(each)

"""Who is on duty when. Pure: ``Rota.turn_at`` answers it for pings, ``/mention duty``, calendars, user groups and handovers.

Hand-offs are clock times in the rotation's own zone, never lengths of time, so the clocks' changes move none of them. A
turn lasts from one hand-off to just before the next: a gap or an overlap between two turns cannot be written down.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.week import DAY, Week, instant

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class DutyRole(StrEnum):
    """What a person on the rota is there for. A shadow is told what the duty officer is told, and is never waited for."""

    DUTY = "duty"
    BACKUP = "backup"
    LEAD = "lead"
    SHADOW = "shadow"


class Unit(StrEnum):
    """What the length of a turn is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take a role in turn. Of two that cover the same moment the higher ``layer`` has it."""

    name: str
    role: DutyRole
    people: tuple[str, ...]
    first: datetime
    """The first hand-off by the clock on the wall: naive, in ``zone``."""
    zone: ZoneInfo
    count: int = 1
    unit: Unit = Unit.WEEKS
    hours: Week = field(default_factory=Week)
    """The hours of the week it covers; by default all of them."""
    until: datetime | None = None
    """When it ends, by the same clock; never by default."""
    layer: int = 0

    def hand_off(self, index: int) -> datetime:
        """When turn ``index`` begins, in UTC."""
        return instant(self.local_hand_off(index), self.zone)

    def local_hand_off(self, index: int) -> datetime:
        """The same by the clock on the wall. The 31st is the last of a shorter month."""
        if self.unit is Unit.MONTHS:
            months = self.first.year * 12 + self.first.month - 1 + index * self.count
            year, month = divmod(months, 12)
            day = min(self.first.day, monthrange(year, month + 1)[1])
            return self.first.replace(year=year, month=month + 1, day=day)
        return self.first + DAY * index * self.count * (7 if self.unit is Unit.WEEKS else 1)

    def index_at(self, moment: datetime) -> int:
        """Which turn a moment is in; negative before the first."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        if self.unit is Unit.MONTHS:
            guess = ((local.year - self.first.year) * 12 + local.month - self.first.month) // self.count
        else:
            guess = (local - self.first) // (DAY * self.count * (7 if self.unit is Unit.WEEKS else 1))
        while self.hand_off(guess) > moment:
            guess -= 1
        while self.hand_off(guess + 1) <= moment:
            guess += 1
        return guess

    def is_covered(self, moment: datetime) -> bool:
        """Whether somebody is to be on duty by this rotation at that moment."""
        if self.until and moment >= instant(self.until, self.zone):
            return False
        return self.index_at(moment) >= 0 and self.hours.holds(moment, self.zone)

    def person(self, index: int) -> str:
        """Whose turn it is."""
        return self.people[index % len(self.people)]

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment in ``(since, until)`` at which what this rotation says may change."""
        index = max(self.index_at(since), -1) + 1
        while (at := self.hand_off(index)) < until:
            yield at
            index += 1
        if self.until and since < (end := instant(self.until, self.zone)) < until:
            yield end
        if self.hours.days:
            for window in self.hours.windows(since, until, self.zone):
                yield from (edge for edge in window if since < edge < until)


@dataclass(frozen=True, slots=True)
class Override:
    """For a while somebody named has a role, whatever the rotations say."""

    id: str
    role: DutyRole
    person: str
    start: datetime
    end: datetime
    reason: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away, as their own calendar says: a turn of theirs is a gap until somebody covers it."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A hand-off not accepted yet: ``person`` keeps the role from ``start`` until ``end`` (open: nobody accepted so far)."""

    role: DutyRole
    person: str
    start: datetime
    end: datetime = NEVER


class Why(StrEnum):
    """Why somebody has a turn, or nobody has."""

    ROTATION = "rotation"
    OVERRIDE = "override"
    HOLD = "hold"
    STANDING = "standing"
    AWAY = "away"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has a role, in UTC from ``start`` to just before ``end``. ``person`` is empty where nobody has it: a gap.

    ``index`` and ``name`` are the rotation's, and stay the same however the turn's ends move: a calendar knows it by them.
    """

    role: DutyRole
    person: str
    start: datetime
    end: datetime
    why: Why = Why.ROTATION
    name: str = ""
    index: int = 0
    reason: str = ""

    @property
    def is_gap(self) -> bool:
        """Whether the role should be covered then and is not."""
        return not self.person


@dataclass(frozen=True, slots=True)
class Plan:
    """What the organisation decided: its rotations, and the people who always have a role that none of them covers."""

    rotations: tuple[Rotation, ...] = ()
    standing: Mapping[DutyRole, tuple[str, ...]] = field(default_factory=dict)

    def of(self, role: DutyRole) -> tuple[Rotation, ...]:
        """The rotations of a role, the highest layer first, in the order written within a layer."""
        return tuple(sorted((one for one in self.rotations if one.role is role), key=lambda one: -one.layer))

    @property
    def roles(self) -> tuple[DutyRole, ...]:
        """The roles that people take in turn."""
        return tuple(role for role in DutyRole if any(one.role is role for one in self.rotations))

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody named in it, once."""
        named = [person for one in self.rotations for person in one.people]
        return tuple(dict.fromkeys([*named, *(person for people in self.standing.values() for person in people)]))


@dataclass(frozen=True, slots=True)
class Rota:
    """The plan with all that changes it: the one thing to ask who is on duty."""

    plan: Plan = field(default_factory=Plan)
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    holds: tuple[Hold, ...] = ()

    def on_duty(self, role: DutyRole, moment: datetime) -> tuple[str, ...]:
        """Who is on duty: one person where people take turns; those who always have the role where nobody does; or none."""
        turn = self.turn_at(role, moment)
        if turn is None or (turn.is_gap and turn.why is Why.STANDING):
            return self.plan.standing.get(role, ())
        return (turn.person,) if turn.person else ()

    def scheduled(self, role: DutyRole, moment: datetime) -> Turn | None:
        """Whose turn it is by rotations and overrides, whoever still holds on; None where nothing covers the moment."""
        return self.judge(role, moment, held=False)

    def turn_at(self, role: DutyRole, moment: datetime) -> Turn | None:
        """Whose turn it is; None where the role is not covered. Only ``person`` and why are known, not where it ends."""
        return self.judge(role, moment, held=True)

    def judge(self, role: DutyRole, moment: datetime, *, held: bool) -> Turn | None:
        """An override first, then what was not handed over yet, then the highest layer whose person is there."""
        for one in self.overrides:
            if one.role is role and one.start <= moment < one.end:
                return Turn(role, one.person, one.start, one.end, why=Why.OVERRIDE, name=one.id, reason=one.reason)
        for hold in self.holds if held else ():
            if hold.role is role and hold.start <= moment < hold.end:
                return Turn(role, hold.person, hold.start, hold.end, why=Why.HOLD)
        gap: Turn | None = None
        for rotation in self.plan.of(role):
            if not rotation.is_covered(moment):
                continue
            index = rotation.index_at(moment)
            turn = Turn(role, rotation.person(index), moment, moment, name=rotation.name, index=index)
            if not self.is_away(turn.person, moment):
                return turn
            gap = gap or Turn(role, "", moment, moment, why=Why.AWAY, name=rotation.name, index=index, reason=turn.person)
        if gap is None and self.should_be_covered(role, moment):
            return Turn(role, "", moment, moment, why=Why.NOBODY)
        return gap

    def should_be_covered(self, role: DutyRole, moment: datetime) -> bool:
        """Whether a rotation means these hours, though it has not begun or has ended."""
        return any(one.hours.holds(moment, one.zone) for one in self.plan.of(role))

    def is_away(self, person: str, moment: datetime) -> bool:
        """Whether the person's own calendar says they are not there."""
        return any(one.person == person and one.start <= moment < one.end for one in self.absences)

    def turns(self, role: DutyRole, since: datetime, until: datetime) -> list[Turn]:
        """All turns and gaps of a role in ``[since, until)``, in order; none overlap. Hours nobody covers are left out."""
        edges = sorted({since, *self.edges(role, since, until)})
        found: list[Turn] = []
        for start, end in zip(edges, [*edges[1:], until], strict=True):
            turn = self.turn_at(role, start)
            if turn is None:
                continue
            last = found[-1] if found else None
            if last and last.end == start and same(last, turn):
                found[-1] = spanning(last, last.start, end)
            else:
                found.append(spanning(turn, start, end))
        return found

    def edges(self, role: DutyRole, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment in ``(since, until)`` at which who has the role may change."""
        for rotation in self.plan.of(role):
            yield from rotation.edges(since, until)
        spans = [(one.start, one.end) for one in self.overrides if one.role is role]
        spans += [(one.start, one.end) for one in self.holds if one.role is role]
        spans += [(one.start, one.end) for one in self.absences]
        yield from (edge for span in spans for edge in span if since < edge < until)

    def gaps(self, since: datetime, until: datetime) -> list[Turn]:
        """Where a role should be covered and is not, in order of time."""
        found = [turn for role in self.plan.roles for turn in self.turns(role, since, until) if turn.is_gap]
        return sorted(found, key=lambda turn: (turn.start, turn.role))

    def next_change(self, role: DutyRole, moment: datetime, within: timedelta) -> Turn | None:
        """The first turn that begins after a moment and goes to somebody else than has it then; None within that time."""
        turns = self.turns(role, moment, moment + within)
        now = self.on_duty(role, moment)
        return next((turn for turn in turns if turn.start > moment and (turn.person,) != now), None)

    def hours_of(self, since: datetime, until: datetime) -> Mapping[tuple[str, DutyRole], timedelta]:
        """How long each person has each role, in elapsed time: whether the load is fair."""
        hours: dict[tuple[str, DutyRole], timedelta] = {}
        for role in self.plan.roles:
            for turn in self.turns(role, since, until):
                if turn.person:
                    hours[turn.person, role] = hours.get((turn.person, role), timedelta()) + (turn.end - turn.start)
        return hours


def same(one: Turn, other: Turn) -> bool:
    """Whether two stretches belong to one turn."""
    return (one.person, one.why, one.name, one.index) == (other.person, other.why, other.name, other.index)


def spanning(turn: Turn, start: datetime, end: datetime) -> Turn:
    """The turn, from a moment to another."""
    return Turn(turn.role, turn.person, start, end, turn.why, turn.name, turn.index, turn.reason)

"""Who is on duty when. Pure: ``Rota.turn_at`` answers it for pings, ``/mention duty``, calendars, user groups and handovers.

A turn lasts from one hand-off to just before the next: a gap or an overlap between two turns cannot be written down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.duty.rotation import NEVER, DutyRole, Plan, Rotation, Unit

__all__ = ["NEVER", "Absence", "DutyRole", "Hold", "Override", "Plan", "Rota", "Rotation", "Turn", "Unit", "Why"]


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
    at_once: bool = False
    """Whether it began as it was made: then nobody stays on until it is accepted."""


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
    AWAY = "away"
    LEFT = "left"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has a role, in UTC from ``start`` to just before ``end``. ``person`` is empty where nobody has it: a gap.
    ``reason`` is why it was changed, and for a gap who is away or has left.

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
class Rota:
    """The plan with all that changes it: the one thing to ask who is on duty."""

    plan: Plan = field(default_factory=Plan)
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    holds: tuple[Hold, ...] = ()
    gone: frozenset[str] = frozenset()
    """Those who have left: whatever names them, they have no role."""

    def on_duty(self, role: DutyRole, moment: datetime) -> tuple[str, ...]:
        """Who is on duty: one person where people take turns; those who always have the role where nobody does; or none."""
        turn = self.turn_at(role, moment)
        if turn is None:
            return tuple(person for person in self.plan.standing.get(role, ()) if person not in self.gone)
        return (turn.person,) if turn.person else ()

    def turn_at(self, role: DutyRole, moment: datetime) -> Turn | None:
        """Whose turn it is; None where the role is not covered. Only the person and why are known, not where it ends.

        Who has not been relieved yet keeps the role, also from one who is put on for the turn that begins there, or who is
        away meanwhile. Whoever is put on later has it at once.
        """
        due = self.scheduled(role, moment)
        if due is None or not (hold := self.waiting(due, moment)):
            return due
        return Turn(role, hold.person, moment, moment, why=Why.HOLD, name=due.name, index=due.index)

    def scheduled(self, role: DutyRole, moment: datetime) -> Turn | None:
        """Whose turn it is by overrides and rotations, whoever still holds on; None where nothing covers the moment.

        An override first, then the highest layer whose person is there.
        """
        for one in self.overrides:
            if one.role is role and one.start <= moment < one.end:
                if one.person in self.gone:
                    return Turn(role, "", one.start, one.end, why=Why.LEFT, name=one.id, reason=one.person)
                return Turn(role, one.person, one.start, one.end, why=Why.OVERRIDE, name=one.id, reason=one.reason)
        gap: Turn | None = None
        for rotation in self.plan.of(role):
            if not rotation.is_covered(moment):
                continue
            index = rotation.index_at(moment)
            turn = Turn(role, rotation.person(index), moment, moment, name=rotation.name, index=index)
            if not (why := self.missing(turn.person, moment)):
                return turn
            gap = gap or replace(turn, person="", why=why, reason=turn.person)
        return gap or self.uncovered(role, moment)

    def begins_at_once(self, turn: Turn) -> bool:
        """Whether somebody was put on then and there, and nobody could be waited for."""
        return turn.why is Why.OVERRIDE and any(one.id == turn.name and one.at_once for one in self.overrides)

    def uncovered(self, role: DutyRole, moment: datetime) -> Turn | None:
        """The gap where a rotation means these hours, though it has not begun or has ended."""
        meant = next((one for one in self.plan.of(role) if one.hours.holds(moment, one.zone)), None)
        return Turn(role, "", moment, moment, why=Why.NOBODY, name=meant.name) if meant else None

    def waiting(self, due: Turn, moment: datetime) -> Hold | None:
        """The newest hand-off, if it still waits; it holds up one turn, and is over with it."""
        begun = [hold for hold in self.holds if hold.role is due.role and hold.start <= moment]
        newest = max(begun, key=lambda hold: hold.start, default=None)
        if newest is None or newest.person in self.gone or moment >= newest.end:
            return None
        held_up = self.scheduled(due.role, newest.start)
        return newest if held_up and owed(held_up) == owed(due) else None

    def missing(self, person: str, moment: datetime) -> Why | None:
        """Why somebody cannot have a turn; None when they can."""
        if person in self.gone:
            return Why.LEFT
        return Why.AWAY if self.is_away(person, moment) else None

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
        rotations = self.plan.of(role)
        people = {person for rotation in rotations for person in rotation.people}
        for rotation in rotations:
            yield from rotation.edges(since, until)
        spans = [(one.start, one.end) for one in self.overrides if one.role is role]
        spans += [(one.start, one.end) for one in self.holds if one.role is role]
        spans += [(one.start, one.end) for one in self.absences if one.person in people]
        yield from (edge for span in spans for edge in span if since < edge < until)

    def first_of_another(self, role: DutyRole, person: str, since: datetime, until: datetime) -> datetime | None:
        """The first moment in ``[since, until)`` at which anybody but this person has a role; None where nobody else has."""
        moments = sorted({since, *self.edges(role, since, until)})
        return next((moment for moment in moments if set(self.on_duty(role, moment)) - {person}), None)

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


@dataclass(frozen=True, slots=True)
class Switch:
    """A role that others have now than had it a moment ago, though no turn began."""

    role: DutyRole
    had: tuple[str, ...]
    has: tuple[str, ...]


def switched(before: Rota, after: Rota, moment: datetime) -> list[Switch]:
    """What an edit of the rota changes at that moment."""
    each = (Switch(role, before.on_duty(role, moment), after.on_duty(role, moment)) for role in DutyRole)
    return [one for one in each if set(one.had) != set(one.has)]


def same(one: Turn, other: Turn) -> bool:
    """Whether two stretches belong to one turn."""
    return (one.person, one.why, one.name, one.index) == (other.person, other.why, other.name, other.index)


def owed(turn: Turn) -> tuple[str, int, str]:
    """Which turn it is, and whose, whether or not they are there."""
    return turn.name, turn.index, turn.person or turn.reason


def spanning(turn: Turn, start: datetime, end: datetime) -> Turn:
    """The turn, from a moment to another."""
    return Turn(turn.role, turn.person, start, end, turn.why, turn.name, turn.index, turn.reason)

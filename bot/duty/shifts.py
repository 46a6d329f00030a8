"""What is due at a change of shift, and when: who hands over to whom, the draft, the readiness ping, the wait. Pure.

The outgoing person keeps the role from the change until the incoming one accepts, and never longer than the turn of that
one. Who only has the role because an earlier hand-off was not accepted is not kept again: nobody does three turns in a row.
Nor is anybody kept in whose place somebody is put on at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.duty.rota import DutyRole, Rota, Turn, Why, same

HANDED_OVER = (DutyRole.DUTY, DutyRole.BACKUP, DutyRole.LEAD)
"""A shadow is never waited for, so nothing is handed over to one."""
AHEAD = timedelta(days=32)
"""How far ahead the end of a turn is looked for; a hand-off of a longer one lapses after this."""
JUST_BEFORE = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Times:
    """How long before a change the draft and the readiness ping are due, and how long after it the leads hear."""

    draft_before: timedelta = timedelta(minutes=30)
    ready_before: timedelta = timedelta(minutes=10)
    late_after: timedelta = timedelta(minutes=15)


class Stage(StrEnum):
    """Where a handover stands. ACCEPTED and LAPSED are over."""

    COMING = "coming"
    DRAFTED = "drafted"
    SENT = "sent"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"


class Step(StrEnum):
    """What the clock has done about a handover, each once."""

    DRAFT = "draft"
    ASK = "ask"
    SEND = "send"
    MISS = "miss"
    LATE = "late"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of shift. ``outgoing`` is empty where nobody has the role before; ``keeps``: they stay until it is taken."""

    role: DutyRole
    at: datetime
    ends: datetime
    incoming: str
    outgoing: str = ""
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-off, from the time it is drafted on; kept for ever. ``facts`` is what was open then, by number."""

    id: str
    role: DutyRole
    shift_at: datetime
    ends_at: datetime
    to_person: str
    from_person: str = ""
    keeps: bool = False
    stage: Stage = Stage.COMING
    facts: Mapping[str, Sequence[object]] = field(default_factory=dict)
    ping: str = ""
    ready_asked_at: datetime | None = None
    ready_at: datetime | None = None
    drafted_at: datetime | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str = ""
    missed_told_at: datetime | None = None
    late_told_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.stage in (Stage.ACCEPTED, Stage.LAPSED)

    def comes_after_all(self, change: Change, now: datetime) -> bool:
        """Whether the rota has that change again though it was over; what was accepted, only between other people."""
        if self.stage is Stage.LAPSED:
            return True
        others = change.incoming != self.to_person or change.outgoing not in ("", self.from_person)
        return self.stage is Stage.ACCEPTED and now < self.shift_at and others

    def suits(self, change: Change) -> bool:
        """Whether it is about this change as the rota has it now."""
        here = (self.ends_at, self.to_person, self.from_person, self.keeps)
        return here == (change.ends, change.incoming, change.outgoing, change.keeps)


def spans(rota: Rota, role: DutyRole, since: datetime, until: datetime) -> list[Turn]:
    """Who is to have a role when, whoever still holds on: turns of one person that touch are one. Gaps are left out.

    While somebody is away within a turn it is theirs still, so it ends where they would have handed it over.
    """
    found: list[Turn] = []
    for turn in replace(rota, holds=()).turns(role, since, until):
        if found and found[-1].end == turn.start and is_meant_for(turn, found[-1].person):
            found[-1] = replace(found[-1], end=turn.end)
        else:
            found.append(turn)
    return [turn for turn in found if turn.person]


def is_meant_for(due: Turn | None, person: str) -> bool:
    """Whether it is that person's turn, also where they are away or have left."""
    return due is not None and (due.person or due.reason) == person


def changes(rota: Rota, role: DutyRole, since: datetime, until: datetime) -> list[Change]:
    """The changes of shift in ``(since, until]``, in order."""
    found = spans(rota, role, since, until + AHEAD)
    return [change_to(rota, turn) for turn in found if since < turn.start <= until and not is_held_on(rota, turn)]


def is_held_on(rota: Rota, turn: Turn) -> bool:
    """Whether somebody goes on waiting for that very turn to be taken: who has it to come was only away for a while."""
    before, there = (rota.turn_at(turn.role, moment) for moment in (turn.start - JUST_BEFORE, turn.start))
    return before is not None and there is not None and before.why is Why.HOLD and same(before, there)


def change_to(rota: Rota, turn: Turn) -> Change:
    """A turn that begins, with whoever really has the role until then."""
    before = rota.turn_at(turn.role, turn.start - JUST_BEFORE)
    outgoing = before.person if before and before.person != turn.person else ""
    keeps = bool(outgoing) and before is not None and before.why is not Why.HOLD and not rota.begins_at_once(turn)
    return Change(turn.role, turn.start, min(turn.end, turn.start + AHEAD), turn.person, outgoing, keeps)


def to_look_at(rota: Rota, role: DutyRole, *, since: datetime, now: datetime, times: Times) -> list[Change]:
    """The newest change since the last look, if its turn goes on, and those that come within the time of a draft.

    One long past needs no readiness, so one without an outgoing person is left out then.
    """
    soon = max(times.draft_before, times.ready_before)
    found = changes(rota, role, since, now + soon)
    newest = [change for change in found if change.at <= now][-1:]
    return [one for one in newest if one.ends > now and one.outgoing] + [one for one in found if one.at > now]


def asked_anew(one: Handover) -> Handover:
    """The same with nobody asked, and nothing answered, so far."""
    answered = replace(one, ready_at=None, accepted_at=None, accepted_by="")
    return replace(answered, ping="", ready_asked_at=None, missed_told_at=None, late_told_at=None)


def next_step(one: Handover, now: datetime, times: Times) -> Step | None:
    """What is due now, the first of it; None when nothing is. Each step makes the next possible, and none is due twice."""
    if one.is_over:
        return None
    if now >= one.ends_at:
        return Step.LAPSE
    if one.stage is Stage.COMING and one.from_person and now >= one.shift_at - times.draft_before:
        return Step.DRAFT
    if one.stage is Stage.DRAFTED and now >= one.shift_at:
        return Step.SEND
    if one.ready_asked_at is None and one.ready_at is None and one.shift_at - times.ready_before <= now < one.shift_at:
        return Step.ASK
    return of_silence(one, now, times)


def of_silence(one: Handover, now: datetime, times: Times) -> Step | None:
    """What is due because nobody has answered."""
    asked_in_vain = one.ready_asked_at is not None and one.ready_at is None
    if asked_in_vain and one.missed_told_at is None and now >= one.shift_at:
        return Step.MISS
    sent = one.sent_at if one.stage is Stage.SENT else None
    if sent and one.late_told_at is None and now >= max(one.shift_at, sent) + times.late_after:
        return Step.LATE
    return None

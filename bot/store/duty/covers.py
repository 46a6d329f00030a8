"""Cover and swaps: somebody asks, the first to accept has it, and the rota changes in that same transaction.

Reminders that nobody has taken it wait in the outbox from the start, and are stopped when somebody does.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from bot.duty.rota import DutyRole, Override, Plan
from bot.errors import NotAllowed, NotYours
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.duty.cover_requests import (
    HOURS_BEFORE,
    C,
    Cover,
    cover_from,
    end,
    is_open,
    open_covers,
    reminder,
    stop_reminders,
)
from bot.store.duty.plans import SUBJECT, lock, plan_in_force
from bot.store.duty.rota import SECOND, new_ref, place, possible, snapshot, tell, withdraw_override
from bot.store.proof import record
from bot.words import typed
from bot.words.rota import (
    changed_since,
    not_taken,
    relieved,
    second_to_cover,
    stretch,
    swap_declined,
    swap_wanted,
    taken_by,
    wanted,
)

__all__ = ["Cover", "open_covers"]

WAITED_FOR = (DutyRole.DUTY, DutyRole.BACKUP, DutyRole.LEAD)
TAKE, TAKE_SWAP, DECLINE = "I Can Cover", "Accept the Swap", "Not This Time"


# --- asking ------------------------------------------------------------------------------------------------------


def ask_cover(conn: Connection, asked: Cover, *, house: House, now: datetime) -> Cover:
    """Ask everybody who could, or the one a swap is offered to. Asked for twice it is there once. Raises NotAllowed."""
    lock(conn)
    asked = replace(asked, start=max(asked.start, now), reason=possible(asked.override, now).reason)
    for one in open_covers(conn, now):
        if is_same(one, asked, now):
            return one
    refuse_what_is_not_theirs(conn, asked, house, now)
    asked = replace(asked, id=new_ref())
    span = {"start_at": asked.start, "end_at": asked.end}
    returned = {"back_start_at": asked.back[0], "back_end_at": asked.back[1]} if asked.back else {}
    row = {"id": asked.id, "role": asked.role, "person": asked.person, **span, "asked_by": asked.asked_by}
    row |= {"offered_to": asked.offered_to, **returned} if asked.back else {}
    conn.execute(schema.cover_request.insert().values(reason=asked.reason, asked_at=now, **row))
    record.append(conn, SUBJECT, "swap_offered" if asked.back else "cover_asked", at=now, actor=asked.asked_by,
                  changes=row, note=asked.reason)  # fmt: skip
    ask_people(conn, asked, house, now)
    return asked


def is_same(one: Cover, other: Cover, now: datetime) -> bool:
    """Whether two ask for the same, in what is still to come of it."""
    asked = [(it.role, it.person, max(it.start, now), it.end, it.offered_to, it.back) for it in (one, other)]
    return asked[0] == asked[1]


def ask_people(conn: Connection, asked: Cover, house: House, now: datetime) -> None:
    """Everybody on the rota and the leads, or the one; and the reminders until somebody has it.

    For one who has left the leads hear of all turns at once instead, and again each day: see ``departed``.
    """
    name, when = mentions.names(conn, {asked.person})[asked.person], stretch(asked.start, asked.end, house.zone)
    if asked.back:
        text = swap_wanted(name, asked.role, theirs=when, yours=stretch(*asked.back, house.zone), reason=asked.reason)
        both = ((TAKE_SWAP, "duty", f"take {asked.id}"), (DECLINE, "duty", f"decline {asked.id}"))
        tell(conn, f"cover:{asked.id}:{asked.offered_to}", asked.offered_to, text, house=house, now=now, buttons=both)
        return
    others = {*who_could(plan_in_force(conn, house), asked.role), *house.leads} - {asked.person, asked.asked_by}
    text, answers = wanted(name, asked.role, when, asked.reason), ((TAKE, "duty", f"take {asked.id}"),)
    if asked.asked_by == SYSTEM:
        others &= {person for one in plan_in_force(conn, house).rotations for person in one.people}
    for person in sorted(others):
        tell(conn, f"cover:{asked.id}:{person}", person, text, house=house, now=now, buttons=answers)
    for hours in HOURS_BEFORE if asked.asked_by != SYSTEM else ():
        if (wait := asked.start - timedelta(hours=hours) - now) > timedelta(0):
            text = not_taken(name, asked.role, when, asked.id)
            for person in reminded(asked, house):
                tell(conn, reminder(asked, hours, person), person, text, house=house, now=now, after=wait)


def reminded(asked: Cover, house: House) -> list[str]:
    """Whoever hears that nobody has taken it: the one it is for, who asked, and the leads."""
    return sorted({asked.person, asked.asked_by, *house.leads})


# --- answering ---------------------------------------------------------------------------------------------------


def take_cover(conn: Connection, ref: str, *, by: str, leads: bool = False, house: House, now: datetime) -> Cover:
    """The first to accept has it, of those of the rota and the leads. Of a swap both changes are made, or neither.

    Raises NotAllowed, also where what is asked for is not the asker's any more; NotYours for those who cannot cover.
    """
    lock(conn)
    row = find(conn, ref)
    asked = cover_from(row)
    if row.taken_by == by:
        return asked
    refuse_what_is_over(conn, row, house, now)
    if asked.offered_to not in ("", by):
        raise NotAllowed("That swap is offered to somebody else.")
    if asked.person == by:
        raise NotAllowed("That is your own turn. To take the request back, withdraw it.")
    if not (leads or by in who_could(plan_in_force(conn, house), asked.role)):
        raise NotYours(
            "Only somebody on the rota, or a team lead, can cover. A team lead can add you, also if you are its shadow."
        )
    refuse_what_is_not_theirs(conn, asked, house, now)
    conn.execute(update(schema.cover_request).where(C.id == ref).values(taken_by=by, taken_at=now))
    record.append(conn, SUBJECT, "cover_taken", at=now, actor=by, changes={"id": ref, "person": asked.person})
    put_on(conn, asked, by, house=house, now=now)
    stop_reminders(conn, asked, house)
    names = mentions.names(conn, {by, asked.person})
    text = taken_by(names[by], names[asked.person], asked.role, stretch(asked.start, asked.end, house.zone))
    for person in sorted({asked.person, asked.asked_by} - {by}):
        tell(conn, f"cover:{ref}:taken:{person}", person, text, house=house, now=now)
    return asked


def who_could(plan: Plan, role: DutyRole) -> set[str]:
    """Who may be put on in somebody's place: those of the rota, but no trainee alone in a role that is waited for."""
    named = {person for one in plan.rotations if one.role in (role, *WAITED_FOR) for person in one.people}
    return named | {person for people in plan.standing.values() for person in people}


def refuse_what_is_not_theirs(conn: Connection, asked: Cover, house: House, now: datetime) -> None:
    """Raise NotAllowed where somebody else has any of it: they never agreed, and what was asked is out of date.

    A hand-off that waits makes nobody another: who hands over and who takes over may both ask.
    """
    rota = snapshot(conn, house, now)
    halves = [(asked.person, asked.start, asked.end), *([(asked.offered_to, *asked.back)] if asked.back else [])]
    for person, since, until in halves:
        span = asked.role, person, max(since, now), until
        if all(one.first_of_another(*span) for one in (rota, replace(rota, holds=()))):
            name = mentions.names(conn, {person})[person]
            raise NotAllowed(changed_since(name, asked.role, stretch(since, until, house.zone), asked.id))


def put_on(conn: Connection, asked: Cover, by: str, *, house: House, now: datetime) -> None:
    """The overrides: whoever took it for the person, and for a swap the person for them.

    Who still waits to be relieved is relieved with it, and told.
    """
    change = replace(asked.override, person=by, start=max(asked.start, now))
    made, others = place(conn, change, house=house, now=now, instead_of=asked.person)
    when, taker = stretch(made.start, made.end, house.zone), mentions.names(conn, {by})[by]
    for person in sorted((others or set()) - {asked.person}):
        text = relieved(made.role, when, taker, "")
        tell(conn, f"override:{made.id}:{person}", person, text, house=house, now=now)
    if asked.back:
        start, end = asked.back
        other = replace(change, id=f"{asked.id}{SECOND}", person=asked.person, start=start, end=end)
        place(conn, other, house=house, now=now, instead_of=by)


def find(conn: Connection, ref: str) -> Row[tuple[object, ...]]:
    """The request of that name. Raises NotAllowed."""
    row = conn.execute(select(schema.cover_request).where(C.id == ref)).one_or_none()
    if row is None:
        raise NotAllowed(f"Nobody asks for cover as “{ref[:20]}”. To see who does: {typed('duty')}")
    return row


def refuse_what_is_over(conn: Connection, row: Row[tuple[object, ...]], house: House, now: datetime) -> None:
    """Raise NotAllowed, in words, for what somebody else has taken, was withdrawn or is past."""
    when = stretch(row.start_at, row.end_at, house.zone)
    if row.taken_by:
        raise NotAllowed(second_to_cover(mentions.names(conn, {row.taken_by})[row.taken_by], when))
    if row.withdrawn_at:
        raise NotAllowed(f"That was withdrawn meanwhile: {when}. Nothing is wanted any more; thank you.")
    if row.end_at <= now:
        raise NotAllowed(f"That is over: {when}.")


def decline(conn: Connection, ref: str, *, by: str, house: House, now: datetime) -> Cover:
    """A swap offered to this person comes to nothing; the asker is told. Raises NotAllowed."""
    lock(conn)
    row = find(conn, ref)
    asked = cover_from(row)
    if asked.offered_to != by:
        raise NotAllowed("That is not offered to you alone: leave it, and somebody else may take it.")
    refuse_what_is_over(conn, row, house, now)
    end(conn, asked, "swap_declined", by=by, now=now)
    text = swap_declined(mentions.names(conn, {by})[by], stretch(asked.start, asked.end, house.zone))
    tell(conn, f"cover:{ref}:declined:{asked.person}", asked.person, text, house=house, now=now)
    return asked


def withdraw(conn: Connection, ref: str, *, by: str, leads: bool, house: House, now: datetime) -> Cover | Override:
    """Take back a request nobody has taken, or the change to the rota it became. Raises NotAllowed."""
    lock(conn)
    row = conn.execute(select(schema.cover_request).where(C.id == ref, is_open(now))).one_or_none()
    if row is None:
        return withdraw_override(conn, ref, by=by, leads=leads, house=house, now=now)
    asked = cover_from(row)
    if not (leads or by in (asked.asked_by, asked.person)):
        raise NotAllowed(whose_to_withdraw(conn, asked))
    end(conn, asked, "cover_withdrawn", by=by, now=now)
    stop_reminders(conn, asked, house)
    return asked


def whose_to_withdraw(conn: Connection, asked: Cover) -> str:
    """Who may take back a request, to somebody who may not."""
    names = mentions.names(conn, {asked.person, asked.asked_by})
    if asked.asked_by == SYSTEM:
        return f"Cover is asked for because {names[asked.person]} has left: a team lead can withdraw it."
    name = names[asked.asked_by]
    return f"{name} asked for that: {name} or a team lead can withdraw it."

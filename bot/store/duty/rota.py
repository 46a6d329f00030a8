"""The rota in force: the plan staff last agreed on, with every override, absence and hand-off still waiting."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from bot import words
from bot.delivery import Kind, Rank
from bot.duty.rota import Absence, DutyRole, Hold, Override, Rota
from bot.errors import NeedsMore, NotAllowed
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.duty.cover_requests import end_settled
from bot.store.duty.plans import SUBJECT, lock, plan_in_force
from bot.store.proof import record
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words.rota import NO_REASON, SWAP_BROKEN, given_back, in_the_way, put_on, relieved, stretch, swap_begun

LOOKS_BACK = timedelta(days=40)
"""How far back a snapshot knows what changed the plan."""
LONGEST = timedelta(days=31)
SECOND = "-2"
"""How the other half of a swap ends, whose two overrides stand and fall together. What is left of one goes on counting."""
LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
"""What cannot be taken for one another, and spells no word."""


def snapshot(conn: Connection, house: House, now: datetime) -> Rota:
    """Everything there is to ask who is on duty, from LOOKS_BACK ago on."""
    since = now - LOOKS_BACK
    changed = overrides(conn, since), absences(conn, since), holds(conn, since, now)
    return Rota(plan_in_force(conn, house), *changed, gone.everybody(conn))


def overrides(conn: Connection, since: datetime) -> tuple[Override, ...]:
    """Those that stand, the newest first: of two for one moment the later word counts."""
    c = schema.rota_override.c
    rows = conn.execute(
        select(schema.rota_override).where(c.withdrawn_at.is_(None), c.end_at > since).order_by(c.made_at.desc(), c.id)
    )
    return tuple(override_from(row) for row in rows)


def override_from(row: Row[tuple[object, ...]]) -> Override:
    """A row as the core knows it."""
    at_once = row.start_at <= row.made_at
    return Override(row.id, DutyRole(row.role), row.person, row.start_at, row.end_at, row.reason, row.made_by, at_once)


def absences(conn: Connection, since: datetime) -> tuple[Absence, ...]:
    """Who is away when, as their own calendars say."""
    c = schema.absence.c
    rows = conn.execute(select(c.person, c.start_at, c.end_at).where(c.end_at > since).order_by(c.start_at, c.id))
    return tuple(Absence(row.person, row.start_at, row.end_at) for row in rows)


def holds(conn: Connection, since: datetime, now: datetime) -> tuple[Hold, ...]:
    """Hand-offs that have begun: the outgoing person keeps the role until the incoming one accepts, or their turn ends."""
    c = schema.handover.c
    rows = conn.execute(
        select(c.role, c.from_person, c.shift_at, c.ends_at, c.accepted_at)
        .where(c.shift_at > since, c.shift_at <= now, c.keeps)
        .order_by(c.shift_at.desc())
    )
    return tuple(
        Hold(DutyRole(row.role), row.from_person, row.shift_at, min(row.accepted_at or row.ends_at, row.ends_at))
        for row in rows
    )


# --- overrides ---------------------------------------------------------------------------------------------------


def add_override(conn: Connection, wanted: Override, *, house: House, now: datetime) -> Override:
    """Put a person on for a while, whoever has it, and tell both. Asked for twice it is there once.

    Raises NotAllowed where another override stands in the way or it is too long, NeedsMore without a reason.
    """
    coming(wanted.start, wanted.end, now)
    made, others = place(conn, wanted, house=house, now=now)
    if others is not None:
        tell_both(conn, made, others, house=house, now=now)
    return made


def place(
    conn: Connection, wanted: Override, *, house: House, now: datetime, instead_of: str = ""
) -> tuple[Override, set[str] | None]:
    """The override as it stands now, and in whose place; None for those where it stood already. Tells nobody.

    ``instead_of`` is the one whose own override makes room for it.
    """
    lock(conn)
    wanted = possible(wanted, now)
    before, standing = snapshot(conn, house, now), overlapping(conn, wanted)
    if same := next((one for one in standing if is_same(one, wanted)), None):
        return same, None
    for one in standing:
        if one.person != instead_of:
            raise NotAllowed(in_the_way(one, mentions.names(conn, {one.person})[one.person], house.zone))
        make_room(conn, one, wanted, now)
    made = replace(wanted, id=wanted.id or new_ref())
    write_override(conn, made, now)
    end_settled(conn, made, house, now)
    want_group(conn, house, now)
    return made, displaced(before, made)


def possible(wanted: Override, now: datetime) -> Override:
    """From now on at the earliest, for a reason; a whole turn, however long. Raises NeedsMore or NotAllowed."""
    start, end = ahead(wanted.start, wanted.end, now)
    if not wanted.reason.strip():
        raise NeedsMore(NO_REASON)
    return replace(wanted, start=start, end=end, reason=wanted.reason.strip())


def coming(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """What is to come of a stretch that staff name, of at most 31 days. Raises NotAllowed for another."""
    start, end = ahead(start, end, now)
    if end - start > LONGEST:
        raise NotAllowed("That is longer than 31 days: for a change that stays, a team lead edits the rota itself.")
    return start, end


def ahead(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """What is to come of a stretch. Raises NotAllowed for one that is past."""
    if end <= now:
        raise NotAllowed("That is past: the rota is changed for what is to come.")
    if end <= start:
        raise NotAllowed("That ends before it begins. Say from when to when.")
    return max(start, now), end


def overlapping(conn: Connection, wanted: Override) -> list[Override]:
    """Overrides of the role that stand and share time with it, the earliest first."""
    c = schema.rota_override.c
    here = (c.role == wanted.role) & c.withdrawn_at.is_(None) & (c.start_at < wanted.end) & (c.end_at > wanted.start)
    return [override_from(row) for row in conn.execute(select(schema.rota_override).where(here).order_by(c.start_at))]


def is_same(one: Override, other: Override) -> bool:
    """Whether two put the same person on, for the same time."""
    return (one.person, one.end) == (other.person, other.end) and one.start <= other.start


def make_room(conn: Connection, standing_one: Override, wanted: Override, now: datetime) -> None:
    """Withdraw an override, and keep what of it the other one leaves."""
    mark_withdrawn(conn, standing_one.id, wanted.made_by, now)
    root = root_of(standing_one.id)
    for start, end in ((standing_one.start, wanted.start), (wanted.end, standing_one.end)):
        if start < end:
            so_far = len(swapped_with(conn, root))
            ref = f"{root}-{so_far + 1}" if so_far > 1 else new_ref()
            write_override(conn, replace(standing_one, id=ref, start=start, end=end), now)


def write_override(conn: Connection, made: Override, now: datetime) -> None:
    """The row and its event."""
    span = {"start_at": made.start, "end_at": made.end}
    row = {"id": made.id, "role": made.role, "person": made.person, **span, "made_by": made.made_by}
    conn.execute(schema.rota_override.insert().values(reason=made.reason, made_at=now, **row))
    record.append(conn, SUBJECT, "override", at=now, actor=made.made_by, changes=row, note=made.reason)


def withdraw_override(conn: Connection, ref: str, *, by: str, leads: bool, house: House, now: datetime) -> Override:
    """The turns are as they were again, of a swap both; those it was about are told. Raises NotAllowed."""
    lock(conn)
    rows = swapped_with(conn, root_of(ref))
    whole = all(row.withdrawn_at is None for row in rows)
    left = [row for row in rows if row.withdrawn_at is None and row.end_at > now and (whole or row.id == ref)]
    found = [override_from(row) for row in left]
    if not found:
        raise NotAllowed(f"No change to the rota called “{ref[:20]}” stands. To see those that do: {words.typed('duty')}")
    if not leads:
        require_fair(conn, rows, by=by, whole=whole, now=now)
    for one in found:
        mark_withdrawn(conn, one.id, by, now)
    after, who = snapshot(conn, house, now), mentions.names(conn, {by})[by]
    for one in found:
        text = given_back(one.role, stretch(one.start, one.end, house.zone), who)
        for person in sorted({one.person, *displaced(after, one)} - {by}):
            tell(conn, f"override:{one.id}:withdrawn:{person}", person, text, house=house, now=now)
    want_group(conn, house, now)
    return found[0]


def root_of(ref: str) -> str:
    """What the halves of a swap, and what is left of them, have in common."""
    return ref.partition("-")[0]


def swapped_with(conn: Connection, root: str) -> Sequence[Row[Any]]:
    """The override of that name; of a swap both, and what is left of them, also what was withdrawn or is over."""
    c = schema.rota_override.c
    here = or_(c.id == root, c.id.startswith(f"{root}-", autoescape=True))
    return conn.execute(select(schema.rota_override).where(here).order_by(c.made_at, c.id)).all()


def require_fair(conn: Connection, rows: Sequence[Row[Any]], *, by: str, whole: bool, now: datetime) -> None:
    """Raise NotAllowed where who takes it back did not make it, or has had their half of a swap done for them by now."""
    worked = {row.person for row in rows if row.start_at <= now} if len(rows) > 1 else set()
    if len(rows) > 1 and (not whole or len(worked) > 1):
        raise NotAllowed(SWAP_BROKEN)
    (owner,) = worked or {rows[0].made_by}
    if by != owner:
        name = mentions.names(conn, {owner})[owner]
        made = f"{name} made that change: {name} or a team lead can withdraw it."
        raise NotAllowed(swap_begun(name) if worked else made)


def mark_withdrawn(conn: Connection, ref: str, by: str, now: datetime) -> None:
    """It does not count any more; the row stays."""
    c = schema.rota_override.c
    conn.execute(update(schema.rota_override).where(c.id == ref).values(withdrawn_at=now, withdrawn_by=by))
    record.append(conn, SUBJECT, "withdraw", at=now, actor=by, changes={"id": ref})


def displaced(rota: Rota, made: Override) -> set[str]:
    """Who has the role for any of that time, by the rota given."""
    return {turn.person for turn in rota.turns(made.role, made.start, made.end) if turn.person} - {made.person}


def tell_both(conn: Connection, made: Override, others: set[str], *, house: House, now: datetime) -> None:
    """The one put on and those in whose place, but for whoever did it."""
    names = mentions.names(conn, {made.person, made.made_by})
    when = stretch(made.start, made.end, house.zone)
    on = put_on(made.role, when, names[made.made_by], made.reason)
    off = relieved(made.role, when, names[made.person], made.reason)
    for person, text in ((made.person, on), *((other, off) for other in sorted(others))):
        if person != made.made_by:
            tell(conn, f"override:{made.id}:{person}", person, text, house=house, now=now)


# --- what the world is told --------------------------------------------------------------------------------------


def tell(
    conn: Connection,
    key: str,
    person: str,
    text: str,
    *,
    house: House,
    now: datetime,
    buttons: tuple[tuple[str, str, str], ...] = (),
    after: timedelta = timedelta(0),
) -> None:
    """A private word to one person, spelled as this organisation's commands are called. Not to one who has left."""
    if person == SYSTEM or gone.has_left(conn, person):
        return
    payload = {"text": words.spelled(text, house.commands), "buttons": [list(button) for button in buttons]}
    lane = f"{key.rpartition(':')[0]}:to:{person}"
    outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, person, payload, after), now)


def want_group(conn: Connection, house: House, now: datetime) -> None:
    """Have the user group hold who is on duty, as it is when that leaves; nothing where none is set."""
    if not house.user_group:
        return
    key = f"group:{house.user_group}:{to_ms(now)}"
    payload = {"role": DutyRole.DUTY}
    wanted = Wanted(key, Kind.GROUP, f"group:{house.user_group}", Rank.CARD, None, house.user_group, payload)
    outbox.queue(conn, wanted, now)


def new_ref() -> str:
    """What an override or a cover is called: short enough to type, never given twice, also after a restore."""
    return "d" + "".join(secrets.choice(LETTERS) for _ in range(5))

"""Handovers: their rows, the notes in their records, and what people answer to them.

The note is not in the row: it stands in the record of ``handover:ID``, behind its digest, where it cannot be changed unseen.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Select, and_, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.authority import Deed, Subject, permits
from bot.clean import clean
from bot.command import Staff
from bot.duty.rota import DutyRole
from bot.duty.shifts import Change, Handover, Stage, is_meant_for
from bot.errors import NotAllowed, NotYours
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions
from bot.store.duty import covers, pings, rota
from bot.store.duty.pings import Heard
from bot.store.proof import record
from bot.store.reading.search import escaped
from bot.store.schema import chain, event
from bot.store.schema_duty import handover
from bot.words.handover import (
    NOBODY,
    Telling,
    accepted,
    accepted_for,
    cannot,
    checked,
    for_others,
    handed_over,
    not_drafted_yet,
    not_ready,
    not_sent_yet,
    not_their_turn,
    not_yours_to_write,
    off_duty,
    over,
    ready,
    sent,
    was_accepted_for,
)

C = handover.c
PLAIN = tuple(f.name for f in fields(Handover) if f.name not in {"role", "stage", "from_person", "ping", "accepted_by"})
PENDING = C.state.in_([Stage.COMING, Stage.DRAFTED, Stage.SENT])
MOST_FOUND = 10
MOST_WORDS = 8
COVER_REASON = "not available for this turn"


# --- rows --------------------------------------------------------------------------------------------------------


def handover_from(row: RowMapping) -> Handover:
    """A row as the core knows it."""
    return Handover(
        role=DutyRole(row["role"]),
        stage=Stage(row["state"]),
        from_person=row["from_person"] or "",
        ping=row["ping"] or "",
        accepted_by=row["accepted_by"] or "",
        **{name: row[name] for name in PLAIN},
    )


def keep(conn: Connection, change: Change) -> Handover:
    """Its row, locked; made if there is none: one for each change of shift, whichever copy sees it first."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(handover)
    row = {"id": uuid4().hex, "role": change.role, "shift_at": change.at, "state": Stage.COMING, "facts": {}}
    conn.execute(insert.values(**row, **people(change)).on_conflict_do_nothing(index_elements=["role", "shift_at"]))
    its_own = select(handover).where(C.role == change.role, C.shift_at == change.at).with_for_update()
    return handover_from(conn.execute(its_own).mappings().one())


def people(change: Change) -> dict[str, object]:
    """Between whom a change is, as columns."""
    outgoing = {"from_person": change.outgoing or None, "keeps": change.keeps}
    return {"to_person": change.incoming, "ends_at": change.ends, **outgoing}


def pending(conn: Connection) -> list[Handover]:
    """Those something is still to be done about, the earliest first, locked."""
    rows = conn.execute(select(handover).where(PENDING).order_by(C.shift_at, C.role).with_for_update()).mappings()
    return [handover_from(row) for row in rows]


def find(conn: Connection, id: str, *, lock: bool = False) -> Handover:
    """One of them. Raises NotAllowed for an id that names none."""
    query = select(handover).where(C.id == id)
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotAllowed("There is no such handover any more.")
    return handover_from(row)


def change(conn: Connection, one: Handover, action: str, now: datetime, *, by: str = SYSTEM, note: str = "") -> None:
    """Write what a step made of it, with its place in the record."""
    values = {name: getattr(one, name) for name in PLAIN if name not in {"id", "shift_at"}}
    empty = {name: getattr(one, name) or None for name in ("from_person", "ping", "accepted_by")}
    conn.execute(update(handover).where(C.id == one.id).values(state=one.stage, **values, **empty))
    told = {"role": one.role, "shift_at": one.shift_at, "from": one.from_person, "to": one.to_person, "state": one.stage}
    record.append(conn, subject(one.id), action, at=now, actor=by, changes=told, note=note)


def subject(id: str) -> str:
    """What the record calls it."""
    return f"handover:{id}"


def key_of(conn: Connection, one: Handover, what: str, person: str) -> str:
    """Of a message about the newest step in its record: one that begins anew takes its steps, and tells of them, again."""
    steps = conn.execute(select(chain.c.seq).where(chain.c.subject == subject(one.id))).scalar() or 0
    return f"shift:{one.id}:{what}:{steps}:{person}"


def note_of(conn: Connection, id: str) -> str:
    """What it says: the note as it was last written."""
    said = select(event.c.note).where(event.c.subject == subject(id), event.c.note.is_not(None))
    return conn.execute(said.order_by(event.c.seq.desc()).limit(1)).scalar() or ""


def telling(conn: Connection, one: Handover, house: House) -> Telling:
    """It, with the names to tell it by."""
    ids = {one.from_person, one.to_person, one.accepted_by} - {""}
    return Telling(one, mentions.names(conn, ids), house.zone)


# --- answers -----------------------------------------------------------------------------------------------------


def send(conn: Connection, id: str, by: Staff, note: str, *, house: House, now: datetime) -> str:
    """The outgoing person sends it, edited, and until it is accepted anew when there is more to say.

    Raises NotAllowed, NotYours, or FormProblem for a note that is too long.
    """
    one = find(conn, id, lock=True)
    told = telling(conn, one, house)
    if not permits(by, Deed.HAND_OVER, Subject(concerned=frozenset({one.from_person}))):
        raise NotYours(not_yours_to_write(told))
    if one.is_over:
        raise NotAllowed(over(told))
    if one.stage is Stage.COMING:
        raise NotAllowed(not_drafted_yet(told))
    note = checked(clean(note))
    if one.stage is Stage.DRAFTED or note != note_of(conn, id):
        hand_over(conn, one, note, by=by.id, house=house, now=now)
    return sent(told)


def hand_over(
    conn: Connection, one: Handover, note: str, *, by: str, house: House, now: datetime, as_drafted: bool = False
) -> Handover:
    """It is with the incoming person, who is told all of it."""
    one = replace(one, stage=Stage.SENT, sent_at=now)
    change(conn, one, "sent", now, by=by, note=note)
    text = handed_over(telling(conn, one, house), note, as_drafted=as_drafted)
    buttons = (("Accept", "shift", f"accept {one.id}"), ("Whole Queue", "queue", ""))
    rota.tell(conn, key_of(conn, one, "sent", one.to_person), one.to_person, text, house=house, now=now, buttons=buttons)
    return one


def accept(conn: Connection, id: str, by: Staff, *, is_lead: bool, house: House, now: datetime) -> str:
    """The incoming person, or a lead in their place, takes it. Raises NotAllowed and NotYours."""
    one = find(conn, id, lock=True)
    told = telling(conn, one, house)
    if not (is_lead or permits(by, Deed.TAKE_OVER, Subject(concerned=frozenset({one.to_person})))):
        raise NotYours(for_others(told))
    if one.stage is Stage.ACCEPTED and one.accepted_by == by.id:
        return accepted(told)
    if one.is_over:
        raise NotAllowed(over(told))
    if one.stage is not Stage.SENT:
        raise NotAllowed(not_sent_yet(told))
    refuse_another_turn(conn, one, house, now)
    one = replace(one, stage=Stage.ACCEPTED, accepted_at=now, accepted_by=by.id, ready_at=one.ready_at or now)
    change(conn, one, "accepted", now, by=by.id)
    pings.heard(conn, one.ping, by.id, Heard.ACKNOWLEDGED, now=now)
    tell_of_acceptance(conn, one, by, house=house, now=now)
    rota.want_group(conn, house, now)
    told = telling(conn, one, house)
    return accepted(told) if by.id == one.to_person else accepted_for(told)


def tell_of_acceptance(conn: Connection, one: Handover, by: Staff, *, house: House, now: datetime) -> None:
    """The outgoing person is off duty; one for whom a lead accepted is on."""
    told = telling(conn, one, house)
    if one.from_person != by.id:
        text = off_duty(told, by.name)
        rota.tell(conn, key_of(conn, one, "accepted", one.from_person), one.from_person, text, house=house, now=now)
    if one.to_person != by.id:
        text = was_accepted_for(told, by.name)
        rota.tell(conn, key_of(conn, one, "accepted", one.to_person), one.to_person, text, house=house, now=now)


def refuse_another_turn(conn: Connection, one: Handover, house: House, now: datetime) -> None:
    """Raise NotAllowed where the rota does not have the incoming person on duty: it was changed, or they are away."""
    due = rota.snapshot(conn, house, now).scheduled(one.role, max(now, one.shift_at))
    if due is None or due.person != one.to_person:
        who = mentions.names(conn, {due.person})[due.person] if due and due.person else NOBODY
        why = due.why if due and is_meant_for(due, one.to_person) else None
        raise NotAllowed(not_their_turn(telling(conn, one, house), who, why))


def answer_ready(conn: Connection, id: str, by: Staff, *, yes: bool, house: House, now: datetime) -> str:
    """Whether the incoming person is there. A no is told to the leads at once, and cover is asked for."""
    one = find(conn, id, lock=True)
    told = telling(conn, one, house)
    if by.id != one.to_person:
        raise NotYours(for_others(told))
    if one.is_over:
        raise NotAllowed(over(told))
    if yes and one.ready_at:
        return ready(told)
    if yes:
        refuse_another_turn(conn, one, house, now)
    pings.heard(conn, one.ping, by.id, Heard.ACKNOWLEDGED if yes else Heard.NOT_AVAILABLE, now=now)
    if yes:
        one = replace(one, ready_at=one.ready_at or now)
        if not one.from_person:
            one = replace(one, stage=Stage.ACCEPTED, accepted_at=now, accepted_by=by.id)
        change(conn, one, "ready", now, by=by.id)
        return ready(telling(conn, one, house))
    change(conn, replace(one, ready_at=None, missed_told_at=now), "not_ready", now, by=by.id)
    tell_leads(conn, one, f"cannot:{one.ping}", cannot(told), house=house, now=now)
    wanted = covers.Cover("", one.role, one.to_person, one.shift_at, one.ends_at, COVER_REASON, by.id)
    covers.ask_cover(conn, wanted, house=house, now=now)
    return not_ready(told)


def tell_leads(
    conn: Connection,
    one: Handover,
    what: str,
    text: str,
    *,
    house: House,
    now: datetime,
    buttons: tuple[tuple[str, str, str], ...] = (),
) -> None:
    """Each lead by name, once for each thing and person it is about."""
    for lead in house.leads:
        key = f"shift:{one.id}:{what}:{one.to_person}:{lead}"
        rota.tell(conn, key, lead, text, house=house, now=now, buttons=buttons)


# --- reading up --------------------------------------------------------------------------------------------------


def waiting(conn: Connection, now: datetime) -> Sequence[Handover]:
    """Those that are not accepted though their shift has begun."""
    rows = conn.execute(select(handover).where(PENDING, C.shift_at <= now, C.from_person.is_not(None)).order_by(C.shift_at))
    return [handover_from(row) for row in rows.mappings()]


def latest(conn: Connection, most: int = 1) -> Sequence[tuple[Handover, str]]:
    """The newest that were handed over, newest first, each with what it says."""
    return with_notes(conn, select(handover).where(C.sent_at.is_not(None)).order_by(C.shift_at.desc(), C.role).limit(most))


def between(conn: Connection, since: datetime, until: datetime) -> Sequence[tuple[Handover, str]]:
    """Those of a stretch of time, in order."""
    there = and_(C.sent_at.is_not(None), C.shift_at >= since, C.shift_at < until)
    return with_notes(conn, select(handover).where(there).order_by(C.shift_at, C.role).limit(MOST_FOUND))


def holding(conn: Connection, text: str) -> Sequence[tuple[Handover, str]]:
    """Those whose note holds every word, newest first, at most MOST_FOUND. What was taken out while editing is not found."""
    words = [word.lower() for word in text.split()[:MOST_WORDS]]
    own = event.c.subject == literal(subject("")).concat(C.id)
    said = [func.lower(event.c.note).like(f"%{escaped(word)}%", escape="!") for word in words]
    noted = select(event.c.id).where(own, event.c.action == "sent", and_(*said)).exists()
    return with_notes(conn, select(handover).where(noted).order_by(C.shift_at.desc()).limit(MOST_FOUND))


def with_notes(conn: Connection, query: Select[tuple[object, ...]]) -> Sequence[tuple[Handover, str]]:
    """What a query finds, each with its note."""
    found = [handover_from(row) for row in conn.execute(query).mappings()]
    return [(one, note_of(conn, one.id)) for one in found]

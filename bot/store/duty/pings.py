"""Pings: one row for each person asked, with what became of it; and the message that says it, or says many at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, and_, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import Delivery, DeliveryState, Kind, Rank
from bot.duty.escalation import AT_MOST, CHANNEL, LONGEST, OWNER, SLOT, room
from bot.house import House
from bot.mention import Mention
from bot.store.columns import from_ms, to_ms
from bot.store.duty import ways
from bot.store.proof import record
from bot.store.schema import delivery, ping
from bot.store.sending import outbox, outbox_many
from bot.store.sending.outbox import Wanted

ESCALATION = "escalation"
GATHER = timedelta(seconds=10)
"""How long a message of many waits for more: what falls due together is climbed in several transactions."""
OLDEST = timedelta(days=2)
"""A ping asked longer ago is not looked for among those that left just now."""
SLOT_MS = SLOT // timedelta(milliseconds=1)
MOST = max(many for many, _ in AT_MOST)
NEW = {
    name: new.on_conflict_do_nothing(index_elements=["id"])
    for name, new in (("sqlite", sqlite.insert(ping)), ("postgresql", postgresql.insert(ping)))
}
"""Built once: building a statement costs more than running it."""
UNHEARD = ping.c.heard_at.is_(None)


class Heard(StrEnum):
    """What became of a ping."""

    ACKNOWLEDGED = "acknowledged"
    NOT_AVAILABLE = "not available"
    CLAIMED = "claimed"
    OVER = "over"
    REFUSED = "refused"
    """The chat would not say it: nobody has heard it yet, and it is tried again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to be pinged: ``kind`` is escalation, readiness or test; the channel is a person too, in the role CHANNEL.

    ``payload`` is what the message is drawn from. ``urgent`` is never held back, however much the person was told.
    """

    kind: str
    number: int | None
    person: str
    role: str
    round: int
    rung: int
    payload: Mapping[str, object] = field(default_factory=dict)
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody who was pinged: by a message of its own, or in the one of ``bundle`` that says many at once."""

    id: str
    asked: Asked
    bundle: int | None


# --- asking ------------------------------------------------------------------------------------------------------


def ask(conn: Connection, asked: Asked, house: House, now: datetime) -> str:
    """Ping one person and return the ping's id."""
    return ask_all(conn, [asked], house, now)[0].id


def ask_all(conn: Connection, asked: Sequence[Asked], house: House, now: datetime) -> list[Ping]:
    """Ping each of them: what is too much for one person at once goes into one message, and nothing is dropped."""
    rooms: dict[str, int] = {}
    slots: dict[str, int] = {}
    pings: list[Ping] = []
    for one in asked:
        if one.kind == ESCALATION and not has_room(conn, one, rooms, now):
            if one.person not in slots:
                slots[one.person] = open_bundle(conn, one, now)
            pings.append(Ping(id_of(one), one, slots[one.person]))
        else:
            pings.append(Ping(id_of(one), one, None))
    if pings:
        carried = take_over(conn, pings, now)
        conn.execute(NEW[conn.dialect.name], [{**row_of(one, house, now), **carried.get(one.id, {})} for one in pings])
        outbox_many.queue_all(conn, [message(one) for one in pings if one.bundle is None], now)
    return pings


def take_over(conn: Connection, pings: Sequence[Ping], now: datetime) -> Mapping[str, Mapping[str, object]]:
    """Earlier pings to the same people about the same mentions that the chat has not said are over: it says the new ones.

    What is carried over to the new ones, by id: the other way that is due next.
    """
    c = ping.c
    now_asked = {(one.asked.number, one.asked.person): one.id for one in pings if one.asked.kind == ESCALATION}
    about = c.number.in_({number for number, _ in now_asked}), c.person.in_({person for _, person in now_asked})
    waiting = select(c.id, c.number, c.person, c.way, c.next_way_at).where(*about, UNHEARD, c.said_at.is_(None))
    earlier = [row for row in conn.execute(waiting).all() if now_asked.get((row.number, row.person), row.id) != row.id]
    if earlier:
        over = {"heard_at": now, "answer": Heard.OVER, "next_way_at": None}
        conn.execute(update(ping).where(c.id.in_([row.id for row in earlier])).values(over))
    return {
        now_asked[row.number, row.person]: {"way": row.way, "next_way_at": row.next_way_at}
        for row in earlier
        if row.next_way_at
    }


def id_of(asked: Asked) -> str:
    """The same for the same rung of the same round, so that nobody is asked twice; what is no escalation has its own."""
    if asked.kind != ESCALATION:
        return uuid4().hex
    about = f"{asked.number}:{asked.round}:{asked.rung}:{asked.person}"
    return hashlib.sha256(about.encode()).hexdigest()[:32]


def has_room(conn: Connection, asked: Asked, rooms: dict[str, int], now: datetime) -> bool:
    """Whether the person may get a message of its own about it, which is then spent."""
    if asked.person not in rooms:
        rooms[asked.person] = room(lately(conn, asked.person, now), now)
    rooms[asked.person] -= 1
    return asked.urgent or rooms[asked.person] >= 0


def lately(conn: Connection, person: str, now: datetime) -> Sequence[datetime]:
    """When a person got the last pings that had a message of their own."""
    c = ping.c
    theirs = (c.person == person, c.bundle.is_(None), c.asked_at > now - LONGEST, c.kind == ESCALATION)
    return conn.execute(select(c.asked_at).where(*theirs).order_by(c.asked_at.desc()).limit(MOST)).scalars().all()


def is_too_much(conn: Connection, taken: Delivery, now: datetime) -> bool:
    """Whether a ping of its own would be one too many for its person by what has left by now, and what is leaving."""
    d, c = delivery.c, ping.c
    leaves = select(d.sent_at).join_from(ping, delivery, d.key == literal("ping:") + c.id)
    theirs = (c.person == taken.target, c.bundle.is_(None), c.kind == ESCALATION, c.asked_at > now - OLDEST)
    gone = or_(c.said_at.is_not(None), and_(d.holder.is_not(None), UNHEARD))
    query = leaves.where(*theirs, gone, d.id != taken.id, d.sent_at > now - LONGEST).order_by(d.sent_at.desc())
    return room(conn.execute(query.limit(MOST)).scalars().all(), now) == 0


def join_bundle(conn: Connection, ping_id: str, now: datetime) -> None:
    """A ping that has a message of its own is said in the one of many."""
    row = conn.execute(select(ping).where(ping.c.id == ping_id)).one()
    slot = open_bundle(conn, Asked(row.kind, row.number, row.person, row.role, row.round, row.rung), now)
    conn.execute(update(ping).where(ping.c.id == ping_id).values(bundle=slot))


def say_apart(conn: Connection, mention: Mention, now: datetime) -> None:
    """It matters so much now that whoever was to hear of it together with others hears of it by itself, at once."""
    c = ping.c
    rows = conn.execute(select(ping).where(c.number == mention.number, c.bundle.is_not(None), UNHEARD)).all()
    conn.execute(update(ping).where(c.id.in_([row.id for row in rows])).values(bundle=None))
    for row in rows:
        told = told_of(mention, row.role, row.person)
        asked = Asked(row.kind, row.number, row.person, row.role, row.round, row.rung, told, urgent=True)
        outbox.queue(conn, message(Ping(row.id, asked, None)), now)


def told_of(mention: Mention, role: str, person: str) -> dict[str, object]:
    """What a ping about a mention is drawn from."""
    return {"what": "ping", "owner": mention.owner or "", "person": "" if role == CHANNEL else person}


def row_of(one: Ping, house: House, now: datetime) -> dict[str, object]:
    """A ping's row."""
    asked = one.asked
    return {
        "id": one.id,
        "kind": asked.kind,
        "number": asked.number,
        "person": asked.person,
        "role": asked.role,
        "round": asked.round,
        "rung": asked.rung,
        "asked_at": now,
        "way": 0,
        "next_way_at": ways.after_chat(house, asked.person, now),
        "bundled": 0,
        "bundle": one.bundle,
    }


def message(one: Ping) -> Wanted:
    """The message that says one ping. What one person is told of one mention leaves in order."""
    asked = one.asked
    kind = Kind.POST if asked.role == CHANNEL else Kind.PING
    lane = f"ping:{asked.number}:{asked.person}" if asked.number else f"ping:{one.id}"
    payload = {**asked.payload, "ping": one.id, "role": asked.role}
    return Wanted(f"ping:{one.id}", kind, lane, Rank.ESCALATION, asked.number, asked.person, payload)


# --- many at once ------------------------------------------------------------------------------------------------


def open_bundle(conn: Connection, asked: Asked, now: datetime) -> int:
    """The bundle of a person that has not left yet, which more may join; a new one at most every SLOT.

    Its row is locked, so that it cannot leave before what joins it is stored.
    """
    slot = to_ms(now) // SLOT_MS
    while True:
        at = delivery.c.key == bundle_key(asked.person, slot)
        state = conn.execute(select(delivery.c.state).where(at).with_for_update()).scalar()
        if state is None:
            queue_bundle(conn, asked, slot, now)
        if state in (None, DeliveryState.PENDING):
            return slot
        slot += 1


def bundle_key(person: str, slot: int) -> str:
    """What a bundle's message is queued under."""
    return f"bundle:{person}:{slot}"


def leaves_after(slot: int, now: datetime) -> timedelta:
    """How long a bundle waits for more."""
    return max(from_ms(slot * SLOT_MS) - now, timedelta(0)) + GATHER


def queue_bundle(conn: Connection, asked: Asked, slot: int, now: datetime) -> None:
    """One message for all that is too much, drawn when it leaves."""
    kind = Kind.POST if asked.role == CHANNEL else Kind.PING
    key, after = bundle_key(asked.person, slot), leaves_after(slot, now)
    payload = {"what": "bundle", "bundle": slot, "role": asked.role}
    outbox.queue(conn, Wanted(key, kind, key, Rank.ESCALATION, None, asked.person, payload, after=after), now)


# --- hearing -----------------------------------------------------------------------------------------------------


def heard(conn: Connection, ping_id: str, by: str, answer: str, *, now: datetime) -> bool:
    """Somebody answered; False when it was answered before. What belongs to no mention is on the record by itself."""
    values = {"heard_at": now, "answer": answer, "next_way_at": None}
    done = conn.execute(update(ping).where(ping.c.id == ping_id, UNHEARD).values(values))
    if done.rowcount != 1:
        return False
    row = conn.execute(select(ping.c.kind, ping.c.number, ping.c.person).where(ping.c.id == ping_id)).one()
    if row.number is None:
        changes = {"kind": row.kind, "person": row.person, "answer": answer}
        record.append(conn, f"ping:{ping_id}", "heard", at=now, actor=by, changes=changes)
    return True


def end(conn: Connection, number: int, now: datetime, *, by: str = "", answer: Heard = Heard.OVER) -> None:
    """Nobody need be pinged about a mention just now: what has not left is stopped, and no other way is tried.

    ``by`` is who made it so: their own pings have that ``answer``, the others are over.
    """
    outbox.cancel_pings(conn, number)
    answered(conn, number, now, by=by, answer=answer)
    about = (ping.c.number == number) & UNHEARD
    conn.execute(update(ping).where(about).values(heard_at=now, answer=Heard.OVER, next_way_at=None))


def answered(conn: Connection, number: int, now: datetime, *, by: str, answer: Heard) -> int:
    """A person answers all that they were asked about a mention; returns how many pings that were."""
    theirs = (ping.c.number == number) & (ping.c.person == by) & UNHEARD
    values = {"heard_at": now, "answer": answer, "next_way_at": None}
    return conn.execute(update(ping).where(theirs).values(values)).rowcount if by else 0


def time_is_up(conn: Connection, number: int, owner: str, wait: timedelta) -> datetime | None:
    """By when an owner who was asked whether they are still on it has had so long to answer; None while the chat has not
    said it and no other way was tried. One whom the chat will not tell is not waited for.
    """
    c = ping.c
    asked = select(c.asked_at, c.said_at, c.way, c.answer).where(c.number == number, c.person == owner, c.role == OWNER)
    row = conn.execute(asked.order_by(c.asked_at.desc(), c.round.desc()).limit(1)).one_or_none()
    if row is None or not (row.said_at or row.way or row.answer == Heard.REFUSED):
        return None
    at: datetime = row.said_at or row.asked_at
    return at if row.answer == Heard.REFUSED else at + wait


def was_pinged(conn: Connection, number: int, person: str) -> bool:
    """Whether the person was ever pinged about the mention."""
    about = (ping.c.number == number) & (ping.c.person == person)
    return conn.execute(select(ping.c.id).where(about).limit(1)).first() is not None

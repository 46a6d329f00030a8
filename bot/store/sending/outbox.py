"""The outbox: what the world must be told, queued in the transaction that made it true, and claimed by whoever sends.

``due_at`` is the whole queue: new, tried again, or a lease that ran out. Rows of one lane leave in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, Text, and_, bindparam, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import ALLOWED, DEADLINE, LEASE, LEASE_OF_REPLY, Delivery, DeliveryState, Kind, Rank
from bot.house import House
from bot.store.schema import UNFINISHED, card, delivery
from bot.store.sending.next_due import NETWORK, NEXT, NONE_SHUT, Shut

NOT_OVER: ColumnElement[bool] = literal_column(UNFINISHED)
"""In the very words of the index, so that it serves: what is over is never looked through. (A Boolean would add ``= 1``.)"""
NEXT_IN_LANE = (
    select(func.coalesce(func.max(delivery.c.seq), 0) + 1).where(delivery.c.lane == bindparam("in_lane")).scalar_subquery()
)
ITS_CHANNEL = (
    select("in:" + card.c.chat + "/" + card.c.channel)
    .where(card.c.number == bindparam("about"), card.c.chat == bindparam("in_chat"))
    .scalar_subquery()
)
"""A card, and what is said under it, needs room in the channel the card is in, which two chats may call the same."""
QUEUE = {
    name: new.values(seq=NEXT_IN_LANE, place=func.coalesce(bindparam("in_place", type_=Text), ITS_CHANNEL))
    .on_conflict_do_nothing(index_elements=["key"])
    .execution_options(preserve_rowcount=True)
    for name, new in (("sqlite", sqlite.insert(delivery)), ("postgresql", postgresql.insert(delivery)))
}
"""Built once: building a statement costs more than running it."""
TAKE = (
    update(delivery)
    .where(delivery.c.id == bindparam("taken"))
    .values(
        {
            name: bindparam(name)
            for name in ("state", "holder", "attempt", "due_at", "first_sent_at", "sent_at", "unsure_since")
        }
    )
)
WAITING_REDRAW = (
    select(delivery.c.id)
    .where(
        delivery.c.number == bindparam("about"),
        delivery.c.kind == Kind.REDRAW,
        delivery.c.target == bindparam("chat"),
        delivery.c.state == "pending",
    )
    .with_for_update()
)
CANCEL_PINGS = (
    update(delivery)
    .where(delivery.c.number == bindparam("about"), delivery.c.rank == Rank.ESCALATION, delivery.c.state == "pending")
    .values(state="cancelled", due_at=None)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to be told. The same ``key`` twice is told once; ``after`` puts it off."""

    key: str
    kind: Kind
    lane: str
    rank: Rank
    number: int | None = None
    target: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    after: timedelta = timedelta(0)


def queue(conn: Connection, wanted: Wanted, now: datetime) -> str | None:
    """Put it in the outbox and return its id; None when it is there already."""
    row = {**row_of(wanted, now), "in_lane": wanted.lane, "about": wanted.number, "in_chat": wanted.target}
    row["in_place"] = place_of(wanted)
    done = conn.execute(QUEUE[conn.dialect.name], row)
    return str(row["id"]) if done.rowcount == 1 else None


def post_everywhere(conn: Connection, wanted: Wanted, house: House, now: datetime) -> None:
    """Words in a channel that concern everybody who works: in the channel of every chat, whichever they read."""
    first, *others = house.chats or ("",)
    queue(conn, replace(wanted, payload={**wanted.payload, "chat": first}), now)
    for chat in others:
        key, lane = f"{wanted.key}:{chat}", f"{wanted.lane}:{chat}"
        queue(conn, replace(wanted, key=key, lane=lane, payload={**wanted.payload, "chat": chat}), now)


def row_of(wanted: Wanted, now: datetime) -> dict[str, object]:
    """A new row, but for its place in the lane and what it needs room in."""
    return {
        "id": uuid4().hex,
        "key": wanted.key,
        "kind": wanted.kind,
        "lane": wanted.lane,
        "rank": wanted.rank,
        "state": DeliveryState.PENDING,
        "number": wanted.number,
        "target": wanted.target,
        "payload": dict(wanted.payload),
        "due_at": now + wanted.after,
        "attempt": 0,
        "created_at": now,
        "deadline": now + wanted.after + DEADLINE[wanted.kind],
    }


def place_of(wanted: Wanted) -> str | None:
    """What a delivery needs room in; None for what belongs to a card, whose channel the row of the card knows.

    A channel or person of a certain chat is named with it; of others the sender knows which chat that is.
    """
    kind, target = wanted.kind, wanted.target
    if chat := wanted.payload.get("chat"):
        target = f"{chat}/{target}"
    match kind:
        case Kind.CARD | Kind.THREAD:
            return None
        case Kind.REDRAW:
            return f"redraw:{target}"
        case Kind.POST:
            return f"in:{target}"
        case Kind.REPLY | Kind.ACT | Kind.CHECK:
            return f"{NETWORK}{target}"
        case Kind.SMS | Kind.EMAIL:
            return f"{kind}:{target}"
        case _:
            return f"to:{target}"


def redraw(conn: Connection, number: int, chat: str, now: datetime) -> None:
    """Ask for a card to be drawn again: once, however often it is asked before it leaves."""
    if conn.execute(WAITING_REDRAW, {"about": number, "chat": chat}).first():
        return
    lane = f"card:{chat}:{number}"
    queue(conn, Wanted(f"redraw:{uuid4().hex}", Kind.REDRAW, lane, Rank.REDRAW, number, chat), now)


def due(
    conn: Connection,
    now: datetime,
    holder: str,
    limit: int,
    *,
    up_to: Rank = Rank.REDRAW,
    shut: Shut = NONE_SHUT,
    each: int = 0,
) -> list[Delivery]:
    """Take what is due: PENDING becomes SENDING, a lapsed SENDING becomes UNKNOWN and is looked up, never sent again.

    Only the head of each lane is taken, at most ``each`` (0: any number) for one place, and nothing for a place that is
    shut. The lease is LEASE; the returned ``attempt`` fences ``finish``.
    """
    places = {"full": sorted(shut.full), "busy": sorted(shut.busy)}
    asked = {"now": now, "up_to": up_to, "limit": limit, "each": each or limit, **places}
    rows = conn.execute(NEXT[conn.dialect.name], asked).mappings().all()
    if not rows:
        return []
    taken = [taken_values(row, now, holder) for row in rows]
    conn.execute(TAKE, taken)
    return [delivery_from({**row, **values}) for row, values in zip(rows, taken, strict=True)]


def taken_values(row: RowMapping, now: datetime, holder: str) -> dict[str, object]:
    """What changes in a row that ``holder`` leases."""
    fresh = row["state"] == DeliveryState.PENDING
    return {
        "taken": row["id"],
        "state": DeliveryState.SENDING if fresh else DeliveryState.UNKNOWN,
        "holder": holder,
        "attempt": row["attempt"] + 1,
        "due_at": now + (LEASE_OF_REPLY if row["kind"] == Kind.REPLY else LEASE),
        "first_sent_at": row["first_sent_at"] or now,
        "sent_at": now if fresh else row["sent_at"],
        "unsure_since": row["unsure_since"] if fresh else row["unsure_since"] or row["sent_at"] or now,
        "was_due_at": row["due_at"],
    }


def delivery_from(row: RowMapping | Mapping[str, object]) -> Delivery:
    """A row as the core knows it."""
    names = (
        *("id", "key", "lane", "number", "target", "payload", "attempt", "first_sent_at", "created_at", "unsure_since"),
        *("sent_at", "deadline", "absent_at", "recovered_at"),
    )
    return Delivery(
        kind=Kind(str(row["kind"])),
        rank=Rank(int(str(row["rank"]))),
        place=str(row["place"] or ""),
        was_due_at=row.get("was_due_at"),  # type: ignore[arg-type]  # a time or nothing
        state=DeliveryState(str(row["state"])),
        **{name: row[name] for name in names},  # type: ignore[arg-type]  # the columns have these types
    )


def is_held(conn: Connection, taken: Delivery) -> bool:
    """Whether a delivery is still the one we took: a sender that slept through its lease must not speak."""
    here = and_(delivery.c.id == taken.id, delivery.c.attempt == taken.attempt, delivery.c.state == taken.state)
    return conn.execute(select(delivery.c.id).where(here).with_for_update()).first() is not None


def finish(
    conn: Connection,
    taken: Delivery,
    state: DeliveryState,
    *,
    due_at: datetime | None = None,
    remote_id: str | None = None,
    trouble: str | None = None,
) -> bool:
    """Write down what became of a delivery we hold. False when another sender has it now: then nothing is written."""
    if state is not taken.state and state not in ALLOWED[taken.state]:
        raise ValueError(f"a delivery does not go from {taken.state} to {state}")
    values: dict[str, object] = {"state": state, "due_at": due_at, "trouble": trouble, "holder": None}
    if remote_id is not None:
        values["remote_id"] = remote_id
    if state is DeliveryState.UNKNOWN and taken.unsure_since is None:
        values["unsure_since"] = delivery.c.sent_at
    if state is DeliveryState.PENDING:
        values["unsure_since"] = None
    done = conn.execute(
        update(delivery)
        .where(and_(delivery.c.id == taken.id, delivery.c.attempt == taken.attempt, delivery.c.state == taken.state))
        .values(values)
    )
    return done.rowcount == 1


def cancel(conn: Connection, *keys: str) -> int:
    """Stop what has not left yet; returns how many were stopped."""
    done = conn.execute(
        update(delivery)
        .where(delivery.c.key.in_(keys), delivery.c.state == "pending")
        .values(state="cancelled", due_at=None)
    )
    return done.rowcount


def card_first(conn: Connection, number: int) -> None:
    """Cards of a mention that have not left yet go before those of others."""
    waits = (delivery.c.number == number, delivery.c.kind == Kind.CARD, delivery.c.state == DeliveryState.PENDING)
    conn.execute(update(delivery).where(*waits).values(rank=Rank.ACTION))


def cancel_pings(conn: Connection, number: int) -> int:
    """Stop the pings about a mention that have not left yet."""
    return conn.execute(CANCEL_PINGS, {"about": number}).rowcount


def give_back(conn: Connection, taken: Sequence[Delivery], now: datetime) -> int:
    """What was taken and never begun is due again as it was: no try, no doubt, the same turn. How many were still ours."""
    returned = 0
    for one in taken:
        here = and_(delivery.c.id == one.id, delivery.c.attempt == one.attempt, delivery.c.state == one.state)
        back: dict[str, object] = {"due_at": one.was_due_at or now, "holder": None}
        if one.state is DeliveryState.SENDING:
            back |= {"state": DeliveryState.PENDING, "attempt": one.attempt - 1}
            back |= {"first_sent_at": None, "sent_at": None} if one.attempt == 1 else {}
        returned += conn.execute(update(delivery).where(here).values(back)).rowcount
    return returned


def of_reply(conn: Connection, reply_id: str) -> Delivery | None:
    """The delivery that carries a reply."""
    row = conn.execute(select(delivery).where(delivery.c.key == f"reply:{reply_id}")).mappings().one_or_none()
    return delivery_from(row) if row else None


def next_due(conn: Connection, now: datetime, up_to: Rank = Rank.REDRAW) -> datetime | None:
    """When the next delivery falls due after ``now``; what is due already has been taken, or waits for another."""
    later = delivery.c.due_at.is_not(None) & (delivery.c.due_at > now) & (delivery.c.rank <= up_to)
    return conn.execute(select(func.min(delivery.c.due_at)).where(later)).scalar()


def counts(conn: Connection) -> Mapping[str, int]:
    """How many deliveries are in each state that is not over."""
    rows = conn.execute(select(delivery.c.state, func.count()).where(NOT_OVER).group_by(delivery.c.state))
    return {row[0]: row[1] for row in rows}


def settle(conn: Connection, delivery_id: str, state: DeliveryState, expected: Sequence[DeliveryState]) -> bool:
    """A person's word about a delivery that needs one. False when it is no longer in an expected state."""
    done = conn.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state.in_(list(expected)))
        .values(state=state, due_at=None, holder=None)
    )
    return done.rowcount == 1

"""Many things to be told at once: a few statements for all of them, where ``outbox.queue`` takes one for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Insert, Text, cast, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import DEADLINE, DeliveryState, Kind, Rank
from bot.store.columns import Moment
from bot.store.schema import delivery, mention
from bot.store.sending.outbox import Wanted, place_of, row_of

QUEUE_ALL = {
    name: new.on_conflict_do_nothing(index_elements=["key"])
    for name, new in (("sqlite", sqlite.insert(delivery)), ("postgresql", postgresql.insert(delivery)))
}
"""Built once: building a statement costs more than running it."""


def queue_all(conn: Connection, wanted: Sequence[Wanted], now: datetime) -> None:
    """Put them in the outbox, but for those that are there already. Of kinds whose room does not hang on a card."""
    if not wanted:
        return
    lanes = {one.lane for one in wanted}
    c = delivery.c
    last = conn.execute(select(c.lane, func.max(c.seq)).where(c.lane.in_(lanes)).group_by(c.lane)).all()
    seqs: dict[str, int] = {row[0]: row[1] for row in last}
    rows = []
    for one in wanted:
        seqs[one.lane] = seqs.get(one.lane, 0) + 1
        rows.append({**row_of(one, now), "seq": seqs[one.lane], "place": place_of(one)})
    conn.execute(QUEUE_ALL[conn.dialect.name], rows)


def redraw_all(conn: Connection, numbers: Sequence[int], chats: Sequence[str], now: datetime) -> None:
    """Ask for the cards of these mentions to be drawn again: each once, however often it is asked before it leaves."""
    for chat in chats if numbers else ():
        conn.execute(redraws(uuid4().hex[:16], chat, numbers, now))


def redraws(stamp: str, chat: str, numbers: Sequence[int], now: datetime) -> Insert:
    """Made inside the database, one for each card that has none waiting. ``stamp`` and the number make its id."""
    m, number = mention.c.number, cast(mention.c.number, Text)
    lane, waiting, last = literal(f"card:{chat}:") + number, delivery.alias(), delivery.alias()
    values: Mapping[str, ColumnElement[Any]] = {
        "id": literal(stamp) + number,
        "key": literal(f"redraw:{stamp}:") + number,
        "kind": literal(Kind.REDRAW),
        "lane": lane,
        "seq": select(func.coalesce(func.max(last.c.seq), 0) + 1).where(last.c.lane == lane).scalar_subquery(),
        "rank": literal(int(Rank.REDRAW)),
        "state": literal(DeliveryState.PENDING),
        "number": m,
        "target": literal(chat),
        "payload": literal({}, delivery.c.payload.type),
        "due_at": literal(now, Moment),
        "attempt": literal(0),
        "created_at": literal(now, Moment),
        "deadline": literal(now + DEADLINE[Kind.REDRAW], Moment),
        "place": literal(f"redraw:{chat}"),
    }
    pending = (waiting.c.kind == Kind.REDRAW) & (waiting.c.state == DeliveryState.PENDING) & (waiting.c.target == chat)
    asked = select(waiting.c.id).where(waiting.c.number == m, pending).exists()
    drawn = select(*(value.label(name) for name, value in values.items())).where(m.in_(numbers), ~asked)
    return insert(delivery).from_select(list(values), drawn)


def redraw_first(conn: Connection, number: int, chat: str) -> None:
    """A card's redraw goes as soon as words do: they are said under the card after it."""
    waits = (delivery.c.number == number, delivery.c.kind == Kind.REDRAW, delivery.c.target == chat)
    pending = delivery.c.state == DeliveryState.PENDING
    conn.execute(update(delivery).where(*waits, pending).values(rank=Rank.ACTION))

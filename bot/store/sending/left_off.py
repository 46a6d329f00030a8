"""Chats that come and go with the settings: what waited for one that went is over, and one that is back shows what is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, cast, delete, exists, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery import Delivery, DeliveryState, Kind
from bot.store.columns import from_ms, to_ms
from bot.store.schema import card, counter, delivery, event
from bot.store.sending import outbox_many
from bot.store.sending.outbox import NOT_OVER

OF_A_CARD = (Kind.CARD, Kind.REDRAW, Kind.THREAD)
OFF = "chat is off: "
"""How the counter begins that keeps since when a chat with cards in it has not been set up."""


@dataclass(frozen=True, slots=True)
class Settled:
    """``over``: how many deliveries were cancelled for each chat that went. ``redrawn``: how many cards of those back."""

    over: dict[str, int]
    redrawn: int


def settle_chats(conn: Connection, chats: Sequence[str], now: datetime) -> Settled:
    """At the beginning of a run, with the chats that are set up; without any there is nothing to tell them apart by."""
    if not chats:
        return Settled({}, 0)
    d, c = delivery.c, card.c
    gone = conn.execute(select(c.chat).where(c.chat.not_in(chats)).distinct()).scalars().all()
    for chat in gone:
        new = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(counter)
        conn.execute(new.values(name=OFF + chat, value=to_ms(now)).on_conflict_do_nothing(index_elements=["name"]))
    lost = select(d.id, d.target).where(NOT_OVER, d.kind.in_(OF_A_CARD), d.target.not_in(chats))
    over = [(row.id, row.target) for row in conn.execute(lost).all()]
    for row in conn.execute(select(d.id, d.payload).where(NOT_OVER, d.kind == Kind.POST)).all():
        chat = str(row.payload.get("chat", ""))
        over += [(row.id, chat)] if chat and chat not in chats else []
    cancel(conn, d.id.in_([id for id, _ in over]))
    conn.execute(delete(card).where(c.chat.not_in(chats), c.message.is_(None)))
    names = [name for _, name in over]
    return Settled({name: names.count(name) for name in sorted(set(names))}, sum(welcome(conn, chat, now) for chat in chats))


def leave(conn: Connection, taken: Delivery) -> None:
    """One that a sender took for a chat it does not have."""
    cancel(conn, delivery.c.id == taken.id)
    if taken.kind is Kind.CARD:
        conn.execute(
            delete(card).where(card.c.number == taken.number, card.c.chat == taken.target, card.c.message.is_(None))
        )


def cancel(conn: Connection, these: ColumnElement[bool]) -> None:
    """They are over, and keep no key that the same card would need if its chat came back."""
    key = delivery.c.key + literal(":left off:") + delivery.c.id
    over = {"state": DeliveryState.CANCELLED, "due_at": None, "holder": None, "key": key, "trouble": "its chat is gone"}
    conn.execute(update(delivery).where(these, NOT_OVER).values(over))


def welcome(conn: Connection, chat: str, now: datetime) -> int:
    """A chat is back: the cards it still has of mentions that changed meanwhile are drawn again. How many."""
    mine = counter.c.name == OFF + chat
    since = conn.execute(select(counter.c.value).where(mine)).scalar()
    if since is None:
        return 0
    about = (event.c.subject == literal("M-") + cast(card.c.number, Text)) & (event.c.at >= from_ms(since))
    here = (card.c.chat == chat) & card.c.message.is_not(None)
    numbers = conn.execute(select(card.c.number).where(here, exists().where(about)).order_by(card.c.number)).scalars().all()
    outbox_many.redraw_all(conn, numbers, [chat], now)
    conn.execute(delete(counter).where(mine))
    return len(numbers)

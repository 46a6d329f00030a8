"""Cards that wait beside another for the same channel of a chat which takes few messages: one message may hold them all."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.delivery import Delivery, DeliveryState, Kind
from bot.mention import DANGER, URGENT
from bot.ports import MessageRef
from bot.store.schema import card, delivery, mention
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave, Scene

FROM = 4
"""How many must wait. Below that each has its own thread a quarter of a minute later, which is worth more than haste."""


def take_beside(
    conn: Connection, head: Delivery, holder: str, now: datetime, *, most: int, alone: Collection[str] = ()
) -> list[Delivery]:
    """Take up to ``most`` others that wait for the channel of the card at hand, the oldest first, each leased as any is.

    None where too few wait; none beside one that is urgent, and never one that is. ``alone``: ids of those to leave.
    """
    d, m = delivery.c, mention.c
    where = select(card.c.channel, m.priority, m.flags).join(mention, m.number == card.c.number)
    at = conn.execute(where.where(card.c.number == head.number, card.c.chat == head.target)).one_or_none()
    if at is None or is_urgent(at.priority, at.flags):
        return []
    ahead = delivery.alias()
    blocked = select(ahead.c.id).where(ahead.c.lane == d.lane, ahead.c.seq < d.seq, outbox.NOT_OVER).exists()
    waits = (d.place == head.place, d.target == head.target, d.kind == Kind.CARD, d.state == DeliveryState.PENDING)
    same_channel = (card.c.number == d.number) & (card.c.chat == d.target) & (card.c.channel == at.channel)
    query = select(delivery, m.flags).join(card, same_channel).join(mention, m.number == d.number)
    query = query.where(*waits, d.due_at <= now, m.priority.not_in(URGENT), d.id.not_in(list(alone)), ~blocked)
    locked = query.order_by(d.due_at, d.number).limit(most).with_for_update(of=delivery, skip_locked=True)
    rows = [row for row in conn.execute(locked).mappings() if not is_urgent("", row["flags"])]
    if len(rows) + 1 < FROM:
        return []
    taken = [outbox.taken_values(row, now, holder) for row in rows]
    conn.execute(outbox.TAKE, taken)
    return [outbox.delivery_from({**row, **values}) for row, values in zip(rows, taken, strict=True)]


def is_urgent(priority: str, flags: Sequence[str]) -> bool:
    """As ``Mention.is_urgent``, of a row."""
    return priority in URGENT or not DANGER.isdisjoint(flags)


def about_to_speak(conn: Connection, taken: Sequence[Delivery], now: datetime) -> list[tuple[Delivery, Scene]]:
    """The last look before the socket: those that are still ours, with what each is drawn from."""
    ours = [one for one in taken if deliveries.about_to_speak(conn, one, now) is Leave.GO]
    return [(one, deliveries.scene(conn, one)) for one in ours]


def posted(conn: Connection, said: Sequence[tuple[Delivery, Scene]], message: MessageRef) -> set[str]:
    """They are in one message of their channel; returns the accounts whose cards these were."""
    shown = [(one, scene.story.mention) for one, scene in said if scene.story]
    done = [about for one, about in shown if deliveries.posted(conn, one, message, about.version)]
    return {about.account for about in done}

"""The delivery that carries a reply to the public: queued, sent once more, or settled by a person's word."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from bot.delivery import DEADLINE, Delivery, DeliveryState, Kind, Rank
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Mention
from bot.reply import Reply
from bot.store import mentions
from bot.store.scene import Scene
from bot.store.schema import delivery as delivery_table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

LOOKED_UP = "The reply to {} is being looked up at this moment. Try again in a minute."


def carry(conn: Connection, scene: Scene, reply_id: str, answers: str, *, after: timedelta) -> None:
    """Queue a reply to a post of that id, to leave when ``after`` has passed."""
    wanted = Wanted(
        key=f"reply:{reply_id}",
        kind=Kind.REPLY,
        lane=f"reply:{scene.number}",
        rank=Rank.ACTION,
        number=scene.number,
        target=scene.before.account,
        payload={"reply": reply_id, "to": answers},
        after=after,
    )
    outbox.queue(conn, wanted, scene.now)


def post_answered(conn: Connection, mention: Mention) -> str:
    """The network's id of the author's newest words. Kept with the delivery: a try is looked for where it was sent."""
    held = [addition.native_id for addition in mentions.additions_of(conn, mention.number) if addition.text]
    return held[-1] if held else mention.native_id


def settle_delivery(conn: Connection, scene: Scene, reply: Reply, state: DeliveryState) -> None:
    """When a person says what became of a reply, the delivery that waited for their word is over too."""
    delivery = outbox.of_reply(conn, reply.id)
    if scene.move.by == SYSTEM or delivery is None:
        return
    if not outbox.settle(conn, delivery.id, state, [DeliveryState.NEEDS_HUMAN]):
        raise NotAllowed(LOOKED_UP.format(scene.before.ref))


def send_again(conn: Connection, delivery: Delivery, due_at: datetime) -> bool:
    """What waits for a person is due at ``due_at``. When it first left stays known: a look finds the first try too."""
    d = delivery_table.c
    fresh = {"unsure_since": None, "absent_at": None, "recovered_at": None, "deadline": due_at + DEADLINE[Kind.REPLY]}
    values = {"state": DeliveryState.PENDING, "due_at": due_at, "payload": {**delivery.payload, "again": True}, **fresh}
    here = (d.id == delivery.id) & (d.state == DeliveryState.NEEDS_HUMAN)
    return conn.execute(update(delivery_table).where(here).values(values)).rowcount == 1

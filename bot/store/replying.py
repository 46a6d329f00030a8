"""What the moves of a reply bring with them: its row, its delivery, and who is told what became of it."""

from datetime import datetime

from sqlalchemy import Connection, update

from bot import words
from bot.delivery import DEADLINE, Delivery, DeliveryState, Kind, Rank
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, Mention
from bot.reply import Reply, ReplyState, Written
from bot.store import escalations, mentions, outbox, pings, replies
from bot.store.outbox import Wanted
from bot.store.scene import Detail, Scene, say_in_thread, say_to_author
from bot.store.schema import delivery as delivery_table

LOOKED_UP = "The reply to {} is being looked up at this moment. Try again in a minute."


def on_reply(conn: Connection, scene: Scene) -> Detail:
    """The draft becomes a held reply, with a delivery that leaves when the hold is over."""
    answers = post_answered(conn, scene.before)
    if scene.move.detail.get("answers", answers) != answers:
        raise NotAllowed(words.wrote_again(scene.before.ref))
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    written = scene.move.written or Written(scene.move.text)
    reply_id = replies.keep_draft(conn, scene.before, scene.move.by, written=written, now=scene.now)
    hold = scene.house.hold
    replies.set_state(conn, reply_id, ReplyState.HELD, now=scene.now, hold_until=scene.now + hold)
    outbox.queue(
        conn,
        Wanted(
            key=f"reply:{reply_id}",
            kind=Kind.REPLY,
            lane=f"reply:{scene.number}",
            rank=Rank.ACTION,
            number=scene.number,
            target=scene.before.account,
            payload={"reply": reply_id, "to": answers},
            after=hold,
        ),
        scene.now,
    )
    return {"reply": reply_id}, {"reply": replies.digest_of(conn, reply_id)}


def post_answered(conn: Connection, mention: Mention) -> str:
    """The network's id of the author's newest words. Kept with the delivery: a try is looked for where it was sent."""
    held = [addition.native_id for addition in mentions.additions_of(conn, mention.number) if addition.text]
    return held[-1] if held else mention.native_id


def reply_on_its_way(conn: Connection, scene: Scene) -> Reply:
    """The reply this move is about."""
    reply = replies.live(conn, scene.number)
    if reply is None:
        raise NotAllowed(words.not_now(scene.before, Action.WITHDRAW, ""))
    return reply


def on_withdraw(conn: Connection, scene: Scene) -> Detail:
    """Only while the delivery has not left: it is cancelled with the move, and the words are a draft again.

    Never of a second try: nobody knows that nothing was published. See ``take_back``.
    """
    reply = reply_on_its_way(conn, scene)
    delivery = outbox.of_reply(conn, reply.id)
    if (delivery and delivery.is_again) or not outbox.cancel(conn, f"reply:{reply.id}"):
        raise NotAllowed(words.too_late(scene.before.ref))
    replies.set_state(conn, reply.id, ReplyState.WITHDRAWN, now=scene.now, hold_until=None)
    replies.keep_draft(conn, scene.before, reply.by, written=reply.as_written, now=scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    if scene.move.by == SYSTEM:
        why = str(scene.move.detail.get("because", ""))
        say_in_thread(conn, scene, "stopped", reply=reply.id, why=why)
        say_to_author(conn, scene, reply, "stopped", why=why)
    return {"reply": reply.id}, {}


def on_sent(conn: Connection, scene: Scene) -> Detail:
    """The public can see it."""
    reply = reply_on_its_way(conn, scene)
    native_id, url = scene.move.detail.get("native_id") or None, scene.move.detail.get("url") or None
    replies.set_state(conn, reply.id, ReplyState.SENT, now=scene.now, sent_at=scene.now, native_id=native_id, url=url)
    settle_delivery(conn, scene, reply, DeliveryState.DONE)
    pings.end(conn, scene.number, scene.now)
    escalations.over(conn, scene.number)
    say_in_thread(conn, scene, "sent", reply=reply.id)
    return {"reply": reply.id}, {}


def on_not_sent(conn: Connection, scene: Scene) -> Detail:
    """It certainly did not go out: the owner is told why and what to do."""
    reply = reply_on_its_way(conn, scene)
    replies.set_state(conn, reply.id, ReplyState.FAILED, now=scene.now)
    replies.keep_draft(conn, scene.before, reply.by, written=reply.as_written, now=scene.now)
    settle_delivery(conn, scene, reply, DeliveryState.CANCELLED)
    escalations.arm(conn, scene.number, scene.respond_by)
    why = {name: scene.move.detail.get(name, "") for name in ("reason", "by_hand")}
    say_in_thread(conn, scene, "not_sent", reply=reply.id, **why)
    say_to_author(conn, scene, reply, "not_sent", **why)
    return {"reply": reply.id}, {}


def settle_delivery(conn: Connection, scene: Scene, reply: Reply, state: DeliveryState) -> None:
    """When a person says what became of a reply, the delivery that waited for their word is over too."""
    delivery = outbox.of_reply(conn, reply.id)
    if scene.move.by == SYSTEM or delivery is None:
        return
    if not outbox.settle(conn, delivery.id, state, [DeliveryState.NEEDS_HUMAN]):
        raise NotAllowed(LOOKED_UP.format(scene.before.ref))


def on_unsure(conn: Connection, scene: Scene) -> Detail:
    """Nobody but a person can tell whether it went out: who wrote it is told at once, the next in turn soon after."""
    reply = reply_on_its_way(conn, scene)
    take_back(conn, scene, reply)
    pings.end(conn, scene.number, scene.now)
    after_the_owner = escalations.after_owner(conn, scene.before, scene.house)
    escalations.arm(conn, scene.number, scene.now + scene.house.acknowledge_within, after_the_owner)
    replies.set_state(conn, reply.id, ReplyState.UNSURE, now=scene.now)
    say_in_thread(conn, scene, "unsure", reply=reply.id)
    say_to_author(conn, scene, reply, "unsure")
    return {"reply": reply.id}, {}


def take_back(conn: Connection, scene: Scene, reply: Reply) -> None:
    """Undo of Send Again: the first try is as doubtful as it was. Raises NotAllowed once the second has left."""
    delivery = outbox.of_reply(conn, reply.id)
    waits = delivery is not None and delivery.is_again and delivery.state is DeliveryState.PENDING
    if scene.move.by == SYSTEM and not waits:
        return
    if not (delivery and waits and outbox.settle(conn, delivery.id, DeliveryState.NEEDS_HUMAN, [DeliveryState.PENDING])):
        raise NotAllowed(words.too_late(scene.before.ref))


def on_resend(conn: Connection, scene: Scene) -> Detail:
    """A person has it sent once more, knowing that the first try may be public: held again, so that this can be undone."""
    reply = reply_on_its_way(conn, scene)
    delivery, until = outbox.of_reply(conn, reply.id), scene.now + scene.house.hold
    if delivery is None or not send_again(conn, delivery, until):
        raise NotAllowed(LOOKED_UP.format(scene.before.ref))
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    replies.set_state(conn, reply.id, ReplyState.HELD, now=scene.now, hold_until=until)
    say_in_thread(conn, scene, "again", reply=reply.id, by=scene.move.by)
    return {"reply": reply.id}, {}


def send_again(conn: Connection, delivery: Delivery, due_at: datetime) -> bool:
    """What waits for a person is due at ``due_at``. When it first left stays known: a look finds the first try too."""
    d = delivery_table.c
    fresh = {"unsure_since": None, "absent_at": None, "recovered_at": None, "deadline": due_at + DEADLINE[Kind.REPLY]}
    values = {"state": DeliveryState.PENDING, "due_at": due_at, "payload": {**delivery.payload, "again": True}, **fresh}
    here = (d.id == delivery.id) & (d.state == DeliveryState.NEEDS_HUMAN)
    return conn.execute(update(delivery_table).where(here).values(values)).rowcount == 1


def on_answered(conn: Connection, scene: Scene) -> Detail:
    """Answered by hand: the words, if they are known, are kept as a reply of their own."""
    pings.end(conn, scene.number, scene.now)
    escalations.over(conn, scene.number)
    url = scene.move.detail.get("url") or None
    reply_id = replies.by_hand(conn, scene.before, scene.move.by, text=scene.move.text, url=url, now=scene.now)
    say_in_thread(conn, scene, "answered", reply=reply_id)
    return {"reply": reply_id}, {"reply": replies.digest_of(conn, reply_id)}

"""What each move brings with it: reply rows, pings armed or cancelled, and what staff and the public are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import words
from bot.delivery import DeliveryState, Kind, Rank
from bot.errors import NotAllowed
from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move
from bot.reply import Reply, ReplyState
from bot.store import escalations, mentions, outbox, replies
from bot.store.outbox import Wanted

Detail = tuple[dict[str, object], dict[str, str]]
"""What goes into the event as it is, and the digests of words that stand elsewhere."""
NOTHING: Detail = ({}, {})


@dataclass(frozen=True, slots=True)
class Scene:
    """One move being made."""

    before: Mention
    after: Mention
    move: Move
    house: House
    now: datetime

    @property
    def number(self) -> int:
        """The mention's number."""
        return self.before.number

    @property
    def respond_by(self) -> datetime:
        """When an answer would be due that is promised now."""
        return self.house.respond_by(self.house.account_of(self.before), self.now)


def of(conn: Connection, scene: Scene) -> Detail:
    """Carry out what belongs to a move."""
    effect = EFFECTS.get(scene.move.action)
    return effect(conn, scene) if effect else NOTHING


def redraw(conn: Connection, mention: Mention, house: House, now: datetime) -> None:
    """Have the mention's cards drawn as it is now."""
    if house.is_held(mention):
        return
    for chat in house.chats:
        outbox.redraw(conn, mention.number, chat, now)


def say_in_thread(conn: Connection, scene: Scene, what: str, **about: object) -> None:
    """Tell staff something under the card, drawn when it leaves from what is so then."""
    if scene.house.is_held(scene.after):
        return
    for chat in scene.house.chats:
        key = f"thread:{chat}:{scene.number}:{scene.after.version}:{what}"
        lane = f"card:{chat}:{scene.number}"
        outbox.queue(
            conn,
            Wanted(key, Kind.THREAD, lane, Rank.ACTION, scene.number, chat, {"what": what, **about}),
            scene.now,
        )


def say_to_author(conn: Connection, scene: Scene, reply: Reply, what: str, **about: object) -> None:
    """Tell the one who wrote a reply what became of it, privately too: a thread may be gone, or never have been."""
    key = f"tell:{scene.number}:{scene.after.version}:{what}"
    about = {"what": what, "reply": reply.id, **about}
    wanted = Wanted(key, Kind.TELL, f"{key}:{reply.by}", Rank.ACTION, scene.number, reply.by, about)
    outbox.queue(conn, wanted, scene.now)


def on_claim(conn: Connection, scene: Scene) -> Detail:
    """Pings stop; the one who claimed has the time of a new response target."""
    outbox.cancel_pings(conn, scene.number)
    escalations.arm(conn, scene.number, max(scene.respond_by, scene.before.respond_by or scene.now))
    return NOTHING


def on_release(conn: Connection, scene: Scene) -> Detail:
    """Back in the queue: pings begin when the target passes, or after one wait if it has."""
    soonest = scene.now + scene.house.acknowledge_within
    escalations.arm(conn, scene.number, max(soonest, scene.before.respond_by or soonest))
    return NOTHING


def on_give(conn: Connection, scene: Scene) -> Detail:
    """The colleague is asked privately; until they accept, the giver has it."""
    key = f"offer:{scene.number}:{scene.after.version}"
    about = {"what": "offer", "by": scene.move.by, "to": scene.move.to}
    outbox.queue(
        conn, Wanted(key, Kind.TELL, f"{key}:{scene.move.to}", Rank.ACTION, scene.number, scene.move.to, about), scene.now
    )
    say_in_thread(conn, scene, "offered", by=scene.move.by, to=scene.move.to)
    return {"offered_to": scene.move.to}, {}


def on_accept(conn: Connection, scene: Scene) -> Detail:
    """The colleague has it now, with the time of a new response target."""
    say_in_thread(conn, scene, "accepted", by=scene.move.by)
    return on_claim(conn, scene)


def on_decline(conn: Connection, scene: Scene) -> Detail:
    """Whoever offered it still has it, and is told."""
    say_in_thread(conn, scene, "declined", by=scene.before.offered_to or "", lapsed=scene.move.by == SYSTEM)
    return NOTHING


def on_snooze(conn: Connection, scene: Scene) -> Detail:
    """Nobody is pinged until then; then it wakes by itself."""
    outbox.cancel_pings(conn, scene.number)
    escalations.arm(conn, scene.number, scene.move.until or scene.now)
    say_in_thread(conn, scene, "snoozed", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_wake(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts, and whoever snoozed it is told."""
    escalations.arm(conn, scene.number, scene.after.respond_by or scene.now)
    say_in_thread(conn, scene, "woke")
    return NOTHING


def on_expire(conn: Connection, scene: Scene) -> Detail:
    """A claim went cold: back in the queue, and the next person is pinged at once."""
    escalations.arm(conn, scene.number, scene.now)
    say_in_thread(conn, scene, "expired", by=scene.before.owner or "")
    return NOTHING


def on_priority(conn: Connection, scene: Scene) -> Detail:
    """Said under the card, with the reason."""
    if scene.move.by != SYSTEM:
        say_in_thread(conn, scene, "priority", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_reply(conn: Connection, scene: Scene) -> Detail:
    """The draft becomes a held reply, with a delivery that leaves when the hold is over."""
    answers = post_answered(conn, scene.before)
    if scene.move.detail.get("answers", answers) != answers:
        raise NotAllowed(words.wrote_again(scene.before.ref))
    outbox.cancel_pings(conn, scene.number)
    escalations.arm(conn, scene.number, scene.respond_by)
    reply_id = replies.keep_draft(conn, scene.before, scene.move.by, text=scene.move.text, now=scene.now)
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
    """Only while the delivery has not left: it is cancelled with the move, and the words are a draft again."""
    reply = reply_on_its_way(conn, scene)
    if not outbox.cancel(conn, f"reply:{reply.id}"):
        raise NotAllowed(words.too_late(scene.before.ref))
    replies.set_state(conn, reply.id, ReplyState.WITHDRAWN, now=scene.now, hold_until=None)
    replies.keep_draft(conn, scene.before, reply.by, text=reply.text, now=scene.now)
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
    escalations.over(conn, scene.number)
    say_in_thread(conn, scene, "sent", reply=reply.id)
    return {"reply": reply.id}, {}


def on_not_sent(conn: Connection, scene: Scene) -> Detail:
    """It certainly did not go out: the owner is told why and what to do."""
    reply = reply_on_its_way(conn, scene)
    replies.set_state(conn, reply.id, ReplyState.FAILED, now=scene.now)
    replies.keep_draft(conn, scene.before, reply.by, text=reply.text, now=scene.now)
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
        raise NotAllowed(f"The reply to {scene.before.ref} is being looked up at this moment. Try again in a minute.")


def on_unsure(conn: Connection, scene: Scene) -> Detail:
    """Nobody but a person can tell whether it went out."""
    reply = reply_on_its_way(conn, scene)
    replies.set_state(conn, reply.id, ReplyState.UNSURE, now=scene.now)
    say_in_thread(conn, scene, "unsure", reply=reply.id)
    say_to_author(conn, scene, reply, "unsure")
    return {"reply": reply.id}, {}


def on_answered(conn: Connection, scene: Scene) -> Detail:
    """Answered by hand: the words, if they are known, are kept as a reply of their own."""
    outbox.cancel_pings(conn, scene.number)
    escalations.over(conn, scene.number)
    url = scene.move.detail.get("url") or None
    reply_id = replies.by_hand(conn, scene.before, scene.move.by, text=scene.move.text, url=url, now=scene.now)
    say_in_thread(conn, scene, "answered", reply=reply_id)
    return {"reply": reply_id}, {"reply": replies.digest_of(conn, reply_id)}


def on_close(conn: Connection, scene: Scene) -> Detail:
    """Nobody need be pinged; the reason is said under the card."""
    outbox.cancel_pings(conn, scene.number)
    escalations.over(conn, scene.number)
    say_in_thread(conn, scene, "closed", by=scene.move.by)
    return NOTHING


def on_reopen(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts."""
    if scene.after.respond_by:
        escalations.arm(conn, scene.number, scene.after.respond_by)
    return NOTHING


def on_note(conn: Connection, scene: Scene) -> Detail:
    """Said among staff, under the card."""
    say_in_thread(conn, scene, "note", seq=scene.after.version, by=scene.move.by)
    return NOTHING


def on_acknowledge(conn: Connection, scene: Scene) -> Detail:
    """Somebody is looking: the next in turn is left alone until the target's length has passed, by the clock on the wall."""
    outbox.cancel_pings(conn, scene.number)
    wait = scene.house.account_of(scene.before).respond_within
    if scene.move.by == scene.before.owner:
        escalations.arm(conn, scene.number, scene.now + wait)
        return NOTHING
    escalations.acknowledge(conn, scene.number, scene.move.by, now=scene.now, due_at=scene.now + wait)
    return NOTHING


EFFECTS: Mapping[Action, Callable[[Connection, Scene], Detail]] = {
    Action.CLAIM: on_claim,
    Action.RELEASE: on_release,
    Action.EXPIRE: on_expire,
    Action.GIVE: on_give,
    Action.ACCEPT: on_accept,
    Action.DECLINE: on_decline,
    Action.SNOOZE: on_snooze,
    Action.WAKE: on_wake,
    Action.PRIORITY: on_priority,
    Action.REPLY: on_reply,
    Action.WITHDRAW: on_withdraw,
    Action.SENT: on_sent,
    Action.NOT_SENT: on_not_sent,
    Action.UNSURE: on_unsure,
    Action.ANSWERED: on_answered,
    Action.CLOSE: on_close,
    Action.REOPEN: on_reopen,
    Action.NOTE: on_note,
    Action.ACKNOWLEDGE: on_acknowledge,
}

"""What the moves of a reply bring with them: its row, its delivery, and who is told what became of it."""

from datetime import timedelta

from sqlalchemy import Connection

from bot import words
from bot.delivery import DeliveryState
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action
from bot.reply import Answers, Post, Reply, ReplyState, Written
from bot.store.duty import escalations, pings
from bot.store.replying import media, parts, readback, replies, saved
from bot.store.replying.as_shown import require_as_shown
from bot.store.replying.carried import LOOKED_UP, carry, post_answered, send_again, settle_delivery
from bot.store.scene import Detail, Scene, say_in_thread, say_to_author
from bot.store.sending import outbox, recovery

STALE = "its saved words are over"
"""Why a held reply was stopped: it is a saved reply that cannot be sent any more."""
HELD_FOR = "held_for"
"""In the detail of a move that lets a reply go: for how many seconds, where that is not as the house has it."""


def on_reply(conn: Connection, scene: Scene) -> Detail:
    """The draft becomes a held reply, its posts frozen, with a delivery that leaves when the hold is over."""
    move = scene.move
    if move.by == SYSTEM:
        return parts.on_next(conn, scene)
    written = move.written or Written(move.text)
    reply_id = replies.keep_draft(conn, scene.before, move.by, written=written, now=scene.now)
    require_as_shown(conn, scene, reply_id)
    replies.freeze(conn, reply_id, move.posts or (Post(written.text),))
    answers = on_its_way(conn, scene, reply_id)
    return {"reply": reply_id, "answers": answers, **drawn_from(written)}, replies.digests_of(conn, reply_id)


def drawn_from(written: Written) -> dict[str, object]:
    """For the record: what its words began with, an earlier reply or a saved one; see ``Written``."""
    return {"from": written.drawn_from} if written.drawn_from else {}


def on_its_way(conn: Connection, scene: Scene, reply_id: str) -> str:
    """Hold a reply whose posts are frozen, and queue what sends it when the hold is over. Returns which post it answers.

    Words from before a restore may have been let go since the backup: under their key they are looked up, and not held.
    Raises NotAllowed when the author has written again since, if the move says which of their posts is answered; and for a
    saved reply that cannot be sent any more.
    """
    require_usable(conn, scene, replies.get(conn, reply_id))
    answers = post_answered(conn, scene.before)
    if scene.move.detail.get("answers", answers) != answers:
        raise NotAllowed(words.wrote_again(scene.before.ref))
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    hold = hold_of(scene)
    replies.set_state(conn, reply_id, ReplyState.HELD, now=scene.now, hold_until=scene.now + hold)
    carry(conn, scene, reply_id, answers, after=hold)
    reply = replies.get(conn, reply_id)
    if reply and recovery.may_be_out(conn, reply.created_at):
        recovery.doubt(conn, reply_id, reply.created_at, scene.now)
        say_in_thread(conn, scene, "looked_up", reply=reply_id)
    return answers


def require_usable(conn: Connection, scene: Scene, reply: Reply | None) -> None:
    """Raise NotAllowed, which says whom to ask, for a saved reply that cannot be sent any more."""
    if why := saved.why_not(conn, reply.drawn_from if reply else "", scene.now):
        raise NotAllowed(why)


def hold_of(scene: Scene) -> timedelta:
    """How long it is held: as whoever let it go was told, else as the house has it."""
    told = scene.move.detail.get(HELD_FOR)
    return timedelta(seconds=int(told)) if told else scene.house.hold


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
    give_words_back(conn, scene, reply)
    escalations.arm(conn, scene.number, scene.respond_by)
    if scene.move.by == SYSTEM:
        why = str(scene.move.detail.get("because", ""))
        why = saved.why_not(conn, reply.drawn_from, scene.now) if why == STALE else why
        say_in_thread(conn, scene, "stopped", reply=reply.id, why=why)
        say_to_author(conn, scene, reply, "stopped", why=why)
    elif reply.part > 1:
        say_in_thread(conn, scene, "partly", reply=reply.id, by=scene.move.by)
    return {"reply": reply.id, **gap(reply)}, {}


def give_words_back(conn: Connection, scene: Scene, reply: Reply) -> None:
    """What did not go out is its writer's draft again, pictures and all; what is public already is not in it."""
    languages = scene.house.account_of(scene.before).languages
    first = replies.get(conn, reply.first_id) if reply.first_id else None
    left = parts.left_of(reply, languages, first)
    draft = replies.keep_draft(conn, scene.before, reply.by, written=left, now=scene.now)
    replies.begun_by(conn, draft, reply.created_at)
    if not reply.first_id:
        media.hand_on(conn, reply.id, draft)
        return
    if any(post.answers is Answers.SAME for post in reply.posts):
        media.keep(conn, draft, media.of(conn, reply.first_id))
    media.spent(conn, reply.first_id)


def gap(reply: Reply) -> dict[str, object]:
    """For the record: the language that is missing where only the other one is public."""
    missing = parts.gap_of(reply)
    return {"missing": missing} if missing else {}


def on_sent(conn: Connection, scene: Scene) -> Detail:
    """The public can see it."""
    reply = reply_on_its_way(conn, scene)
    native_id, url = scene.move.detail.get("native_id") or None, scene.move.detail.get("url") or None
    replies.set_state(conn, reply.id, ReplyState.SENT, now=scene.now, sent_at=scene.now, native_id=native_id, url=url)
    settle_delivery(conn, scene, reply, DeliveryState.DONE)
    pings.end(conn, scene.number, scene.now)
    escalations.over(conn, scene.number)
    if readback.is_looked_for(scene, native_id):
        readback.look_for(conn, scene, reply)
    else:
        say_in_thread(conn, scene, "sent", reply=reply.id)
    return {"reply": reply.id}, {}


def on_not_sent(conn: Connection, scene: Scene) -> Detail:
    """It certainly did not go out: the owner is told why and what to do."""
    reply = reply_on_its_way(conn, scene)
    replies.set_state(conn, reply.id, ReplyState.FAILED, now=scene.now)
    give_words_back(conn, scene, reply)
    settle_delivery(conn, scene, reply, DeliveryState.CANCELLED)
    escalations.arm(conn, scene.number, scene.respond_by)
    why = {name: scene.move.detail.get(name, "") for name in ("reason", "by_hand")}
    say_in_thread(conn, scene, "not_sent", reply=reply.id, **why)
    say_to_author(conn, scene, reply, "not_sent", **why)
    return {"reply": reply.id, **gap(reply)}, {}


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
    require_as_shown(conn, scene, reply.id)
    require_usable(conn, scene, reply)
    delivery, until = outbox.of_reply(conn, reply.id), scene.now + hold_of(scene)
    if delivery is None or not send_again(conn, delivery, until):
        raise NotAllowed(LOOKED_UP.format(scene.before.ref))
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    replies.set_state(conn, reply.id, ReplyState.HELD, now=scene.now, hold_until=until)
    say_in_thread(conn, scene, "again", reply=reply.id, by=scene.move.by)
    return {"reply": reply.id}, {}


def on_answered(conn: Connection, scene: Scene) -> Detail:
    """Answered by hand: the words, if they are known, are kept as a reply of their own, and as they were to be pasted."""
    pings.end(conn, scene.number, scene.now)
    escalations.over(conn, scene.number)
    url = scene.move.detail.get("url") or None
    reply_id = replies.by_hand(conn, scene.before, scene.move.by, text=scene.move.text, url=url, now=scene.now)
    how = {name: scene.move.detail[name] for name in ("approval", "overrode") if name in scene.move.detail}
    say_in_thread(conn, scene, "answered", reply=reply_id, **how)
    if not scene.move.posts:
        return {"reply": reply_id}, replies.digests_by_hand(conn, reply_id)
    replies.freeze(conn, reply_id, scene.move.posts)
    return {"reply": reply_id}, replies.digests_of(conn, reply_id)

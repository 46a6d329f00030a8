"""What the moves of approval bring with them: a reply waits, is let go, or becomes a draft again; and who is told."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from bot import words as common_words
from bot.errors import NeedsMore, NotAllowed, NotYours
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.moving import is_beside
from bot.reply import Post, Reply, ReplyState, Written
from bot.replying.approval import next_due
from bot.store import mentions, schema
from bot.store.duty import escalations, pings
from bot.store.duty.pings import Heard
from bot.store.replying import as_shown, asking, media, replies, trust
from bot.store.replying.answering import drawn_from, give_words_back, on_its_way
from bot.store.replying.asked import waited_on
from bot.store.replying.asking import READERS, Around, Request
from bot.store.replying.carried import post_answered
from bot.store.scene import Detail, Scene, say_in_thread, say_to_author
from bot.words import approvals as words

AS_OF = as_shown.AS_OF
WHAT_CHANGES_IT = (*as_shown.SAID, Action.SUBMIT)
ENDS_WAITING = frozenset(words.ENDED)
"""What takes the mention out of its writer's hands, or leaves nothing to answer: the reply is their draft again."""


# --- sent in -----------------------------------------------------------------------------------------------------


def on_submit(conn: Connection, scene: Scene) -> Detail:
    """The draft waits, its posts frozen; those who approve are asked, and asked again by the clock. Its ladder goes on."""
    move, now = scene.move, scene.now
    answers = post_answered(conn, scene.before)
    if move.detail.get("answers", answers) != answers:
        raise NotAllowed(common_words.wrote_again(scene.before.ref))
    written = move.written or Written(move.text)
    reply_id = replies.keep_draft(conn, scene.before, move.by, written=written, now=now)
    as_shown.require_as_shown(conn, scene, reply_id)
    replies.freeze(conn, reply_id, move.posts or (Post(written.text),))
    due = next_due(1, now, scene.house.approval.within)
    waits = {"submitted_at": now, "approval_due_at": due, "approval_laps": 1, "approved_by": None}
    replies.set_state(conn, reply_id, ReplyState.WAITING, now=now, **waits)
    pings.answered(conn, scene.number, now, by=move.by, answer=Heard.ACKNOWLEDGED)
    if scene.before.state is State.REPLIED:
        escalations.arm(conn, scene.number, scene.respond_by)
    asked = ask_first(conn, scene, reply_id)
    return {"reply": reply_id, "asked": list(asked), **drawn_from(written)}, replies.digests_of(conn, reply_id)


def ask_first(conn: Connection, scene: Scene, reply_id: str) -> tuple[str, ...]:
    """Put it before those who approve, privately and under the card. Returns who was asked."""
    reply, now = replies.get(conn, reply_id), scene.now
    if reply is None:
        raise LookupError(f"{scene.before.ref}: the reply that was sent in is gone")
    overrode = scene.move.detail.get("overrode", "")
    request = Request(scene.after, reply, scene.after.version, overrode, len(media.listed(conn, reply_id)))
    around = Around(scene.house, now, readers=frozenset(scene.move.detail.get(READERS, "").split()))
    asked_now = asking.circle_for(conn, reply.by, around, about=scene.before)
    people = asked_now.next_after()
    asking.ask(conn, request, people, 0, now=now)
    say_in_thread(conn, scene, "submitted", **request.about)
    if asked_now.asks_no_approver:
        known = mentions.names(conn, people)
        text = words.asks_leads_instead(scene.before.ref, [known[person] for person in people])
        asking.tell_writer(conn, request, "no_approver", text, house=scene.house, now=now)
    return people


# --- what becomes of it ------------------------------------------------------------------------------------------


def on_approve(conn: Connection, scene: Scene) -> Detail:
    """What the approver was shown, or has changed it to, is held and then goes, as a reply that needs no approval."""
    reply, move = waiting_for(conn, scene), scene.move
    if move.by == reply.by:
        raise NotYours(words.own(scene.before.ref))
    changed = is_changed(reply, move)
    if changed_since(conn, scene) or (not changed and move.posts and move.posts != reply.posts):
        raise NotAllowed(words.changed_meanwhile(scene.before.ref))
    if changed and move.written:
        rewrite(conn, reply, move.written, move.posts or (Post(move.written.text),))
    let_go = {"approved_by": move.by, "approval_due_at": None}
    replies.set_state(conn, reply.id, ReplyState.HELD, now=scene.now, **let_go)
    answers = on_its_way(conn, scene, reply.id)
    about = {"reply": reply.id, "by": move.by, "seq": scene.after.version, "changed": changed}
    say_in_thread(conn, scene, "approved", **about)
    say_to_author(conn, scene, reply, "approved_yours", **{name: about[name] for name in ("by", "seq", "changed")})
    if changed:
        trust.looked_over(conn, reply, trust.CHANGED, by=move.by, mention=scene.after, house=scene.house, now=scene.now)
    digests = replies.digests_of(conn, reply.id)
    if not changed:
        digests.pop("reply", None)  # the words stand in the event of their sending-in
    made_of = {"reply": reply.id, "writer": reply.by, "answers": answers}
    return {**made_of, **({"changed": "yes"} if changed else {})}, digests


def waiting_for(conn: Connection, scene: Scene) -> Reply:
    """The reply that waits. Raises NotAllowed when none does, or another one than was meant."""
    reply = replies.pending(conn, scene.number)
    meant = scene.move.detail.get("reply")
    if reply is None or reply.state is not ReplyState.WAITING or (meant and meant != reply.id):
        raise NotAllowed(words.nothing_waits(scene.before.ref))
    return reply


def is_changed(reply: Reply, move: Move) -> bool:
    """Whether an approver has written anything otherwise."""
    return move.written is not None and move.written != reply.as_written


def changed_since(conn: Connection, scene: Scene) -> bool:
    """Whether the public wrote, or the reply was sent in anew, after what the approver was shown."""
    as_of = scene.move.detail.get(AS_OF)
    return bool(as_of and as_shown.happened_since(conn, scene.before.ref, int(as_of), WHAT_CHANGES_IT))


def rewrite(conn: Connection, reply: Reply, written: Written, posts: tuple[Post, ...]) -> None:
    """An approver's words in the place of the writer's, which are kept beside them."""
    r = schema.reply
    salt = conn.execute(select(r.c.text_salt).where(r.c.id == reply.id)).scalar_one()
    earlier = {"written": reply.text, "written_salt": salt, "written_second": reply.second}
    conn.execute(update(r).where(r.c.id == reply.id).values({**replies.columns_of(written), **earlier}))
    replies.freeze(conn, reply.id, posts)


def on_send_back(conn: Connection, scene: Scene) -> Detail:
    """It is its writer's draft again, with a word on what should change: that is told to them, and to nobody else."""
    reply, move = waiting_for(conn, scene), scene.move
    if move.by == reply.by:
        raise NotYours(words.own(scene.before.ref))
    if not move.note.strip():
        raise NeedsMore(words.needs_why(scene.before.ref))
    back_to_draft(conn, scene, reply)
    say_in_thread(conn, scene, "sent_back", reply=reply.id, by=move.by)
    say_to_author(conn, scene, reply, "sent_back_yours", by=move.by, seq=scene.after.version)
    trust.looked_over(conn, reply, trust.SENT_BACK, by=move.by, mention=scene.after, house=scene.house, now=scene.now)
    return {"reply": reply.id, "writer": reply.by}, {}


def on_recall(conn: Connection, scene: Scene) -> Detail:
    """Its writer took it back: nobody need look at it any more."""
    reply = waiting_for(conn, scene)
    if scene.move.by != reply.by:
        raise NotYours(words.not_its_writer(scene.before.ref, mentions.names(conn, {reply.by})[reply.by]))
    back_to_draft(conn, scene, reply)
    say_in_thread(conn, scene, "recalled", reply=reply.id, by=reply.by)
    asking.say_it_is_over(conn, scene, reply)
    return {"reply": reply.id}, {}


def back_to_draft(conn: Connection, scene: Scene, reply: Reply) -> None:
    """What waited is a draft again, pictures and all; what was sent in stays on the record as it was."""
    replies.set_state(conn, reply.id, ReplyState.WITHDRAWN, now=scene.now, approval_due_at=None)
    give_words_back(conn, scene, reply)


# --- what other moves do to it -----------------------------------------------------------------------------------


def meanwhile(conn: Connection, scene: Scene) -> Mapping[str, object]:
    """Before any other move: a reply that waits comes back to its writer where the mention leaves their hands.

    For the record: which reply that was. Its writer hears of it, also when a colleague undoes what was approved.
    """
    action = scene.move.action
    ends = action in ENDS_WAITING and not is_beside(scene.move)
    if ends and scene.before.state is State.CLAIMED:
        return comes_back(conn, scene)
    if action is Action.WITHDRAW:
        tell_of_undo(conn, scene)
    if action is Action.SENT:
        count_for_trust(conn, scene)
    return {}


def count_for_trust(conn: Connection, scene: Scene) -> None:
    """What was approved without a change counts once all of it is public: what was stopped before that earns nothing."""
    reply = replies.live(conn, scene.number)
    if reply is None or not reply.approved_by or reply.part < reply.parts:
        return
    e = schema.event.c
    approved = select(e.changes).where(e.subject == scene.before.ref, e.action == Action.APPROVE)
    changes = conn.execute(approved.order_by(e.seq.desc()).limit(1)).scalar()
    if changes is not None and not changes.get("changed"):
        by = reply.approved_by
        trust.looked_over(conn, reply, trust.APPROVED, by=by, mention=scene.after, house=scene.house, now=scene.now)


def comes_back(conn: Connection, scene: Scene) -> Mapping[str, object]:
    """Nobody need approve it any more; its writer and the thread are told why."""
    reply = replies.pending(conn, scene.number)
    if reply is None or reply.state is not ReplyState.WAITING:
        return {}
    back_to_draft(conn, scene, reply)
    about = {"ended": str(scene.move.action), "by": scene.move.by}
    say_in_thread(conn, scene, "not_approved", reply=reply.id, **about)
    if scene.move.by != reply.by:
        say_to_author(conn, scene, reply, "not_approved_yours", **about)
    asking.say_it_is_over(conn, scene, reply)
    return {"taken_back": reply.id}


def tell_of_undo(conn: Connection, scene: Scene) -> None:
    """Somebody else than its writer stops what was approved."""
    reply = replies.live(conn, scene.number)
    if reply and reply.approved_by and scene.move.by not in (reply.by, SYSTEM):
        say_to_author(conn, scene, reply, "undone", by=scene.move.by)


# --- judging -----------------------------------------------------------------------------------------------------


def judge_second(conn: Connection, before: Mention, move: Move) -> None:
    """Raise NotAllowed for a second reply while one waits for approval, in words that say whose and for whom."""
    if move.action not in (Action.REPLY, Action.SUBMIT) or before.state is not State.CLAIMED:
        return
    reply = replies.pending(conn, before.number)
    if reply is None or reply.state is not ReplyState.WAITING:
        return
    asked = waited_on(conn, reply)
    known = mentions.names(conn, {*asked, reply.by})
    names = [known[person] for person in asked]
    raise NotAllowed(words.waits_already(before.ref, known[reply.by], names, own=move.by == reply.by))


def may_undo(conn: Connection, before: Mention, move: Move) -> bool:
    """Whether somebody may stop a reply though the mention is not theirs: who wrote it, and who approved it."""
    if move.action is not Action.WITHDRAW:
        return False
    reply = replies.live(conn, before.number)
    return reply is not None and move.by in (reply.by, reply.approved_by)

"""Public acts besides replying: hide, show again, like, and take down or correct a reply of ours.

A person's move asks for one: a delivery leaves with it. The same action by the system says what came of it (``OUTCOME``);
only that changes what is shown as so, and until then nobody knows. Each may be repeated without harm: a lost answer is no
doubt.
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection, select, update

from bot.delivery import Delivery, Kind, Rank
from bot.errors import NotAllowed
from bot.mention import DANGER, SYSTEM, Action
from bot.reply import LIVE, Act, Post, Reply, ReplyState
from bot.store import mentions
from bot.store.proof.record import digest, new_salt
from bot.store.replying import replies
from bot.store.scene import NOTHING, Detail, Scene, say_in_thread
from bot.store.schema import delivery
from bot.store.schema import reply as table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import hiding as words

OUTCOME = "outcome"


class Outcome(StrEnum):
    """DONE: the network did it. GONE: what it was about is not there any more. REFUSED: it is not done, and will not be."""

    DONE = "done"
    GONE = "gone"
    REFUSED = "refused"


def outcome_of(scene: Scene) -> Outcome | None:
    """What came of an act, where that is what the move says; None where it asks for one."""
    said = scene.move.detail.get(OUTCOME)
    return Outcome(said) if said and scene.move.by == SYSTEM else None


def ask(conn: Connection, scene: Scene, act: Act, native_id: str, **about: str) -> None:
    """Queue an act on a post, in the place of one that it outdoes.

    Raises NotAllowed where its account cannot do that, or another on that post is under way.
    """
    account, ref = scene.before.account, scene.before.ref
    if scene.move.by != SYSTEM and act not in scene.house.account_of(scene.before).abilities.acts:
        raise NotAllowed(words.not_there(ref, act, scene.house.account_of(scene.before).label))
    lane = lane_of(account, native_id)
    waits = under_way(conn, lane)
    if waits and not (waits.payload["act"] == OUTDOES.get(act) and outbox.cancel(conn, waits.key)):
        raise NotAllowed(words.under_way(ref))
    payload = {"act": act, "action": scene.move.action, "native_id": native_id, "seq": scene.after.version}
    payload |= {"by": scene.move.by, **about}
    key = f"act:{act}:{scene.number}:{scene.after.version}:{native_id}"
    outbox.queue(conn, Wanted(key, Kind.ACT, lane, Rank.ACTION, scene.number, account, payload), scene.now)


def lane_of(account: str, native_id: str) -> str:
    """Acts on one post leave one after the other."""
    return f"act:{account}:{native_id}"


def under_way(conn: Connection, lane: str) -> Delivery | None:
    """The act on a post that is not over yet, if any."""
    here = (delivery.c.lane == lane) & outbox.NOT_OVER
    row = conn.execute(select(delivery).where(here)).mappings().first()
    return outbox.delivery_from(row) if row else None


def tell_refused(conn: Connection, scene: Scene) -> None:
    """Under the card, and privately to whoever asked: what to do by hand."""
    detail = scene.move.detail
    about = {"action": scene.move.action, "reason": detail.get("reason", ""), "url": detail.get("url", "")}
    say_in_thread(conn, scene, "act_refused", **about)
    if (asker := detail.get("asked_by", "")) not in ("", SYSTEM):
        key = f"act_refused:{scene.number}:{scene.after.version}"
        payload = {"what": "act_refused", **about}
        told = Wanted(key, Kind.TELL, f"{key}:{asker}", Rank.ACTION, scene.number, asker, payload)
        outbox.queue(conn, told, scene.now)


# --- like --------------------------------------------------------------------------------------------------------


def on_like(conn: Connection, scene: Scene) -> Detail:
    """The public sees that we liked a post. Never one that sounds like danger."""
    match outcome_of(scene):
        case None:
            pass
        case Outcome.DONE:
            return NOTHING
        case _:
            tell_refused(conn, scene)
            return NOTHING
    mention = scene.before
    if mention.private or mention.gone_at or mention.erased_at:
        raise NotAllowed(words.nothing_public(mention.ref))
    if DANGER & set(mention.flags):
        raise NotAllowed(words.never_liked(mention.ref))
    ask(conn, scene, Act.LIKE, mention.native_id)
    return NOTHING


# --- our own replies ---------------------------------------------------------------------------------------------


def last_public(conn: Connection, number: int) -> list[Reply]:
    """The posts of our last reply to a mention that are public now, first post first; none where nothing is."""
    c = table.c
    sent = (c.number == number) & (c.state == ReplyState.SENT) & c.native_id.is_not(None)
    rows = conn.execute(select(table).where(sent).order_by(c.sent_at.desc(), c.part.desc())).mappings().all()
    found = [mentions.reply_from(row) for row in rows]
    first = family(found[0]) if found else ""
    return sorted((one for one in found if family(one) == first), key=lambda one: one.part)


def family(reply: Reply) -> str:
    """The row of the first post of the reply that a row belongs to."""
    return reply.first_id or reply.id


def on_take_down(conn: Connection, scene: Scene) -> Detail:
    """Asked: each post of our last reply is to be deleted. Done: that post is not public any more."""
    if outcome := outcome_of(scene):
        return taken_down(conn, scene, outcome)
    posts = own_posts(conn, scene)
    for one in posts:
        ask(conn, scene, Act.DELETE_OWN, str(one.native_id), about=one.id, url=one.url or "")
    return {"asked_of": posts[0].id}, {}


def own_posts(conn: Connection, scene: Scene) -> list[Reply]:
    """What is public of our last reply. Raises NotAllowed where nothing is, or another is on its way."""
    ref = scene.before.ref
    if conn.execute(select(table.c.id).where(table.c.number == scene.number, table.c.state.in_(LIVE))).first():
        raise NotAllowed(words.on_its_way(ref))
    posts = last_public(conn, scene.number)
    if not posts:
        raise NotAllowed(words.nothing_of_ours(ref))
    return posts


def taken_down(conn: Connection, scene: Scene, outcome: Outcome) -> Detail:
    """What became of taking one post down: one that is gone already is down too."""
    reply_id = scene.move.detail["about"]
    if outcome is Outcome.REFUSED:
        tell_refused(conn, scene)
        return {"asked_of": reply_id}, {}
    replies.set_state(conn, reply_id, ReplyState.DELETED, now=scene.now, deleted_at=scene.now)
    say_in_thread(conn, scene, "taken_down", reply=reply_id, by=scene.move.detail.get("asked_by", ""))
    return {"reply": reply_id}, {}


def on_correct(conn: Connection, scene: Scene) -> Detail:
    """Asked: a post of our last reply is to have other words. Done: it has; what was public before stays in the record."""
    if outcome := outcome_of(scene):
        return corrected(conn, scene, outcome)
    which, text = scene.move.detail.get("of", ""), scene.move.text
    post = next((one for one in own_posts(conn, scene) if one.id == which), None)
    if post is None:
        raise NotAllowed(words.nothing_of_ours(scene.before.ref))
    salt = new_salt()
    ask(conn, scene, Act.EDIT_OWN, str(post.native_id), about=post.id, text=text, salt=salt, url=post.url or "")
    before = replies.digests_of(conn, post.id)["posts"]
    return {"asked_of": post.id}, {"words_before": before, "words": digest(salt, text)}


def corrected(conn: Connection, scene: Scene, outcome: Outcome) -> Detail:
    """What became of a correction. ``text`` has the words the network took."""
    reply_id = scene.move.detail["about"]
    reply = replies.get(conn, reply_id)
    if outcome is not Outcome.DONE or reply is None:
        tell_refused(conn, scene)
        return {"asked_of": reply_id}, {}
    first, *rest = reply.posts or (Post(reply.text),)
    changed = Post(scene.move.text, first.language, first.answers)
    replies.freeze(conn, reply_id, (changed, *rest))
    conn.execute(update(table).where(table.c.id == reply_id).values(edited_at=scene.now))
    say_in_thread(conn, scene, "corrected", reply=reply_id, by=scene.move.detail.get("asked_by", ""))
    return {"reply": reply_id}, replies.digests_of(conn, reply_id)


ACTIONS: Mapping[Act, Action] = {
    Act.HIDE: Action.HIDE,
    Act.UNHIDE: Action.SHOW_AGAIN,
    Act.LIKE: Action.LIKE,
    Act.DELETE_OWN: Action.TAKE_DOWN,
    Act.EDIT_OWN: Action.CORRECT,
}
"""By which move each is asked for, and what came of it said."""
HELD_BY_A_STOP = frozenset({Act.LIKE, Act.EDIT_OWN, Act.UNHIDE})
"""What waits while publishing is stopped: it puts something before the public. To hide or to take down is allowed."""
OUTDOES: Mapping[Act, Act] = {Act.DELETE_OWN: Act.EDIT_OWN, Act.HIDE: Act.UNHIDE}
"""What takes the place of one that has not left yet, on the same post: that one is not done any more."""

"""What was answered from the account outside Tolbooth: telling it from our own replies, and keeping it beside them."""

import re
from datetime import datetime

from sqlalchemy import Connection, select

from bot.mention import Mention
from bot.reply import ReplyState
from bot.store.duty import escalations, pings
from bot.store.mentions import replies_of
from bot.store.proof.record import new_salt
from bot.store.replying import replies
from bot.store.scene import Detail, Scene, say_in_thread
from bot.store.schema import mention as mention_table

LEAVING = frozenset({ReplyState.SENDING, ReplyState.UNSURE})
"""What may be public already though nobody knows its id there."""
OUT = frozenset({ReplyState.SENT, ReplyState.BY_HAND, ReplyState.DELETED})
NOT_SAID = re.compile(r"https?://\S+|[@#]\S+", re.IGNORECASE)
"""What networks rewrite in a post or put before it: links are shortened, whoever is answered is named."""
WORD = re.compile(r"\w+")
ENOUGH = 5
"""Words from which the beginning of a text stands for all of it: some networks cut what they tell."""


def is_our_own(conn: Connection, mention: Mention, text: str) -> bool:
    """Whether a post from our account, of no id that we know, holds the words of a reply that went or may have gone out."""
    found = [one for one in replies_of(conn, mention.number) if one.state in LEAVING | OUT]
    return any(same_words(text, one.public_text) for one in found if one.native_id is None or one.state in LEAVING)


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, however a network sets links, names and blanks."""
    first, second = said(one), said(other)
    short = min(len(first), len(second))
    return first == second or (short >= ENOUGH and first[:short] == second[:short])


def said(text: str) -> list[str]:
    """The words alone."""
    return WORD.findall(NOT_SAID.sub(" ", text).casefold())


def newest_in(conn: Connection, account: str, conversation: str, at: datetime) -> int | None:
    """The newest mention of a private conversation by then: what is answered there answers that. In public, the id of a
    conversation may be that of somebody else's post.
    """
    c = mention_table.c
    here = select(c.number, c.private, c.posted_at).where(c.account == account, c.conversation == conversation)
    found = conn.execute(here.order_by(c.number.desc())).all()
    if not all(one.private for one in found):
        return None
    return next((one.number for one in found if one.posted_at <= at), None)


def on_elsewhere(conn: Connection, scene: Scene) -> Detail:
    """The answer is kept as a reply nobody here wrote, and said under the card; nobody need be pinged about what it ends.

    One that was kept already, while a reply of ours was leaving, ends it once that was stopped.
    """
    ended = scene.before.state is not scene.after.state
    if ended:
        pings.end(conn, scene.number, scene.now)
        escalations.over(conn, scene.number)
    if reply_id := scene.move.detail.get("reply", ""):
        replies.set_state(conn, reply_id, ReplyState.BY_HAND, now=scene.now, sent_at=scene.now)
    else:
        reply_id = kept(conn, scene)
    say_in_thread(conn, scene, "elsewhere", reply=reply_id, ended=ended, owner=scene.before.owner or "")
    return {"reply": reply_id}, replies.digests_by_hand(conn, reply_id)


def kept(conn: Connection, scene: Scene) -> str:
    """The answer as a row; its id."""
    detail = scene.move.detail
    native_id, url = detail.get("native_id") or None, detail.get("url") or None
    columns = {"text": scene.move.text, "text_salt": new_salt(), "native_id": native_id, "url": url}
    stamps = {"created_at": scene.now, "updated_at": scene.now, "sent_at": scene.now}
    return replies.add(conn, scene.before, scene.move.by, state=ReplyState.BY_HAND, **columns, **stamps)

"""A reply in several posts: each later one is a row of its own, made when the one before it is public.

Its id follows from the first one's, so that after a restore it is looked for under the key it was sent with.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from bot.mention import SYSTEM, Action, Mention, Move
from bot.reply import Answers, Post, Reply, ReplyState, Written
from bot.replying.rest import rest_of
from bot.store.duty import escalations, pings
from bot.store.proof.record import new_salt
from bot.store.replying import replies
from bot.store.replying.carried import carry, post_answered
from bot.store.scene import Detail, Scene
from bot.store.sending import outbox, recovery

NOWHERE = "the network did not say where the post before it is, so the next one cannot answer it"
CHANGED = "the posts that were left are not those that were let go"


def id_of(first_id: str, part: int) -> str:
    """The id of a later part."""
    return hashlib.sha256(f"{first_id}:{part}".encode()).hexdigest()[:32]


def next_of(sent: Reply, mention: Mention) -> Move | None:
    """The move that has the next post sent, once one is public; None when that was the last."""
    if len(sent.posts) < 2:
        return None
    return Move(mention, Action.REPLY, by=SYSTEM, detail={"after": sent.id, "part": f"{sent.part + 1} of {sent.parts}"})


def why_not(conn: Connection, sent: Reply) -> str:
    """Why the next post cannot go though the one before it is public; empty when it can."""
    if replies.let_go(conn, sent) != replies.digests_of(conn, sent.id)["posts"]:
        return CHANGED
    return NOWHERE if sent.posts[1].answers is Answers.PREVIOUS and not sent.native_id else ""


def on_next(conn: Connection, scene: Scene) -> Detail:
    """The next post goes at once: whoever let the first one go has let go all of them. Undo and stop still hold it."""
    before = replies.get(conn, str(scene.move.detail["after"]))
    if before is None:
        raise LookupError(f"{scene.before.ref}: the reply before this part is gone")
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.respond_by)
    post, first_id = before.posts[1], before.first_id or before.id
    reply_id = replies.add(
        conn,
        scene.before,
        before.by,
        id=id_of(first_id, before.part + 1),
        first_id=first_id,
        part=before.part + 1,
        approved_by=before.approved_by,
        audience=before.audience,
        split=before.split,
        state=ReplyState.HELD,
        hold_until=scene.now,
        created_at=scene.now,
        updated_at=scene.now,
        text=post.text,
        text_salt=new_salt(),
    )
    replies.freeze(conn, reply_id, before.posts[1:])
    answers = answered(conn, scene.before, before, post)
    carry(conn, scene, reply_id, answers, after=timedelta(0))
    earlier = outbox.of_reply(conn, before.id)
    if earlier and earlier.recovered_at:
        recovery.doubt(conn, reply_id, earlier.first_sent_at or earlier.created_at, scene.now)
    return {"reply": reply_id, "answers": answers}, replies.digests_of(conn, reply_id)


def answered(conn: Connection, mention: Mention, before: Reply, post: Post) -> str:
    """The network's id of what a later post answers: our own before it, or what the first one answers."""
    if post.answers is Answers.PREVIOUS:
        return before.native_id or ""
    first = outbox.of_reply(conn, before.first_id or before.id)
    return str(first.payload.get("to") or "") if first else post_answered(conn, mention)


def left_of(reply: Reply, languages: Sequence[str], first: Reply | None = None) -> Written:
    """What a reply that stopped leaves to be written again: all of it, or what is not public yet, each in its language.

    ``first``: of a later part, the row that holds all as it was written.
    """
    if reply.part == 1:
        return reply.as_written
    texts: dict[str, list[Post]] = {}
    for post in reply.posts:
        texts.setdefault(post.language, []).append(post)
    wholes = (first.text, first.second) if first else ()
    second = rest_of(texts.pop(languages[1], []), wholes) if languages else ""
    text = "\n\n".join(rest_of(some, wholes) for some in texts.values())
    alone = bool(languages) and not (text and second)
    return Written(text, second, reply.audience, split=reply.split, one_language=alone)


def gap_of(stopped: Reply) -> str:
    """The language that is owed now that only the other one is public; empty where nothing is."""
    return stopped.posts[0].language if stopped.part > 1 and stopped.posts else ""

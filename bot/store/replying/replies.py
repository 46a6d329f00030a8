"""Reply rows: drafts, the one on its way, and what became of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, select, update

from bot.mention import Action, Mention
from bot.reply import LIVE, PENDING, Audience, Post, Reply, ReplyState, Written
from bot.store.columns import to_ms
from bot.store.mentions import posts_kept, reply_from
from bot.store.proof.record import digest, new_salt
from bot.store.schema import event, reply, reply_media

LETS_GO = (Action.REPLY, Action.APPROVE, Action.CORRECT)
"""By which words become, or may become, what the public reads."""
OUT = frozenset({ReplyState.SENT, ReplyState.DELETED, ReplyState.BY_HAND})
PLAIN = [Audience.AS_ASKED, False, False, None]
"""What ``chosen`` is where nothing was: the audience, split or not, in one language or not, and when a promise is due."""


def keep_draft(conn: Connection, mention: Mention, by: str, *, written: Written, now: datetime) -> str:
    """Keep what a person has written so far, in the place of their earlier draft; returns its id.

    Only ever a draft: words that are on their way are never touched, whoever commits first.
    """
    words = {**columns_of(written), "updated_at": now}
    drafts = (reply.c.number == mention.number) & (reply.c.by == by) & (reply.c.state == ReplyState.DRAFT)
    existing = conn.execute(select(reply.c.id).where(drafts)).scalar()
    if existing and conn.execute(update(reply).where(reply.c.id == existing, drafts).values(words)).rowcount == 1:
        return str(existing)
    return add(conn, mention, by, state=ReplyState.DRAFT, created_at=now, **words)


def columns_of(written: Written) -> dict[str, object]:
    """What was written, as it is kept; nothing of it is frozen yet."""
    kept = {name: value for name, value in asdict(written).items() if name != "audience"}
    return {**kept, "audience": written.audience, "text_salt": new_salt(), "posts": "", "posts_salt": ""}


def add(conn: Connection, mention: Mention, by: str, **columns: object) -> str:
    """A new row; returns its id."""
    row = {"id": uuid4().hex, "number": mention.number, "account": mention.account, "by": by, **columns}
    conn.execute(reply.insert().values(row))
    return str(row["id"])


def by_hand(conn: Connection, mention: Mention, by: str, *, text: str, url: str | None, now: datetime) -> str:
    """Record what a person answered outside; their draft of the same words has become that. Returns the row's id."""
    drafts = (reply.c.number == mention.number) & (reply.c.by == by) & (reply.c.state == ReplyState.DRAFT)
    same = conn.execute(select(reply.c.id).where(drafts, reply.c.text == text)).scalar() if text else None
    words = {"text": text, "text_salt": new_salt()}
    columns = {"state": ReplyState.BY_HAND, "updated_at": now, "sent_at": now, "url": url, **words}
    if same:
        conn.execute(update(reply).where(reply.c.id == same).values(columns))
        return str(same)
    return add(conn, mention, by, created_at=now, **columns)


def live(conn: Connection, number: int) -> Reply | None:
    """The reply on its way to the public, if any."""
    row = conn.execute(select(reply).where(reply.c.number == number, reply.c.state.in_(LIVE))).mappings().one_or_none()
    return reply_from(row) if row else None


def pending(conn: Connection, number: int) -> Reply | None:
    """The reply under way, if any: before an approver, or on its way to the public."""
    here = select(reply).where(reply.c.number == number, reply.c.state.in_(PENDING))
    row = conn.execute(here).mappings().one_or_none()
    return reply_from(row) if row else None


def get(conn: Connection, reply_id: str) -> Reply | None:
    """A reply by its id."""
    row = conn.execute(select(reply).where(reply.c.id == reply_id)).mappings().one_or_none()
    return reply_from(row) if row else None


def begun_by(conn: Connection, draft: str, at: datetime) -> None:
    """Words that were given back were begun when the reply was: see ``recovery.may_be_out``."""
    conn.execute(update(reply).where(reply.c.id == draft, reply.c.created_at > at).values(created_at=at))


def freeze(conn: Connection, reply_id: str, posts: Sequence[Post]) -> None:
    """Keep what will go out. From now on only a move that takes it back, or has other posts let go, changes it."""
    frozen = {"posts": posts_kept(posts), "posts_salt": new_salt(), "parts": reply.c.part - 1 + len(posts)}
    conn.execute(update(reply).where(reply.c.id == reply_id).values(frozen))


def digests_of(conn: Connection, reply_id: str) -> dict[str, str]:
    """What stands in the record for a reply: ``posts`` for all that goes out, and what staff wrote and chose."""
    row = conn.execute(select(reply).where(reply.c.id == reply_id)).mappings().one()
    return {**written_digests(row), "posts": posts_digest(conn, row)}


def digests_by_hand(conn: Connection, reply_id: str) -> dict[str, str]:
    """The same of what was answered outside, which has no posts of ours."""
    return written_digests(conn.execute(select(reply).where(reply.c.id == reply_id)).mappings().one())


def written_digests(row: RowMapping) -> dict[str, str]:
    """``reply`` for the words, ``chosen`` for the rest, ``written`` for the words before an approver's change.

    What is plain, as in every reply of an older release, has no ``chosen``.
    """
    return {name: digest(*behind) for name, behind in behind_written(row).items()}


def behind_written(row: RowMapping) -> dict[str, tuple[str, str]]:
    """What those digests are of: the salt, and the words as they are digested."""
    found = {"reply": (row["text_salt"], in_both(row["text"], row["second"]))}
    due = row["promise_by"] and to_ms(row["promise_by"])
    drawn = [row["drawn_from"]] if row["drawn_from"] else []
    chosen = [row["audience"], row["split"], row["one_language"], due, *drawn]
    if chosen != PLAIN:
        found["chosen"] = (row["text_salt"], json.dumps(chosen))
    if row["written_salt"]:
        found["written"] = (row["written_salt"], in_both(row["written"], row["written_second"]))
    return found


def in_both(text: str, second: str) -> str:
    """The words in one language or in both."""
    return f"{text}\x00{second}" if second else text


def posts_digest(conn: Connection, row: RowMapping) -> str:
    """The posts, who can read them, for whom they speak, and the pictures with their descriptions, in one digest."""
    return digest(*behind_posts(conn, row))


def behind_posts(conn: Connection, row: RowMapping) -> tuple[str, str]:
    """What that digest is of: the salt, and all of this as it is digested.

    Of what a picture holds itself, not only of what is noted of it, until the network has it and nothing is held any more.
    """
    c = reply_media.c
    whose = row["first_id"] or row["id"]
    query = select(c.content, c.digest, c.media_type, c.alt).where(c.reply == whose).order_by(c.position, c.id)
    is_out = row["state"] in OUT
    pictures = [
        [one.digest, one.digest if is_out and not one.content else media_digest(one.content), one.media_type, one.alt]
        for one in conn.execute(query)
    ]
    frozen = {name: row[name] for name in ("account", "audience", "posts")}
    whole = {**frozen, "pictures": pictures}
    return row["posts_salt"], json.dumps(whole, ensure_ascii=False, sort_keys=True)


def media_digest(content: bytes) -> str:
    """What stands for what a picture holds."""
    return hashlib.sha256(content).hexdigest()


def let_go(conn: Connection, about: Reply) -> str:
    """What the record holds of the posts that were let go last; empty for what an older release had let go."""
    e = event.c
    letting = select(e.changes, e.digests).where(e.subject == f"M-{about.number}", e.action.in_(LETS_GO))
    rows = conn.execute(letting.order_by(e.seq.desc())).all()
    return next((str(row.digests.get("posts", "")) for row in rows if row.changes.get("reply") == about.id), "")


def is_as_let_go(conn: Connection, about: Reply) -> bool:
    """Whether a reply is, as it was read and as it stands now, what somebody let go: not another word, picture or reader."""
    row = conn.execute(select(reply).where(reply.c.id == about.id)).mappings().one_or_none()
    if row is None or row["posts"] != posts_kept(about.posts) or row["audience"] != about.audience:
        return False
    if mark := let_go(conn, about):
        return posts_digest(conn, row) == mark
    return not row["posts"] and row["text"] == about.text and row["audience"] == Audience.AS_ASKED


def set_state(conn: Connection, reply_id: str, state: ReplyState, *, now: datetime, **columns: object) -> None:
    """Move a reply on."""
    conn.execute(update(reply).where(reply.c.id == reply_id).values(state=state, updated_at=now, **columns))


def is_ours(conn: Connection, account: str, native_id: str) -> bool:
    """Whether a post that came in is one we sent."""
    return number_of_native(conn, account, native_id) is not None


def number_of_native(conn: Connection, account: str, native_id: str) -> int | None:
    """The number of the mention that a post of ours answers."""
    c = reply.c
    return conn.execute(select(c.number).where(c.account == account, c.native_id == native_id).limit(1)).scalar()

"""The pictures that go out with a reply: kept with its draft, and emptied once the public can see them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, select, update

from bot.mention import Mention
from bot.reply import Attachment, Written
from bot.store.replying import replies
from bot.store.schema import reply_media

c = reply_media.c
ABOUT = (c.id, c.name, c.media_type, c.size, c.alt)
IN_ORDER = (c.position, c.id)


def keep(conn: Connection, reply_id: str, attachments: Sequence[Attachment]) -> None:
    """These and no others go with a draft; a row for each, with the digest of what it holds."""
    conn.execute(delete(reply_media).where(c.reply == reply_id))
    for position, one in enumerate(attachments):
        about = {"name": one.name, "media_type": one.media_type, "size": one.size, "alt": one.alt}
        held = {"content": one.content, "digest": hashlib.sha256(one.content).hexdigest()}
        conn.execute(
            reply_media.insert().values(id=uuid4().hex, reply=reply_id, position=position, **about, **held),
        )


def keep_with_draft(
    conn: Connection,
    mention: Mention,
    by: str,
    *,
    written: Written,
    attachments: Sequence[Attachment] | None,
    alts: Sequence[str] | None,
    now: datetime,
) -> str:
    """A draft and its pictures in one transaction; returns the draft's id. None: the pictures, or their words, stay."""
    draft = replies.keep_draft(conn, mention, by, written=written, now=now)
    if attachments is not None:
        keep(conn, draft, attachments)
    if alts is not None:
        describe(conn, draft, alts)
    return draft


def describe(conn: Connection, reply_id: str, alts: Sequence[str]) -> None:
    """What each picture shows, in their order; one without a line has no description."""
    for position, row in enumerate(conn.execute(select(c.id).where(c.reply == reply_id).order_by(*IN_ORDER)).all()):
        alt = alts[position] if position < len(alts) else ""
        conn.execute(update(reply_media).where(c.id == row.id).values(alt=alt))


def listed(conn: Connection, reply_id: str) -> tuple[Attachment, ...]:
    """What goes with a reply, without what the pictures hold."""
    rows = conn.execute(select(*ABOUT).where(c.reply == reply_id).order_by(*IN_ORDER)).mappings()
    return tuple(attachment_from(row) for row in rows)


def of(conn: Connection, reply_id: str) -> tuple[Attachment, ...]:
    """What goes with a reply, with what the pictures hold."""
    rows = conn.execute(select(*ABOUT, c.content).where(c.reply == reply_id).order_by(*IN_ORDER)).mappings()
    return tuple(replace(attachment_from(row), content=row["content"]) for row in rows)


def attachment_from(row: RowMapping) -> Attachment:
    """A row as the core knows it."""
    return Attachment(row["id"], row["name"], row["media_type"], row["size"], row["alt"])


def digests(conn: Connection, reply_id: str) -> tuple[str, ...]:
    """What stands for what each picture holds, in their order."""
    return tuple(conn.execute(select(c.digest).where(c.reply == reply_id).order_by(*IN_ORDER)).scalars())


def mark(pictures: Sequence[Attachment], held: Sequence[str]) -> str:
    """Stands for pictures as somebody was shown them: what they hold, in their order, and what is said of each."""
    shown = [[one.media_type, one.alt] for one in pictures]
    return hashlib.sha256(json.dumps([shown, list(held)]).encode()).hexdigest()


def mark_of(conn: Connection, reply_id: str) -> str:
    """The mark of the pictures that a reply has now."""
    return mark(listed(conn, reply_id), digests(conn, reply_id))


def hand_on(conn: Connection, before: str, after: str) -> None:
    """The pictures of a reply that was stopped go with the draft it became again; those the draft had are let go."""
    if before != after and conn.execute(select(c.id).where(c.reply == before).limit(1)).first():
        conn.execute(delete(reply_media).where(c.reply == after))
        conn.execute(update(reply_media).where(c.reply == before).values(reply=after))


def spent(conn: Connection, reply_id: str) -> None:
    """The network has them: what they hold is not kept twice, only what they were and what was said of them."""
    conn.execute(update(reply_media).where(c.reply == reply_id).values(content=b""))

"""Every mention as one object, with its replies and its record: the shape other people's tools rely on."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from sqlalchemy import Connection, select

from bot.exchange import Parent
from bot.mention import SYSTEM
from bot.reply import LIVE, ReplyState
from bot.store import mentions, schema
from bot.store.proof import record
from bot.story import Story

FIELDS = (
    "ref", "network", "account", "native_id", "url", "conversation", "author", "text", "language", "kind", "posted_at",
    "received_at", "seen_at", "edited_at", "gone_at", "state", "priority", "topic", "flags", "owner", "respond_by",
    "additions", "replies", "events", "see_by", "erased_at", "context",
)  # fmt: skip
OUT = LIVE | {ReplyState.SENT, ReplyState.DELETED}
"""What the public reads, has read, or may: such a reply's ``text`` is the post as it went out."""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, also after blanks; in full width too (OWASP, CSV injection)."""


def everything(conn: Connection) -> Iterator[dict[str, Any]]:
    """One object a mention, in the order of their numbers; ``FIELDS`` in this order, absent ones None."""
    names = {row.id: row.name for row in conn.execute(select(schema.staff))}
    numbers = conn.execute(select(schema.mention.c.number).order_by(schema.mention.c.number)).scalars().all()
    for number in numbers:
        story = mentions.story(conn, f"M-{number}")
        yield mention_object(story, record.events_of(conn, f"M-{number}"), names)


def mention_object(story: Story, events: Sequence[Any], names: Mapping[str, str]) -> dict[str, Any]:
    """One mention."""
    m = story.mention
    return {
        "ref": m.ref,
        "network": m.network,
        "account": m.account,
        "native_id": m.native_id,
        "url": m.url or None,
        "conversation": m.conversation or None,
        "author": {"id": m.author.id or None, "name": m.author.name or None},
        "text": m.text,
        "language": m.language or None,
        "kind": m.kind,
        "posted_at": rfc3339(m.posted_at),
        "received_at": rfc3339(m.received_at),
        "seen_at": rfc3339(m.seen_at),
        "edited_at": rfc3339(m.edited_at),
        "gone_at": rfc3339(m.gone_at),
        "state": str(m.state),
        "priority": m.priority,
        "topic": m.topic or None,
        "flags": list(m.flags),
        "owner": person(m.owner, names),
        "respond_by": rfc3339(m.respond_by),
        "additions": [
            {"native_id": a.native_id, "text": a.text, "posted_at": rfc3339(a.posted_at)} for a in story.additions
        ],
        "replies": [reply_object(r, names) for r in story.replies if r.state is not ReplyState.DRAFT],
        "events": [event_object(event, names) for event in events],
        "see_by": rfc3339(m.see_by),
        "erased_at": rfc3339(m.erased_at),
        "context": [context_object(of_post, parent) for of_post, parent in story.context.items()],
    }


def context_object(of_post: str, parent: Parent) -> dict[str, Any]:
    """What one of its posts answers, where that is no post of the mention itself."""
    return {
        "of": of_post,
        "native_id": parent.native_id,
        "author": {"name": parent.author.name or None, "handle": parent.author.handle or None},
        "text": parent.text,
        "url": parent.url or None,
        "ours": parent.ours,
    }


def reply_object(reply: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """One reply; what is still being written is nobody else's business. ``posts`` are this one and those that follow it;
    ``written`` is what its writer wrote, before an approver changed it and before it was signed.
    """
    return {
        "id": reply.id,
        "text": reply.public_text if reply.state in OUT else reply.text,
        "by": person(reply.by, names),
        "approved_by": person(reply.approved_by, names),
        "state": str(reply.state),
        "native_id": reply.native_id,
        "url": reply.url,
        "sent_at": rfc3339(reply.sent_at),
        "posts": [{"text": post.text, "language": post.language or None} for post in reply.posts],
        "written": reply.written or reply.text,
        "audience": str(reply.audience),
        "part": reply.part,
        "parts": reply.parts,
        "first_id": reply.first_id,
        "confirmed_at": rfc3339(reply.confirmed_at),
        "edited_at": rfc3339(reply.edited_at),
        "deleted_at": rfc3339(reply.deleted_at),
        "drawn_from": reply.drawn_from or None,
    }


def event_object(event: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """One line of the record."""
    return {
        "seq": event["seq"],
        "at": rfc3339(event["at"]),
        "actor": person(event["actor"], names),
        "action": event["action"],
        "note": event["note"],
        "hash": event["hash"],
    }


def person(staff: str | None, names: Mapping[str, str]) -> dict[str, str] | str | None:
    """``{id, name}``, or ``"system"``."""
    if staff is None or staff == SYSTEM:
        return staff
    return {"id": staff, "name": names.get(staff, staff)}


def rfc3339(at: datetime | None) -> str | None:
    """UTC with milliseconds and Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def write_jsonl(objects: Iterator[dict[str, Any]], out: TextIO) -> int:
    """One JSON object a line; returns how many."""
    count = 0
    for item in objects:
        out.write(json.dumps(item, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(objects: Iterator[dict[str, Any]], out: TextIO) -> int:
    """The same fields as columns, nested ones as JSON; safe to open in a spreadsheet. Returns how many rows."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(FIELDS)
    count = 0
    for item in objects:
        writer.writerow([cell(item[name]) for name in FIELDS])
        count += 1
    return count


def cell(value: object) -> str:
    """A value no spreadsheet takes for a formula: an apostrophe stands before what could begin one."""
    text = plain(value)
    return f"'{text}" if text.startswith(("\t", "\r")) or text.lstrip().startswith(FORMULA) else text


def plain(value: object) -> str:
    """A value as words: nothing for None, JSON for what is nested."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

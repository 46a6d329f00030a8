"""All that is held about one author, for whoever asks to see their own data: nothing is changed or left out quietly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from bot.access.pack import THEIRS, Item
from bot.access.redacting import Kind, Redaction
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.proof import beside, record
from bot.store.proof.export import rfc3339
from bot.store.proof.forget import Found

STAYED_OUT = (
    "{}: the message as the network sent it ({:,} bytes) is not in the pack. It may hold more about its author: what the "
    "network calls them, their picture's address. Look at it if the person asks for it."
)
Name = Callable[[str | None], str]
"""What stands in the pack for the id of a member of staff."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held, whose names stand near by, and what was left out whole."""

    items: tuple[Item, ...]
    near: frozenset[str]
    left_out: tuple[Redaction, ...]
    look: tuple[str, ...]


def about(conn: Connection, found: Found, name: Name) -> Held:
    """Everything, mention by mention. ``near``: whoever is named beside what they said, as names stand there."""
    refs = sorted((*found.open, *found.ended), key=mentions.number_of)
    items = [item for ref in refs for item in of_mention(conn, ref, name)]
    numbers = [mentions.number_of(ref) for ref in refs]
    near, left_out = answered(conn, numbers)
    beside = [item for ref in found.beside for item in beside_of(conn, ref, found)]
    return Held((*items, *beside), near, left_out, tuple(raw_left_out(conn, numbers)))


def of_mention(conn: Connection, ref: str, name: Name) -> Iterator[Item]:
    """A mention with all that belongs to it."""
    number = mentions.number_of(ref)
    row = conn.execute(select(schema.mention).where(schema.mention.c.number == number)).mappings().one()
    yield said(ref, row)
    for one in rows(conn, schema.earlier_text, number):
        yield Item(ref, "an earlier version", one["until"], "you", {"words": one["text"]}, whose=THEIRS)
    for one in rows(conn, schema.addition, number):
        facts = {"deleted": rfc3339(one["gone_at"]) or ""}
        yield Item(ref, "what was added", one["posted_at"], "you", {"words": one["text"]}, facts, THEIRS)
    for one in rows(conn, schema.reply, number):
        yield replied(ref, one, name)
    for one in rows(conn, schema.task, number):
        yield owed(ref, one, name)
    for one in rows(conn, schema.hiding, number):
        yield hidden(ref, one, name)
    yield from of_rights(conn, ref, number, name)
    for event in record.events_of(conn, ref):
        yield decided(ref, event, name)


def rows(conn: Connection, table: Table, number: int) -> Sequence[RowMapping]:
    """A mention's rows in a table, as they were made."""
    return conn.execute(select(table).where(table.c.number == number).order_by(*table.primary_key)).mappings().all()


def said(ref: str, row: RowMapping) -> Item:
    """What they said, where and when."""
    media = "; ".join(f"{one['kind']} {one['url']} {one.get('alt', '')}".strip() for one in row["media"])
    facts = {
        "network": row["network"],
        "account it came to": row["account"],
        "your name there": " ".join(part for part in (row["author_name"], row["author_handle"]) if part),
        "your id there": row["author_id"],
        "link": row["url"],
        "language": row["language"],
        "private": "yes" if row["private"] else "no",
        "received": rfc3339(row["received_at"]) or "",
        "first looked at": rfc3339(row["seen_at"]) or "",
        "topic": row["topic"],
        "priority": row["priority"],
        "flags": ", ".join(row["flags"]),
        "state": row["state"],
        "deleted by you": rfc3339(row["gone_at"]) or "",
    }
    return Item(
        ref, "what you said", row["posted_at"], "you", {"words": row["text"], "what came with it": media}, facts, THEIRS
    )


def replied(ref: str, one: RowMapping, name: Name) -> Item:
    """A reply, also one that never went out."""
    posts = "\n".join(post.text for post in mentions.posts_from(one["posts"]))
    words = {"words": one["text"], "in the second language": one["second"], "as it was posted": posts}
    words |= {"as it was first written": one["written"], "the same in the second language": one["written_second"]}
    facts = {"state": one["state"], "public since": rfc3339(one["sent_at"]) or "", "link": one["url"] or ""}
    facts |= {"deleted": rfc3339(one["deleted_at"]) or "", "promises something by": rfc3339(one["promise_by"]) or ""}
    return Item(ref, "our reply", one["created_at"], name(one["by"]), words, facts)


def owed(ref: str, one: RowMapping, name: Name) -> Item:
    """Something that is or was owed."""
    facts = {"kind": one["kind"], "due": rfc3339(one["due_at"]) or "", "done": rfc3339(one["done_at"]) or ""}
    facts |= {"how it ended": one["outcome"]}
    return Item(ref, "what is owed to you", one["made_at"], name(one["by"]), {"words": one["what"]}, facts)


def hidden(ref: str, one: RowMapping, name: Name) -> Item:
    """A post of theirs that was hidden."""
    facts = {"by the rule": one["rule"], "until": rfc3339(one["until"]) or "", "state": one["state"]}
    facts |= {"looked at again": rfc3339(one["reviewed_at"]) or "", "ended": rfc3339(one["ended_at"]) or ""}
    words = {"kept as evidence": str(one["evidence"].get("text", ""))} if one["evidence"] else {}
    return Item(ref, "a post that was hidden", one["at"], name(one["by"]), words, facts, THEIRS)


def of_rights(conn: Connection, ref: str, number: int, name: Name) -> Iterator[Item]:
    """Rights they claimed, and holds on what they said."""
    for one in rows(conn, schema.claim_of_right, number):
        facts = {"received": rfc3339(one["received_at"]) or "", "answer due": one["due_on"], "outcome": one["outcome"]}
        facts |= {"right": one["kind"], "ended": rfc3339(one["ended_at"]) or ""}
        yield Item(ref, "a right you claimed", one["made_at"], name(one["by"]), {}, facts)
    for one in rows(conn, schema.kept, number):
        facts = {"until": rfc3339(one["until"]) or "", "ended": rfc3339(one["ended_at"]) or ""}
        yield Item(ref, "kept longer than usual", one["at"], name(one["by"]), {"reason": one["why"]}, facts)


SHOWN = ("state", "priority", "topic", "flags", "rule", "because", "outcome", "kind")
"""Of what an event changed, what says something about the person; the rest is our own housekeeping."""


def decided(ref: str, event: RowMapping, name: Name) -> Item:
    """One line of the record: what was done, when, and what staff wrote about it."""
    changes: Mapping[str, Any] = event["changes"]
    facts = {one: as_text(changes[one]) for one in SHOWN if one in changes}
    by = "automatically" if event["actor"] == SYSTEM else name(event["actor"])
    return Item(ref, f"what was done: {event['action']}", event["at"], by, {"note": event["note"] or ""}, facts)


def as_text(value: object) -> str:
    """A value of the record, as a person reads it."""
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def answered(conn: Connection, numbers: Sequence[int]) -> tuple[frozenset[str], tuple[Redaction, ...]]:
    """Who wrote what their posts answer, and those words: another person's, so they stay out."""
    c = schema.context.c
    there = conn.execute(
        select(schema.context).where(c.number.in_(numbers), c.text != "", ~c.ours).order_by(c.id)
    ).mappings()
    names: set[str] = set()
    gone = []
    for one in there:
        names |= {one["author_name"], one["author_handle"]}
        who = one["author_name"] or one["author_handle"] or "somebody"
        gone.append(Redaction(f"M-{one['number']}: what it answers", who, Kind.WORDS, one["text"]))
    return frozenset(name for name in names if name), tuple(gone)


def beside_of(conn: Connection, ref: str, found: Found) -> Iterator[Item]:
    """Their words where they stand beside somebody else's, which answers them."""
    c = schema.context.c
    for one in conn.execute(select(schema.context).where(c.number == mentions.number_of(ref), c.text != "")).mappings():
        if not one["ours"] and beside.is_one_of(one, found.names):
            facts = {"link": one["url"], "your name there": one["author_name"]}
            yield Item(ref, "what somebody else answered", None, "you", {"words": one["text"]}, facts, THEIRS)


def raw_left_out(conn: Connection, numbers: Sequence[int]) -> Iterator[str]:
    """The messages of networks that are held as they came."""
    m = schema.mention.c
    for number, raw in conn.execute(select(m.number, m.raw).where(m.number.in_(numbers), m.raw != b"").order_by(m.number)):
        yield STAYED_OUT.format(f"M-{number}", len(raw))


def others_among(conn: Connection, wanted: frozenset[str], plain: Callable[[str], str]) -> frozenset[str]:
    """Which of those could-be names are of people who wrote to us, or stand beside somebody who did."""
    found: set[str] = set()
    for column in (schema.mention.c.author_name, schema.context.c.author_name):
        for name in conn.execute(select(column).distinct().where(column != "")).scalars():
            if (known := plain(name)) in wanted:
                found.add(known)
    return frozenset(found)

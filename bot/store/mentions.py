"""Mention rows: reading, changing by version, and everything that belongs to one."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.command import reference
from bot.errors import NoSuchMention
from bot.house import House
from bot.mention import Action, Author, Media, Mention, State
from bot.ports import MessageRef, Parent
from bot.reply import Answers, Audience, Post, Reply, ReplyState
from bot.store import schema
from bot.store.duty import rights_rows
from bot.store.intake.found_by import terms_of
from bot.store.replying import promised
from bot.store.replying.asked import about_any, went_round
from bot.story import Addition, Story
from bot.words import typed

PLAIN = tuple(f.name for f in fields(Mention) if f.name not in {"author", "media", "state", "flags"})
TRACKED = (
    "state", "owner", "owned_at", "last_owner", "offered_to", "offer_until", "snooze_until", "asked_at", "seen_at",
    "seen_by", "edited_at", "gone_at", "erased_at", "ended_at", "respond_by", "see_by", "priority", "topic", "flags",
)  # fmt: skip
"""Columns whose changes are in the record: replaying a mention's events must give these."""
TOLD = ("account", "network", "native_id", "conversation", "kind", "private", "posted_at", "received_at")
"""Columns that never change and hold nobody's words: the first event has them as they are."""

TOLD_IF_SET = ("channel", "watch")
"""The same of columns that are empty where the first event does not have them."""

RISES = ("kind", "channel")
"""Those of them that one event may change: what a watch found turned out to be said to us."""

LONGEST_KEY = 255


BY_NUMBER = select(schema.mention).where(schema.mention.c.number == bindparam("number"))
FOR_CHANGE = BY_NUMBER.with_for_update()
CHANGE = update(schema.mention).where(
    schema.mention.c.number == bindparam("this"), schema.mention.c.version == bindparam("at_version")
)
ADDITIONS = (
    select(schema.addition)
    .where(schema.addition.c.number == bindparam("number"))
    .order_by(schema.addition.c.posted_at, schema.addition.c.id)
)
REPLIES = (
    select(schema.reply)
    .where(schema.reply.c.number == bindparam("number"))
    .order_by(schema.reply.c.created_at, schema.reply.c.id)
)
CONTEXT = select(schema.context).where(schema.context.c.number == bindparam("number")).order_by(schema.context.c.id)
NEEDS_HUMAN = select(schema.delivery.c.id).where(
    schema.delivery.c.number == bindparam("number"), schema.delivery.c.state == "needs_human"
)
EARLIER_TEXTS = select(func.count()).where(schema.earlier_text.c.number == bindparam("number"))
"""Built once: building a statement costs more than running it."""


def number_of(ref: str) -> int:
    """The number in ``M-142``. Raises NoSuchMention for anything else."""
    found = reference(ref)
    if not found:
        raise NoSuchMention(f"{ref!r} is not a mention. Mentions are written M-142, or just 142.")
    return int(found[2:])


def mention_from(row: RowMapping | Mapping[str, Any]) -> Mention:
    """The row as the core knows it."""
    return Mention(
        author=Author(row["author_id"], row["author_name"], row["author_handle"]),
        media=tuple(Media(m["kind"], m["url"], m.get("alt", "")) for m in row["media"]),
        state=State(row["state"]),
        flags=tuple(row["flags"]),
        **{name: row[name] for name in PLAIN},
    )


def find(conn: Connection, ref: str, *, lock: bool = False) -> Mention:
    """The mention of that reference. Raises NoSuchMention, which says which exist."""
    row = conn.execute(FOR_CHANGE if lock else BY_NUMBER, {"number": number_of(ref)}).mappings().one_or_none()
    if row is None:
        newest = conn.execute(select(schema.counter.c.value).where(schema.counter.c.name == "mention")).scalar() or 0
        hint = f"The newest is M-{newest}." if newest else "Nothing has come in yet."
        raise NoSuchMention(f"There is no {ref}. {hint} To see what is open: {typed('queue')}")
    return mention_from(row)


def change(conn: Connection, before: Mention, after: Mention) -> dict[str, object]:
    """Write what changed, if the row is still at ``before.version``; returns the tracked columns that changed.

    Raises LookupError when somebody else changed it meanwhile, which the row's lock makes a bug.
    """
    return change_all(conn, [(before, after)])[0]


def change_all(conn: Connection, pairs: Sequence[tuple[Mention, Mention]]) -> list[dict[str, object]]:
    """As ``change``, for many mentions: in one statement those of which only the version changes."""
    changes = [changed(before, after) for before, after in pairs]
    onwards = {before.number for (before, _), values in zip(pairs, changes, strict=True) if not values}
    done = 0
    for (before, after), values in zip(pairs, changes, strict=True):
        if before.number not in onwards or len(pairs) == 1:
            row = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
            here = {"this": before.number, "at_version": before.version}
            row |= {"version": after.version, "close_reason": after.close_reason, **here}
            done += conn.execute(CHANGE, row).rowcount
            onwards.discard(before.number)
    if onwards:
        c = schema.mention.c
        done += conn.execute(update(schema.mention).where(c.number.in_(onwards)).values(version=c.version + 1)).rowcount
    if done != len(pairs):
        raise LookupError(f"{pairs[0][0].ref}, or one of {len(pairs)}, moved on meanwhile")
    return changes


def changed(before: Mention, after: Mention) -> dict[str, object]:
    """The tracked columns that are not as they were, and what rose."""
    return {name: getattr(after, name) for name in (*TRACKED, *RISES) if getattr(after, name) != getattr(before, name)}


def story(conn: Connection, ref: str) -> Story:
    """A mention with all that belongs to it. Raises NoSuchMention."""
    mention = find(conn, ref)
    number = mention.number
    replies = tuple(replies_of(conn, number))
    closer, asked = closed_by(conn, mention), about_any(conn, replies)
    rights = tuple(rights_rows.of_mention(conn, number))
    return Story(
        mention,
        context=context_of(conn, number),
        promises=promised.to_author_of(conn, mention),
        sought=terms_of(conn, mention.watch) if mention.watch else None,
        additions=tuple(additions_of(conn, number)),
        replies=replies,
        rights=rights,
        names=names(conn, people_in(mention, replies) | {*asked, *([closer] if closer else []), *(r.owner for r in rights)}),
        closed_by=closer,
        asked=asked,
        unapproved=went_round(conn, mention, replies),
        again=is_again(conn, replies),
        needs_human=conn.execute(NEEDS_HUMAN, {"number": number}).scalar() or "",
        earlier_texts=conn.execute(EARLIER_TEXTS, {"number": number}).scalar_one(),
    )


def context_of(conn: Connection, number: int) -> dict[str, Parent]:
    """What its posts answer; not what was erased."""
    rows = conn.execute(CONTEXT, {"number": number})
    return {
        row.of_post: Parent(row.native_id, Author("", row.author_name, row.author_handle), row.text, row.url, row.ours)
        for row in rows
        if row.text
    }


def is_again(conn: Connection, replies: Sequence[Reply]) -> bool:
    """Whether the reply that is held has been tried before, and nobody knows what became of that."""
    d = schema.delivery.c
    held = next((f"reply:{reply.id}" for reply in replies if reply.state is ReplyState.HELD), None)
    payload = conn.execute(select(d.payload).where(d.key == held)).scalar() if held else None
    return bool(payload and payload.get("again"))


def closed_by(conn: Connection, mention: Mention) -> str:
    """Who closed a closed mention; empty for any other."""
    if mention.state is not State.CLOSED:
        return ""
    c = schema.event.c
    closings = select(c.actor).where(c.subject == mention.ref, c.action == Action.CLOSE).order_by(c.seq.desc()).limit(1)
    return str(conn.execute(closings).scalar() or "")


def people_in(mention: Mention, replies: Sequence[Reply]) -> set[str]:
    """The staff ids a card may have to name."""
    ids = {mention.owner, mention.last_owner, mention.seen_by, mention.offered_to}
    ids |= {*(r.by for r in replies), *(r.approved_by for r in replies)}
    return {i for i in ids if i}


def additions_of(conn: Connection, number: int) -> list[Addition]:
    """What the author added, oldest first."""
    rows = conn.execute(ADDITIONS, {"number": number}).mappings()
    return [Addition(r["native_id"], r["text"], r["posted_at"], r["gone_at"]) for r in rows]


def reply_from(row: RowMapping) -> Reply:
    """A reply's row as the core knows it."""
    plain = {f.name: row[f.name] for f in fields(Reply) if f.name not in ("state", "audience", "posts")}
    return Reply(state=ReplyState(row["state"]), audience=Audience(row["audience"]), posts=posts_from(row["posts"]), **plain)


def posts_from(kept: str) -> tuple[Post, ...]:
    """What goes out, as it was frozen; nothing while it is a draft."""
    return tuple(Post(one["text"], one["language"], Answers(one["answers"])) for one in json.loads(kept or "[]"))


def posts_kept(posts: Sequence[Post]) -> str:
    """The same as text, which the record holds a digest of."""
    return json.dumps([asdict(post) for post in posts], ensure_ascii=False, sort_keys=True) if posts else ""


def replies_of(conn: Connection, number: int) -> list[Reply]:
    """A mention's replies, oldest first."""
    rows = conn.execute(REPLIES, {"number": number}).mappings()
    return [reply_from(row) for row in rows]


def names(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Staff names by id; an id nobody knows is its own name."""
    wanted: set[str] = set(ids)
    if not wanted:
        return {}
    known = conn.execute(select(schema.staff.c.id, schema.staff.c.name).where(schema.staff.c.id.in_(wanted))).all()
    return {**{i: i for i in wanted}, **{row.id: row.name for row in known}}


def called(conn: Connection, name: str) -> str:
    """The id of the only member of staff of that name; empty when there is none, or more than one."""
    s = schema.staff.c
    found = conn.execute(select(s.id).where(func.lower(s.name) == name.lower()).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else ""


def meet(conn: Connection, staff: str, name: str) -> None:
    """Keep a member of staff's newest name; one who had left is back."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(schema.staff)
    now = {"name": name, "departed_at": None}
    conn.execute(insert.values(id=staff, **now).on_conflict_do_update(index_elements=["id"], set_=now))


def card_of(conn: Connection, number: int, chat: str) -> MessageRef | None:
    """Where a mention's card is, once it has been posted."""
    row = conn.execute(
        select(schema.card.c.channel, schema.card.c.message, schema.card.c.shared).where(
            schema.card.c.number == number, schema.card.c.chat == chat
        )
    ).one_or_none()
    return MessageRef(row.channel, row.message, row.shared) if row and row.message else None


def channel_of(conn: Connection, mention: Mention, house: House, chat: str = "") -> str:
    """The channel a mention belongs to: by the settings, or where its card is in a chat if its account has left them."""
    if channel := house.channel_of(mention):
        return channel
    known = mention.account in house.accounts
    c = schema.card.c
    where = select(c.channel).where(c.number == mention.number, *([c.chat == chat] if chat else [])).limit(1)
    return "" if known else conn.execute(where).scalar() or ""


def under(conn: Connection, chat: str, channel: str, message: str) -> str:
    """The reference of the mention whose card is that message; empty if none is, or there are several in it."""
    c = schema.card.c
    here = (c.chat == chat) & (c.channel == channel) & (c.message == message) & ~c.shared
    number = conn.execute(select(c.number).where(here)).scalar()
    return f"M-{number}" if number else ""


def first_time(conn: Connection, key: str, now: datetime) -> bool:
    """Note that a thing was handled; False when it was before. Empty keys are always new."""
    if not key:
        return True
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(schema.handled)
    known = key if len(key) <= LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode(errors='replace')).hexdigest()}"
    once = insert.values(key=known, at=now).on_conflict_do_nothing(index_elements=["key"])
    return conn.execute(once.execution_options(preserve_rowcount=True)).rowcount == 1

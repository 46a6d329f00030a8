"""Reads what evidence is made of: which mentions were asked for, each with all that proves it, and the seals over them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from bot.evidence.matter import Earlier, Held, Matter, proofs_of
from bot.reply import ReplyState
from bot.store import mentions, schema
from bot.store.columns import to_ms
from bot.store.proof import record
from bot.store.proof.record import canonical, digest
from bot.store.replying import replies
from bot.store.replying.hiding import without_salt
from bot.store.schema import event, seal

AT_A_TIME = 500
KINDS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}
"""How the name of a file ends, by what is in it; a name from outside is never used."""
MARGIN = timedelta(hours=2)
"""So much earlier seals are looked through too: clocks of several copies differ."""
Behind = Iterator[tuple[str, str]]
T = TypeVar("T")


def few(items: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time, for one statement."""
    rest = iter(items)
    while some := list(islice(rest, AT_A_TIME)):
        yield some


def numbers_of_days(conn: Connection, first: datetime, end: datetime) -> list[int]:
    """The mentions that came in, or to which something was done, from ``first`` up to ``end``."""
    m = schema.mention.c
    came = conn.execute(select(m.number).where(m.received_at >= first, m.received_at < end)).scalars()
    here = (event.c.at >= first) & (event.c.at < end) & event.c.subject.like("M-%")
    touched = conn.execute(select(event.c.subject).where(here).distinct()).scalars()
    return sorted({*came, *(int(subject[2:]) for subject in touched)})


def names(conn: Connection) -> dict[str, str]:
    """Everybody on the staff that was ever met, by id."""
    return {row.id: row.name for row in conn.execute(select(schema.staff))}


# --- one mention -------------------------------------------------------------------------------------------------


def matter(conn: Connection, number: int) -> Matter:
    """A mention with all that proves it. Raises NoSuchMention."""
    story = mentions.story(conn, f"M-{number}")
    events = [dict(row) for row in record.events_of(conn, f"M-{number}")]
    e = schema.earlier_text.c
    earlier = conn.execute(select(schema.earlier_text).where(e.number == number).order_by(e.id)).mappings().all()
    behind = [(digest(salt, words), salt, words) for salt, words in behind_all(conn, number, earlier) if salt]
    notes = [(one["digests"]["note"], one["note_salt"], one["note"]) for one in events if one["note"]]
    held = tuple(files(conn, number, earlier))
    sent = {record.raw_digest(one.salt, one.content)["raw"]: one for one in held if one.salt}
    return Matter(
        story,
        events,
        tuple(Earlier(row["native_id"], row["text"], row["until"]) for row in earlier),
        proofs_of(events, [*behind, *notes], sent),
        held,
    )


def behind_all(conn: Connection, number: int, earlier: Sequence[RowMapping]) -> Behind:
    """The salt and the words of everything that is held of a mention."""
    m = schema.mention.c
    row = conn.execute(select(schema.mention).where(m.number == number)).mappings().one()
    yield row["text_salt"], row["text"]
    yield first_salt(row, earlier), record.about(mentions.mention_from(row))
    for one in earlier:
        yield one["text_salt"], one["text"]
    for one in of(conn, schema.addition, number):
        yield one["text_salt"], one["text"]
    for one in of(conn, schema.reply, number):
        yield from replies.behind_written(one).values()
        if one["posts"]:
            yield replies.behind_posts(conn, one)
    for one in of(conn, schema.task, number):
        yield one["what_salt"], one["what"]
    for one in of(conn, schema.kept, number):
        yield one["why_salt"], one["why"]
    for one in of(conn, schema.hiding, number):
        if one["evidence"]:
            yield one["evidence"]["salt"], canonical(without_salt(one["evidence"])).decode()


def first_salt(row: RowMapping, earlier: Sequence[RowMapping]) -> str:
    """The salt of a post's first words."""
    return next((str(one["text_salt"]) for one in earlier if one["native_id"] == row["native_id"]), str(row["text_salt"]))


def of(conn: Connection, table: Any, number: int) -> Sequence[RowMapping]:
    """The rows of a table that belong to a mention."""
    return conn.execute(select(table).where(table.c.number == number).order_by(table.c.id)).mappings().all()


def files(conn: Connection, number: int, earlier: Sequence[RowMapping]) -> Iterator[Held]:
    """What the networks sent us as it came, what was kept of posts we hid, and pictures that are still held."""
    folder = f"attachments/M-{number}"
    m = schema.mention.c
    first = conn.execute(select(m.native_id, m.text_salt, m.raw).where(m.number == number)).mappings().one()
    for count, one in enumerate([first, *of(conn, schema.addition, number)], 1):
        if raw := bytes(one["raw"]):
            name = f"{folder}/post-{count}.{ending(raw)}"
            yield Held(name, "the post as its network sent it", raw, first_salt(one, earlier))
    for count, row in enumerate(of(conn, schema.hiding, number), 1):
        if row["evidence"]:
            kept = json.dumps(row["evidence"], ensure_ascii=False, sort_keys=True, indent=1).encode()
            yield Held(f"{folder}/hidden-{count}.json", "what was kept of a post when it was hidden", kept)
    r, p = schema.reply.c, schema.reply_media.c
    ours = select(r.id).where(r.number == number, r.state != ReplyState.DRAFT)
    pictures = select(p.media_type, p.content).where(p.reply.in_(ours)).order_by(p.reply, p.position, p.id)
    for count, picture in enumerate(conn.execute(pictures), 1):
        if picture.content:
            kind = KINDS.get(picture.media_type, "bin")
            yield Held(f"{folder}/picture-{count}.{kind}", "a picture that goes with a reply", bytes(picture.content))


def ending(raw: bytes) -> str:
    """How the name of what a network sent ends."""
    try:
        json.loads(raw)
    except ValueError:
        return "bin"
    return "json"


# --- the record --------------------------------------------------------------------------------------------------


def event_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is hashed, with its hash."""
    return {**record.hashed_part(row), "hash": row["hash"]}


def in_order(conn: Connection, subjects: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All events of these subjects, oldest first."""
    c = event.c
    order: list[tuple[int, int]] = []
    for some in few(subjects):
        order += [(to_ms(row.at), row.id) for row in conn.execute(select(c.at, c.id).where(c.subject.in_(some)))]
    for some_ids in few((one for _, one in sorted(order))):
        found = {row["id"]: dict(row) for row in conn.execute(select(event).where(c.id.in_(some_ids))).mappings()}
        yield from (found[one] for one in some_ids)


def between(conn: Connection, first: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """All events of these days, of whatever they are about, oldest first."""
    c = event.c
    here: ColumnElement[bool] = (c.at >= first) & (c.at < end)
    ids = conn.execute(select(c.id).where(here).order_by(c.at, c.id)).scalars().all()
    for some in few(ids):
        found = {row["id"]: dict(row) for row in conn.execute(select(event).where(c.id.in_(some))).mappings()}
        yield from (found[one] for one in some)


def seals_since(conn: Connection, first: datetime) -> Iterator[dict[str, Any]]:
    """Every seal from the first of that time on, as the record has it: without a gap, though a clock was put back."""
    c = seal.c
    begin = select(func.min(c.number)).where(c.at >= first - MARGIN).scalar_subquery()
    numbers = conn.execute(select(c.number).where(c.number >= begin).order_by(c.number)).scalars().all()
    for number in numbers:
        row = conn.execute(select(c.number, c.body, c.hash).where(c.number == number)).mappings().one()
        yield dict(row)


def first_event(conn: Connection, subjects: Sequence[str]) -> datetime | None:
    """When the oldest event of these was."""
    c = event.c
    found = [conn.execute(select(func.min(c.at)).where(c.subject.in_(some))).scalar() for some in few(subjects)]
    return min((one for one in found if one), default=None)

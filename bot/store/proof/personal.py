"""Where the words and names of the public stand, and what stands there once they are erased."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select, update

from bot.mention import Action, Mention
from bot.store import schema
from bot.store.schema import delivery, event

EMPTY: Mapping[str, object] = {"text": "", "text_salt": "", "raw": b""}
"""A post without its words. Without its salt its digest in the record says nothing about them any more."""
SAID: Mapping[str, object] = {"text": "", "text_salt": ""}
WRITTEN = dict.fromkeys(("second", "posts", "posts_salt", "written", "written_salt", "written_second"), "")
PLACES: Mapping[Table, Mapping[str, object]] = {
    schema.mention: {**EMPTY, "media": [], "url": "", "author_id": "", "author_name": "", "author_handle": ""},
    schema.addition: EMPTY,
    schema.earlier_text: SAID,
    schema.reply: {**SAID, **WRITTEN},
    schema.reply_media: {"name": "", "alt": "", "content": b""},
    schema.task: {"what": "", "what_salt": ""},
    schema.hiding: {"evidence": {}},
    schema.event: {"note": None, "note_salt": None},
    schema.delivery: {"payload": {}, "trouble": None},
    schema.early: {"text": ""},
    schema.context: {"author_name": "", "author_handle": "", "text": "", "url": ""},
    schema.remembered: {"value": ""},
    schema.findable: {"words": ""},
    schema.kept: {"why": "", "why_salt": ""},
}
"""Every column in which they may stand. Replies are ours, and answer by name. Of the notes of staff only those go that name
the author or repeat them; of deliveries, what those were about that are over; ``early`` rows are deleted whole.
"""
OF_A_MENTION = (
    *(schema.mention, schema.addition, schema.earlier_text, schema.reply, schema.task, schema.hiding),
    *(schema.context, schema.remembered, schema.findable, schema.kept),
)
"""Those of them that stand by the mention's number."""
OVER = delivery.c.due_at.is_(None) & (delivery.c.state != "needs_human")
SHORTEST_NAME, RUN = 3, 5
"""Letters of a part of a name that is looked for in notes, and words in a row that are a repetition."""
WORDS = re.compile(r"\w+")
ABOUT_THEM = (Action.KEEP, Action.LET_GO, Action.RIGHT)
BEGUN = "begun"
"""In the event of a note: the draft whose words it holds."""


def empty(conn: Connection, mention: Mention) -> list[int]:
    """Erase what the public said in a mention, and who they are, everywhere; returns which events lost their note.

    What the network calls its posts, and what happened when, stay: the record is about them.
    """
    number, context = mention.number, schema.context.c
    notes = notes_about(conn, mention)
    for table in OF_A_MENTION:
        conn.execute(update(table).where(table.c.number == number).values(PLACES[table]))
    theirs = select(schema.arrival.c.native_id).where(schema.arrival.c.number == number)
    quoted = context.native_id.in_(theirs) & is_on(mention.account)
    conn.execute(update(schema.context).where(quoted).values(PLACES[schema.context]))
    ours = select(schema.reply.c.id).where(schema.reply.c.number == number)
    pictures = schema.reply_media.c.reply.in_(ours)
    conn.execute(update(schema.reply_media).where(pictures).values(PLACES[schema.reply_media]))
    here, mine = event.c.subject == mention.ref, event.c.seq.in_(notes)
    conn.execute(update(event).where(here, mine).values(PLACES[event]))
    over = (delivery.c.number == number) & OVER
    conn.execute(update(delivery).where(over).values(trouble=None))
    conn.execute(update(delivery).where(over, delivery.c.kind != "reply").values(PLACES[delivery]))
    return notes


def is_on(account: str) -> ColumnElement[bool]:
    """Whether what is answered stands beside a mention on that account: networks number their posts alike."""
    m = schema.mention.c
    return select(m.number).where(m.number == schema.context.c.number, m.account == account).exists()


def notes_about(conn: Connection, mention: Mention) -> list[int]:
    """Which events of a mention have a note of staff that names its author, or repeats what was said or written to them.

    Always goes a draft that was copied into a note when its writer left, which may have been changed since; and what was
    said of a hold or a right, which is about them without naming them.
    """
    said = [mention.text]
    r = schema.reply.c
    for column in (schema.addition.c.text, schema.earlier_text.c.text, r.text, r.second, r.written, r.written_second):
        said += conn.execute(select(column).where(column.table.c.number == mention.number)).scalars()
    names = (mention.author.name, mention.author.handle, mention.author.id)
    columns = (event.c.seq, event.c.action, event.c.note, event.c.changes)
    noted = select(*columns).where(event.c.subject == mention.ref, event.c.note.is_not(None)).order_by(event.c.seq)
    always = (row.seq for row in conn.execute(noted) if row.action in ABOUT_THEM or BEGUN in row.changes)
    return sorted({*always, *(row.seq for row in conn.execute(noted) if repeats(row.note, names, said))})


def repeats(note: str, names: Iterable[str], said: Iterable[str]) -> bool:
    """Whether a note holds a name, or a part of one, or RUN words in a row of what was said."""
    noted = tokens(note)
    called = {part for name in names for part in tokens(name) if len(part) >= SHORTEST_NAME}
    return bool(called & set(noted)) or any(runs(noted) & runs(tokens(text)) for text in said)


def tokens(text: str) -> list[str]:
    """The words of a text, however they are written."""
    return WORDS.findall(text.casefold())


def runs(words: list[str]) -> set[tuple[str, ...]]:
    """Every RUN words in a row."""
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def empty_what_was_told(conn: Connection, before: datetime | None = None) -> None:
    """What staff were told that belongs to no mention may repeat the public too: once it is over, nobody needs its words."""
    apart = delivery.c.number.is_(None) & OVER
    if before is not None:
        apart &= delivery.c.created_at < before
    conn.execute(update(delivery).where(apart).values(PLACES[delivery]))

"""Where else somebody's name stands: words of staff and of others, which only a person can judge."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, literal, or_, select

from bot.store import schema
from bot.store.proof.personal import SHORTEST_NAME, WORDS, repeats, tokens

MOST = 50
"""Places that are named; whoever is called like everybody else is looked for by hand."""
OF_OTHERS = (
    (schema.kept.c.why, " (a hold)"),
    (schema.reply.c.written, " (a reply)"),
    (schema.reply.c.written_second, " (a reply)"),
    (schema.mention.c.text, " (what was said)"),
    (schema.addition.c.text, " (what was added)"),
    (schema.earlier_text.c.text, " (an earlier version)"),
    (schema.context.c.text, " (what it answers)"),
    (schema.context.c.author_name, " (what it answers)"),
)
"""Columns that stand by a mention's number, and what each is."""


def places(conn: Connection, called: Sequence[str], besides: Collection[int]) -> list[str]:
    """Whatever holds one of those names or handles or a part of one, but of those mentions; at most MOST.

    Words of staff come first, then what others said. Each as staff would look it up: ``S-4``, ``M-9 (a promise)``.
    """
    written_so = " ".join(called)
    either = dict.fromkeys((*tokens(written_so), *WORDS.findall(written_so)))
    parts = [part for part in either if len(part) >= SHORTEST_NAME]
    if not parts:
        return []
    found = (where for where, text in written(conn, parts, besides) if repeats(text, called, ()))
    return list(dict.fromkeys(where for where, _ in zip(found, range(MOST), strict=False)))


def written(conn: Connection, parts: list[str], besides: Collection[int]) -> Iterator[tuple[str, str]]:
    """Words in which a part of the name may stand: where, and the words."""
    for query in queries(parts, besides):
        for row in conn.execute(query):
            where, text = tuple(row)
            yield str(where), str(text)


def queries(parts: list[str], besides: Collection[int]) -> Iterator[Select[tuple[str, str]]]:
    """One for each column."""
    s, t, e, r, w = schema.saved.c, schema.task.c, schema.event.c, schema.reply.c, schema.watch.c
    for column in (s.title, s.text, s.second):
        yield select(marked("S-", s.number, ""), column).where(has(column, parts)).order_by(s.number)
    theirs = t.number.not_in(besides)
    yield select(marked("M-", t.number, " (a promise)"), t.what).where(theirs, has(t.what, parts)).order_by(t.number)
    for column in (r.text, r.second):
        yield select(marked("M-", r.number, " (a reply)"), column).where(r.number.not_in(besides), has(column, parts))
    own = [f"M-{number}" for number in besides]
    noted = e.note.is_not(None) & e.subject.not_in(own)
    yield select(marked("", e.subject, " (a note)"), e.note).where(noted, has(e.note, parts)).order_by(e.id)
    yield select(marked("W-", w.number, " (its reason)"), w.why).where(has(w.why, parts)).order_by(w.number)
    for column, what in OF_OTHERS:
        number = column.table.c.number
        yield select(marked("M-", number, what), column).where(number.not_in(besides), has(column, parts)).order_by(number)


def marked(before: str, column: ColumnElement[object], after: str) -> ColumnElement[str]:
    """A reference, as staff write it."""
    return literal(before).concat(cast(column, String)).concat(literal(after))


def has(column: ColumnElement[str], parts: list[str]) -> ColumnElement[bool]:
    """Whether words may hold a part; which do is looked at again, word by word."""
    ways = {way for part in parts for way in (part, part.title(), part.upper())}
    return or_(*(func.lower(column).contains(part, autoescape=True) for part in parts), *(column.contains(w) for w in ways))

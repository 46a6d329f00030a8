"""Where else somebody's name stands once what they said is erased: words of staff, which only a person can judge."""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, literal, or_, select

from bot.store import schema
from bot.store.proof.personal import SHORTEST_NAME, repeats, tokens

MOST = 50
"""Places that are named; whoever is called like everybody else is looked for by hand."""


def places(conn: Connection, name: str, handle: str, besides: Collection[int]) -> list[str]:
    """Saved replies, promises, notes and reasons that hold a name or a part of one, but of those mentions; at most MOST.

    Each as staff would look it up: ``S-4``, ``M-9 (a promise)``, ``handover:…``.
    """
    parts = [part for part in tokens(f"{name} {handle}") if len(part) >= SHORTEST_NAME]
    if not parts:
        return []
    found = (where for where, text in written(conn, parts, besides) if repeats(text, (name, handle), ()))
    return list(dict.fromkeys(where for where, _ in zip(found, range(MOST), strict=False)))


def written(conn: Connection, parts: list[str], besides: Collection[int]) -> Iterator[tuple[str, str]]:
    """Words of staff in which a part of the name may stand: where, and the words."""
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


def marked(before: str, column: ColumnElement[object], after: str) -> ColumnElement[str]:
    """A reference, as staff write it."""
    return literal(before).concat(cast(column, String)).concat(literal(after))


def has(column: ColumnElement[str], parts: list[str]) -> ColumnElement[bool]:
    """Whether words may hold a part; which do is looked at again, word by word."""
    ways = {way for part in parts for way in (part, part.title(), part.upper())}
    return or_(*(func.lower(column).contains(part, autoescape=True) for part in parts), *(column.contains(w) for w in ways))

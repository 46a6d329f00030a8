"""Questions about saved replies that change nothing: which hold some words, suit a mention, or should be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bot.saving.likeness import SHORTEST, WORD, best
from bot.saving.saved import Saved
from bot.store import schema
from bot.store.replying.saved import OUT, saved_from
from bot.store.schema_knowing import IN_USE
from bot.store.schema_knowing import saved as table
from bot.words.saving import LEAST_USES

MOST_WORDS, MOST_FOUND, MOST_CANDIDATES, MOST_SHOWN = 8, 50, 300, 3
LONGEST_FIRST = 6


@dataclass(frozen=True, slots=True)
class Proved:
    """An earlier reply that others were begun with so often that it may be worth saving."""

    reply: str
    number: int
    text: str
    times: int

    @property
    def ref(self) -> str:
        """The mention it answered."""
        return f"M-{self.number}"


def holding(conn: Connection, text: str) -> list[Saved]:
    """Those in use that hold all of these words, the newest first."""
    every = [has_word(word) for word in text.replace("\0", " ").split()[:MOST_WORDS]]
    return rows(conn, select(table).where(IN_USE, *every).order_by(table.c.number.desc()).limit(MOST_FOUND))


def has_word(word: str) -> ColumnElement[bool]:
    """Whether a word, or part of one, stands anywhere in it; small letters are the database's own."""
    c = table.c
    return or_(
        *(func.lower(column).contains(word.lower(), autoescape=True) for column in (c.title, c.text, c.second, c.topic))
    )


def rows(conn: Connection, query: Select[tuple[object, ...]]) -> list[Saved]:
    """What a query finds."""
    return [saved_from(row) for row in conn.execute(query).mappings()]


def titled(conn: Connection, title: str, besides: int = 0) -> Saved | None:
    """One in use that is called so."""
    same = func.lower(table.c.title) == title.strip().lower()
    found = rows(conn, select(table).where(IN_USE, same, table.c.number != besides).limit(1))
    return found[0] if found else None


def suggested(conn: Connection, asked: str, topic: str, now: datetime, *, most: int = MOST_SHOWN) -> list[Saved]:
    """Those that can be sent and suit what was asked, the best first: by topic and words. ``asked``: the public's words."""
    c = table.c
    usable = and_(IN_USE, c.approved_by.is_not(None), or_(c.expires_at.is_(None), c.expires_at > now))
    service = topic.partition(".")[0]
    about = or_(c.topic == service, c.topic.startswith(f"{service}.", autoescape=True)) if service else None
    said = sorted({word for word in WORD.findall(asked.casefold()) if len(word) >= SHORTEST}, key=len, reverse=True)
    alike = [has_word(word) for word in said[:LONGEST_FIRST]]
    found: dict[int, Saved] = {}
    for where in [about, or_(*alike) if alike else None]:
        if where is not None:
            query = select(table).where(usable, where).order_by(c.changed_at.desc()).limit(MOST_CANDIDATES)
            found |= {one.number: one for one in rows(conn, query)}
    return best(list(found.values()), asked, topic, most)


def proved(conn: Connection, most: int = MOST_SHOWN) -> Sequence[Proved]:
    """Earlier public answers that were used again LEAST_USES times or more and are not saved yet, the most used first."""
    r, source, m = schema.reply.c, schema.reply.alias("source"), schema.mention.c
    times = func.count().label("times")
    counted = (
        select(r.drawn_from.label("id"), times)
        .where(r.drawn_from != "", r.drawn_from.not_like("S-%"), r.state.in_(OUT), r.part == 1)
        .group_by(r.drawn_from)
        .having(times >= LEAST_USES)
        .subquery()
    )
    unsaved = counted.c.id.not_in(select(table.c.begun_from).where(table.c.begun_from != ""))
    query = (
        select(source.c.id, source.c.number, source.c.text, counted.c.times)
        .join(counted, counted.c.id == source.c.id)
        .join(schema.mention, m.number == source.c.number)
        .where(unsaved, source.c.text != "", m.private.is_(False))
        .order_by(counted.c.times.desc(), source.c.id)
        .limit(most)
    )
    return [Proved(row.id, row.number, row.text, row.times) for row in conn.execute(query)]


def times_used(conn: Connection, reply_id: str) -> int:
    """How many answers the public can read, or could, began with an earlier one; 0 for one that is saved already."""
    r = schema.reply.c
    if conn.execute(select(table.c.number).where(table.c.begun_from == reply_id).limit(1)).first():
        return 0
    began = (r.drawn_from == reply_id) & r.state.in_(OUT) & (r.part == 1)
    return int(conn.execute(select(func.count()).select_from(schema.reply).where(began)).scalar_one())


def past_review(conn: Connection, until: datetime) -> int:
    """How many saved replies in use nobody has looked at though somebody should have by then."""
    return int(conn.execute(select(func.count()).select_from(table).where(IN_USE, table.c.review_at < until)).scalar_one())

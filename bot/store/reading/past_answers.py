"""Earlier answers to like questions: found by rare words, the topic and what was answered last, then ranked.

Only what everybody could read is offered: a public answer to a public mention that is neither erased nor taken back. Nor are
words of a saved reply that is over or was taken back, whoever said them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import log

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, select

from bot.finding.answers import ALIKE, Asked, ranked, telling
from bot.finding.matching import any_of
from bot.finding.past import Past, settled
from bot.finding.query import Term
from bot.finding.terms import facet
from bot.house import CANARY_NETWORK
from bot.mention import SYSTEM, Action
from bot.reply import Audience
from bot.store import mentions
from bot.store.finding.texts import PUBLIC
from bot.store.mentions import mention_from, reply_from
from bot.store.reading.search import holding, newest
from bot.store.replying import saved
from bot.store.schema import addition, event, mention, reply
from bot.store.schema_knowing import saved as saved_table
from bot.story import Story

WORDS, RAREST = 24, 8
"""Of how many of the question's words it is looked how many hold them; how many of them are looked for."""
OF_EACH, LOOKED_AT, MOST = 600, 500, 500
"""The newest that hold one word; of how many of all these it is looked whether they were answered; how many are ranked."""
LATEST = 100
"""Of one topic, and of one account: the newest."""
BEST = 9
"""Offered at most: who asks may not be let read all of them."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A mention that was answered in public, with that answer and all that its author wrote beside the first post."""

    row: RowMapping
    added: Sequence[tuple[datetime, str]] = ()

    @property
    def question(self) -> str:
        """What was asked before the answer."""
        before = (text for at, text in self.added if at < self.row["answered_at"])
        return "\n".join((self.row["text"], *before))


def best_for(conn: Connection, story: Story, now: datetime) -> list[Past]:
    """The best earlier answers to what a mention asks, the best first; at most BEST."""
    question = asked_in(story)
    wanted = telling(question.text)
    numbers = [*about(conn, story.mention.topic), *near(conn, wanted, story.mention.number)]
    found = {str(one.row["number"]): one for one in answered(conn, story, numbers, now)}
    likes = ranked(question, [as_asked(one) for one in found.values()])
    return told(conn, first_of_each(found[like.asked.id] for like in likes))


def one(conn: Connection, reply_id: str, now: datetime) -> Past | None:
    """The answer of that id, if it can still be offered."""
    rows = still_good(conn, conn.execute(offered().where(reply.c.id == reply_id)).mappings().all(), now)
    found = with_additions(conn, rows)
    return next(iter(told(conn, found)), None)


def asked_in(story: Story) -> Asked:
    """What a mention asks."""
    m = story.mention
    return Asked(m.ref, "\n".join((m.text, *(one.text for one in story.additions))), m.received_at, m.topic)


def as_asked(one: Answered) -> Asked:
    """The question of an earlier answer."""
    return Asked(str(one.row["number"]), one.question, one.row["received_at"], one.row["topic"])


# --- found -------------------------------------------------------------------------------------------------------


def near(conn: Connection, wanted: Sequence[str], but: int) -> list[int]:
    """The mentions with most of the rarest words of a question, or words for the same thing; of equal ones the newest."""
    words = list(dict.fromkeys(word for word in wanted if len(word) > 1))[:WORDS]
    held = {word: holders(conn, word) for word in words}
    rarest = sorted((word for word in held if held[word]), key=lambda word: len(held[word]))[:RAREST]
    weight: Counter[int] = Counter()
    for word in rarest:
        worth = round(1000 * log(1 + OF_EACH / len(held[word])))
        weight.update(dict.fromkeys(held[word], worth))
    del weight[but]
    return sorted(weight, key=lambda number: (weight[number], number), reverse=True)[:LOOKED_AT]


def about(conn: Connection, topic: str) -> list[int]:
    """The newest mentions of a topic, or of one under it."""
    return holders(conn, facet("topic", topic))[:LATEST] if topic else []


def holders(conn: Connection, word: str) -> list[int]:
    """The newest mentions with a word in them, or one for the same thing."""
    expression = any_of([Term((one,)) for one in (word, *sorted(ALIKE.get(word, ())))], conn.dialect.name)
    return list(islice(holding(conn, expression, (0, newest(conn) + 1)), OF_EACH))


def offered() -> Select[tuple[object, ...]]:
    """Answers that can be offered, with their mentions' columns; the reply's own begin with ``r_``."""
    m, r = mention.c, reply.c
    own = [column.label(f"r_{column.name}") for column in r]
    return (
        select(*m, *own, r.sent_at.label("answered_at")).join_from(mention, reply, r.number == m.number).where(is_public())
    )


def is_public() -> ColumnElement[bool]:
    """Whether everybody could read the question and the answer, and both are still there."""
    m, r = mention.c, reply.c
    asked = and_(m.private.is_(False), m.erased_at.is_(None), m.gone_at.is_(None), m.network != CANARY_NETWORK)
    said = and_(r.state.in_(PUBLIC), r.part == 1, r.text != "", r.by != SYSTEM, r.audience == Audience.AS_ASKED)
    return and_(asked, said, r.sent_at.is_not(None))


def answered(conn: Connection, story: Story, numbers: Sequence[int], now: datetime) -> list[Answered]:
    """What was answered of these mentions, and last of all for the same account; of each mention its newest answer."""
    m, this = mention.c, story.mention
    latest = offered().where(m.number != this.number, reply.c.account == this.account).order_by(reply.c.sent_at.desc())
    known = offered().where(m.number.in_(numbers), m.number != this.number)
    asked = [known, latest.limit(LATEST)] if numbers else [latest.limit(LATEST)]
    rows: dict[int, RowMapping] = {}
    for query in asked:
        for row in still_good(conn, conn.execute(query).mappings().all(), now):
            if row["number"] not in rows or rows[row["number"]]["answered_at"] < row["answered_at"]:
                rows[row["number"]] = row
    return with_additions(conn, list(rows.values())[:MOST])


def still_good(conn: Connection, rows: Sequence[RowMapping], now: datetime) -> list[RowMapping]:
    """Those whose words are not of a saved reply that cannot be sent now, be it that it began with them or they with it."""
    c = saved_table.c
    is_over = c.ended_at.is_not(None) | (c.expires_at <= now)
    over = set(conn.execute(select(c.begun_from).where(is_over, c.begun_from != "")).scalars()) if rows else set()
    marks = {row["r_drawn_from"] for row in rows if row["r_drawn_from"]}
    over |= {mark for mark in marks if saved.why_not(conn, mark, now)}
    made_of = select(saved_table).where(c.begun_from.in_({row["r_id"] for row in rows}))
    for found in map(saved.saved_from, conn.execute(made_of).mappings().all() if rows else ()):
        over |= set() if saved.editions(conn, found).get(1, True) else {found.begun_from}
    return [row for row in rows if row["r_id"] not in over and row["r_drawn_from"] not in over]


def with_additions(conn: Connection, rows: Sequence[RowMapping]) -> list[Answered]:
    """The same with what their authors added."""
    a = addition.c
    added: dict[int, list[tuple[datetime, str]]] = {row["number"]: [] for row in rows}
    here = select(a.number, a.posted_at, a.text).where(a.number.in_(added), a.text != "").order_by(a.posted_at, a.id)
    for number, at, text in conn.execute(here) if rows else ():
        added[number].append((at, text))
    return [Answered(row, added[row["number"]]) for row in rows]


# --- told --------------------------------------------------------------------------------------------------------


def first_of_each(found: Iterable[Answered]) -> list[Answered]:
    """The best of those that say the same, at most BEST: what was sent to many is offered once."""
    kept: dict[tuple[str, ...], Answered] = {}
    for one in found:
        kept.setdefault(tuple(telling(one.row["r_text"])), one)
        if len(kept) == BEST:
            break
    return list(kept.values())


def told(conn: Connection, found: Sequence[Answered]) -> list[Past]:
    """Each with who wrote it and what came of it."""
    names = mentions.names(conn, {one.row["r_by"] for one in found})
    return [past_from(one, names[one.row["r_by"]], reopened=is_reopened(conn, one)) for one in found]


def past_from(one: Answered, by: str, *, reopened: bool) -> Past:
    """One answer as the core knows it."""
    answer = reply_from({name.removeprefix("r_"): value for name, value in one.row.items() if name.startswith("r_")})  # type: ignore[arg-type]
    at: datetime = one.row["answered_at"]
    after = [text for when, text in one.added if when >= at]
    came_of_it = settled(after, reopened=reopened)
    asked = mention_from(one.row)
    return Past(answer.id, asked, one.question, answer.text, answer.second, by, at, came_of_it, answer.drawn_from)


def is_reopened(conn: Connection, one: Answered) -> bool:
    """Whether staff opened the mention again after the answer."""
    e = event.c
    after = (e.subject == f"M-{one.row['number']}", e.at > one.row["answered_at"])
    again = select(e.id).where(*after, e.action == Action.REOPEN, e.actor != SYSTEM)
    return conn.execute(again.limit(1)).first() is not None

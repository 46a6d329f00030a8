"""Finds mentions by their words and by what is known of them, newest first; and what is most like one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import log

from sqlalchemy import Column, ColumnElement, Connection, Integer, Select, cast, column, exists, func, or_, select, table
from sqlalchemy.dialects import postgresql

from bot.finding.matching import any_of, matching
from bot.finding.query import Query, Term
from bot.finding.terms import FACET, PARTED
from bot.house import CANARY_NETWORK
from bot.mention import Mention
from bot.store.finding.texts import PUBLIC
from bot.store.mentions import mention_from
from bot.store.schema import findable, mention, reply, staff

FTS = table("findable_fts", column("rowid", Integer), column("findable_fts"))
VECTOR: ColumnElement[str] = column("vector")
CHUNK, LARGEST = 64, 4_096
"""Of how many hits the mentions are read at once: at first, and at most, where filters leave out many."""
WINDOWS = (4_000, 60_000)
"""On PostgreSQL: how many of the newest mentions are looked through one by one before the index is asked for the rest.
Where a word is common, these have enough of it; where it is not, the index has few."""
RANKED, BEST, SAMPLE, RAREST = 2_000, 100, 1_000, 24
"""Of how many hits how many of the best are chosen; in how many mentions words are counted; how many are compared."""
ALIKE = 0.15
"""The share of a mention's rare words, by weight, that another must have to be like it."""
OUT_OF_ORDER = 1_000
"""By how many numbers mentions that came in at the same time may be out of order."""


def found(conn: Connection, query: Query, most: int) -> list[Mention]:
    """The newest mentions that hold all that is wanted, at most so many, below ``query.before``."""
    rules = conditions(query)
    if not query.wanted:
        dialect = conn.dialect.name
        without = [mention.c.number.not_in(hits_of(any_of(query.without, dialect), dialect))] if query.without else []
        below = [mention.c.number < query.before] if query.before else []
        here = (mention.c.network != CANARY_NETWORK, *rules, *without, *below)
        rows = conn.execute(select(mention).where(*here).order_by(mention.c.number.desc()).limit(most))
        return [mention_from(row) for row in rows.mappings()]
    hits: list[Mention] = []
    for numbers in chunks(holding(conn, matching(query, conn.dialect.name), span(conn, query)), max(CHUNK, most)):
        ordered = select(mention).where(mention.c.number.in_(numbers), *rules).order_by(mention.c.number.desc())
        rows = conn.execute(ordered.limit(most - len(hits)))
        hits += [mention_from(row) for row in rows.mappings()]
        if len(hits) >= most:
            break
    return hits


def nearest(conn: Connection, query: Query) -> list[Mention]:
    """Where nothing holds all that is wanted: those that hold most of it, of the newest RANKED that hold any."""
    marks = [*query.stems, *query.beginnings]
    if len(marks) < 2:
        return []
    weights = dict.fromkeys(marks, 1.0)
    hits = holding(conn, matching(query, conn.dialect.name, nearly=True), span(conn, query))
    return best(conn, hits, weights, query)


def rarest(conn: Connection, number: int) -> dict[str, float]:
    """A mention's rarest words, with how much each says about it: judged by how many of the newest mentions hold it."""
    own = words_in(conn, [number]).get(number, frozenset())
    sample = conn.execute(select(findable.c.number).order_by(findable.c.number.desc()).limit(SAMPLE)).scalars().all()
    seen = Counter(word for words in words_in(conn, sample).values() for word in words & own)
    weights = {word: log((len(sample) + 1) / (seen[word] + 0.5)) for word in own}
    return {word: weights[word] for word in sorted(weights, key=lambda word: (-weights[word], word))[:RAREST]}


def like(conn: Connection, number: int, weights: Mapping[str, float]) -> list[Mention]:
    """Mentions that share these words with one, the most like it first."""
    if not weights:
        return []
    hits = holding(conn, any_of([Term((word,)) for word in weights], conn.dialect.name), (0, newest(conn) + 1))
    others = (one for one in hits if one != number)
    return best(conn, others, weights, Query(), least=ALIKE * sum(weights.values()))


def best(
    conn: Connection, hits: Iterator[int], weights: Mapping[str, float], query: Query, *, least: float = 0
) -> list[Mention]:
    """Of some hits, at most BEST whose words weigh most, and ``least`` or more; of equal ones the newest first."""
    numbers = [number for number, _ in zip(hits, range(RANKED), strict=False)]
    held = words_in(conn, numbers)
    scores = {number: score(words, weights, query.beginnings) for number, words in held.items()}
    ranked = sorted((one for one in scores if scores[one] >= least), key=lambda number: (-scores[number], -number))
    rows = conn.execute(select(mention).where(mention.c.number.in_(ranked[:BEST]), *conditions(query))).mappings()
    there = {row["number"]: mention_from(row) for row in rows}
    return [there[number] for number in ranked if number in there]


def score(words: frozenset[str], weights: Mapping[str, float], beginnings: Sequence[str]) -> float:
    """What of it a mention holds, by weight; a beginning counts where a word begins so."""
    begun = {begin for begin in beginnings if any(word.startswith(begin) for word in words)}
    return sum(weight for mark, weight in weights.items() if mark in words or mark in begun)


def words_in(conn: Connection, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    """The stems of mentions, each once."""
    f = findable.c
    rows = conn.execute(select(f.number, f.words).where(f.number.in_(numbers)))
    return {row.number: frozenset(plain(word) for word in row.words.split(" ") if not is_sign(plain(word))) for row in rows}


def plain(stored: str) -> str:
    """A stem as it is, from how a database keeps it: ``'bin':7``."""
    return stored[1:].partition("'")[0] if stored.startswith("'") else stored


def is_sign(word: str) -> bool:
    """Whether it is a sign of ours and no word."""
    return not word or word[0] in (FACET, PARTED)


# --- the words ---------------------------------------------------------------------------------------------------


def holding(conn: Connection, expression: str, within: tuple[int, int]) -> Iterator[int]:
    """The numbers of mentions that match, from the newest on."""
    low, high = within
    hits = hits_of(expression, conn.dialect.name)
    (number,) = hits.selected_columns
    if conn.dialect.name == "sqlite":
        yield from conn.execute(hits.where(number >= low, number < high).order_by(number.desc())).scalars()
        return
    for size in (*WINDOWS, high):
        start = max(low, high - size)
        if start >= high:
            return
        yield from sorted(conn.execute(hits.where(number >= start, number < high)).scalars(), reverse=True)
        high = start


def hits_of(expression: str, dialect: str) -> Select[int]:
    """The question to the index: the numbers of mentions that match."""
    if dialect == "sqlite":
        return select(FTS.c.rowid).where(FTS.c.findable_fts.op("MATCH")(expression))
    return select(findable.c.number).where(VECTOR.op("@@")(cast(expression, postgresql.TSQUERY)))


def chunks(numbers: Iterator[int], size: int) -> Iterator[list[int]]:
    """Numbers in lists, each twice as long as the one before, up to LARGEST."""
    part: list[int] = []
    for number in numbers:
        part.append(number)
        if len(part) == size:
            yield part
            part, size = [], min(size * 2, LARGEST)
    if part:
        yield part


# --- what else is known ------------------------------------------------------------------------------------------


def newest(conn: Connection) -> int:
    """The number of the newest mention."""
    return int(conn.execute(select(func.coalesce(func.max(mention.c.number), 0))).scalar_one())


def span(conn: Connection, query: Query) -> tuple[int, int]:
    """Between which numbers it can only be, as days are asked for: numbers rise with time, if not strictly."""
    m, low, high = mention.c, 0, query.before or newest(conn) + 1
    first = select(m.number).order_by(m.received_at).limit(1)
    if query.since:
        start = conn.execute(first.where(m.received_at >= query.since)).scalar()
        low = high if start is None else max(0, start - OUT_OF_ORDER)
    if query.until and (end := conn.execute(first.where(m.received_at >= query.until)).scalar()) is not None:
        high = min(high, end + OUT_OF_ORDER)
    return low, high


def conditions(query: Query) -> list[ColumnElement[bool]]:
    """What the filters ask of a mention's own row."""
    m = mention.c
    rules: list[ColumnElement[bool]] = []
    for of, values in ((m.network, query.networks), (m.account, query.accounts)):
        rules += [of.in_(values)] if values else []
    if query.topics:
        rules.append(or_(*(under(topic) for topic in query.topics)))
    if query.states:
        rules.append(m.state.in_([state.value for state in query.states]))
    if query.since:
        rules.append(m.received_at >= query.since)
    if query.until:
        rules.append(m.received_at < query.until)
    if query.people:
        r = reply.c
        answered = exists().where(r.number == m.number, r.by.in_(query.people), r.state.in_(PUBLIC))
        rules.append(or_(m.owner.in_(query.people), m.last_owner.in_(query.people), answered))
    if query.author:
        rules.append(or_(*(called(c, query.author, "%", "%") for c in (m.author_name, m.author_handle))))
    return rules


def called(column: Column[str], name: str, before: str = "", after: str = "") -> ColumnElement[bool]:
    """Whether a name is this one, whatever its case, with marks of LIKE before and after: also as it was typed and as names
    are written, as SQLite knows no case outside ASCII.
    """
    ways = dict.fromkeys((name, name.lower(), name.title(), name.upper()))
    lower = func.lower(column).like(f"{before}{escaped(name.lower())}{after}", escape="!")
    return or_(lower, *(column.like(f"{before}{escaped(way)}{after}", escape="!") for way in ways))


def under(topic: str) -> ColumnElement[bool]:
    """Whether a mention is about a topic, or one under it."""
    own = func.lower(mention.c.topic)
    return or_(own == topic, own.like(f"{escaped(topic)}.%", escape="!"))


def escaped(word: str) -> str:
    """A word with LIKE's own marks taken literally."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def colleague(conn: Connection, name: str) -> str:
    """The id of the only member of staff of that id, name or first name, those who left too; empty for none, or several."""
    s, bare = staff.c, name.removeprefix("@")
    named = or_(s.id == bare, called(s.name, bare), called(s.name, bare, after=" %"))
    ids = conn.execute(select(s.id).where(named).limit(2)).scalars().all()
    return ids[0] if len(ids) == 1 else ""

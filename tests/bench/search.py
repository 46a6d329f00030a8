"""``python -m tests.bench.search``: finding in many mentions, beside the same question as plain SQL; and what keeping the
index costs those who take in.

Mentions are made of invented words as often as words are in any language (Zipf), the same ones each time.
"""

import argparse
import asyncio
import logging
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import Connection, text, update

from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.index import Index
from bot.finding.matching import matching
from bot.finding.query import Known, read_query
from bot.finding.terms import PARTED, as_stored, facet, joined
from bot.store import migrate, schema
from bot.store.executor import Database
from bot.store.finding import index
from bot.store.reading import search
from integrations.alone.peers import AlonePeers
from tests.bench.history import postgres
from tests.bench.measure import machine, p99
from tests.bot.council import LONDON, account, house, post

VOCABULARY, SYLLABLES = (
    40_000,
    ("ba", "co", "di", "fer", "gul", "hes", "jan", "kol", "lim", "mor", "nas", "pe", "rut", "sto", "vin"),
)
LENGTHS = range(6, 40)
AT_ONCE = 5_000
MOST = 24
START = datetime(2024, 1, 1, tzinfo=UTC)
NETWORKS = ("webchat",) * 6 + ("x",) * 3 + ("mastodon",)
RAW = {
    "sqlite": "SELECT m.* FROM findable_fts f JOIN mention m ON m.number = f.rowid WHERE findable_fts MATCH :asked "
    "ORDER BY f.rowid DESC LIMIT :most",
    "postgresql": "SELECT m.* FROM findable f JOIN mention m ON m.number = f.number "
    "WHERE f.vector @@ CAST(:asked AS tsquery) ORDER BY f.number DESC LIMIT :most",
}


class Town:
    """What is said there. The same each time."""

    def __init__(self) -> None:
        self.chance = random.Random(9)
        self.words = sorted({self.word() for _ in range(VOCABULARY * 2)})[:VOCABULARY]
        self.chance.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def word(self) -> str:
        """An invented one."""
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.choice((2, 3, 3, 4))))

    def sentence(self) -> str:
        """Common words often, rare ones seldom."""
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=self.chance.choice(LENGTHS)))


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--mentions", type=int, default=1_000_000, metavar="N")
    given.add_argument("--questions", type=int, default=100, help="of each kind")
    given.add_argument("--taken-in", type=int, default=4_000, help="mentions taken in with the index kept, and without")
    given.add_argument("--postgres", action="store_true", help="on PostgreSQL instead")
    options = given.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name, ExitStack() as stack:
        print(machine(Path(name)))
        urls = stack.enter_context(postgres(1)) if options.postgres else [f"sqlite:///{name}/tolbooth.db"]
        for url in urls:
            asyncio.run(measured(url, options))


async def measured(url: str, options: argparse.Namespace) -> None:
    """Fill a database, ask it, and take more in."""
    database, town = Database(url, statement_seconds=900), Town()
    try:
        migrate.upgrade(database)
        start = time.perf_counter()
        said = await filled(database, town, options.mentions)
        print(f"{options.mentions:,} mentions stored and indexed in {time.perf_counter() - start:.0f} s", flush=True)
        for kind, questions in kinds(town, said, options.questions):
            print(await asked(database, kind, questions), flush=True)
        print(await taken_in(database, town, options.taken_in), flush=True)
    finally:
        database.close()


async def filled(database: Database, town: Town, count: int) -> list[str]:
    """So many mentions, answered long ago; returns some of what was said."""
    said: list[str] = []
    for first in range(1, count + 1, AT_ONCE):
        texts = [town.sentence() for _ in range(min(AT_ONCE, count + 1 - first))]
        await database.write(stored, first, texts)
        said += texts[:5]
    await database.write(numbered, count)
    if not database.is_sqlite:
        with database.engine.connect() as conn:
            conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    return said


def stored(conn: Connection, first: int, texts: Sequence[str]) -> None:
    """Rows as they would stand there."""
    rows, found, dialect = [], [], conn.dialect.name
    for number, words in enumerate(texts, first):
        network = NETWORKS[number % len(NETWORKS)]
        rows.append(row(number, words, network))
        known = [facet("network", network), facet("account", network), facet("by", "U0PRIYA"), PARTED]
        found.append({"number": number, "version": 1, "words": as_stored([*known, *joined([words])], dialect)})
    conn.execute(schema.mention.insert(), rows)
    conn.execute(schema.findable.insert(), found)


def row(number: int, words: str, network: str) -> dict[str, object]:
    """One mention, closed."""
    at, name = START + timedelta(minutes=number), str(number)
    return {
        **dict.fromkeys(("url", "language", "author_handle", "topic", "close_reason"), ""),
        **{"number": number, "account": network, "network": network, "native_id": name, "conversation": name},
        **{"author_id": name, "author_name": "Lou", "text": words, "text_salt": "x", "kind": "post", "private": False},
        **{"media": [], "posted_at": at, "received_at": at, "raw": b"", "state": "closed", "version": 1, "owner": "U0PRIYA"},
        **{"ended_at": at, "priority": "P3", "flags": []},
    }


def numbered(conn: Connection, count: int) -> None:
    """The next one is the next number."""
    done = conn.execute(update(schema.counter).where(schema.counter.c.name == "mention").values(value=count)).rowcount
    if not done:
        conn.execute(schema.counter.insert().values(name="mention", value=count))


def kinds(town: Town, said: Sequence[str], count: int) -> Iterator[tuple[str, list[str]]]:
    """What is asked, by kind."""
    chance, texts = random.Random(3), [one.split() for one in said]
    common, usual, rare = town.words[:100], town.words[200:2_000], town.words[10_000:]
    makers: dict[str, Callable[[], str]] = {
        "one common word": lambda: chance.choice(common),
        "one usual word": lambda: chance.choice(usual),
        "one rare word": lambda: chance.choice(rare),
        "two common words": lambda: " ".join(chance.sample(common, 2)),
        "a common and a usual word": lambda: f"{chance.choice(common)} {chance.choice(usual)}",
        "a phrase that was said": lambda: f'"{" ".join(chance.choice(texts)[1:3])}"',
        "a common word on a network": lambda: f"{chance.choice(common)} network:mastodon",
        "a usual word of one week": lambda: f"{chance.choice(usual)} from:2024-05-06 until:2024-05-12",
        "a common word by a colleague who has none": lambda: f"{chance.choice(common)} by:nobody",
    }
    for kind, make in makers.items():
        yield kind, [make() for _ in range(min(count, 10) if "has none" in kind else count)]


async def asked(database: Database, kind: str, questions: Sequence[str]) -> str:
    """The figures of one kind."""
    ours, raw, hits = [], [], 0
    for question in questions:
        took, found = await database.read(timed, lambda conn, question=question: whole(conn, question))
        ours.append(took)
        hits += found
        raw.append((await database.read(timed, lambda conn, question=question: plain(conn, question)))[0])
    return (
        f"{kind}: median {median(ours):.1f} ms, p99 {p99(ours):.1f} ms; plain SQL median {median(raw):.1f} ms, "
        f"p99 {p99(raw):.1f} ms; ratio {median(ours) / median(raw):.2f}; hits of a page {hits / len(questions):.0f}"
    )


def timed(conn: Connection, ask: Callable[[Connection], int]) -> tuple[float, int]:
    """Milliseconds, and what came of it."""
    start = time.perf_counter()
    count = ask(conn)
    return (time.perf_counter() - start) * 1000, count


KNOWN = Known(frozenset(NETWORKS), {name: name for name in NETWORKS}, datetime(2026, 1, 1, tzinfo=UTC), LONDON)


def whole(conn: Connection, question: str) -> int:
    """As ``find`` asks, from the words that were typed."""
    return len(search.found(conn, read_query(question, KNOWN), MOST))


def plain(conn: Connection, question: str) -> int:
    """The words alone, by one plain statement."""
    dialect = conn.dialect.name
    expression = matching(read_query(question, KNOWN), dialect)
    return len(conn.execute(text(RAW[dialect]), {"asked": expression, "most": MOST}).all())


async def taken_in(database: Database, town: Town, count: int) -> str:
    """Mentions a second that are stored while nothing is indexed, and while all of it is; in turns."""
    clock = SystemClock()
    accounts = account(), account("x", network="x")
    desk = Desk(database, clock, house=house(*accounts), peers=AlonePeers(clock))
    rates: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(6):
        with_index = turn % 2 == 1
        posts = [post(f"new-{turn}-{n}", town.sentence(), by=f"by {turn} {n}") for n in range(count // 3)]
        loop = asyncio.create_task(Index(desk).run()) if with_index else None
        start = time.perf_counter()
        await asyncio.gather(*(one_by_one(desk, posts[part::8]) for part in range(8)))
        rates[with_index].append(len(posts) / (time.perf_counter() - start))
        if loop:
            loop.cancel()
        while await database.read(index.is_behind):
            await database.write(index.catch_up, desk.now())
    without, kept = median(rates[False]), median(rates[True])
    return f"taken in: {kept:,.0f} a second with the index kept, {without:,.0f} without; ratio {kept / without:.2f}"


async def one_by_one(desk: Desk, posts: Sequence[object]) -> None:
    """Each in a transaction of its own, as calls come in."""
    for one in posts:
        await desk.take_in([one], "website")  # type: ignore[list-item]


if __name__ == "__main__":
    main()

"""What a long history costs: a claim, a page of the queue and a post that comes in, with few and many closed ones stored.

Each is one unit of work on the bot's own database, as a handler asks for it; the sides take turns, so that what else the
machine does falls on all of them.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, String, Table, Text, cast, func, insert, literal, select, true, update

from bot.clock import SystemClock
from bot.desk import Desk
from bot.mention import Action, Move
from bot.store import migrate, schema
from bot.store.executor import Database
from bot.store.reading import queue
from integrations.alone.peers import AlonePeers
from tests.bench.measure import p99
from tests.bot.council import house, post

OPEN = 50
"""Mentions that are open on each side besides those that are measured with."""
WARM = 5
AT_ONCE = 100_000
"""Rows of a table that are copied in one statement."""
TEMPLATE = 1
"""The mention whose rows are copied: it was claimed and closed as any is."""
COPIED: dict[Table, Sequence[str]] = {
    schema.mention: ("native_id", "conversation", "author_id"),
    schema.arrival: ("native_id",),
    schema.escalation: (),
    schema.card: ("message",),
    schema.chain: (),
    schema.event: (),
    schema.delivery: ("id", "key", "lane"),
}
"""What there is of a closed mention, and the names that are its own."""


async def measured(name: str, urls: Sequence[str], stored: Sequence[int], requests: int) -> None:
    """Fill all sides, then measure them in turn and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sides = [Side(url) for url in urls]
    try:
        for side, count in zip(sides, stored, strict=True):
            start = time.perf_counter()
            await side.fill(count, WARM + requests)
            print(f"{name}: {count:,} closed mentions stored in {time.perf_counter() - start:.0f} s", flush=True)
        for what in ("claim", "queue page", "ingest"):
            took: list[list[float]] = [[] for _ in sides]
            for turn in range(WARM + requests):
                for side, timings in zip(sides, took, strict=True):
                    timings.append(await side.timed(what, turn))
            print(line(f"{name} {what}", stored, [timings[WARM:] for timings in took]), flush=True)
        held = [await side.db.read(lambda conn: conn.scalar(select(func.count(schema.mention.c.number)))) for side in sides]
        print(f"{name}: mentions on the disk: {' and '.join(f'{count:,}' for count in held)}")
    finally:
        for side in sides:
            side.db.close()


def line(what: str, stored: Sequence[int], took: Sequence[Sequence[float]]) -> str:
    """One row of figures, each beside the first."""
    first = median(took[0])
    figures = [
        f"with {count:,} median {median(one):.2f} ms, p99 {p99(one):.2f} ms, ratio {median(one) / first:.2f}"
        for count, one in zip(stored, took, strict=True)
    ]
    return f"{what}: {'; '.join(figures)}"


class Side:
    """One database with a desk on it."""

    def __init__(self, url: str) -> None:
        self.db = Database(url)
        clock = SystemClock()
        self.desk = Desk(self.db, clock, house=house(), peers=AlonePeers(clock))

    async def fill(self, stored: int, requests: int) -> None:
        """One mention that is closed, as many more of it as asked for, and some that are open."""
        await asyncio.to_thread(migrate.upgrade, self.db)
        await self.desk.take_in([post("closed", by="closed")], "website")
        for action in (Action.CLAIM, Action.CLOSE):
            await self.desk.make(Move(f"M-{TEMPLATE}", action, "U0PRIYA", note="answered elsewhere"))
        await self.db.write(over)
        for start in range(TEMPLATE, stored, AT_ONCE):
            for table in COPIED:
                await self.db.write(copied, table, start, min(AT_ONCE, stored - start))
        await self.db.write(lambda conn: conn.execute(update(schema.counter).values(value=stored)))
        await self.desk.take_in([post(f"open-{n}", by=f"open-{n}") for n in range(OPEN + requests)], "website")
        self.first_open = stored + 1
        await asyncio.to_thread(analyse, self.db)

    async def timed(self, what: str, turn: int) -> float:
        """Milliseconds until one is done."""
        todo = self.todo(what, turn)
        start = time.perf_counter()
        await todo()
        return (time.perf_counter() - start) * 1000

    def todo(self, what: str, turn: int) -> Callable[[], Coroutine[Any, Any, object]]:
        """One unit of work."""
        match what:
            case "claim":
                move = Move(f"M-{self.first_open + turn}", Action.CLAIM, "U0PRIYA")
                return lambda: self.desk.make(move)
            case "ingest":
                name = f"new-{turn}"
                return lambda: self.desk.take_in([post(name, by=name)], "website", f"call-{turn}")
        return lambda: self.db.read(queue.report, datetime.now(UTC), self.desk.house)


def over(conn: Connection) -> None:
    """Everything that was to be told about the template was told."""
    conn.execute(update(schema.delivery).values(state="done", due_at=None, place=None))
    conn.execute(update(schema.card).values(message="1.0"))
    conn.execute(update(schema.chain).values(sealed_seq=schema.chain.c.seq))


def copied(conn: Connection, table: Table, start: int, count: int) -> None:
    """The template's rows once more for each of the numbers after ``start``, made inside the database."""
    each = select(literal(start + 1).label("number")).cte("each", recursive=True)
    each = each.union_all(select(each.c.number + 1).where(each.c.number < start + count))
    number = cast(each.c.number, Text)
    names = [one.name for one in table.c if one.name != "id" or isinstance(one.type, String)]
    values: list[ColumnElement[Any]] = []
    for name in names:
        here = table.c[name]
        match name:
            case "number":
                values.append(each.c.number)
            case "subject":
                values.append(literal("M-") + number)
            case _:
                values.append(literal(f"{name}-") + number if name in COPIED[table] else here)
    of_it = table.c.subject == f"M-{TEMPLATE}" if "subject" in table.c else table.c.number == TEMPLATE
    if table is schema.delivery:
        of_it &= table.c.kind == "card"
    conn.execute(insert(table).from_select(names, select(*values).select_from(table.join(each, true())).where(of_it)))


def analyse(database: Database) -> None:
    """As PostgreSQL does by itself after a while."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE")

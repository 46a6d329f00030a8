"""``python -m tests.bench.escalation``: ten thousand mentions that fall due at once, and a look that finds nothing due.

Both on SQLite with ``synchronous=FULL``, as units of work on the bot's own database; the baseline is a bare query by index
for what is due. The mentions are copies of one that came in, made inside the database.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from sqlalchemy import Connection, func, select, text, update

from bot.clock import MovableClock
from bot.desk import Desk
from bot.engine.escalate import Escalate
from bot.store import migrate, schema
from bot.store.duty import pinging
from bot.store.executor import Database
from integrations.alone.peers import AlonePeers
from tests.bench.closed import AT_ONCE, COPIED, TEMPLATE, analyse, copied, over
from tests.bench.measure import machine, p99
from tests.bot.council import house, post

BARE_DUE = text("SELECT number FROM escalation WHERE due_at IS NOT NULL AND due_at <= :now ORDER BY due_at LIMIT :limit")
BARE_NEXT = text("SELECT min(due_at) FROM escalation WHERE due_at IS NOT NULL")
Timed = Callable[[], Coroutine[Any, Any, object]]


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--due", type=int, default=10_000, help="mentions that fall due at once")
    given.add_argument("--open", type=int, default=1_000_000, help="open mentions of which none is due")
    given.add_argument("--sweeps", type=int, default=200, help="looks that find nothing due")
    options = given.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        folder = Path(name)
        print(machine(folder))
        asyncio.run(all_due(folder / "due.db", options.due))
        asyncio.run(none_due(folder / "open.db", options.open, options.sweeps))


class Side:
    """A database with so many open mentions, all armed for the same moment."""

    def __init__(self, path: Path) -> None:
        self.db, self.clock = Database(f"sqlite:///{path}"), MovableClock()
        self.desk = Desk(self.db, self.clock, house=house(), peers=AlonePeers(self.clock))

    async def fill(self, count: int) -> None:
        """One that came in, its card posted, and copies of it."""
        await asyncio.to_thread(migrate.upgrade, self.db)
        await self.desk.take_in([post("open", by="open")], "website")
        await self.db.write(over)
        for start in range(TEMPLATE, count, AT_ONCE):
            for table in COPIED:
                await self.db.write(copied, table, start, min(AT_ONCE, count - start))
        await self.db.write(lambda conn: conn.execute(update(schema.counter).values(value=count)))
        await asyncio.to_thread(analyse, self.db)


async def all_due(path: Path, count: int) -> None:
    """Everything at once: found, recorded, queued, in batches between which others get their turn."""
    side = Side(path)
    await side.fill(count)
    side.clock.advance(timedelta(minutes=61))
    escalate, now = Escalate(side.desk), int(side.clock.now().timestamp() * 1000)
    bare = await timed(lambda: side.db.read(lambda conn: conn.execute(BARE_DUE, {"now": now, "limit": count}).all()))
    batches: list[float] = []
    worked = time.process_time()
    while (await timed_into(batches, escalate.once)) or len(batches) < 2:
        pass
    worked = (time.process_time() - worked) * 1000
    ours, held = sum(batches), await side.db.read(counted)
    found = f"found and queued in {ours:.0f} ms, {worked:.0f} ms of them the processor's"
    print(f"{count:,} due at once: {found}; {len(batches) - 1} transactions, the longest {max(batches):.0f} ms")
    print(f"a bare query for them: {bare:.1f} ms; ratio {ours / bare:.2f}")
    print(f"pinged, on the record: {held['ping']:,} and {held['event']:,} of {count:,}; redraws: {held['redraw']:,}")
    side.db.close()


def counted(conn: Connection) -> dict[str, int]:
    """What was done, as stored."""
    asked = {
        "ping": select(func.count()).select_from(schema.ping),
        "event": select(func.count()).where(schema.event.c.action == "escalate"),
        "redraw": select(func.count()).where(schema.delivery.c.kind == "redraw", schema.delivery.c.state == "pending"),
    }
    return {name: conn.execute(query).scalar_one() for name, query in asked.items()}


async def none_due(path: Path, count: int, sweeps: int) -> None:
    """A look at a great many, none of which is due: by the loop's own question, and by the whole of its work."""
    side = Side(path)
    await side.fill(count)
    looks: dict[str, tuple[Timed, list[float]]] = {
        "bare": (lambda: side.db.read(lambda conn: conn.execute(BARE_NEXT).scalar()), []),
        "look": (Escalate(side.desk).once, []),
        "sweep": (lambda: side.db.read(pinging.ping_due, side.desk.house, side.clock.now()), []),
    }
    for _ in range(sweeps):
        for look, took in looks.values():
            took.append(await timed(look))
    bare = median(looks["bare"][1])
    for name, what in (("look", "the loop's look"), ("sweep", "a whole sweep")):
        took = looks[name][1]
        print(
            f"nothing due among {count:,} open: {what} median {median(took):.2f} ms, p99 {p99(took):.2f} ms; "
            f"a bare query {bare:.2f} ms; ratio {median(took) / bare:.2f}"
        )
    side.db.close()


async def timed(work: Timed) -> float:
    """Milliseconds until it is done."""
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


async def timed_into(took: list[float], work: Timed) -> object:
    """What it returned; how long it took is added."""
    start = time.perf_counter()
    outcome = await work()
    took.append((time.perf_counter() - start) * 1000)
    return outcome


if __name__ == "__main__":
    main()

"""The tables: what the migrations make is what the code expects, and looking something up stays quick."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.delivery import Kind, Rank
from bot.store.reading import queue
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from tests.bot.council import Bench
from tests.bot.store.alike import differences

OVER = text(
    "INSERT INTO delivery (id, key, kind, lane, seq, rank, state, target, payload, attempt, created_at) "
    "VALUES (:id, :id, 'post', 'seal', :seq, 3, 'done', 'mentions', '{}', 1, 0)"
)


async def test_the_migrations_make_the_tables_the_code_expects(either: Bench) -> None:
    assert await either.db.read(differences) == []


async def plans_of(bench: Bench, unit: Any, *args: Any) -> str:
    """How SQLite goes about the queries of a unit."""
    asked: list[tuple[str, Any]] = []

    def listen(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    def explained(conn: Connection) -> list[str]:
        unit(conn, *args)
        queries = list(asked)
        return [
            str(row[-1]) for query, given in queries for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given)
        ]

    event.listen(bench.db.engine, "before_cursor_execute", listen)
    try:
        return "\n".join(await bench.db.read(explained))
    finally:
        event.remove(bench.db.engine, "before_cursor_execute", listen)


def taken(conn: Connection, *args: Any) -> object:
    """Take what is due."""
    return outbox.due(conn, *args)


@pytest.mark.parametrize("look", ["due", "counts", "not_confirmed"])
async def test_what_is_over_is_never_looked_through(bench: Bench, look: str) -> None:
    unit, args = {
        "due": (taken, (bench.clock.now(), "me", 50)),
        "counts": (outbox.counts, ()),
        "not_confirmed": (queue.not_confirmed, ()),
    }[look]

    plan = await plans_of(bench, unit, *args)

    assert "ix_delivery_unfinished" in plan
    assert "sqlite_autoindex_delivery_3" not in plan  # lane and seq of all there ever was
    assert "SCAN delivery\n" not in f"{plan}\n"


@pytest.mark.parametrize("index", ["ix_mention_open", "ix_mention_unseen"])
async def test_a_report_looks_only_through_what_is_open(bench: Bench, index: str) -> None:
    plan = await plans_of(bench, queue.report, bench.clock.now(), bench.house)

    assert index in plan
    assert "SCAN mention\n" not in f"{plan}\n"
    assert "SCAN delivery\n" not in f"{plan}\n"


async def test_a_lane_with_thousands_that_are_over_takes_no_longer(bench: Bench) -> None:
    done = [{"id": f"d{n}", "seq": n} for n in range(1, 20_001)]
    await bench.db.write(lambda conn: conn.execute(OVER, done))
    steps = 0

    def counted(conn: Connection) -> list[Any]:
        nonlocal steps

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver: Any = conn.connection.driver_connection
        driver.set_progress_handler(step, 100)
        try:
            for n in range(20):
                wanted = Wanted(f"k{n}", Kind.POST, "seal", Rank.REDRAW, None, "mentions")
                outbox.queue(conn, wanted, bench.clock.now())
            return outbox.due(conn, bench.clock.now(), "me", 50)
        finally:
            driver.set_progress_handler(None, 0)

    due = await bench.db.write(counted)

    assert [one.key for one in due] == ["k0"]
    assert steps < 1_000

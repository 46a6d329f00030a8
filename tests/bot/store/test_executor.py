"""Units of work on a real database: durable when answered, alone in their failures, and honest about both."""

import asyncio
import sqlite3
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import Busy, SettingsError
from bot.store import migrate
from bot.store.executor import Database, connect_url
from tests.servers import PostgresServer, create_database

SECRET = "a resident’s words"
PATIENCE = 10.0


def keep(conn: Connection, key: str, size: int = 0) -> str:
    """A unit of work: one row."""
    conn.execute(text("INSERT INTO staff (id, name) VALUES (:id, :name)"), {"id": key, "name": key + "x" * size})
    return key


def kept(conn: Connection) -> set[str]:
    """Which rows are there."""
    return set(conn.execute(text("SELECT id FROM staff")).scalars())


def breaks(conn: Connection, key: str) -> None:
    """A unit of work that writes and then has a bug."""
    keep(conn, key)
    raise ZeroDivisionError(key)


async def one_batch(database: Database, *units: Callable[[Connection], object]) -> list[object]:
    """Run units in one transaction: the writer is kept busy until all of them are waiting."""
    go, begun = threading.Event(), threading.Event()

    def busy(_conn: Connection) -> None:
        begun.set()
        go.wait(PATIENCE)

    first = asyncio.ensure_future(database.write(busy))
    await asyncio.to_thread(begun.wait, PATIENCE)
    waiting = [asyncio.ensure_future(database.write(unit)) for unit in units]
    await asyncio.sleep(0)
    go.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def on_disk(file: Path) -> set[str]:
    """What another process would see now."""
    with closing(sqlite3.connect(file)) as reader:
        return {row[0] for row in reader.execute("SELECT id FROM staff")}


async def test_a_unit_is_answered_only_once_another_connection_sees_it(database: Database, sqlite_file: Path) -> None:
    for n in range(20):
        await database.write(keep, f"k{n}")
        assert f"k{n}" in on_disk(sqlite_file)


async def test_units_that_wait_together_share_one_commit(database: Database) -> None:
    def total_changes(conn: Connection) -> int:
        assert conn.connection.driver_connection
        return conn.connection.driver_connection.in_transaction

    answers = await one_batch(database, total_changes, lambda conn: keep(conn, "a"), kept)

    assert answers == [True, "a", {"a"}]


async def test_a_unit_that_raises_does_not_undo_its_neighbours(either_database: Database) -> None:
    answers = await asyncio.gather(
        *(either_database.write(breaks if n == 2 else keep, f"k{n}") for n in range(5)), return_exceptions=True
    )

    assert isinstance(answers[2], ZeroDivisionError)
    assert await either_database.read(kept) == {"k0", "k1", "k3", "k4"}


async def test_a_neighbour_in_the_same_transaction_is_not_undone_either(database: Database, sqlite_file: Path) -> None:
    answers = await one_batch(
        database, lambda conn: keep(conn, "a"), lambda conn: breaks(conn, "b"), lambda conn: keep(conn, "c")
    )

    assert [type(answer) for answer in answers] == [str, ZeroDivisionError, str]
    assert on_disk(sqlite_file) == {"a", "c"}


@pytest.mark.parametrize("full", [0, 2, 4])
async def test_on_a_full_disk_nothing_is_answered_as_done_that_is_not_stored(
    database: Database, sqlite_file: Path, full: int
) -> None:
    pages = await database.write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    await database.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 3}"))
    units = [(lambda conn, n=n: keep(conn, f"k{n}", 200_000 if n == full else 0)) for n in range(5)]

    answers = await one_batch(database, *units)

    done = {answer for answer in answers if isinstance(answer, str)}
    assert isinstance(answers[full], Busy)
    assert all(isinstance(answer, str | Busy) for answer in answers)
    assert on_disk(sqlite_file) == done

    await database.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000"))
    assert await one_batch(database, *units[:1], lambda conn: keep(conn, "new")) is not None
    assert "new" in on_disk(sqlite_file)


async def test_when_sqlite_ends_the_transaction_by_itself_the_whole_batch_is_refused(
    database: Database, sqlite_file: Path
) -> None:
    await database.write(
        lambda conn: conn.exec_driver_sql(
            "CREATE TRIGGER ends BEFORE INSERT ON staff WHEN new.id='end' BEGIN SELECT RAISE(ROLLBACK, 'gone'); END"
        )
    )

    answers = await one_batch(
        database, lambda conn: keep(conn, "a"), lambda conn: keep(conn, "end"), lambda conn: keep(conn, "c")
    )

    assert all(isinstance(answer, Busy) for answer in answers)
    assert on_disk(sqlite_file) == set()
    assert await database.write(keep, "next") == "next"


async def test_a_unit_that_swallows_the_end_of_its_transaction_is_still_refused(
    database: Database, sqlite_file: Path
) -> None:
    def swallows(conn: Connection) -> str:
        conn.exec_driver_sql("ROLLBACK")
        return "done"

    answers = await one_batch(database, lambda conn: keep(conn, "a"), swallows, lambda conn: keep(conn, "c"))

    assert all(isinstance(answer, Busy) for answer in answers)
    assert on_disk(sqlite_file) == set()


async def test_a_failure_never_shows_what_was_being_stored(either_database: Database) -> None:
    await either_database.write(keep, SECRET)

    with pytest.raises(Busy) as failure:
        await either_database.write(keep, SECRET)

    assert SECRET not in "".join(traceback.format_exception(failure.value))


async def test_an_error_that_gets_past_the_executor_shows_no_values_either(either_database: Database) -> None:
    too_many = text("INSERT INTO staff (id) VALUES (:words)")

    with pytest.raises(DBAPIError) as failure, either_database.engine.begin() as conn:
        conn.execute(too_many, {"words": SECRET})

    assert SECRET not in str(failure.value).partition("DETAIL")[0]


async def test_reading_changes_nothing_even_when_it_tries(database: Database, sqlite_file: Path) -> None:
    await database.read(keep, "k")

    assert on_disk(sqlite_file) == set()


async def test_a_read_is_one_view_while_others_write(database: Database, sqlite_file: Path) -> None:
    def twice(conn: Connection) -> tuple[set[str], set[str]]:
        before = kept(conn)
        with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
            other.execute("INSERT INTO staff (id, name) VALUES ('meanwhile', 'x')")
        return before, kept(conn)

    before, after = await database.read(twice)

    assert before == after == set()


async def test_another_process_may_write_beside_the_bot(database: Database, sqlite_file: Path) -> None:
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ours = asyncio.ensure_future(database.write(keep, "ours"))
        await asyncio.sleep(0)
        other.execute("INSERT INTO staff (id, name) VALUES ('theirs', 'x')")
        other.execute("COMMIT")

    assert await ours == "ours"
    assert on_disk(sqlite_file) == {"ours", "theirs"}


async def test_closing_finishes_what_is_queued_and_takes_nothing_new(sqlite_file: Path) -> None:
    database = Database(f"sqlite:///{sqlite_file}")
    waiting = [asyncio.ensure_future(database.write(keep, f"k{n}")) for n in range(10)]
    await asyncio.sleep(0)

    await asyncio.to_thread(database.close)

    assert set(await asyncio.gather(*waiting)) == on_disk(sqlite_file)
    with pytest.raises(Busy, match="closed"):
        await database.write(keep, "late")


async def test_files_are_kept_safe_against_a_power_cut(database: Database) -> None:
    def pragmas(conn: Connection) -> list[object]:
        return [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await database.write(pragmas) == ["wal", 2, 1]


@pytest.fixture
async def mortal(private_postgres: PostgresServer) -> AsyncIterator[Database]:
    """A database on a PostgreSQL the test may kill."""
    database = Database(create_database(private_postgres.url))
    migrate.upgrade(database)
    yield database
    database.close()


@pytest.mark.slow
async def test_a_killed_postgresql_is_busy_and_works_again_once_it_is_back(
    mortal: Database, private_postgres: PostgresServer
) -> None:
    await mortal.write(keep, "before")
    private_postgres.kill()

    with pytest.raises(Busy) as failure:
        await mortal.write(keep, SECRET)
    with pytest.raises(Busy):
        await mortal.read(kept)
    private_postgres.start()

    assert SECRET not in str(failure.value)
    assert await mortal.write(keep, "after") == "after"
    assert await mortal.read(kept) == {"before", "after"}


@pytest.mark.parametrize("url", ["", "not a url", "http//x", "sqlite"])
def test_a_url_that_cannot_be_read_says_how_to_write_one(url: str) -> None:
    with pytest.raises(SettingsError, match="database_url cannot be read: write sqlite:///FILE"):
        connect_url(url)


def test_postgresql_is_psycopg_3_and_a_password_given_apart_is_used() -> None:
    url = connect_url("postgresql://tolbooth@db/tolbooth", "pa ss/w@rd")

    assert url.drivername == "postgresql+psycopg"
    assert url.password == "pa ss/w@rd"

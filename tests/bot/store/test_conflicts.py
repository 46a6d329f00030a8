"""What PostgreSQL undoes is run again, what was lost is said once, and a lost answer to a COMMIT doubles nothing."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.engine.deliver import Deliver
from bot.engine.escalate import Escalate
from bot.errors import Busy
from bot.mention import Action, Move
from bot.store import migrate
from bot.store.executor import TRIES, Database
from tests.bot.council import Bench, house
from tests.servers import PostgresServer, create_database

pytestmark = pytest.mark.slow  # real conflicts on PostgreSQL

PATIENCE = 10.0
UNDONE = "DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '{code}'; END $$"


class Undone:
    """A unit that the server undoes the first times, as it does when two transactions stand in each other's way."""

    def __init__(self, times: int, code: str = "40001") -> None:
        self.times, self.code, self.runs = times, code, 0

    def __call__(self, conn: Connection) -> int:
        """Write a row, then be undone or not."""
        self.runs += 1
        conn.execute(text("INSERT INTO staff (id, name) VALUES (:id, 'x')"), {"id": f"run {self.runs}"})
        if self.runs <= self.times:
            conn.exec_driver_sql(UNDONE.format(code=self.code))
        return self.runs


def kept(conn: Connection) -> set[str]:
    """Which rows are there."""
    return set(conn.execute(text("SELECT id FROM staff")).scalars())


@pytest.fixture
async def server(postgres_database: str) -> AsyncIterator[Database]:
    """A database on PostgreSQL."""
    database = Database(postgres_database)
    migrate.upgrade(database)
    yield database
    database.close()


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_unit_that_was_undone_for_anothers_sake_is_run_again(server: Database, code: str) -> None:
    assert await server.write(Undone(TRIES - 1, code)) == TRIES
    assert await server.read(kept) == {f"run {TRIES}"}


async def test_a_unit_that_is_undone_again_and_again_is_busy(server: Database) -> None:
    unit = Undone(99)

    with pytest.raises(Busy, match="undone"):
        await server.write(unit)

    assert unit.runs == TRIES
    assert await server.read(kept) == set()


@pytest.mark.parametrize("code", ["40003", "23505", "57014"])
async def test_what_would_not_go_better_a_second_time_is_not_run_again(server: Database, code: str) -> None:
    unit = Undone(99, code)

    with pytest.raises(Busy) as failure:
        await server.write(unit)

    assert (unit.runs, failure.value.is_away) == (1, False)


async def test_two_units_that_wait_for_each_other_are_both_done(server: Database) -> None:
    meet = threading.Barrier(2)

    def crosswise(conn: Connection, first: str, second: str) -> None:
        conn.execute(text("UPDATE staff SET name = :by WHERE id = :id"), {"id": first, "by": f"{first}{second}"})
        with suppress(threading.BrokenBarrierError):
            meet.wait(PATIENCE / 5)
        conn.execute(text("UPDATE staff SET name = :by WHERE id = :id"), {"id": second, "by": f"{first}{second}"})

    await server.write(lambda conn: conn.execute(text("INSERT INTO staff (id, name) VALUES ('a', ''), ('b', '')")).rowcount)

    answers = await asyncio.gather(server.write(crosswise, "a", "b"), server.write(crosswise, "b", "a"))

    names = await server.read(lambda conn: set(conn.execute(text("SELECT name FROM staff")).scalars()))
    assert answers == [None, None]
    assert len(names) == 1


async def test_the_settings_say_how_long_a_statement_may_take(postgres_database: str) -> None:
    database = Database(postgres_database, pool=2, statement_seconds=1)

    with pytest.raises(Busy, match="statement timeout"):
        await database.read(lambda conn: conn.exec_driver_sql("SELECT pg_sleep(20)").scalar())

    database.close()


# --- a server that goes away -------------------------------------------------------------------------------------


async def test_that_the_server_went_away_is_said_once_by_all_loops_and_once_that_it_is_back(
    private_postgres: PostgresServer, clock: MovableClock
) -> None:
    database = Database(create_database(private_postgres.url))
    migrate.upgrade(database)
    desk = Bench(database, clock, house()).desk
    loops = (Deliver(desk), Escalate(desk))
    await loops[0].once()
    private_postgres.kill()

    with capture_logs() as log:
        for _ in range(5):
            for loop in loops:
                await loop.once()
        away = database.reach.away_for
        private_postgres.start()
        for loop in loops:
            await loop.once()
    database.close()

    loud = [(one["log_level"], one["event"]) for one in log if one["log_level"] != "debug"]
    assert loud == [("warning", "database_went_away"), ("info", "database_came_back")]
    assert away is not None
    assert database.reach.away_for is None


# --- an answer that is lost --------------------------------------------------------------------------------------


class Between:
    """Stands between a copy and its server; told to, it cuts the line after a COMMIT and before its answer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cuts = self.waits = False
        self.cut = 0
        self.lines: set[asyncio.Task[None] | None] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Where to connect to instead."""
        server = await asyncio.start_server(self.line, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await asyncio.gather(*(line for line in self.lines if line))

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either end hangs up or the line is cut."""
        self.lines.add(asyncio.current_task())
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.port)
        asked = asyncio.create_task(self.onwards(reader, ours))
        answered = asyncio.create_task(self.back(theirs, writer))
        await asyncio.wait({asked, answered}, return_when=asyncio.FIRST_COMPLETED)
        for task in (asked, answered):
            task.cancel()
        await asyncio.gather(asked, answered, return_exceptions=True)
        for end in (ours, writer):
            end.close()
            with suppress(OSError):
                await end.wait_closed()

    async def onwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What the copy says."""
        while words := await reader.read(65536):
            self.waits = self.cuts and b"COMMIT" in words
            writer.write(words)

    async def back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What the server says, but for the answer to the COMMIT that is to be lost."""
        while words := await reader.read(65536):
            if self.waits:
                self.cuts, self.waits, self.cut = False, False, self.cut + 1
                return
            writer.write(words)


async def test_a_claim_whose_commit_was_never_answered_is_known_when_it_is_asked_again(
    postgres_database: str, clock: MovableClock
) -> None:
    place, _, name = postgres_database.rpartition("/")
    between = Between(int(place.rpartition(":")[2]))
    async with between.listening() as port:
        database = Database(f"postgresql://tolbooth@127.0.0.1:{port}/{name}")
        await asyncio.to_thread(migrate.upgrade, database)
        bench = Bench(database, clock, house())
        await bench.arrives()
        move = Move("M-1", Action.CLAIM, by="U0PRIYA", key="one press")
        between.cuts = True

        with pytest.raises(Busy) as failure:
            await bench.desk.make(move)
        again = await bench.desk.make(move)

        assert between.cut == 1
        assert failure.value.is_away
        assert (again.changed, again.mention.owner) == (False, "U0PRIYA")
        assert await bench.actions() == ["received", "claim"]
        await asyncio.to_thread(database.close)

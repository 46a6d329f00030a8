"""PostgreSQL's connections and then all of it are killed, Redis stops and forgets, the disk fails: nothing acked is lost."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime
from pathlib import Path
from time import monotonic

import psycopg
import pytest
import redis
from sqlalchemy import Connection, select

from bot.clock import MovableClock
from bot.engine.deliver import Deliver
from bot.errors import Busy, UserError
from bot.mention import Action, Move
from bot.ports import MessageRef, NotFound, Peers
from bot.settings import CoreSettings
from bot.store import migrate, schema
from bot.store.executor import Database
from bot.store.intake.corrections import known_as
from bot.store.proof.invariants import broken
from bot.store.proof.verify import verify
from integrations.redis import peers as shared
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Letterbox, Wall
from tests.faults.living import HastyPeers
from tests.faults.zygote import ROOT, FastClock
from tests.servers import PostgresServer, RedisServer, create_database

pytestmark = pytest.mark.slow

PATIENCE = 60.0
MINUTE = 60.0
CHANNELS = 40
RATE = 30
IN_THE_MIDDLE = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND xact_start IS NOT NULL AND backend_type = 'client backend'"
)


class OpenWall(Wall):
    """A chat that can be looked into."""

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """What is there."""
        is_there = any(key == there for _, _, there in self.posts)
        return MessageRef(channel, f"m-{key}") if is_there else NotFound.ABSENT


class Busyness:
    """A desk at work: posts come in and are answered one after the other, each asked again until the database took it."""

    def __init__(self, database: Database, clock: MovableClock, peers: Peers | None = None) -> None:
        names = [f"a{number}" for number in range(CHANNELS)]
        self.bench = Bench(database, clock, house(*(account(name, channel=f"c{name}") for name in names)))
        self.names, self.box, self.wall = names, Letterbox(), OpenWall()
        self.bench.desk.chats["wall"] = self.wall
        self.bench.desk.networks = dict.fromkeys(names, self.box)
        self.bench.desk.peers = HastyPeers(peers or self.bench.desk.peers, RATE)
        self.taken_in: list[tuple[str, str]] = []
        self.answered: list[str] = []
        self.refused = 0
        self.with_a_person = 0

    @asynccontextmanager
    async def at_work(self, desks: int) -> AsyncIterator[None]:
        """So many at the desk, and a sender."""
        tasks = [asyncio.create_task(self.desk(number)) for number in range(desks)]
        tasks.append(asyncio.create_task(Deliver(self.bench.desk).run()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []

    async def desk(self, who: int) -> None:
        """One post after the other: taken in, then answered."""
        turn = 0
        while True:
            name, native_id = self.names[(who + turn) % CHANNELS], f"p{who}-{turn}"
            await self.until_taken(lambda: self.bench.desk.take_in([post(native_id, by=native_id)], name))  # noqa: B023
            self.taken_in.append((name, native_id))
            number = await self.until_taken(lambda: self.bench.db.read(known_as, name, native_id))  # noqa: B023
            words = f"Answer to {native_id}"
            with suppress(UserError):  # it was stored though the answer was lost, and asked again
                await self.until_taken(
                    lambda: self.bench.desk.make(Move(f"M-{number}", Action.REPLY, "U0PRIYA", text=words))  # noqa: B023
                )
            self.answered.append(words)
            turn += 1

    async def goes_on(self) -> None:
        """Until something more was answered."""
        before = len(self.answered)
        async with asyncio.timeout(PATIENCE):
            while len(self.answered) == before:  # noqa: ASYNC110 - as staff see it
                await asyncio.sleep(0.01)

    async def until_taken(self, call: Callable[[], Awaitable[object]]) -> object:
        """As whoever gets no answer does: ask again."""
        while True:
            try:
                return await call()
            except Busy:
                self.refused += 1
                await asyncio.sleep(0.02)

    async def comes_to_rest(self, clock: FastClock) -> None:
        """Until everything that waits is over; the clock leaps over what is only waited for."""
        async with asyncio.timeout(PATIENCE):
            while (left := await self.bench.db.read(unfinished)) is not None:
                if not left:
                    clock.advance(seconds=2)
                await asyncio.sleep(0.02)

    async def wrong(self) -> list[str]:
        """What is not as it should be: each post one mention and one card, each answer public once."""
        found = await self.bench.db.read(what_is_wrong, self.bench.clock)
        held = Counter((row["account"], row["native_id"]) for row in await self.bench.all(schema.mention))
        found += [f"{one} is stored {held[one]} times" for one in {*held, *self.taken_in} if held[one] != 1]
        public = Counter(reply.text for reply in self.box.public)
        states = {row["text"]: row["state"] for row in await self.bench.all(schema.reply, schema.reply.c.state != "draft")}
        asked = {text for text, state in states.items() if state == "unsure"}  # a person decides: shown, not guessed
        self.with_a_person = len(asked)
        doubtful = await self.bench.all(schema.reply, schema.reply.c.state == "unsure")
        before_people = {
            row["key"] for row in await self.bench.all(schema.delivery, schema.delivery.c.state == "needs_human")
        }
        found += [
            f"{row['text']!r}: unsure, and nobody is asked" for row in doubtful if f"reply:{row['id']}" not in before_people
        ]
        wanted = {*public, *self.answered} - asked
        found += [f"{text!r}: {states.get(text)}, {public[text]} times public" for text in wanted if public[text] != 1]
        found += [f"{text!r} is public {public[text]} times" for text in asked if public[text] > 1]
        cards = Counter(key for _, what, key in self.wall.posts if hasattr(what, "ref"))
        found += [f"card {key} was posted {times} times" for key, times in cards.items() if times != 1]
        if len(cards) != len(held):
            found.append(f"{len(cards)} cards of {len(held)} mentions")
        return found


def unfinished(conn: Connection) -> int | None:
    """How many deliveries are in hand; None when all are over."""
    d = schema.delivery.c
    rows = conn.execute(select(d.holder).where(d.state.in_(("pending", "sending", "unknown")))).scalars().all()
    return sum(holder is not None for holder in rows) if rows else None


def what_is_wrong(conn: Connection, clock: MovableClock) -> list[str]:
    """By the invariants and the record."""
    fault = verify(conn).fault
    return [str(one) for one in broken(conn, clock.now(), deep=True, prompt=False)] + ([fault] if fault else [])


@pytest.fixture
def fast_clock(tmp_path: Path) -> FastClock:
    """A minute is two seconds."""
    return FastClock(tmp_path / "clock", RATE)


@pytest.fixture
def on_postgres(postgres_database: str) -> Iterator[Database]:
    """A database on a PostgreSQL that stays."""
    yield from opened(postgres_database)


@pytest.fixture
def mortal(private_postgres: PostgresServer) -> Iterator[Database]:
    """A database on a server that may be killed."""
    yield from opened(create_database(private_postgres.url))


def opened(url: str) -> Iterator[Database]:
    """With its tables."""
    with closing(Database(url)) as database:
        migrate.upgrade(database)
        yield database


async def kill_in_the_middle(url: str, times: int) -> int:
    """End so many connections that are inside a transaction, one at a time."""
    killed = 0
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as assassin:
        while killed < times:
            found = await (await assassin.execute(f"{IN_THE_MIDDLE} ORDER BY random() LIMIT 1")).fetchone()
            if found:
                ended = await (await assassin.execute("SELECT pg_terminate_backend(%s)", found)).fetchone()
                killed += bool(ended and ended[0])
            await asyncio.sleep(0.05)  # so that some of the work gets done between two kills
    return killed


@pytest.mark.parametrize("times", [25, pytest.param(100, marks=pytest.mark.long)])
async def test_a_postgresql_that_drops_transactions_in_the_middle_loses_nothing_that_was_acked(
    on_postgres: Database, fast_clock: FastClock, capsys: pytest.CaptureFixture[str], times: int
) -> None:
    work = Busyness(on_postgres, fast_clock)
    url = on_postgres.url.set(drivername="postgresql").render_as_string()

    async with work.at_work(desks=2), asyncio.timeout(PATIENCE):
        killed = await kill_in_the_middle(url, times)
        await work.goes_on()
    async with work.at_work(desks=0):
        await work.comes_to_rest(fast_clock)

    with capsys.disabled():
        print(f"\n{killed} killed; {work.refused} refused; {len(work.taken_in)} taken in, {len(work.answered)} answered")
    assert await work.wrong() == []
    assert work.answered


@pytest.mark.parametrize("times", [2, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
async def test_a_postgresql_that_is_killed_whole_again_and_again_loses_nothing_that_was_acked(
    mortal: Database,
    private_postgres: PostgresServer,
    fast_clock: FastClock,
    capsys: pytest.CaptureFixture[str],
    times: int,
) -> None:
    work, away = Busyness(mortal, fast_clock), 0.0

    async with work.at_work(desks=2):
        for _ in range(times):
            await work.goes_on()
            before = monotonic()
            await asyncio.to_thread(private_postgres.kill)
            await asyncio.to_thread(private_postgres.start)
            away = max(away, monotonic() - before)
    async with work.at_work(desks=0):
        await work.comes_to_rest(fast_clock)

    with capsys.disabled():
        print(f"\n{times} kills, away for {away:.1f} s at most; {work.refused} refused; {len(work.answered)} answered")
    assert await work.wrong() == []
    assert work.answered


async def test_a_redis_that_stops_for_a_minute_and_forgets_everything_loses_nothing(
    on_postgres: Database, private_redis: RedisServer, fast_clock: FastClock, capsys: pytest.CaptureFixture[str]
) -> None:
    peers = shared.build(CoreSettings(redis_url=private_redis.url), clock=fast_clock)
    work = Busyness(on_postgres, fast_clock, peers)

    async with work.at_work(desks=2):
        await work.goes_on()
        before = len(work.answered)
        await asyncio.to_thread(private_redis.kill)
        await asyncio.sleep(MINUTE / RATE)
        await work.goes_on()
        while_away = len(work.answered) - before
        await asyncio.to_thread(private_redis.start)  # it keeps nothing on disk: it is empty
        await work.goes_on()
        with redis.Redis.from_url(private_redis.url) as client:
            client.flushall()
        await work.goes_on()
    async with work.at_work(desks=0):
        await work.comes_to_rest(fast_clock)
    await peers.close()

    with capsys.disabled():
        print(f"\n{while_away} answered while Redis was away, {len(work.answered)} in all")
    assert while_away
    assert await work.wrong() == []


@pytest.mark.timeout(300)
def test_a_disk_that_fails_two_writes_of_a_hundred_loses_nothing_that_was_acked(
    sqlite_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fiu = shutil.which("fiu-run")
    if fiu is None:
        pytest.skip("needs fiu-run, of the package fiu-utils")
    fails = ["posix/io/rw/pwrite", "posix/io/rw/write", "posix/io/sync/fsync", "posix/io/sync/fdatasync"]
    faults = [word for name in fails for word in ("-c", f"enable_random name={name},probability=0.02,failinfo=5")]
    command = [fiu, "-x", "-f", "", *faults, sys.executable, "-m", "tests.faults.disk_writer", str(sqlite_file)]

    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )

    said = json.loads((sqlite_file.parent / "said.json").read_text())
    with capsys.disabled():
        print(f"\n{len(said['acked'])} acked, {said['refused']} refused by the disk")
    assert done.returncode == 0, done.stderr[-2000:]
    with closing(Database(f"sqlite:///{sqlite_file}")) as database, database.engine.connect() as conn:
        held = Counter(conn.execute(select(schema.mention.c.native_id)).scalars())
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert what_is_wrong(conn, MovableClock()) == []
    assert [one for one in said["acked"] if held[one] != 1] == []
    assert said["refused"]

"""The bot looks at itself each minute, says what it finds, and calls the outside only while all is well."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.engine.selfcheck import SelfCheck
from bot.mention import Action
from bot.pulse import Pulse
from bot.store import schema
from bot.store.reading import pulses
from integrations.http import Http
from tests.bot.council import Bench, post
from tests.bot.engine.fakes import Office

HIDE = "UPDATE escalation SET due_at = NULL"
SHOW = "UPDATE escalation SET due_at = 9999999999999"
FREEZES = """
import asyncio, sys
from datetime import timedelta
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.selfcheck import SelfCheck
from bot.pulse import Pulse
from bot.store.executor import Database
from integrations.alone.peers import AlonePeers
from integrations.http import Http
from tests.bot.council import house

async def main():
    clock, pulse = SystemClock(), Pulse(SystemClock())
    desk = Desk(Database(sys.argv[1]), clock, house=house(), peers=AlonePeers(clock))
    check = SelfCheck(
        desk, pulse, http=Http(), heartbeat=sys.argv[2], loops=("deliver",), every=timedelta(seconds=0.05)
    )
    async def turns():
        while True:
            pulse.beat("deliver")
            await asyncio.sleep(0.05)
    await asyncio.gather(turns(), check.run())

asyncio.run(main())
"""


class Outside:
    """Whoever waits for the heartbeat."""

    def __init__(self) -> None:
        self.heard = 0
        self.status = 200
        self.beat = asyncio.Event()
        self.url = ""

    async def take(self, _request: web.Request) -> web.Response:
        """One call."""
        self.heard += 1
        self.beat.set()
        return web.Response(status=self.status)

    async def next(self, within: float = 20) -> None:
        """Wait for another call."""
        self.beat.clear()
        await asyncio.wait_for(self.beat.wait(), within)


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    outside, app = Outside(), web.Application()
    app.router.add_get("/ping/secret", outside.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    outside.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ping/secret"
    yield outside
    await runner.cleanup()


class LetIn:
    """A chat that is well."""

    def health(self) -> dict[str, object]:
        return {"signed_in": True}


class KeptOut(LetIn):
    """A chat that is not."""

    def health(self) -> dict[str, object]:
        return {"signed_in": False, "why": "consent ended"}


class Room:
    """A bot that looks when told to, with both its loops going round."""

    def __init__(self, bench: Bench, http: Http, outside: Outside) -> None:
        self.bench = bench
        self.pulse = Pulse(bench.clock)
        self.check = SelfCheck(bench.desk, self.pulse, http=http, heartbeat=outside.url)

    async def looks(self, *, moving: tuple[str, ...] = ("deliver", "escalate")) -> bool:
        """A minute later."""
        self.bench.clock.advance(timedelta(minutes=1))
        for loop in moving:
            self.pulse.beat(loop)
        return await self.check.once()

    async def changes(self, statement: str) -> None:
        """Somebody's hand in the database."""

        def change(conn: Connection) -> None:
            conn.execute(text(statement))

        await self.bench.db.write(change)

    async def told(self) -> list[tuple[str, str]]:
        """Who is told what."""
        rows = await self.bench.all(schema.delivery, schema.delivery.c.kind == "tell")
        return [(row["target"], row["payload"]["text"]) for row in rows]


@pytest.fixture
async def room(bench: Bench, outside: Outside) -> AsyncIterator[Room]:
    async with Http(timedelta(seconds=5)) as http:
        await bench.arrives()
        yield Room(bench, http, outside)


async def test_while_all_is_well_the_outside_hears_of_it_each_minute(room: Room, outside: Outside) -> None:
    assert [await room.looks(), await room.looks()] == [True, True]

    assert outside.heard == 2
    assert room.check.health() == {"ok": True, "at": room.bench.clock.now().isoformat(), "broken": {}, "standing_still": []}


async def test_what_is_broken_is_shown_at_once_and_keeps_the_outside_waiting(room: Room, outside: Outside) -> None:
    await room.changes(HIDE)

    assert not await room.looks()

    assert (outside.heard, room.check.health()["broken"]) == (0, {"next_ping": ["M-1"]})
    assert (room.check.health()["ok"], room.check.figures()["invariants_broken"]) == (False, 1.0)


async def test_what_is_found_once_is_not_said_and_what_stays_is_said_once(room: Room) -> None:
    await room.changes(HIDE)
    with capture_logs() as log:
        await room.looks()
        first = await room.told()
        for _ in range(3):
            await room.looks()

    ((lead, words),) = await room.told()
    assert (first, lead) == ([], "U0MORAG")
    assert "every open mention has a moment at which somebody is pinged about it. It is not so of M-1." in words
    assert [line for line in log if line["event"] == "invariant_broken"] == [
        {"event": "invariant_broken", "invariant": "next_ping", "broken_by": ["M-1"], "log_level": "error"}
    ]


async def test_what_stays_broken_is_told_again_the_next_day(room: Room) -> None:
    await room.changes(HIDE)
    for _ in range(2):
        await room.looks()
    room.bench.clock.advance(timedelta(days=1))
    await room.looks()

    assert len([words for _, words in await room.told() if "next_ping" in words]) == 2


async def test_what_holds_again_is_said_and_the_outside_hears_again(room: Room, outside: Outside) -> None:
    await room.changes(HIDE)
    for _ in range(2):
        await room.looks()
    await room.changes(SHOW)
    with capture_logs() as log:
        assert await room.looks()

    assert outside.heard == 1
    assert "invariant_holds_again" in [line["event"] for line in log]


async def test_a_chat_that_does_not_let_us_in_is_told_to_leads_and_keeps_the_outside_waiting(
    room: Room, outside: Outside
) -> None:
    room.bench.desk.chats = {"typed": KeptOut(), "pressed": LetIn()}  # type: ignore[dict-item]

    assert [await room.looks(), await room.looks()] == [False, False]

    ((lead, words),) = await room.told()
    assert (outside.heard, room.check.health()["broken"]) == (0, {"chat_lets_us_in": ["typed"]})
    assert (lead, "It is not so of typed." in words) == ("U0MORAG", True)


async def test_a_loop_that_stands_still_keeps_the_outside_waiting(room: Room, outside: Outside) -> None:
    await room.looks()
    heard = outside.heard
    with capture_logs() as log:
        last = [await room.looks(moving=("escalate",)) for _ in range(4)]

    assert (last[-1], outside.heard - heard) == (False, last.count(True))
    assert last.index(False) <= 2
    assert room.check.health()["standing_still"] == ["deliver"]
    assert [line["reason"] for line in log if line["event"] == "loop_stands_still"] == ["deliver"]


async def test_a_loop_that_moves_in_another_copy_moves(room: Room) -> None:
    await room.bench.db.write(pulses.note, {"deliver": room.bench.clock.now() + timedelta(minutes=1)})

    assert await room.looks(moving=("escalate",))


async def test_a_heartbeat_that_cannot_be_delivered_is_said_once_without_its_address(room: Room, outside: Outside) -> None:
    outside.status = 500
    with capture_logs() as log:
        assert [await room.looks() for _ in range(2)] == [True, True]
    outside.status = 200
    await room.looks()

    assert [line["event"] for line in log if line["log_level"] == "error"] == ["heartbeat_not_delivered"]
    assert "secret" not in str(log)
    assert outside.heard == 3


async def test_while_the_database_is_away_nothing_is_well(room: Room, outside: Outside) -> None:
    room.bench.db.close()
    for _ in range(3):
        assert not await room.looks()

    assert (outside.heard, room.check.health()["ok"]) == (0, False)


async def test_a_real_sender_leaves_nothing_broken(office: Office) -> None:
    await office.bench.arrives(post("p1"), post("p2", by="ann"))
    await office.bench.does(Action.CLAIM)
    await office.bench.does(Action.REPLY, text="Words")
    await office.passes(seconds=30)
    check = SelfCheck(office.bench.desk, Pulse(office.bench.clock), loops=())

    assert await check.once()


@pytest.mark.slow
async def test_a_process_that_freezes_is_silent(sqlite_file: Path, outside: Outside) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FREEZES, f"sqlite:///{sqlite_file}", outside.url, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await outside.next()
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(TimeoutError):  # a call may have been on its way; after it there is none
            while True:
                await outside.next(within=1)
        process.send_signal(signal.SIGCONT)
        await outside.next()
    finally:
        process.kill()
        await process.wait()

"""Fifteen faults between every adapter and its stand-in: it is said once, and nobody waits beyond a call's limit."""

from datetime import timedelta

import pytest

from bot.errors import TryLater
from bot.ports import Page
from bot.store import schema
from integrations import CHATS, NETWORKS
from integrations.http import Http
from integrations.sandbox.x_server import StandInX
from tests.bot.council import Bench
from tests.faults.proxy import FAULTS, FaultProxy, Line, Reaches
from tests.faults.stages import LIMIT, LONG, STAGES, Stage, x_network

pytestmark = pytest.mark.slow  # 122 calls through a proxy that breaks each its own way

PUBLIC = ("webchat reply", "x reply")
LOOKED_FOR = (*PUBLIC, "slack card", "slack note", "slack redraw")
"""What dedupes by key, can be looked for, or may be done twice without a trace. The others are said again in doubt."""
CERTAINLY_NOT = ("refuse", "429")
SECOND = timedelta(seconds=1)
QUICK = ("refuse", "late", "drop the reply", "200 that names nothing")
LONG_ONLY = pytest.mark.long
TABLE = [
    pytest.param(name, fault, marks=() if fault in QUICK or name in PUBLIC else LONG_ONLY, id=f"{name}: {fault}")
    for name in STAGES
    for fault in FAULTS
]
"""Every adapter with every fault: the public ones in full each time, Slack's in full with ``--long``."""


def limit_for(fault: str) -> timedelta:
    """Short where it will be used up, so that a busy machine does not make faults of its own."""
    return LIMIT if FAULTS[fault].line in (Line.IS_SILENT, Line.CRAWLS) else LONG


def expected(stage: str, fault: str) -> str:
    """What a fault means to an adapter: TryLater is certainly not done, Unsure may have been done."""
    if fault == "200 that names nothing" and stage in ("webchat reply", "slack redraw"):
        return "ok"  # the web chat's contract asks for no more, and nothing is needed of a redraw
    return "TryLater" if fault in CERTAINLY_NOT or stage == "slack redraw" else "Unsure"


async def suffer(stage: Stage, fault: str) -> None:
    """One call goes wrong; a request that was held up arrives 20 seconds later."""
    stage.proxy.next(FAULTS[fault], stage.call, after=stage.after)
    await stage.office.delivers()
    await stage.proxy.listen()
    await stage.runs_on(seconds=20)
    await stage.proxy.release()
    await stage.runs_on(minutes=10)


@pytest.mark.parametrize(("name", "fault"), TABLE)
async def test_whatever_goes_wrong_with_a_call_it_is_said_once_in_time(bench: Bench, name: str, fault: str) -> None:
    async with STAGES[name](bench, limit_for(fault)) as stage:
        await suffer(stage, fault)

        doubtful = FAULTS[fault].reaches is not Reaches.NEVER and name not in LOOKED_FOR
        assert stage.watched.first(stage.speaks) == expected(name, fault)
        assert stage.arrived() in ((1, 2) if doubtful else (1,))
        assert [call for call in stage.watched.calls if call.took > limit_for(fault) + SECOND] == []
        if name in PUBLIC:
            assert (await bench.one(schema.reply, schema.reply.c.state != "draft"))["state"] == "sent"


@pytest.mark.parametrize("fault", [pytest.param(fault, marks=() if fault in QUICK else LONG_ONLY) for fault in FAULTS])
async def test_whatever_goes_wrong_with_a_read_nothing_is_missed_or_kept_twice(bench: Bench, fault: str) -> None:
    async with StandInX(bench.clock) as x, FaultProxy(x.api_url) as proxy, Http(limit_for(fault)) as http:
        network = x_network(x, proxy, http, bench)
        await network.check()
        page = await network.fetch(None)
        asked = x.says("When is bin day?")
        proxy.next(FAULTS[fault], "GET")
        cursor = page.cursor

        for _ in range(3):
            try:
                page = await network.fetch(cursor)
            except TryLater:
                page = Page((), cursor)
            await bench.desk.take_in(page.items, "website")
            cursor = page.cursor
            await proxy.listen()
            bench.clock.advance(minutes=1)

    assert [mention["native_id"] for mention in await bench.all(schema.mention)] == [asked]


def test_every_adapter_that_speaks_is_put_through_this() -> None:
    adapters = {name.partition(" ")[0] for name in STAGES}

    assert adapters == {*NETWORKS, *CHATS}


async def test_what_is_not_meant_to_go_wrong_does_not(bench: Bench) -> None:
    """The proxy by itself: a call it was told nothing about is answered as without it."""
    async with STAGES["webchat reply"](bench, LONG) as stage:
        await stage.office.delivers()

        assert stage.watched.first(stage.speaks) == "ok"
        assert stage.arrived() == 1

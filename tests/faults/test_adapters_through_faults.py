"""Fifteen faults between every adapter and its stand-in: it is said once, and nobody waits beyond a call's limit."""

from contextlib import suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import TryLater
from bot.store import schema
from integrations import CHATS, NETWORKS, QUIET
from tests.bot.council import Bench
from tests.contracts.networks.bench import Offers
from tests.contracts.networks.benches import offering
from tests.contracts.networks.listener import Listener
from tests.faults.proxy import FAULTS, Line, Reaches
from tests.faults.stages import LIMIT, LONG, STAGES, OnTheLine, Stage, on_the_line

pytestmark = pytest.mark.slow  # some hundred calls through a proxy that breaks each its own way

PUBLIC = tuple(name for name in STAGES if name.endswith(" reply"))
LOOKED_FOR = (*PUBLIC, "slack card", "slack note", "slack redraw")
"""What dedupes by key, can be looked for, or may be done twice without a trace. The others are said again in doubt."""
NOTHING_SENT = {"by_hand", "feed", "open311"}
"""Networks where staff answer on the page itself."""
UNHURRIED = {"feed"}
"""Networks whose limit is their own: they are not asked by the shared session."""
CERTAINLY_NOT = ("refuse", "429")
SECOND = timedelta(seconds=1)
MOST_PAGES, MOST_CALLS = 10, 20
QUICK = ("refuse", "late", "drop the reply", "200 that names nothing")
LONG_ONLY = pytest.mark.long
TABLE = [
    pytest.param(name, fault, marks=() if fault in QUICK or name in PUBLIC else LONG_ONLY, id=f"{name}: {fault}")
    for name in STAGES
    for fault in FAULTS
]
"""Every adapter with every fault: the public ones in full each time, Slack's in full with ``--long``."""


def limit_for(name: str, fault: str) -> timedelta:
    """Short where it will be used up, so that a busy machine does not make faults of its own."""
    return LIMIT if is_waited_out(fault) and name not in UNHURRIED else LONG


def is_waited_out(fault: str) -> bool:
    """Whether only the limit ends the call."""
    return FAULTS[fault].line in (Line.IS_SILENT, Line.CRAWLS)


def in_each_run(name: str, fault: str) -> bool:
    """Four of the faults, but for those that take a limit of the network's own."""
    return fault in QUICK and not (name in UNHURRIED and is_waited_out(fault))


READS = [
    pytest.param(name, fault, marks=() if in_each_run(name, fault) else LONG_ONLY, id=f"{name}: {fault}")
    for name in offering(Offers.POLL)
    for fault in FAULTS
]
"""Every network that is read with every fault: four in each run, all with ``--long``."""
MISLEADING = ("drop the reply", "429", "200 HTML before", "200 that names nothing")


def expected(stage: str, fault: str) -> str:
    """What a fault means to an adapter: TryLater is certainly not done, Unsure may have been done."""
    if fault == "200 that names nothing" and stage in ("webchat reply", "slack redraw"):
        return "ok"  # the web chat's contract asks for no more, and nothing is needed of a redraw
    return "TryLater" if fault in CERTAINLY_NOT or stage == "slack redraw" else "Unsure"


async def suffer(stage: Stage, fault: str) -> None:
    """One call goes wrong; a request that was held up arrives 20 seconds later."""
    stage.goes_wrong(FAULTS[fault])
    await stage.office.delivers()
    await stage.proxy.listen()
    await stage.runs_on(seconds=20)
    await stage.proxy.release()
    await stage.runs_on(minutes=10)


@pytest.mark.parametrize(("name", "fault"), TABLE)
async def test_whatever_goes_wrong_with_a_call_it_is_said_once_in_time(
    bench: Bench, caplog: pytest.LogCaptureFixture, name: str, fault: str
) -> None:
    for library, level in {"": "DEBUG", **QUIET}.items():
        caplog.set_level(level, library)
    async with STAGES[name](bench, limit_for(name, fault)) as stage:
        with capture_logs() as logged:
            await suffer(stage, fault)

        doubtful = FAULTS[fault].reaches is not Reaches.NEVER and name not in LOOKED_FOR
        assert stage.watched.first(stage.speaks) == expected(name, fault)
        assert stage.arrived() in ((1, 2) if doubtful else (1,))
        assert [call for call in stage.watched.calls if call.took > limit_for(name, fault) + SECOND] == []
        said = f"{logged} {caplog.text} {stage.watched.calls}"
        assert [secret for secret in stage.secrets if secret in said] == []
        if name in PUBLIC:
            assert (await bench.one(schema.reply, schema.reply.c.state != "draft"))["state"] == "sent"


@pytest.mark.parametrize("fault", MISLEADING)
@pytest.mark.parametrize("name", PUBLIC)
async def test_whatever_the_looks_for_a_lost_answer_meet_it_is_not_said_again(bench: Bench, name: str, fault: str) -> None:
    async with STAGES[name](bench, LONG) as stage:
        stage.goes_wrong(FAULTS["drop the reply"])
        stage.watched.before["find_sent"] = [lambda: stage.proxy.next(FAULTS[fault])] * 4
        await stage.office.delivers()
        await stage.runs_on(minutes=20)

        assert stage.arrived() == 1
        assert (await bench.one(schema.reply, schema.reply.c.state != "draft"))["state"] == "sent"


@pytest.mark.parametrize("fault", MISLEADING)
@pytest.mark.parametrize("name", [f"{name} reply" for name in offering(Offers.PREFLIGHT, Offers.REPLIES)])
async def test_whatever_the_look_before_meets_the_reply_goes_once(bench: Bench, name: str, fault: str) -> None:
    async with STAGES[name](bench, LONG) as stage:
        stage.watched.before["preflight"] = [lambda: stage.proxy.next(FAULTS[fault])]
        await stage.office.delivers()
        await stage.runs_on(minutes=10)

        assert stage.arrived() == 1
        assert (await bench.one(schema.reply, schema.reply.c.state != "draft"))["state"] == "sent"


async def reads_on(line: OnTheLine, bench: Bench, cursor: str | None) -> str | None:
    """One read, page after page, each taken in with its cursor as the core does it. Nobody calls us meanwhile."""
    bench.clock.advance(max(line.outside.network.poll_every or SECOND, timedelta(minutes=1)))
    for _ in range(MOST_PAGES):
        try:
            page = await line.outside.network.fetch(cursor)
        except TryLater:
            break
        cursor = page.cursor
        await bench.desk.take_in(page.items, "website")
        if not page.more:
            break
    return cursor


@pytest.mark.parametrize(("name", "fault"), READS)
async def test_whatever_goes_wrong_with_a_read_nothing_is_missed_or_kept_twice(bench: Bench, name: str, fault: str) -> None:
    async with on_the_line(name, bench, limit_for(name, fault)) as line:
        listener = Listener(line.outside)
        await listener.hears()
        asked = await line.outside.says("When is bin day?")
        line.proxy.next(FAULTS[fault])
        cursor = await reads_on(line, bench, listener.cursor)
        await line.proxy.listen()
        for _ in range(2):
            cursor = await reads_on(line, bench, cursor)

        assert [call for call in line.watched.calls if call.took > limit_for(name, fault) + SECOND] == []

    assert [mention["native_id"] for mention in await bench.all(schema.mention)] == [asked]


@pytest.mark.parametrize("fault", ["500", "200 that names nothing"])
@pytest.mark.parametrize("name", offering(Offers.POLL))
async def test_wherever_a_read_breaks_off_nothing_is_missed_or_kept_twice(bench: Bench, name: str, fault: str) -> None:
    """Its first call goes wrong, or its second, and so on, until a read is over before anything goes wrong."""
    asked: list[str] = []
    async with on_the_line(name, bench, LONG) as line:
        listener = Listener(line.outside)
        await listener.hears()
        cursor, is_over = listener.cursor, False
        while not is_over:
            above = asked[0] if asked and Offers.THREADS in line.outside.offers else ""
            asked.append(await line.outside.says("When is bin day?", by=f"ann{len(asked)}", in_reply_to=above))
            line.proxy.next(FAULTS[fault], spared=len(asked) - 1)
            cursor = await reads_on(line, bench, cursor)
            is_over = line.proxy.calms_down()
            for _ in range(2):
                cursor = await reads_on(line, bench, cursor)

    assert sorted(mention["native_id"] for mention in await bench.all(schema.mention)) == sorted(asked)
    assert 1 < len(asked) < MOST_CALLS


@pytest.mark.parametrize("fault", MISLEADING)
@pytest.mark.parametrize("name", offering(Offers.POLL))
async def test_whatever_a_look_at_what_is_held_meets_nothing_is_taken_for_gone_or_changed(
    bench: Bench, name: str, fault: str
) -> None:
    async with on_the_line(name, bench, LONG) as line:
        listener = Listener(line.outside)
        await listener.hears()
        await line.outside.says("When is bin day?")
        await bench.desk.take_in(await listener.hears(), "website")
        before = await bench.one(schema.mention)
        line.proxy.next(FAULTS[fault])

        with suppress(TryLater):
            await bench.desk.take_in(await listener.looks_again(), "website")

    assert await bench.one(schema.mention) == before


def test_every_adapter_that_speaks_is_put_through_this() -> None:
    adapters = {name.partition(" ")[0] for name in STAGES}

    assert adapters == {*NETWORKS, *CHATS} - NOTHING_SENT


async def test_what_is_not_meant_to_go_wrong_does_not(bench: Bench) -> None:
    """The proxy by itself: a call it was told nothing about is answered as without it."""
    async with STAGES["webchat reply"](bench, LONG) as stage:
        await stage.office.delivers()

        assert stage.watched.first(stage.speaks) == "ok"
        assert stage.arrived() == 1

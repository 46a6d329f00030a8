"""Starting, stopping, what is said of the state of things, and what no log ever says."""

import asyncio
import logging
from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs

from bot.card import Answer
from bot.command import Command
from bot.errors import OutsideError, Refused, SettingsError, SignInAgain
from bot.ports import MessageRef
from tests.contracts.chats.bench import CHANNEL, SHUT_OUT, ChatBench, ChatOffers, On, Trouble, Wrong
from tests.contracts.chats.benches import on
from tests.contracts.chats.cards import CARD, now_saying, ping, places, posted
from tests.contracts.chats.desk import said


@on()
async def test_where_we_are_called_and_how_we_are_is_told_without_asking_anybody(bench: ChatBench) -> None:
    before = bench.calls

    routes, health = bench.chat.routes(), bench.chat.health()

    assert bench.calls == before
    assert all(route.path.startswith("/") for route in routes)
    assert isinstance(health, Mapping)
    assert not any(secret in str(health) for secret in bench.secrets)
    assert bench.another().health() is not None


@on()
async def test_how_it_is_used_agrees_with_what_it_can(bench: ChatBench) -> None:
    manner = bench.chat.manner

    assert bool(manner.reads_each) == (ChatOffers.READS in bench.offers)
    assert (manner.together > 1) == (ChatOffers.DIGESTS in bench.offers)
    assert not manner.reaches("Priya")
    assert not manner.reaches("")


@on()
async def test_a_file_or_a_group_that_is_not_there_is_refused(bench: ChatBench) -> None:
    with pytest.raises(Refused):
        await bench.chat.file("F0NONE", 1 << 20)
    with pytest.raises(Refused):
        await bench.chat.keep_group("S0NONE", [bench.person("dev").id])


@on()
async def test_when_all_is_well_nothing_is_found_wrong_and_nothing_is_posted(bench: ChatBench) -> None:
    assert await bench.faults() == []

    assert places(bench) == {}


@on()
async def test_what_is_wrong_is_named_with_its_cure_and_nothing_is_posted(bench: ChatBench) -> None:
    for wrong, named in ((Wrong.CHANNEL, SHUT_OUT), (Wrong.TOKEN, "token")):
        bench.clock.advance(minutes=2)
        faults = await bench.faults(wrong)

        assert [fault for fault in faults if named in fault.lower()]
        assert all(len(fault.split()) > 5 for fault in faults)
        assert not any(secret in fault for secret in bench.secrets for fault in faults)
    assert places(bench) == {}


@on()
async def test_credentials_that_are_refused_end_the_start_in_plain_words(bench: ChatBench) -> None:
    chat = bench.another(Wrong.TOKEN)

    with pytest.raises(SettingsError) as caught:
        await chat.start(None)

    await chat.stop()
    assert "token" in str(caught.value)
    assert "not-this-one" not in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 6


@on()
async def test_a_start_waits_until_the_other_side_is_back_and_says_so_once(bench: ChatBench) -> None:
    chat = bench.another()
    bench.goes_wrong(Trouble.BROKEN, On.SIGN_IN, times=2)

    with capture_logs() as lines:
        starting = asyncio.create_task(chat.start(None))
        await bench.passes(starting)
    await chat.post(CHANNEL, CARD, "card:1")

    await chat.stop()
    assert len(places(bench)) == 1
    assert len([line for line in lines if line["log_level"] == "warning"]) == 1


@on()
async def test_a_chat_that_only_speaks_hears_nothing(bench: ChatBench) -> None:
    await bench.chat.stop()
    chat = bench.another()
    await chat.start(None)
    bench.clock.advance(minutes=1)

    card = await chat.post(CHANNEL, CARD, "card:1")
    before = bench.calls
    await bench.idles()

    assert card.id in places(bench)
    assert bench.calls - before <= 1
    assert bench.desk.asked == []
    await chat.stop()


@on()
async def test_a_stop_finishes_what_is_in_hand(bench: ChatBench) -> None:
    came, may_end = asyncio.Event(), asyncio.Event()

    async def slow(command: Command) -> Answer:
        came.set()
        await may_end.wait()
        return said("You have M-142.")

    bench.desk.on("queue", slow)
    priya = bench.person("priya")
    asking = asyncio.create_task(priya.asks("queue", privately=True))
    async with asyncio.timeout(3):
        await came.wait()

    stopping = asyncio.create_task(bench.chat.stop())
    finished, _ = await asyncio.wait({stopping}, timeout=0.1)
    may_end.set()
    async with asyncio.timeout(5):
        await stopping
    await asyncio.wait({asking}, timeout=0.2)
    asking.cancel()

    assert not finished
    assert any("You have M-142." in one for one in priya.was_told())


@on()
async def test_a_stop_twice_and_a_stop_without_a_start_are_harmless(bench: ChatBench) -> None:
    never_started = bench.another()
    await never_started.stop()
    await bench.chat.stop()

    await bench.chat.stop()

    assert "signed_in" in bench.chat.health()
    assert never_started.health()["signed_in"] is False


@on()
async def test_no_log_line_has_a_secret_or_anybodys_words(bench: ChatBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    priya = bench.person("priya")
    with capture_logs() as lines:
        card, other = await posted(bench), await posted(bench, CARD, "card:3")
        for trouble, kind in ((Trouble.TOKEN, On.POST), (Trouble.BROKEN, On.REDRAW), (Trouble.GARBAGE, On.PERSON)):
            bench.goes_wrong(trouble, kind)
        await quietly(bench, other)
        bench.calms()
        bench.clock.advance(minutes=1)
        bench.desk.on("claim", ZeroDivisionError("oops"))
        await priya.asks("claim 142")
        await priya.asks("note the bus never came", under=card)
        bench.desk.on("note", SignInAgain("no"))
        await priya.asks("note 142 the bus never came")

    logged = f"{lines} {caplog.text}"
    assert lines
    for never in ("bus never came", "Is my school", "Ada Byron", "Priya", *bench.secrets):
        assert never not in logged


async def quietly(bench: ChatBench, card: MessageRef) -> None:
    """Whatever comes of it."""
    dev = bench.person("dev").id
    for act in (
        bench.chat.post(CHANNEL, CARD, "card:2"),
        bench.chat.redraw(card, now_saying("Claimed by Priya")),
        bench.chat.knows(dev),
        bench.chat.tell(dev, ping(dev, "Dev"), "ping:1"),
    ):
        try:
            await act
        except OutsideError:
            continue

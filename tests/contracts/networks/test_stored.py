"""Every network through the real store and the real web server: a post is one mention however often it is told."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.engine.listen import Listen
from bot.ports import Held, Webhook
from bot.store import schema
from bot.store.executor import Database
from bot.web import Web
from tests.bot.council import Bench, account, house
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import bringing, offering, on
from tests.contracts.networks.listener import LOOKS_AFTER


class Core:
    """The desk, the reader and the web server of one account, on a SQLite file."""

    def __init__(self, bench: NetworkBench, database: Database) -> None:
        self.network = bench
        self.desk = Bench(database, bench.clock, house(account("main")))
        self.web = Web(self.desk.desk, dict, "test")
        self.url = ""
        self.answers: list[tuple[int, str]] = []

    async def start(self) -> None:
        """Listen on a loopback port."""
        self.url = f"http://127.0.0.1:{await self.web.start('127.0.0.1', 0)}"

    async def called(self, calls: Sequence[Webhook], to: str = "main") -> list[int]:
        """The network calls, over a socket; what it is answered."""
        self.desk.desk.networks = {"main": self.network.network}
        async with aiohttp.ClientSession() as session:
            for call in calls:
                await self._call(session, call, to)
        return [status for status, _ in self.answers[-len(calls) :]]

    async def _call(self, session: aiohttp.ClientSession, call: Webhook, to: str) -> None:
        url = f"{self.url}/hooks/{to}"
        skip = {"content-length", "host", "transfer-encoding"}
        headers = {name: value for name, value in call.headers.items() if name.lower() not in skip}
        async with session.request(call.method, url, params=call.query, data=call.body, headers=headers) as answer:
            self.answers.append((answer.status, await answer.text()))

    async def hears(self, times: int = 1) -> None:
        """Calls are made and pages asked for, each so many times, as if none had been answered."""
        made = self.network.calls().made if Offers.CALLS in self.network.offers else ()
        for _ in range(times):
            await self.called(made)
        for _ in range(times):
            await self.reads()

    async def reads(self) -> None:
        """The account's own loop, until it has read all there is."""
        every = self.network.network.poll_every
        if every is None or Offers.POLL not in self.network.offers:
            return
        self.network.clock.advance(every)
        listen = Listen(self.desk.desk, "main", self.network.network)
        while not await listen.once(every):
            pass

    async def arrivals(self) -> list[str]:
        """The native ids that are stored, oldest first."""
        return [str(row["native_id"]) for row in await self.desk.all(schema.arrival)]

    async def texts(self) -> list[str]:
        """The words of each mention."""
        return [str(row["text"]) for row in await self.desk.all(schema.mention)]


@pytest.fixture
async def core(bench: NetworkBench, database: Database) -> AsyncIterator[Core]:
    """It has listened before."""
    one = Core(bench, database)
    await one.start()
    await one.reads()
    yield one
    await one.web.stop()


@on(bringing())
async def test_a_post_told_again_and_again_also_after_a_restart_is_one_mention(bench: NetworkBench, core: Core) -> None:
    native_id = await bench.says("Is my bin day changed?")
    await core.hears(times=3)

    await bench.restart()
    await core.hears(times=2)

    assert await core.arrivals() == [native_id]
    assert await core.texts() == ["Is my bin day changed?"]


@pytest.mark.slow
@on(bringing())
async def test_posts_that_come_in_any_order_are_each_one_mention(bench: NetworkBench, core: Core) -> None:
    said = [await bench.says(f"Question {number}?", by=by) for number, by in enumerate(("ann", "bob", "cat", "dan"))]
    made = bench.calls().made if Offers.CALLS in bench.offers else ()

    await core.called(list(reversed(made)))
    await core.reads()
    await core.called(made)

    assert sorted(await core.arrivals()) == sorted(said)


@pytest.mark.slow
@on(offering(Offers.DELETIONS))
async def test_what_its_author_deletes_loses_its_words_here(bench: NetworkBench, core: Core) -> None:
    native_id = await bench.says("I live at 4 Mill Lane.")
    await core.hears()
    assert await core.texts() == ["I live at 4 Mill Lane."]
    await bench.deletes(native_id)

    for wait in LOOKS_AFTER:
        bench.clock.advance(wait)
        await core.hears()
        await looked_again(bench, core)

    assert await core.texts() == [""]


async def looked_again(bench: NetworkBench, core: Core) -> None:
    """The look the core makes at what it holds."""
    if looks := bench.network.abilities.look_ups:
        bench.clock.advance(looks.every)
        rows = await core.desk.all(schema.mention)
        held = [Held(row["native_id"], row["conversation"] or "", row["posted_at"]) for row in rows if row["text"]]
        items: list[Any] = list(await bench.network.look_up(held[: looks.at_once])) if held else []
        await core.desk.desk.take_in(items, "main")


@on(offering(Offers.CALLS))
async def test_a_call_that_is_good_is_taken_over_raw_bytes_and_a_repeat_changes_nothing(
    bench: NetworkBench, core: Core
) -> None:
    native_id = await bench.says("Grüße: is it “open” – or not?")
    calls = bench.calls().made

    statuses = await core.called([*calls, *calls, *calls])

    assert all(200 <= status < 300 for status in statuses), core.answers
    assert await core.arrivals() == [native_id]
    assert await core.texts() == ["Grüße: is it “open” – or not?"]


@on(offering(Offers.CALLS))
async def test_a_call_that_is_forged_or_stale_is_refused_and_stores_nothing(bench: NetworkBench, core: Core) -> None:
    await bench.says("Believe me.")
    calls = bench.calls()
    assert calls.forged

    statuses = await core.called([*calls.forged, *calls.stale])

    assert all(400 <= status < 500 for status in statuses), core.answers
    assert await core.arrivals() == []


@on(offering(Offers.CALLS))
async def test_a_call_for_an_unknown_account_is_not_found_and_told_nothing(bench: NetworkBench, core: Core) -> None:
    await bench.says("Hello?")
    made = bench.calls().made

    assert set(await core.called(made, to="nobody")) == {404}
    assert {text for _, text in core.answers} == {'{"error": "not found"}'}


@on(offering(Offers.CALLS))
async def test_a_call_without_sense_is_refused_and_nothing_breaks(bench: NetworkBench, core: Core) -> None:
    await bench.says("Hello?")
    call = bench.calls().made[0]
    bodies = (b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"a":' * 3_000, b"<a/>", b"x=%ff%fe&" * 500)
    unsigned = [replace(call, body=body, headers={"content-type": call.headers.get("content-type", "")}) for body in bodies]
    methods = [replace(call, method=method, body=b"", headers={}, query={}) for method in ("GET", "PUT", "DELETE")]

    statuses = await core.called([*(replace(call, body=body) for body in bodies), *unsigned, *methods])

    assert all(400 <= status < 500 for status in statuses), core.answers
    assert await core.arrivals() == []

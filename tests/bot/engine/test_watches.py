"""The loops of watches: each account is searched by its own, and what goes wrong is said where its owner looks."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.engine.watches import WatchClock, WatchReader
from bot.errors import OutsideError, Refused, SignInAgain, TryLater
from bot.exchange import Page, Query
from bot.reply import Abilities, Searches
from bot.store import schema, schema_listening
from bot.store.intake import watches
from bot.watching.terms import Terms
from bot.watching.watch import Wish
from integrations.alone.peers import AlonePeers
from integrations.plain import PlainNetwork
from tests.bot.council import Bench, account, house, post

SEARCHES = Searches(every=timedelta(minutes=5))
ASKED = Query(("flood",), ("snow",), ("film",))


@dataclass
class Searched(PlainNetwork):
    """A network that answers searches as told; else with nothing."""

    answers: list[Page | OutsideError] = field(default_factory=list)
    asked: list[tuple[Query, str | None]] = field(default_factory=list)
    hangs: bool = False

    async def search(self, query: Query, cursor: str | None) -> Page:
        """As told."""
        self.asked.append((query, cursor))
        if self.hangs:
            await asyncio.Event().wait()
        answer = self.answers.pop(0) if self.answers else Page((), "later")
        if isinstance(answer, OutsideError):
            raise answer
        return answer


@pytest.fixture
async def network(bench: Bench) -> Searched:
    """The network of an account through which Morag watches for floods."""
    bench.desk.house = house(account("main", network="net", abilities=Abilities(searches=SEARCHES)))
    wish = Wish(Terms(("flood",), ("snow",), ("film",)), ("main",), "floods", 5, "the river is high")
    given: dict[str, Any] = {"until": bench.clock.now() + timedelta(days=30), "house": bench.house, "key": ""}
    await bench.db.write(watches.make, wish, "U0MORAG", **given, now=bench.clock.now())
    return Searched()


async def look(bench: Bench, network: Searched) -> int:
    """The account's loop goes round once."""
    return await WatchReader(bench.desk, "main", network, SEARCHES).once()


class Copies(AlonePeers):
    """Peers of which each lease is somebody's until it ends by the clock."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.until = clock.now()
        self.clock = clock

    async def lease(self, what: str, ttl: timedelta) -> bool:
        self.until = self.clock.now() + ttl
        return True


async def test_while_one_copy_reads_page_after_page_no_other_may_however_long_it_takes(
    bench: Bench, network: Searched
) -> None:
    peers = Copies(bench.clock)
    bench.desk.peers = peers
    given: dict[str, Any] = {"until": bench.clock.now() + timedelta(days=30), "house": bench.house, "key": ""}
    for words in ("river", "snow", "ice"):
        wish = Wish(Terms((words,)), ("main",), "floods", 5, "it is winter")
        await bench.db.write(watches.make, wish, "U0MORAG", **given, now=bench.clock.now())
    free = []

    async def search(query: Query, cursor: str | None) -> Page:
        bench.clock.advance(seconds=50)
        free.append(peers.until <= bench.clock.now())
        return Page((), "c1")

    network.search = search  # type: ignore[method-assign]
    await look(bench, network)

    assert free == [False] * 4


async def test_what_is_found_comes_in_and_reading_carries_on_where_it_was_as_often_as_the_network_takes_it(
    bench: Bench, network: Searched
) -> None:
    network.answers = [Page((post(text="A flood"),), "c1")]

    found = [await look(bench, network), await look(bench, network)]
    bench.clock.advance(minutes=5)
    found.append(await look(bench, network))

    assert found == [1, 0, 0]
    assert network.asked == [
        (Query(("flood",), ("snow",), ("film",)), None),
        (Query(("flood",), ("snow",), ("film",)), "c1"),
    ]


async def test_a_page_with_more_is_followed_at_once_and_one_that_asks_for_rest_is_left_alone(
    bench: Bench, network: Searched
) -> None:
    network.answers = [Page((), "c1", more=True), Page((), "c2", wait=timedelta(hours=1), slowed="the budget is used up")]
    await look(bench, network)
    await look(bench, network)
    bench.clock.advance(minutes=59)
    await look(bench, network)

    reader = await bench.one(schema_listening.watch_reader)
    assert len(network.asked) == 2
    assert reader["slowed"] == "the budget is used up"


@pytest.mark.parametrize(
    ("error", "trouble", "minutes"),
    [
        (TryLater("the network is down"), "the network is down", 5),
        (TryLater("too many requests", timedelta(minutes=40)), "too many requests", 40),
        (Refused("no rights to search"), "no rights to search", 15),
        (SignInAgain("401"), "its credentials are not accepted", 15),
    ],
)
async def test_trouble_is_kept_for_its_owner_and_over_with_the_next_page(
    bench: Bench, network: Searched, error: OutsideError, trouble: str, minutes: int
) -> None:
    network.answers = [error]

    await look(bench, network)

    reader = await bench.one(schema_listening.watch_reader)
    assert (reader["trouble"], reader["due_at"] - bench.clock.now()) == (trouble, timedelta(minutes=minutes))
    bench.clock.advance(minutes=minutes)
    await look(bench, network)
    assert (await bench.one(schema_listening.watch_reader))["trouble"] is None


async def test_a_network_that_never_answers_is_given_up_and_said(bench: Bench, network: Searched) -> None:
    network.hangs = True
    reader = WatchReader(bench.desk, "main", network, SEARCHES)
    reader.patience = 0.01

    await reader.once()

    assert "did not answer in time" in str((await bench.one(schema_listening.watch_reader))["trouble"])


async def test_one_watch_that_fails_keeps_no_other_back(bench: Bench, network: Searched) -> None:
    wish = Wish(Terms(("snow",)), ("main",), "snow", 5, "winter")
    given: dict[str, Any] = {"until": bench.clock.now() + timedelta(days=30), "house": bench.house, "key": ""}
    await bench.db.write(watches.make, wish, "U0MORAG", **given, now=bench.clock.now())
    network.answers = [Refused("no"), Page((post(text="snow"),), "c")]

    assert await look(bench, network) == 1
    assert (await bench.mention()).watch == "W-2"


async def test_what_left_the_settings_meanwhile_takes_nothing_in(bench: Bench, network: Searched) -> None:
    network.answers = [Page((post(text="A flood"),), "c1")]
    bench.desk.house = replace(bench.house, accounts={})

    assert await look(bench, network) == 0
    assert await bench.all(schema.mention) == []


async def test_the_clock_ends_what_is_over_and_then_nobody_is_asked_any_more(bench: Bench, network: Searched) -> None:
    bench.clock.advance(days=31)

    assert await WatchClock(bench.desk).once() == 1
    assert await look(bench, network) == 0
    assert network.asked == []


async def test_the_loops_stop_when_they_are_told_to(bench: Bench, network: Searched) -> None:
    loops = (WatchReader(bench.desk, "main", network, SEARCHES).run, WatchClock(bench.desk).run)
    tasks = {asyncio.create_task(run()) for run in loops}
    while not network.asked:
        await bench.desk.peers.wake("watches:main")
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()

    done, _ = await asyncio.wait(tasks, timeout=5)

    assert done == tasks

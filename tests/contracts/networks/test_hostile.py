"""What every network may be told by a broken or hostile other side: only our own errors come of it, and it hides nothing."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from bot.errors import OutsideError
from bot.ports import Edited, Incoming, Item, WebhookRefused
from tests.bot.council import Bench, account, house
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import offering, on
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.spoiling import SpoilingHttp, mutated, with_one_wrong

NO_JSON = frozenset({"feed"})
"""What reads XML by its own means; its tests spoil single items."""
FEW, MANY = 25, 400
MOST_WRONG = 400
"""Of the places where one element of a list can be wrong."""


async def answers(bench: NetworkBench, listener: Listener, http: SpoilingHttp) -> list[bytes]:
    """What a good read is answered, with two posts in it."""
    await bench.says("Is the bridge open?", by="ann")
    await bench.says("Is the ferry late?", by="bob")
    cursor, first = listener.cursor, len(http.answers)
    await bench.restart()
    await listener.hears()
    listener.cursor = cursor
    return http.answers[first:]


@on(offering(Offers.POLL))
@pytest.mark.parametrize("times", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
async def test_a_spoilt_answer_raises_nothing_but_our_own_errors(
    bench: NetworkBench, listener: Listener, http: SpoilingHttp, times: int, sqlite_bench: Callable[[], Bench]
) -> None:
    await answers(bench, listener, http)
    luck, cursor, items = Random(7), listener.cursor, []
    http.spoil = lambda body: mutated(body, luck) if luck.random() < 0.7 else body

    for _ in range(times):
        await bench.restart()
        try:
            items += (await bench.network.fetch(cursor)).items
        except OutsideError:
            continue

    assert all(is_sound(item, bench) for item in items)
    core = sqlite_bench()
    await core.arrives(*items, account="main")


@on(offering(Offers.POLL))
async def test_one_item_that_is_no_post_does_not_hide_the_other(
    bench: NetworkBench, listener: Listener, http: SpoilingHttp
) -> None:
    good = await answers(bench, listener, http)
    cursor, hidden, tried = listener.cursor, [], 0

    for number, body in enumerate(good):
        for spoilt in list(with_one_wrong(body))[:MOST_WRONG:7]:
            await bench.restart()
            http.answers.clear()
            http.spoil = lambda came, body=good[number], spoilt=spoilt: spoilt if came == body else came
            page = await bench.network.fetch(cursor)
            tried += 1
            if not any(isinstance(item, Incoming) for item in page.items):
                hidden.append(spoilt)

    assert not hidden, hidden[0].decode()
    assert tried or bench.name in NO_JSON


@on(offering(Offers.CALLS))
@pytest.mark.parametrize("times", [200, pytest.param(2_000, marks=pytest.mark.slow)])
async def test_a_spoilt_call_is_refused_or_read_and_raises_nothing_else(
    bench: NetworkBench, times: int, sqlite_bench: Callable[[], Bench]
) -> None:
    await bench.says("Is the bridge open?")
    calls, luck, items, refused = list(bench.calls().made), Random(7), [], []
    resigned: Callable[[Any, bytes], Any] | None = getattr(bench, "resigned", None)
    assert resigned, f"the bench of {bench.name} needs resigned(call, body): the call with another body, vouched for"

    for _ in range(times):
        call = luck.choice(calls)
        try:
            items += bench.network.receive(resigned(call, mutated(call.body, luck))).items
        except WebhookRefused as error:
            refused.append(error.status)

    assert all(400 <= status < 500 for status in refused)
    assert all(is_sound(item, bench) for item in items)
    await sqlite_bench().arrives(*items, account="main")


def is_sound(item: Item, bench: NetworkBench) -> bool:
    """Whether the core can take it: it has an id that is one, text that is text, and a time that has been."""
    if not isinstance(item.native_id, str) or not item.native_id:
        return False
    if isinstance(item, Incoming | Edited) and not isinstance(item.text, str):
        return False
    if isinstance(item, Incoming):
        names = (item.author.id, item.author.name, item.conversation, item.in_reply_to, item.url, item.kind, item.language)
        past = item.posted_at.tzinfo is not None and item.posted_at <= bench.clock.now()
        return past and all(isinstance(one, str) for one in names)
    return item.at.tzinfo is not None


@pytest.fixture
def sqlite_bench(database: Any, clock: Any) -> Callable[[], Bench]:
    """A council on a SQLite file, with the account under test."""
    return lambda: Bench(database, clock, house(account("main")))

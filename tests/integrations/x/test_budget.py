"""The read budget and the cost meter: what is counted, when reading slows and stops, and what goes on regardless."""

from datetime import timedelta

import pytest

from bot.errors import TryLater
from bot.ports import Gone
from integrations.sandbox.x_server import Trouble


def reads(x):
    return [path for _, path, _ in x.calls if path.endswith("/mentions")]


async def read_many(x, account, count):
    for number in range(count):
        x.says(f"Snow {number}")
    return (await account.fetch(None)).cursor


async def test_everything_that_costs_is_counted_at_its_price(x, network, reply):
    account = network(searches=("pothole",))
    mention = x.says("When?", author="ann")
    other = x.says("And when?", author="bob")
    x.says("A pothole", mentions_us=False)

    await account.fetch(None)
    await account.preflight(reply(mention))
    await account.publish(reply(mention, "At nine."))
    await account.publish(reply(other, "At ten: gov.uk/bins"))

    told = account.cost_today()
    assert (told["mentions"], told["searched"], told["looked_at"]) == (2, 1, 0)
    assert (told["replies"], told["replies_with_link"]) == (1, 1)
    assert told["dollars"] == "0.217"


async def test_looks_before_and_after_a_reply_are_counted_too(x, network, reply, clock):
    account = network()
    mention = x.says("When?")
    going = reply(mention)

    await account.preflight(going)
    await account.publish(going)
    await account.find_sent(going)

    told = account.cost_today()
    assert (told["looked_at"], told["own"], told["mentions"]) == (1, 1, 0)


async def test_a_post_read_again_on_the_same_day_is_counted_once(x, network, clock):
    account = network()
    cursor = await read_many(x, account, 3)
    clock.advance(seconds=60)

    await account.fetch(cursor)

    assert account.cost_today()["mentions"] == 3


async def test_a_restart_carries_the_count_on_and_counts_nothing_twice(x, network, clock):
    cursor = await read_many(x, network(), 3)
    clock.advance(seconds=60)
    restarted = network()

    await restarted.fetch(cursor)

    assert restarted.cost_today()["mentions"] == 3


async def test_a_new_utc_day_begins_at_nothing(x, network, clock):
    account = network()
    await read_many(x, account, 3)
    clock.advance(hours=15)

    assert account.cost_today()["reads"] == 0


async def test_what_was_read_before_a_failure_is_counted(x, network):
    x.largest_page = 5
    for number in range(7):
        x.says(f"Snow {number}")
    account = network()
    await account.check()
    x.chaos += [Trouble(slow=0), Trouble(status=503)]

    with pytest.raises(TryLater):
        await account.fetch(None)

    assert account.cost_today()["mentions"] == 5


async def test_a_reply_that_may_have_gone_out_is_counted(x, network, reply):
    x.chaos.append(Trouble(status=503, method="POST"))
    account = network()

    with pytest.raises(Exception, match="503"):
        await account.publish(reply(x.says("When?")))

    assert account.cost_today()["replies"] == 1


async def test_reading_is_slower_when_most_of_the_budget_is_used(x, network, clock):
    account = network(read_budget_per_day=10)
    cursor = await read_many(x, account, 8)
    clock.advance(minutes=1)

    left_out = await account.fetch(cursor)
    clock.advance(minutes=5)
    await account.fetch(cursor)

    assert (left_out.items, left_out.cursor) == ((), cursor)
    assert len(reads(x)) == 2


async def test_reading_stops_when_the_budget_is_used_up_and_says_when_it_goes_on(x, network, clock):
    account = network(read_budget_per_day=3)
    cursor = await read_many(x, account, 3)

    with pytest.raises(TryLater, match=r"read_budget_per_day = 3 is used up: .* 00:00 UTC") as caught:
        await account.fetch(cursor)

    assert caught.value.after == timedelta(hours=1)
    assert len(reads(x)) == 1


async def test_the_wait_ends_with_the_day_and_reading_goes_on(x, network, clock):
    account = network(read_budget_per_day=3)
    cursor = await read_many(x, account, 3)
    clock.advance(hours=14, minutes=30)
    x.says("Still here?")
    cursor = (await account.fetch(cursor)).cursor  # the look for deleted posts is due

    with pytest.raises(TryLater) as caught:
        await account.fetch(cursor)
    clock.advance(seconds=caught.value.after.total_seconds())
    page = await account.fetch(cursor)

    assert caught.value.after == timedelta(minutes=30)
    assert "Still here?" in [item.text for item in page.items]


async def test_a_used_up_budget_does_not_keep_deleted_posts(x, network, clock):
    account = network(read_budget_per_day=1)
    deleted = x.says("Goes")
    cursor = (await account.fetch(None)).cursor
    x.delete(deleted)
    clock.advance(hours=5, minutes=30)
    with pytest.raises(TryLater) as caught:
        await account.fetch(cursor)
    clock.advance(seconds=caught.value.after.total_seconds())

    page = await account.fetch(cursor)

    assert caught.value.after == timedelta(minutes=30)
    assert page.items == (Gone(deleted, clock.now()),)


async def test_searches_use_no_more_than_half_and_leave_the_rest_to_the_mentions(x, network, clock):
    for number in range(60):
        x.says(f"Snow {number}", mentions_us=False)
    account = network(searches=("snow",), read_budget_per_day=40)
    cursor = (await account.fetch(None)).cursor
    mention = x.says("Is the tip open?")
    clock.advance(minutes=1)

    page = await account.fetch(cursor)

    assert account.cost_today()["searched"] == 20
    assert [item.native_id for item in page.items] == [mention]


async def test_what_a_search_had_to_leave_is_read_the_next_day(x, network, clock):
    ids = [x.says(f"Snow {number}", mentions_us=False) for number in range(30)]
    account = network(searches=("snow",), read_budget_per_day=40, recheck_every=0)
    first = await account.fetch(None)
    clock.advance(hours=16)

    second = await account.fetch(first.cursor)

    assert not first.more
    assert [item.native_id for item in first.items] == ids[10:]
    assert [item.native_id for item in second.items] == ids[:10]


async def test_without_a_budget_nothing_stops(x, network, clock):
    account = network(read_budget_per_day=0)
    cursor = await read_many(x, account, 30)

    page = await account.fetch(cursor)

    assert page.cursor is not None


async def test_replies_go_out_on_a_used_up_budget(x, network, reply):
    account = network(read_budget_per_day=1)
    await account.fetch((await account.fetch(None)).cursor)
    mention = x.says("When?")
    await account.fetch(None)

    receipt = await account.publish(reply(mention))

    assert receipt.native_id


async def test_the_check_says_when_the_budget_is_nearly_used(x, network):
    account = network(read_budget_per_day=10)
    await read_many(x, account, 9)

    (fault,) = await account.check()

    assert "9 of read_budget_per_day = 10 posts are read" in fault
    assert "0.01 dollars" in fault

"""X's headers are heeded before the next call; money and caps pause the whole account."""

from datetime import timedelta

import pytest

from bot.errors import TryLater
from integrations.sandbox.x_server import Trouble

CAPPED = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}


async def test_x_is_not_asked_when_it_said_that_nothing_is_left(x, network, clock):
    x.limits.in_a_window = 1
    account = network()
    cursor = (await account.fetch(None)).cursor
    before = len(x.calls)

    with pytest.raises(TryLater, match="slow down"):
        await account.fetch(cursor)
    clock.advance(minutes=16)
    await account.fetch(cursor)

    assert len(x.calls) == before + 1


async def test_one_route_at_its_limit_does_not_close_the_others(x, network, reply):
    x.limits.in_a_window = 1
    account = network()
    post_id = x.says("When?")
    await account.fetch(None)

    receipt = await account.publish(reply(post_id))

    assert receipt.native_id


async def test_the_last_reply_of_the_day_closes_replies_until_x_takes_more(x, network, reply, clock):
    x.limits.posts_in_a_day = 1
    account = network()
    first, second = x.says("When?", author="ann"), x.says("Where?", author="bob")
    await account.publish(reply(first))
    before = len(x.calls)

    with pytest.raises(TryLater, match="today") as caught:
        await account.publish(reply(second))
    calls_while_closed = len(x.calls) - before
    clock.advance(seconds=caught.value.after.total_seconds())
    receipt = await account.publish(reply(second))

    assert calls_while_closed == 0
    assert timedelta(hours=23) < caught.value.after <= timedelta(hours=24)
    assert receipt.native_id


async def test_a_reply_refused_for_now_is_not_sent_again_before_its_time(x, network, reply, clock):
    account = network()
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=429, headers={"Retry-After": "90"}, method="POST"))
    with pytest.raises(TryLater):
        await account.publish(reply(post_id))
    clock.advance(seconds=30)

    with pytest.raises(TryLater) as caught:
        await account.publish(reply(post_id))
    clock.advance(seconds=61)
    await account.publish(reply(post_id))

    assert caught.value.after == timedelta(seconds=60)
    assert [method for method, _, _ in x.calls if method == "POST"] == ["POST", "POST"]


@pytest.mark.parametrize(("status", "body"), [(402, {"title": "CreditsDepleted"}), (429, CAPPED)])
async def test_without_credits_or_at_the_cap_nothing_is_asked_for_an_hour(x, network, reply, clock, status, body):
    account = network()
    x.chaos.append(Trouble(status=status, body=body))
    with pytest.raises(TryLater):
        await account.fetch(None)

    with pytest.raises(TryLater, match="somebody must") as caught:
        await account.publish(reply("1"))
    calls_while_paused = len(x.calls)
    clock.advance(hours=1)
    await account.fetch(None)

    assert calls_while_paused == 1
    assert caught.value.after == timedelta(hours=1)


async def test_a_days_limit_on_posting_closes_no_reading(x, network, clock):
    account = network()
    reset = str(int(clock.now().timestamp()) + 7200)
    told = {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": reset}
    await account.check()
    x.chaos.append(Trouble(status=200, body={"meta": {"result_count": 0}}, headers=told))
    await account.fetch(None)
    post_id = x.says("Is the tip open?")

    page = await account.fetch(None)

    assert [item.native_id for item in page.items] == [post_id]


async def test_a_server_that_is_over_capacity_closes_nothing(x, network):
    account = network()
    x.chaos.append(Trouble(status=503))
    with pytest.raises(TryLater):
        await account.fetch(None)

    page = await account.fetch(None)

    assert page.items == ()


async def test_what_x_asks_to_leave_alone_has_a_name_and_trouble_of_its_own_has_none(x, network, reply):
    account = network()
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=429, headers={"Retry-After": "90"}, method="POST"))

    with pytest.raises(TryLater) as asked:
        await account.publish(reply(post_id))
    with pytest.raises(TryLater) as remembered:
        await account.publish(reply(post_id))
    x.chaos.append(Trouble(status=503))
    with pytest.raises(TryLater) as trouble:
        await account.fetch(None)

    assert asked.value.bucket == remembered.value.bucket == "x:POST /2/tweets"
    assert trouble.value.bucket == ""

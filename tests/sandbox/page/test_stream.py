"""The view comes by itself: at once, again when something changed, to every window, until nobody is there."""

import asyncio
from datetime import timedelta

import pytest

from tests.sandbox.page.caller import Caller, add_messages

pytestmark = pytest.mark.slow  # a town each

SOON = 8
"""Seconds: sooner than a quiet stream looks again by itself."""


async def test_the_first_view_comes_at_once(caller: Caller) -> None:
    async with asyncio.timeout(SOON), caller.stream("U0DEV") as events:
        view = await anext(events)

    assert view["me"]["id"] == "U0DEV"


async def test_another_comes_when_slack_changes(caller: Caller) -> None:
    async with caller.stream() as events:
        first = await anext(events)
        (message,) = add_messages(caller.town, 1)
        second = await anext(events)

    assert [one["id"] for one in second["open"]["messages"]] == [f"m{message.order}"]
    assert second["revision"] > first["revision"]


async def test_another_comes_when_the_public_writes(caller: Caller) -> None:
    await caller.do("post", network="board", author="Lou", text="Hello")

    await caller.until(lambda view: view["networks"][2]["threads"])


async def test_another_comes_when_the_minute_does_though_nobody_says_so(caller: Caller) -> None:
    async with asyncio.timeout(SOON), caller.stream() as events:
        await anext(events)
        caller.town.clock.advance(timedelta(minutes=7))
        view = await anext(events)

    assert view["clock"] == "Tue 17 Nov, 09:07"


async def test_many_changes_at_once_are_told_together(caller: Caller) -> None:
    async with caller.stream() as events:
        await anext(events)
        add_messages(caller.town, 200)
        view = await anext(events)

    assert view["open"]["earlier"] == 140


async def test_nothing_is_said_when_nothing_differs_for_the_one_who_looks(caller: Caller) -> None:
    async with caller.stream("U0FARAH") as events:
        await anext(events)
        caller.page.changed()
        await caller.do("home", who="U0PRIYA")
        add_messages(caller.town, 1)
        view = await anext(events)

    assert len(view["open"]["messages"]) == 1


async def test_two_windows_and_two_people_each_see_their_own(caller: Caller) -> None:
    async with caller.stream() as one, caller.stream() as same, caller.stream("U0FARAH") as other:
        for events in (one, same, other):
            await anext(events)

        await caller.says("/mention queue", who="U0PRIYA")
        mine, mine_too = await anext(one), await anext(same)
        await caller.says("Hello", who="U0FARAH")
        theirs = await anext(other)

    assert mine["open"] == mine_too["open"]
    assert [message["private"] for message in mine["open"]["messages"]] == [True]
    assert [message["text"] for message in theirs["open"]["messages"]] == ["Hello"]


async def test_what_is_open_is_read_in_the_other_window_too(caller: Caller) -> None:
    async with asyncio.timeout(SOON), caller.stream(channel="D0PRIYA") as aside:
        await anext(aside)
        add_messages(caller.town, 1)
        unread = await anext(aside)
        await caller.view(channel="C0MENTIONS")
        read = await anext(aside)

    assert (unread["conversations"][0]["unread"], read["conversations"][0]["unread"]) == (1, 0)


async def test_whoever_goes_away_is_forgotten(caller: Caller) -> None:
    async with caller.stream() as events:
        await anext(events)
        assert len(caller.page.streams.open) == 1

    await caller.town.slack.until(lambda: not caller.page.streams.open)


async def test_too_many_windows_are_refused_and_the_page_goes_on(caller: Caller) -> None:
    held = [await caller.http.get("/events") for _ in range(50)]

    async with caller.http.get("/events") as answer:
        assert (answer.status, "too many windows" in (await answer.json())["error"]) == (503, True)
    assert (await caller.view())["me"]["id"] == "U0PRIYA"
    for answer in held:
        answer.close()


async def test_a_quiet_stream_gives_a_sign_of_life(caller: Caller) -> None:
    caller.page.streams.still_here_every = 0.2

    async with caller.http.get("/events") as answer:
        text = b""
        async with asyncio.timeout(5):
            while b"\n\n: still here\n\n" not in text:
                text += await answer.content.readany()

"""Reading: what is new is told one time, however late it turns up and wherever pages end."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.errors import TryLater
from bot.ports import Answered, Edited, Incoming
from integrations.bluesky.cursor import MOST_SEEN, Cursor
from integrations.bluesky.network import BlueskyNetwork
from integrations.bluesky.reading import Reading, turned
from tests.integrations.bluesky.conftest import Ear
from tests.standins.bluesky import HANDLE, StandInBluesky, Trouble

LIST = "app.bsky.notification.listNotifications"


def ids(items: list) -> list[str]:  # type: ignore[type-arg]
    """Of posts."""
    return [one.native_id for one in items if isinstance(one, Incoming)]


async def test_the_first_time_the_last_day_is_told_and_nothing_older_ever(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], clock: MovableClock
) -> None:
    server.says("Last week.", at=clock.now() - timedelta(days=7))
    fresh = server.says("This morning.", at=clock.now() - timedelta(hours=2))
    ear = Ear(network())

    first, second = await ear.hears(), await ear.hears()

    assert ids(first) == [fresh]
    assert second == []


async def test_a_calm_read_is_two_calls(server: StandInBluesky, ear: Ear) -> None:
    server.says("Is it open?")
    await ear.hears()
    server.asked.clear()

    await ear.hears()

    assert [name for name, _ in server.asked] == [LIST, "com.atproto.repo.listRecords"]


async def test_a_post_that_claims_to_be_years_old_is_told_when_it_comes(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    server.says("On time.")
    await ear.hears()
    clock.advance(minutes=5)

    late = server.says("From the archive.", at=clock.now() - timedelta(days=900))

    assert ids(await ear.hears()) == [late]
    assert await ear.hears() == []


async def test_posts_of_one_moment_are_not_lost_at_the_edge_of_a_page(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], clock: MovableClock, ear: Ear
) -> None:
    at = clock.now() - timedelta(minutes=10)
    for number in range(2):
        server.says(f"Newer {number}.", at=at + timedelta(seconds=number + 1))
    together = {server.says(f"Same {number}.", at=at) for number in range(3)}

    page = await Reading(ear.network._ours, a_page=4).page(ear.cursor)

    assert together <= set(ids(list(page.items)))


def test_a_cursor_that_is_no_time_is_used_as_it_is() -> None:
    assert turned("opaque:7", "") == "opaque:7"
    assert turned("9999-12-31T23:59:59.999Z", "") == "9999-12-31T23:59:59.999Z"
    assert turned("2026-11-17T09:00:00.000Z", "") == "2026-11-17T09:00:00.001Z"
    assert turned("2026-11-17T09:00:00.000Z", "2026-11-17T09:00:00.001Z") == "2026-11-17T09:00:00.000Z"


async def test_after_days_away_everything_is_read_in_parts_and_in_order_within_each(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    for _ in range(90):
        clock.advance(minutes=30)
        server.says("Question?", by=f"p{clock.now().minute}.test")
    in_twos = Reading(ear.network._ours, a_page=2)

    told, cursor, more = [], ear.cursor, True
    while more:
        page = await in_twos.page(cursor)
        cursor, more = page.cursor, page.more
        told += ids(list(page.items))

    assert len(told) == len(set(told)) == 90
    assert (await in_twos.page(cursor)).items == ()


@pytest.mark.slow
async def test_the_cursor_stays_small_and_what_no_longer_fits_is_not_told_again(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    for number in range(MOST_SEEN + 150):
        server.says("Storm!", at=clock.now() + timedelta(milliseconds=number))
        if number % 50 == 0:
            clock.advance(seconds=1)
    clock.advance(seconds=5)

    first, second = ids(await ear.hears()), ids(await ear.hears())

    assert len(first) == len(set(first)) == MOST_SEEN + 150
    assert second == []
    assert ear.cursor
    assert len(ear.cursor) < 60_000
    assert Cursor.read(ear.cursor).floor > 0


async def test_once_a_week_everything_is_gone_through_and_the_search_is_asked(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    clock.advance(days=8)
    before = server.count("app.bsky.feed.searchPosts")

    await ear.hears()
    await ear.hears()

    assert server.count("app.bsky.feed.searchPosts") == before + 1


async def test_a_sweep_whose_search_fails_is_a_read_all_the_same(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    clock.advance(days=8)
    said = server.says("Is it open?")
    server.chaos.append(Trouble("app.bsky.feed.searchPosts", 502, b"{}"))

    assert ids(await ear.hears()) == [said]


async def test_in_a_surge_a_post_from_a_device_with_a_slow_clock_is_told_within_the_hour(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], clock: MovableClock
) -> None:
    for number in range(300):
        server.says("Snow!", at=clock.now() - timedelta(minutes=3 * number))
    ear = Ear(network())
    await ear.hears()

    late = server.says("I am trapped.", at=clock.now() - timedelta(hours=13))
    told = []
    for number in range(13):
        clock.advance(minutes=5)
        server.says(f"More snow {number}.")
        told += ids(await ear.hears())

    assert late in told


async def test_posts_too_large_for_one_page_hide_nothing_behind_them(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    said = server.says("I am trapped.")
    clock.advance(seconds=5)
    for _ in range(5):
        server.says("x", by="mallory.test", record={"zzz": "a" * 800_000})
    server.says("x", by="mallory.test", record={"zzz": "\x01" * 900_000})

    assert ids(await ear.hears()) == [said]


@pytest.mark.parametrize("opens", ["[", '{"a":'])
async def test_a_post_with_a_thousand_brackets_hides_nothing_beside_it(server: StandInBluesky, ear: Ear, opens: str) -> None:
    closes = "]" if opens == "[" else "}"
    nested = b'{"a": "]]}}\\"", "deep": %s}' % (opens * 5_000 + "1" + closes * 5_000).encode()
    bad, said = server.says("Deep.", record={"deep": "HERE"}), server.says("I am trapped.")
    page = json.dumps(server.view.notifications({}, server.me)).encode().replace(b'"HERE"', nested)
    server.chaos.append(Trouble(LIST, 200, page))

    assert sorted(ids(await ear.hears())) == sorted([bad, said])


async def test_posts_that_cannot_be_looked_at_more_closely_come_as_they_were_listed(
    server: StandInBluesky, ear: Ear
) -> None:
    said = server.says("Is it open?")
    server.chaos.append(Trouble("app.bsky.feed.getPosts", 400, b'{"error": "InvalidRequest"}'))

    assert ids(await ear.hears()) == [said]


async def test_a_reply_to_a_reply_in_our_thread_comes_with_what_it_answers(server: StandInBluesky, ear: Ear) -> None:
    root = server.says("Office open.", HANDLE, names_us=False)
    first = server.says("Is it?", in_reply_to=root, names_us=False)
    second = server.says("I wonder too.", "bob.test", in_reply_to=first, names_us=False)

    posts = {one.native_id: one for one in await ear.hears() if isinstance(one, Incoming)}

    answered = {uri: (one.parent.text, one.parent.ours) for uri, one in posts.items() if one.parent}
    assert answered == {first: ("Office open.", True), second: ("Is it?", False)}
    assert {one.conversation for one in posts.values()} == {root}


async def test_an_edit_of_what_is_still_listed_is_told_by_the_next_read(server: StandInBluesky, ear: Ear) -> None:
    said = server.says("Is it open?")
    await ear.hears()
    server.edits(said, "Is it shut?")

    told, after = await ear.hears(), await ear.hears()

    assert [(type(one), one.native_id) for one in told] == [(Edited, said)]
    assert after == []


async def test_an_answer_from_a_phone_is_told_one_time_and_posts_to_nobody_are_not(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    asked = server.says("Is it open?")
    await ear.hears()
    clock.advance(minutes=3)
    server.says("Good morning.", HANDLE, names_us=False)
    answer = server.says("Until six.", HANDLE, in_reply_to=asked, names_us=False)

    told = await ear.hears()
    clock.advance(minutes=30)
    later = await ear.hears()

    assert [(type(one), one.native_id) for one in told] == [(Answered, answer)]
    assert later == []


async def test_a_limit_that_is_nearly_used_up_slows_the_reading_and_says_so(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    reset = int(clock.now().timestamp()) + 200
    server.headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "500", "ratelimit-reset": str(reset)}

    page = await ear.network.fetch(ear.cursor)

    assert page.wait == timedelta(seconds=120)
    assert "nearly used up" in page.slowed


async def test_a_limit_that_is_used_up_is_not_asked_against(server: StandInBluesky, ear: Ear, clock: MovableClock) -> None:
    reset = int(clock.now().timestamp()) + 200
    server.headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": str(reset)}
    with pytest.raises(TryLater):
        await ear.hears()
    calls = len(server.asked)

    with pytest.raises(TryLater) as caught:
        await ear.hears()

    assert len(server.asked) == calls
    assert caught.value.after == timedelta(seconds=200)
    assert caught.value.bucket
    server.headers = {}
    clock.advance(seconds=201)
    assert await ear.hears() == []

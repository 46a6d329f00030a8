"""After an outage a Page's lists are read part by part to their end; what must be passed over is said to the leads."""

import json
from datetime import timedelta

import pytest

from bot.ports import Incoming
from integrations.graph.client import Pace
from integrations.graph.cursor import MOST_TURNS, Lists
from integrations.graph.parts import Left, Part
from integrations.graph.reading import Seen
from tests.standins.facebook import POST
from tests.standins.graph import Trouble, error


async def began(network):
    """The cursor of a first read."""
    return (await network().fetch(None)).cursor


async def all_of(one, cursor, clock, most=40):
    """Read on for as long as a page says there is more; what came, and each page's words for the leads."""
    found, said = [], []
    for _ in range(most):
        page = await one.fetch(cursor)
        cursor = page.cursor
        found += page.items
        said.append(page.slowed)
        if not page.more:
            return {item.native_id for item in found if isinstance(item, Incoming)}, said, cursor
        clock.advance(seconds=5)
    raise AssertionError("it never ends")


async def test_after_an_outage_all_of_every_list_is_read_part_by_part(page, network, clock):
    """Two days of a storm without reading: more posts, people and messages of one person than one read takes."""
    cursor = await began(network)
    wanted = set()
    for number in range(130):
        clock.advance(minutes=20)
        wanted |= {page.visits(f"visit {number}"), page.writes(f"help {number}", by="w" * (number + 1))}
    wanted |= {page.writes(f"line {number}", by="talker") for number in range(60)}
    assert clock.now() - page.posts[min(wanted & set(page.posts))]["at"] > timedelta(hours=40)

    found, said, cursor = await all_of(network(), cursor, clock)

    assert found == wanted
    assert set(said) == {""}
    clock.advance(hours=1)
    cursor = (await network().fetch(cursor)).cursor
    assert (await network().fetch(cursor)).items == (), "all was read, so the next reads go back a little and no further"


async def test_comments_that_one_read_has_no_time_for_are_left_to_the_next(page, network, clock):
    cursor = await began(network)
    post, other = page.visits("A pothole"), page.visits("Another")
    wanted = {post, other, page.says("Big", below=other)}
    wanted |= {page.says(f"{number}", below=post, told=False) for number in range(2_150)}
    clock.advance(minutes=1)

    first = await network().fetch(cursor)
    found, _, _ = await all_of(network(), first.cursor, clock)

    assert first.more
    assert {item.native_id for item in first.items} | found == wanted


async def test_only_what_was_half_read_is_read_on_and_new_posts_with_the_next_read(page, network, clock):
    cursor = await began(network)
    for number in range(130):
        page.visits(f"visit {number}")
    cursor, before = (await network().fetch(cursor)).cursor, len(page.calls)
    new = page.visits("Trapped", at=clock.now() + timedelta(seconds=1))

    half = await network().fetch(cursor)

    assert {path.rpartition("/")[2] for _, path, _ in page.calls[before:]} == {"feed"}
    clock.advance(minutes=10)
    assert new in {item.native_id for item in (await network().fetch(half.cursor)).items}


@pytest.mark.parametrize("after", ["9" * 6, "lost"])
async def test_a_place_that_meta_does_not_know_any_more_begins_the_list_anew(page, network, clock, after):
    cursor = await began(network)
    wanted = {page.visits(f"visit {number}") for number in range(130)}
    first = await network().fetch(cursor)
    stored = json.loads(first.cursor)
    stored["feed"]["after"] = after
    page.chaos.append(Trouble(400, json.dumps(error(100, 0, "Invalid cursor")).encode(), path="/feed"))

    found, _, _ = await all_of(network(), json.dumps(stored), clock)

    assert found == wanted


async def test_a_place_is_not_trusted_for_long(page, network, clock):
    wanted = {page.visits(f"visit {number}") for number in range(130)}
    cursor = (await network().fetch(None)).cursor
    clock.advance(hours=3)

    found, _, _ = await all_of(network(), cursor, clock)

    assert found == wanted


async def test_what_meta_never_shows_of_a_long_conversation_is_said(page, network, clock):
    cursor = await began(network)
    page.messages_shown = 20
    clock.advance(minutes=10)
    for number in range(40):
        page.writes(f"line {number}")

    _, said, cursor = await all_of(network(), cursor, clock)

    assert said[0].startswith("messages between ")
    assert said[0].endswith(" UTC may be missing: look there")
    clock.advance(hours=2)
    cursor = (await network().fetch(cursor)).cursor
    page.writes("And now?")
    assert (await network().fetch(cursor)).slowed == "", "the newest 20 go back far enough"


@pytest.mark.parametrize(("code", "is_missing"), [((100, 33), False), ((100, 0), True)])
async def test_comments_that_meta_does_not_give_hide_nothing_beside_them(page, network, clock, code, is_missing):
    cursor = await began(network)
    wanted = {page.says(f"{number}", told=False) for number in range(60)}
    wanted |= {post for number in range(3) if (post := page.visits(f"A pothole, number {number}"))}
    page.chaos.append(Trouble(400, json.dumps(error(*code)).encode(), path=f"{POST}/comments"))

    found = await network().fetch(cursor)

    assert len({item.native_id for item in found.items} & wanted) == 53
    assert ("may be missing" in found.slowed) is is_missing


async def test_a_list_without_an_end_is_given_up_and_that_is_said(clock):
    reads = []

    async def endless(job):
        reads.append(job.turns)
        return Part([], Left(after="on"))

    lists, cursor, page = Lists("main", Pace(), timedelta(minutes=10), Seen()), None, None
    while page is None or page.more:
        page = await lists.page(cursor, clock.now(), {"feed": endless})
        cursor = page.cursor

    assert reads == list(range(MOST_TURNS + 1))
    assert page.slowed.startswith("posts and comments between ")


async def test_what_is_further_back_than_is_ever_read_is_said_once(page, network, clock):
    cursor = (await network(messenger=False).fetch(None)).cursor
    clock.advance(days=40)

    late = await network(messenger=False).fetch(cursor)

    assert late.slowed.count("may be missing") == 3
    clock.advance(minutes=10)
    assert (await network(messenger=False).fetch(late.cursor)).slowed == ""

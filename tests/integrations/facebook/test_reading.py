"""The lists of a Page: what webhooks lost is found, one list that fails hides no other, and a small Page is not worn out."""

import json
from datetime import timedelta

import pytest

from bot.errors import SignInAgain, TryLater
from bot.ports import Answered, Edited, Incoming
from tests.standins.facebook import OURS, person
from tests.standins.graph import PAGE, Trouble, error, written


async def news(network, cursor=None):
    page = await network.fetch(cursor)
    return [one for one in page.items if isinstance(one, Incoming)], page.cursor


async def test_every_list_brings_its_own_kind(page, network, clock):
    now = written(clock.now())
    page.says("Open?")
    page.visits("A pothole", "lou")
    page.writes("My child is ill", "kim")
    page.tagged.append({"id": "900_1", "message": "With @Harrowmere", "from": person("max"), "created_time": now})
    page.reviews.append(
        {"created_time": now, "recommendation_type": "negative", "reviewer": person("jo"), "open_graph_story": {"id": "321"}}
    )

    found, _ = await news(network())

    assert {one.kind: one.text for one in found} == {
        "comment": "Open?",
        "post": "A pothole",
        "direct": "My child is ill",
        "mention": "With @Harrowmere",
        "review": "[does not recommend this Page]",
    }


async def test_a_comment_brings_what_it_answers(page, network):
    first = page.says("Open?")
    page.says("It is", "lou", below=first)

    found, _ = await news(network())

    assert [(one.parent.text, one.parent.ours) for one in found] == [
        ("Snow: which schools are shut.", True),
        ("Open?", False),
    ]


async def test_more_comments_than_fit_a_page_are_all_read(page, network, clock):
    for number in range(270):
        page.says(f"Open? {number}")
        clock.advance(seconds=1)

    found, _ = await news(network())

    assert len(found) == 270
    assert [one.text for one in found[:2]] == ["Open? 0", "Open? 1"]


async def test_reading_goes_back_a_little_and_no_further(page, network, clock):
    page.says("Old news", at=clock.now() - timedelta(days=2))
    _, cursor = await news(network())
    page.says("Told late", at=clock.now() - timedelta(minutes=25))
    clock.advance(minutes=10)

    found, cursor = await news(network(), cursor)
    assert [one.text for one in found] == ["Told late"]
    clock.advance(hours=2)
    assert (await news(network(), cursor))[0] == []


async def test_a_night_without_reading_is_made_up_for(page, network, clock):
    _, cursor = await news(network())
    for _ in range(30):
        clock.advance(minutes=30)
        page.says("Open?")

    assert len((await news(network(), cursor))[0]) == 30


HALF = '{"feed": {"since": "2026-11-17T09:00:00+00:00", "turns": %s, "after": "", "below": %s}}'


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "[]", '{"feed": {}}', HALF % (1, "[]"), "[" * 9_999, '{"feed": 7}', '{"feed": "9999-12-31T23:59:59-23:00"}'],
)
async def test_a_cursor_that_cannot_be_read_begins_anew(page, network, cursor):
    page.says("Open?")

    assert [one.text for one in (await news(network(), cursor))[0]] == ["Open?"]


async def test_a_list_that_fails_hides_no_other_and_is_made_up_for(page, network, clock):
    one = network()
    page.says("Open?")
    page.writes("Ill")
    page.chaos.append(Trouble(403, json.dumps(error(10)).encode(), path="/conversations"))

    found, cursor = await news(one)
    assert [post.text for post in found] == ["Open?"]
    clock.advance(hours=3)
    found, _ = await news(one, cursor)
    assert "Ill" in [post.text for post in found]


async def test_the_feed_and_a_dead_token_are_never_passed_over(page, network):
    page.chaos.append(Trouble(500, b"", path="/feed"))
    with pytest.raises(TryLater):
        await network().fetch(None)
    page.chaos.append(Trouble(401, json.dumps(error(190, 463)).encode(), path="/tagged"))
    with pytest.raises(SignInAgain, match="expired"):
        await network().fetch(None)


async def test_it_reads_more_slowly_from_four_fifths_on(page, network):
    one = network()
    assert (await one.fetch(None)).wait is None
    case = {"type": "pages", "call_count": 85, "total_time": 3, "estimated_time_to_regain_access": 0}
    page.headers = {"X-Business-Use-Case-Usage": json.dumps({PAGE: [case]})}

    slow = await one.fetch(None)

    assert (slow.wait, slow.slowed[:4]) == (timedelta(minutes=30), "85 %")
    page.headers = {"X-App-Usage": '{"call_count": 3}'}
    assert (await one.fetch(None)).slowed == ""


async def test_a_throttled_list_ends_the_read_and_keeps_what_was_read(page, network):
    page.says("Open?")
    page.chaos.append(Trouble(400, json.dumps(error(80001)).encode(), path="/tagged"))

    found, _ = await news(network())

    assert [one.text for one in found] == ["Open?"]
    assert page.calls[-1][1].endswith("/tagged"), "nothing more is asked"


async def test_an_edit_that_no_webhook_told_is_seen_by_the_next_read(page, network, clock):
    one, comment = network(), page.says("Open?")
    _, cursor = await news(one)
    page.comments[comment]["message"] = "Shut?"
    clock.advance(minutes=10)

    items = (await one.fetch(cursor)).items

    assert [item.text for item in items if isinstance(item, Edited)] == ["Shut?"]


async def test_our_own_posts_are_no_mentions_and_our_answers_are_noticed(page, network):
    comment = page.says("Open?")
    ours = page.answers(comment, "Yes")

    items = (await network().fetch(None)).items

    assert [type(one) for one in items] == [Incoming, Answered]
    assert (items[1].native_id, items[1].in_reply_to) == (ours, comment)
    assert page.comments[ours]["from"] == OURS


async def test_messages_are_not_asked_for_where_they_are_not_wanted(page, network):
    await network(messenger=False).fetch(None)

    assert not any("conversations" in path for _, path, _ in page.calls)


async def test_every_call_is_proved_and_carries_no_token_in_its_address(page, network):
    await network().fetch(None)

    assert all("appsecret_proof" in said and "access_token" not in said for _, _, said in page.calls)


async def test_less_is_asked_for_at_once_when_meta_gives_no_more(page, network):
    for number in range(30):
        page.visits(f"A pothole, number {number}")
    much = json.dumps(error(1, message="Please reduce the amount of data you're asking for, then retry")).encode()
    page.chaos += [Trouble(500, much, path="/feed") for _ in range(2)]

    found, _ = await news(network())

    assert len(found) == 30
    assert [said["limit"] for _, path, said in page.calls if path.endswith("/feed")][:4] == ["25", "12", "6", "6"]
    page.chaos += [Trouble(500, much, path="/feed") for _ in range(9)]
    with pytest.raises(TryLater):
        await network().fetch(None)


@pytest.mark.slow
async def test_a_storm_is_read_within_bounds(page, network, clock):
    """Twenty posts with hundreds of comments each: a read that takes minutes would bring nothing at all."""
    for _ in range(20):
        post = page.visits("A pothole")
        for number in range(160):
            page.says(f"{number}", below=post, told=False)

    found, _ = await news(network())

    assert len(page.calls) < 60
    assert len(found) == 20 + 20 * 160


async def test_comments_too_long_to_be_read_at_once_hide_no_other(page, network, clock):
    first = page.says("I am trapped in the snow")
    for number in range(8):
        post = page.visits("x", "mal", at=clock.now() - timedelta(minutes=number))
        for _ in range(50):
            page.says("\N{GRINNING FACE}" * 8_000, "mal", below=post, told=False)
    last = page.says("So am I")

    found, _ = await news(network())

    assert {first, last} <= {one.native_id for one in found}
    assert len(found) == 8 * 51 + 2

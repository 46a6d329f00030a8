"""Comments come in whole and one time, wherever in a channel they turn up, and what is ours is no mention."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Refused, TryLater
from bot.ports import Answered, Edited, Incoming
from integrations.http import HttpAnswer
from integrations.youtube.cursor import MOST_THREADS, Cursor, Known
from integrations.youtube.failures import failure
from integrations.youtube.parse import Reader
from tests.standins.youtube import ME, Trouble, refused

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/youtube"
AN_HOUR, FIVE = timedelta(hours=1), timedelta(minutes=5)


def ids(items, kind=Incoming):
    return [one.native_id for one in items if isinstance(one, kind)]


async def test_the_first_read_brings_the_last_day(youtube, network, clock):
    youtube.says("Long ago", at=clock.now() - timedelta(hours=25))
    new = youtube.says("Is the tip open?", at=clock.now() - timedelta(hours=23))

    page = await network().fetch(None)

    (post,) = page.items
    assert (post.native_id, post.kind, post.conversation) == (new, "comment", new)
    assert post.url == f"https://www.youtube.com/watch?v=hwVideo0001&lc={new}"
    assert (post.author.id, post.author.name, post.author.handle) == ("UCann", "ann", "ann")


async def test_an_answer_says_what_it_answers_and_brings_it_along(youtube, network, read):
    asked = youtube.says("Is the tip open?", by="bob")
    answer = youtube.says("I wonder too", parent=asked)

    items, _ = await read(network(), None)

    post = next(one for one in items if one.native_id == answer)
    assert (post.kind, post.in_reply_to, post.conversation) == ("reply", asked, asked)
    assert (post.parent.text, post.parent.author.name, post.parent.ours) == ("Is the tip open?", "bob", False)


async def test_an_answer_to_an_answer_says_whom_it_is_to(youtube, network, read):
    asked = youtube.says("Is the tip open?", by="bob")
    ours = youtube.says("It is.", "", parent=asked)
    back = youtube.says("And on Sunday?", by="bob", parent=ours)
    beside = youtube.says("@nobody hello", by="cat", parent=asked)

    items, _ = await read(network(), None)

    found = {one.native_id: one for one in items}
    assert (found[back].in_reply_to, found[back].parent.ours, found[back].parent.text) == (ours, True, "It is.")
    assert found[beside].in_reply_to == asked


async def test_all_answers_of_a_busy_thread_come_not_only_the_five_that_are_shown(youtube, network, read):
    asked = youtube.says("Is the tip open?")
    answers = [youtube.says(f"No {number}", by="bob", parent=asked) for number in range(120)]

    items, _ = await read(network(), None)

    assert sorted(ids(items)) == sorted([asked, *answers])


async def test_an_answer_in_an_old_thread_is_found_within_the_hour(youtube, network, read, clock):
    old = youtube.says("Old", at=clock.now() - timedelta(days=5))
    for number in range(130):
        youtube.says(f"Since {number}", at=clock.now() - timedelta(minutes=number))
    tube = network()
    _, cursor = await read(tube, None, FIVE)
    answer = youtube.says("Any news?", parent=old)

    soon, cursor = await read(tube, cursor, FIVE)
    later, _ = await read(tube, cursor, AN_HOUR)

    assert ids(soon) == []
    assert ids(later) == [answer]


async def test_threads_that_did_not_change_cost_nothing(youtube, network, read):
    asked = youtube.says("Is the tip open?")
    for number in range(30):
        youtube.says(f"No {number}", parent=asked)
    tube = network()
    _, cursor = await read(tube, None)
    youtube.calls.clear()

    await read(tube, cursor, FIVE, AN_HOUR, FIVE)

    assert {route for _, route, _ in youtube.calls} == {"commentThreads"}


async def test_a_thread_that_is_edited_is_told_one_time(youtube, network, read, clock):
    asked = youtube.says("Is the tip open?")
    tube = network()
    _, cursor = await read(tube, None)
    clock.advance(FIVE)
    youtube.said[asked].text, youtube.said[asked].updated = "Is the tip shut?", clock.now()

    items, _ = await read(tube, cursor, FIVE, FIVE)

    assert items == [Edited(asked, "Is the tip shut?", items[0].at)]


async def test_what_is_held_for_review_comes_marked_and_not_again_when_it_is_shown(youtube, network, read):
    held = youtube.says("Rude words", status="heldForReview")
    tube = network()
    items, cursor = await read(tube, None)

    again, cursor = await read(tube, cursor, FIVE)

    assert [(one.native_id, one.kind) for one in items] == [(held, "held comment")]
    assert again == []
    assert (await read(network(held_comments=False), None))[0] == []


async def test_a_sign_in_that_may_not_see_what_is_held_still_reads_the_rest(youtube, network):
    asked = youtube.says("Is the tip open?")
    youtube.hides_held = True

    assert ids((await network().fetch(None)).items) == [asked]


async def test_our_own_words_are_answers_and_never_mentions(youtube, network, read):
    youtube.says("Welcome to our channel", "")
    asked = youtube.says("Is the tip open?")
    other = youtube.says("And the pool?", by="bob", parent=asked)
    plain = youtube.says("It is.", "", parent=asked)
    named = youtube.says("@bob the pool is, too", "", parent=asked)

    items, _ = await read(network(), None)

    assert ids(items) == [asked, other]
    told = {one.native_id: (one.in_reply_to, one.text) for one in items if isinstance(one, Answered)}
    assert told == {plain: (asked, "It is."), named: (other, "the pool is, too")}


async def test_a_surge_is_read_in_parts_and_nothing_of_it_is_lost(youtube, network, read):
    tube = network()
    _, cursor = await read(tube, None)
    said = [youtube.says(f"Snow {number}") for number in range(720)]

    page = await tube.fetch(cursor)
    assert page.more
    items, _ = await read(tube, page.cursor)

    assert sorted(ids([*page.items, *items])) == sorted(said)


async def test_a_long_read_whose_place_is_forgotten_begins_anew(youtube, network, read):
    tube = network()
    _, cursor = await read(tube, None)
    said = {youtube.says(f"Snow {number}") for number in range(720)}
    page = await tube.fetch(cursor)
    youtube.chaos.append(Trouble("read", 400, refused(400, "invalidPageToken")))

    items, _ = await read(tube, page.cursor)

    assert {*ids(page.items), *ids(items)} == said


def test_no_more_threads_are_watched_than_fit_and_older_ones_do_not_come_back(clock):
    now = int(clock.now().timestamp())
    many = {f"Ugz{number:06d}": Known(now - number, 0, 0) for number in range(MOST_THREADS + 50)}

    cursor = Cursor.first(clock.now()).keeping(many, now - 10**6)

    assert len(cursor.threads) == MOST_THREADS
    assert cursor.horizon == now - MOST_THREADS + 1
    assert Cursor.read(str(cursor), clock.now()) == cursor


async def test_one_thread_that_is_none_does_not_hide_the_others(youtube, clock):
    reader = Reader(ME, "https://www.youtube.com", clock.now())
    good = youtube._thread(youtube.said[youtube.says("Is the tip open?")])

    found = reader.threads({"items": [None, {"id": 7}, {"snippet": []}, {"id": "x" * 900, "snippet": {}}, good]})

    assert [thread.top.text for thread in found] == ["Is the tip open?"]


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


def test_a_page_as_google_describes_it_is_read(clock):
    (thread,) = Reader("UCCOUNCIL", "https://www.youtube.com", clock.now()).threads(sample("commentThreads_list.json"))

    assert (thread.top.text, thread.top.author.handle, thread.top.ours) == ("Is the tip open?", "resident", False)
    assert (thread.count, thread.can_reply) == (0, True)


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [("error_403_commentsDisabled.json", Refused, "switched off"), ("error_403_quotaExceeded.json", TryLater, "quota")],
)
def test_a_refusal_as_google_gives_it_is_understood(name, error, says):
    found = failure(HttpAnswer(403, {}, json.dumps(sample(name)).encode()), creating=True)

    assert isinstance(found, error)
    assert says in str(found)


async def test_comments_too_long_to_be_read_at_once_hide_no_other(youtube, network, read):
    first = youtube.says("I am trapped in the snow")
    for _ in range(8):
        thread = youtube.says("\N{SNOWMAN}" * 50_000, by="mal")
        for _ in range(5):
            youtube.says("\N{SNOWMAN}" * 50_000, by="mal", parent=thread)
    last = youtube.says("So am I")

    items, _ = await read(network(), None)

    assert {first, last} <= {one.native_id for one in items}
    assert len({one.native_id for one in items}) == 50


async def test_of_many_hundred_answers_in_one_thread_every_one_is_read(youtube, network, read):
    thread = youtube.says("Is the tip open?")
    said = {youtube.says(f"And the pool {number}?", by="bob", parent=thread) for number in range(700)}

    items, _ = await read(network(), None)

    assert said <= {one.native_id for one in items}

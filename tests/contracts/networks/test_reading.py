"""What every network brings: each post with its words and its author, none lost, in order, whenever it turns up."""

from datetime import UTC, timedelta

import pytest

from bot.ports import Incoming
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import bringing, offering, on
from tests.contracts.networks.listener import Listener

MANY = 130
"""More than any network gives in one page."""
PLAIN = 'Salt & vinegar: is 2 < 3, or "about" 4?'


@on(bringing())
async def test_a_post_comes_with_its_words_its_author_and_a_time_in_utc(bench: NetworkBench, listener: Listener) -> None:
    native_id = await bench.says("Is the library open today?")

    (post,) = await listener.posts()

    assert (post.native_id, post.text) == (native_id, "Is the library open today?")
    assert post.author.id
    assert post.author.id == post.author.id.strip()
    assert post.posted_at.tzinfo is UTC
    assert post.posted_at <= bench.clock.now()


@on(bringing())
async def test_words_are_words_however_the_network_wraps_them(bench: NetworkBench, listener: Listener) -> None:
    await bench.says(PLAIN)

    (post,) = await listener.posts()

    assert post.text == PLAIN


@on(bringing())
async def test_posts_come_oldest_first_and_two_people_are_two_authors(bench: NetworkBench, listener: Listener) -> None:
    said = [await bench.says("First question?", by="ann")]
    bench.clock.advance(minutes=1)
    said.append(await bench.says("Second question?", by="bob"))

    posts = await listener.posts()

    assert [post.native_id for post in posts] == said
    assert len({post.author.id for post in posts}) == 2


@on(bringing())
async def test_reading_carries_on_where_it_was(bench: NetworkBench, listener: Listener) -> None:
    first = await bench.says("Before.")
    assert first in {post.native_id for post in await listener.posts()}

    second = await bench.says("After.", by="bob")

    assert second in {post.native_id for post in await listener.posts()}
    assert second not in {post.native_id for post in await fresh_after_a_day(listener)}


async def fresh_after_a_day(listener: Listener) -> list[Incoming]:
    """What is still told a day later, when no overlap reaches so far."""
    listener.bench.clock.advance(days=1)
    await listener.hears()
    listener.bench.clock.advance(days=1)
    return await listener.posts()


@on(offering(Offers.POLL))
async def test_a_restart_carries_on_from_the_stored_cursor_and_loses_nothing(
    bench: NetworkBench, listener: Listener
) -> None:
    before = await bench.says("Before the restart.")
    heard = {post.native_id for post in await listener.posts()}
    while_away = await bench.says("While it was away.", by="bob")
    bench.clock.advance(minutes=30)

    await bench.restart()
    heard |= {post.native_id for post in await listener.posts()}

    assert {before, while_away} <= heard


@on(offering(Offers.POLL))
async def test_a_page_that_was_not_stored_is_given_again(bench: NetworkBench, listener: Listener) -> None:
    native_id = await bench.says("Stored at the second try.")
    cursor = listener.cursor
    assert native_id in {post.native_id for post in await listener.posts()}

    await bench.restart()
    listener.cursor = cursor

    assert native_id in {post.native_id for post in await listener.posts()}


@on(offering(Offers.POLL))
async def test_a_cursor_that_nobody_can_read_does_not_stop_the_reading(bench: NetworkBench, listener: Listener) -> None:
    native_id = await bench.says("Still heard.")
    await listener.hears()

    for cursor in ("", "no cursor", '{"v": 99}', "[]", "null", "9" * 400):
        await bench.restart()
        listener.cursor = cursor
        await listener.hears()
    later = await bench.says("Heard too.", by="bob")

    assert later in {post.native_id for post in await listener.posts()}
    assert native_id in listener.held


@on(offering(Offers.BACKDATED))
async def test_a_post_that_turns_up_late_is_found(bench: NetworkBench, listener: Listener) -> None:
    now = await bench.says("On time.")
    await listener.hears()

    late = await bench.says("Written an hour ago.", by="bob", at=bench.clock.now() - timedelta(hours=1))

    assert late in {post.native_id for post in await listener.posts()}
    assert now in listener.held


@on(bringing())
async def test_a_post_from_the_future_is_from_now(bench: NetworkBench, listener: Listener) -> None:
    native_id = await bench.says("From tomorrow.", at=bench.clock.now() + timedelta(days=2))

    posts = await listener.posts()

    assert all(post.posted_at <= bench.clock.now() for post in posts)
    assert {post.native_id for post in posts} <= {native_id}


@on(bringing())
async def test_a_post_from_the_future_hides_none_that_comes_after_it(bench: NetworkBench, listener: Listener) -> None:
    await bench.says("From next month.", at=bench.clock.now() + timedelta(days=30))
    await listener.hears()

    later = await bench.says("From today.", by="bob")

    heard = {post.native_id for post in await listener.posts()}
    await bench.restart()
    assert later in heard | {post.native_id for post in await listener.posts()}


@pytest.mark.slow
@on(bringing())
async def test_many_posts_at_once_all_come_whatever_a_page_holds(bench: NetworkBench, listener: Listener) -> None:
    said = set()
    for number in range(MANY):
        said.add(await bench.says(f"Question {number}?", by=f"visitor{number}"))
        bench.clock.advance(seconds=1)

    heard = {post.native_id for post in await listener.posts()}
    if missing := said - heard:
        heard |= {post.native_id for post in await listener.posts()}

    assert said <= heard, f"{len(missing)} of {MANY} at the first read"


@on(offering(Offers.REPLIES))
async def test_our_own_reply_is_no_mention(bench: NetworkBench, listener: Listener) -> None:
    if not {Offers.POLL, Offers.CALLS} & bench.offers:
        return
    asked = await bench.says("Is it open?")
    await listener.hears()

    receipt = await bench.network.publish(bench.outgoing(asked, "It is, until six."))

    told = [one for one in await listener.hears() if isinstance(one, Incoming)]
    assert receipt.native_id not in {one.native_id for one in told}
    assert "It is, until six." not in {one.text for one in told}


@on(offering(Offers.THREADS))
async def test_what_answers_us_says_what_it_answers(bench: NetworkBench, listener: Listener) -> None:
    asked = await bench.says("Is it open?")
    (first,) = await listener.posts()
    receipt = await bench.network.publish(bench.outgoing(asked, "It is, until six."))

    back = await bench.says("And on Sunday?", in_reply_to=receipt.native_id)

    post = next(one for one in await listener.posts() if one.native_id == back)
    assert post.in_reply_to
    assert not first.conversation or post.conversation == first.conversation
    assert post.parent is not None
    assert (post.parent.ours, post.parent.text) in {(True, "It is, until six."), (False, "Is it open?")}, (
        "the top of a thread"
    )
    assert post.parent.native_id == post.in_reply_to

"""What colleagues write in Viva Engage as mentions: what is one, what is not, and how the limits are kept meanwhile."""

from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.errors import Refused, TryLater
from bot.ports import Answered, Incoming
from integrations.alone.peers import AlonePeers
from integrations.http import Http
from integrations.sandbox.engage_problems import Trouble
from integrations.viva_engage import cursor
from integrations.viva_engage.client import Engage
from integrations.viva_engage.keys import GivenToken
from integrations.viva_engage.settings import VivaEngageAccount
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.viva_engage import VivaEngageBench

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


# --- what is a mention


async def test_whoever_names_the_service_user_is_heard_wherever_that_is_without_our_name_in_front(
    source: VivaEngageBench, listener: Listener
) -> None:
    canteen = source.engage.add_community("Canteen", service=False)
    said = source.engage.person("ann").says("@tolbooth, can @bob get a key?", where=canteen)
    source.engage.person("bob").says("Soup today.", where=canteen)

    (post,) = await listener.posts()

    assert (post.native_id, post.text, post.kind, post.private) == (
        str(said.id),
        "can Bob Ball get a key?",
        "mention",
        False,
    )
    assert (post.author.id, post.author.name, post.author.handle) == (str(said.sender), "Ann Ayre", "")
    assert post.conversation == str(said.thread_id)
    assert "@" not in f"{post.author}{post.url}{post.raw.decode()}"


async def test_what_is_written_to_the_service_user_alone_is_private_and_so_is_the_answer(
    source: VivaEngageBench, listener: Listener
) -> None:
    said = source.engage.person("ann").writes("My payslip is wrong.")
    (post,) = await listener.posts()

    await source.network.publish(source.outgoing(post.native_id, "We look into it."))
    more = source.engage.person("ann").says("Thank you.", under=said)
    (later,) = await listener.posts()

    assert (post.private, post.kind) == (True, "direct")
    assert [one.text for one in source.engage.person("ann").told] == ["We look into it."]
    assert source.engage.person("bob").notifications == []
    assert (later.native_id, later.conversation, later.private) == (str(more.id), post.conversation, True)


async def test_what_names_us_in_a_private_community_is_not_for_all(source: VivaEngageBench, listener: Listener) -> None:
    unions = source.engage.add_community("Shop Stewards", members=["ann"], private=True)
    source.engage.person("ann").says("@tolbooth who decides this?", where=unions)

    (post,) = await listener.posts()

    assert post.private


async def test_a_file_alone_is_named(source: VivaEngageBench, listener: Listener) -> None:
    source.engage.person("ann").says("", where=source.community, attachments=["plan.pdf"])
    source.engage.person("bob").says("See page 2.", where=source.community, attachments=["plan.pdf", "map.png"])

    posts = await listener.posts()

    assert [one.text for one in posts] == ["(attached: plan.pdf)", "See page 2.\n(attached: plan.pdf)\n(attached: map.png)"]


async def test_what_is_ours_the_systems_or_said_where_nothing_is_taken_from_is_no_mention(
    source: VivaEngageBench, clock: MovableClock
) -> None:
    desk = source.engage.add_community("Desk")
    source.network = source.built(not_in=[str(desk.id)])
    listener = Listener(source)
    await listener.hears()
    ours = source.engage.person("tolbooth").says("M-142 · a card", where=source.community)
    source.engage.person("ann").says("claim", under=ours)
    source.engage.person("ann").says("@tolbooth help", where=desk)
    source.engage.person("ann").joins(source.community)
    asked = source.engage.person("ann").says("A question.", where=source.community)
    answer = source.engage.person("tolbooth").says("An answer.", under=asked)

    items = await listener.hears()

    assert [one.native_id for one in items if isinstance(one, Incoming)] == [str(asked.id)]
    assert [(one.native_id, one.in_reply_to) for one in items if isinstance(one, Answered)] == [
        (str(answer.id), str(asked.id))
    ]


async def test_a_thread_of_ours_stays_out_also_when_its_beginning_was_long_ago(
    source: VivaEngageBench, listener: Listener
) -> None:
    ours = source.engage.person("tolbooth").says("M-1 · a card", where=source.community)
    theirs = source.engage.person("bob").says("Old news.", where=source.community)
    for number in range(30):
        source.engage.person("cat").says(f"Line {number}.", under=theirs)
    await listener.hears()
    await source.restart()
    source.engage.person("ann").says("done", under=ours)
    said = source.engage.person("ann").says("Is it?", under=theirs)

    posts = await listener.posts()

    assert [one.native_id for one in posts if one.author.name == "Ann Ayre"] == [str(said.id)]
    assert next(one for one in posts if one.native_id == str(said.id)).parent is not None


async def test_where_much_must_be_asked_before_it_is_understood_it_comes_in_parts(
    source: VivaEngageBench, listener: Listener
) -> None:
    began = [source.engage.person("bob").says(f"Thread {number}.", where=source.community) for number in range(13)]
    began.append(source.engage.person("tolbooth").says("M-1 · a card", where=source.community))
    filler = source.engage.person("bob").says("Another.", where=source.community)
    for number in range(30):
        source.engage.person("cat").says(f"Line {number}.", under=filler)
    await listener.hears()
    await source.restart()
    said = [str(source.engage.person("ann").says("Me too.", under=one).id) for one in began]

    posts = [one.native_id for one in await listener.posts() if one.author.name == "Ann Ayre"]

    assert posts == said[:-1]
    assert source.engage.limits.refused == []


# --- nothing is lost, and nothing asked too often


async def test_what_was_said_before_it_listened_is_neither_told_nor_read(source: VivaEngageBench) -> None:
    for number in range(50):
        await source.says(f"Old question {number}?")
    source.clock.advance(hours=1)
    recent = await source.says("A question?")

    page = await source.network.fetch(None)

    assert [one.native_id for one in page.items] == [recent]
    assert len(source.engage.limits.calls) == 1


async def test_after_an_outage_all_of_it_comes_in_order_within_the_limits(
    source: VivaEngageBench, listener: Listener
) -> None:
    said = [await source.says(f"Question {number}?", by=f"colleague{number}") for number in range(95)]

    posts = await listener.posts()
    for _ in range(3):
        await listener.hears()

    assert [one.native_id for one in posts] == said
    assert source.engage.limits.refused == []
    assert source.engage.limits.tightest_window("messages") <= 10
    feeds = (f"in_group/{source.community.id}", "received", "private")
    assert [source.engage.limits.shortest_gap(feed) >= MINUTE for feed in feeds] == [True, True, True]
    assert all(len(source.engage.limits.polls(feed)) == 5 for feed in feeds[1:])


@pytest.mark.parametrize("trouble", [Trouble.BAD_GATEWAY, Trouble.TOO_MANY])
async def test_where_a_long_read_breaks_off_the_rest_comes_later(
    source: VivaEngageBench, listener: Listener, trouble: Trouble
) -> None:
    said = [await source.says(f"Question {number}?") for number in range(70)]
    source.clock.advance(MINUTE)
    source.engage.problems.next(Trouble.DOUBLED)
    source.engage.problems.next(trouble)

    first = await source.network.fetch(listener.cursor)
    listener.cursor = first.cursor
    source.clock.advance(MINUTE)
    rest = await listener.posts()

    assert [one.native_id for one in first.items] == said[-20:]
    assert [one.native_id for one in rest] == said[:-20]
    assert source.engage.limits.refused == []


@pytest.mark.parametrize("trouble", [Trouble.DOUBLED, Trouble.SHUFFLED, Trouble.WILD, Trouble.CUT, Trouble.REPEATED])
async def test_pages_that_are_not_as_they_should_be_hide_nothing(
    source: VivaEngageBench, listener: Listener, trouble: Trouble
) -> None:
    said = [await source.says(f"Question {number}?") for number in range(45)]
    source.engage.problems.next(trouble, times=2)

    heard = [one.native_id for one in [*await listener.posts(), *await listener.posts()]]

    assert sorted(heard) == said
    assert trouble is Trouble.REPEATED or heard == said


async def test_a_community_that_is_gone_holds_up_no_other_and_is_named(source: VivaEngageBench) -> None:
    gone = source.engage.add_community("Gone")
    source.network = source.built(listens_to=[str(gone.id), str(source.community.id)])
    listener = Listener(source)
    await listener.hears()
    source.engage.delete_community(gone)
    said = await source.says("Still heard?")

    posts = await listener.posts()
    source.clock.advance(MINUTE)
    page = await source.network.fetch(listener.cursor)
    alone = source.built(listens_to=[str(gone.id)], mentions=False, private_messages=False)

    assert [one.native_id for one in posts] == [said]
    assert page.slowed.startswith(f"community {gone.id} cannot be read")
    with pytest.raises(Refused, match=f"community {gone.id}"):
        await alone.fetch(None)


async def test_a_feed_that_breaks_each_time_lets_the_others_have_their_turn(source: VivaEngageBench) -> None:
    listener = Listener(source)
    await listener.hears()
    said = source.engage.person("ann").writes("Still heard?")
    source.engage.problems.next(Trouble.BAD_GATEWAY, path="in_group", lasting=timedelta(hours=1))
    source.clock.advance(MINUTE)

    with pytest.raises(TryLater):
        await source.network.fetch(listener.cursor)
    source.clock.advance(MINUTE)
    posts = await source.network.fetch(listener.cursor)

    assert [one.native_id for one in posts.items] == [str(said.id)]


async def test_a_feed_the_chat_has_just_read_is_left_alone_for_the_rest_of_the_minute(
    source: VivaEngageBench, clock: MovableClock
) -> None:
    peers = AlonePeers(clock)
    account = VivaEngageAccount.model_validate({**source.settings, "mentions": False, "private_messages": False})
    async with Http() as http:
        assert account.token
        chat = Engage(account.signing_in, http=http, clock=clock, keys=GivenToken(account.token), peers=peers)
        network = source.built(peers=peers, mentions=False, private_messages=False)
        assert await chat.may_poll(f"community:{source.community.id}", MINUTE) == timedelta(0)

    page = await network.fetch(None)
    clock.advance(MINUTE)
    later = await network.fetch(page.cursor)

    assert (page.items, page.more, page.wait) == ((), False, MINUTE - timedelta(seconds=10))
    assert later.wait is None
    assert source.engage.limits.polls(f"in_group/{source.community.id}") == [clock.now()]


async def test_a_restart_does_not_make_it_read_a_feed_sooner(source: VivaEngageBench, listener: Listener) -> None:
    network = source.built()

    page = await network.fetch(listener.cursor)

    assert (page.items, page.more) == ((), False)
    assert page.wait
    assert timedelta(seconds=30) < page.wait < MINUTE


async def test_many_feeds_are_asked_seldom_enough_to_leave_half_of_the_calls_to_others(source: VivaEngageBench) -> None:
    groups = [str(source.engage.add_community(f"Team {number}").id) for number in range(14)]
    source.network = source.built(listens_to=groups, mentions=False, private_messages=False)
    listener = Listener(source)
    began = source.clock.now()

    for _ in range(6):
        await listener.hears()
        source.clock.advance(MINUTE)

    minutes = (source.clock.now() - began) / MINUTE
    assert len(source.engage.limits.calls) / minutes < 60 / 7 + 1
    assert source.engage.limits.polls(f"in_group/{groups[-1]}")


def test_a_cursor_is_read_as_it_was_kept() -> None:
    wild = cursor.read('{"v": 1, "feeds": {"private": {"since": 1, "seen": ["x", 4, null], "left": [[1], [2, 9, 0]]}}}')

    assert cursor.read(str(wild)) == wild
    assert wild.places["private"].seen == (4,)
    assert wild.places["private"].left == (cursor.Stretch(2, 9),)

"""What the contract of all networks cannot know of a WordPress site."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotThere, Refused, SignInAgain, TryLater
from bot.ports import Gone, Incoming, NotFound, Verdict
from bot.reply import Act
from integrations.http import Http
from integrations.wordpress.network import build
from integrations.wordpress.settings import WordPressAccount
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.wordpress import WordPressBench, open_bench


@pytest.fixture
async def bench(clock):
    async with Http(timedelta(seconds=5)) as http, open_bench(http, clock) as one:
        yield one


@pytest.fixture
async def listener(bench: WordPressBench):
    one = Listener(bench)
    await one.hears()
    return one


async def test_a_comment_that_waits_for_approval_comes_once_it_is_approved(bench, listener):
    native_id = await bench.says("Is the road gritted?")
    bench.site.comments[int(native_id)].status = "hold"
    assert await listener.posts() == []

    bench.clock.advance(days=2)
    bench.site.comments[int(native_id)].status = "approved"

    (post,) = await listener.posts()
    assert post.native_id == native_id


async def test_of_whoever_comments_only_the_name_is_kept(bench, listener):
    await bench.says("Is the road gritted?", by="ann")

    (post,) = await listener.posts()

    assert "example.org" not in repr(post)
    assert "192.0.2.7" not in repr(post)
    assert post.author.name == "Ann"


async def test_one_person_is_known_again_by_their_address(bench, listener):
    await bench.says("Is the road gritted?", by="ann")
    await bench.says("And the path?", by="ann")

    first, second = await listener.posts()

    assert first.author == second.author


async def test_a_comment_we_hide_is_not_called_gone_and_comes_back(bench, listener):
    native_id = await bench.says("Buy my boots.")
    await listener.hears()

    await bench.network.act(Act.HIDE, native_id)
    await bench.network.act(Act.HIDE, native_id)
    assert bench.site.comments[int(native_id)].status == "hold"
    assert await listener.hears() == []
    before = await bench.network.preflight(bench.outgoing(native_id, "No."))

    await bench.network.act(Act.UNHIDE, native_id)
    assert bench.site.comments[int(native_id)].status == "approved"
    assert await listener.hears() == []
    assert before.verdict is Verdict.NOT_ALLOWED


async def test_what_is_older_than_the_look_back_is_not_called_gone(bench, listener):
    await bench.says("Long ago.")
    await listener.hears()

    bench.clock.advance(days=30)

    assert [one for one in await listener.hears() if isinstance(one, Gone)] == []


async def test_the_first_read_brings_a_day_and_later_ones_what_was_missed(bench):
    await bench.says("Two days ago.", at=bench.clock.now() - timedelta(days=2))
    recent = await bench.says("This morning.", at=bench.clock.now() - timedelta(hours=1))

    assert [post.native_id for post in await Listener(bench).posts()] == [recent]


async def test_more_than_a_page_is_read_to_its_end(bench, listener):
    said = [await bench.says(f"Question {number}?") for number in range(230)]

    assert [post.native_id for post in await listener.posts()] == said


async def test_the_same_words_again_are_the_same_comment(bench, listener):
    asked = await bench.says("When?")
    await listener.hears()
    first = await bench.network.publish(bench.outgoing(asked, "At <nine> & ten."))

    again = await bench.network.publish(bench.outgoing(asked, "At <nine> & ten."))

    assert first.native_id == again.native_id
    assert [shown.text for shown in bench.public()] == ["At <nine> & ten."]


async def test_a_look_too_soon_proves_nothing(bench, listener):
    asked = await bench.says("When?")

    assert await bench.network.find_sent(bench.outgoing(asked, "At nine.")) is NotFound.CANNOT_TELL


async def test_hiding_what_is_gone_says_so(bench):
    with pytest.raises(NotThere):
        await bench.network.act(Act.HIDE, "99")


async def test_check_names_the_right_that_is_missing(bench):
    bench.site.may = {"moderate_comments": False}

    (fault,) = await bench.network.check()

    assert "Editor" in fault


async def test_a_password_that_is_not_taken_is_never_in_the_error(bench):
    account = WordPressAccount.model_validate({**bench.settings, "application_password": "wrong"})

    async with Http() as http:
        with pytest.raises(SignInAgain) as caught:
            await build(account, http=http, clock=bench.clock).fetch(None)

    assert "wrong" not in str(caught.value)


async def test_pictures_and_markup_in_a_comment_are_text(bench, listener):
    native_id = await bench.says("plain")
    bench.site.comments[
        int(native_id)
    ].content = 'See <b>this</b>:\r\n<a href="https://example.org/x">map</a><script>x()</script>'

    (post,) = await listener.posts()

    assert isinstance(post, Incoming)
    assert post.text == "See this:\nmap (https://example.org/x)"


async def test_after_days_away_what_was_said_meanwhile_is_read_and_nothing_is_called_gone(bench, listener):
    for number in range(1_100):
        bench.site.says(f"Snow {number}", "ann", bench.clock.now())
    await listener.hears()

    bench.clock.advance(days=4)
    missed = await bench.says("Said during the outage.", at=bench.clock.now() - timedelta(days=3, hours=12))
    recent = await bench.says("Said just now.")
    told = await listener.hears()

    assert [one.native_id for one in told if isinstance(one, Incoming)] == [missed, recent]
    assert not any(isinstance(one, Gone) for one in told)
    assert await listener.hears() == []


async def test_a_comment_approved_weeks_after_it_was_written_still_comes(bench, listener):
    native_id = await bench.says("Is the road gritted?")
    bench.site.comments[int(native_id)].status = "hold"
    await listener.hears()

    for _ in range(3):
        bench.clock.advance(days=6)
        assert await listener.hears() == []
    bench.site.comments[int(native_id)].status = "approved"

    assert [one.native_id for one in await listener.hears()] == [native_id]
    assert await listener.hears() == []


async def test_comments_too_long_to_be_read_at_once_hide_no_other(bench, listener):
    await bench.says("I am trapped in the snow.")
    for _ in range(35):
        bench.site.says("x" * 65_000, "mal", bench.clock.now())
    await bench.says("So am I.")

    told = [post.text for post in await listener.posts()]

    assert len(told) == 37
    assert {"I am trapped in the snow.", "So am I."} <= set(told)


async def test_a_comment_that_cannot_be_read_is_not_called_gone(bench, listener):
    native_id = await bench.says("Is the road gritted?")
    await listener.hears()
    bench.site.drawn = lambda _one: {"id": int(native_id), "content": None}

    told = []
    for _ in range(3):
        bench.clock.advance(days=2)
        told += await listener.hears()

    assert told == []
    with pytest.raises(TryLater):
        await bench.network.read_back(native_id)
    with pytest.raises(TryLater):
        await bench.network.preflight(bench.outgoing(native_id, "Yes."))


async def test_nothing_said_in_private_is_answered_on_the_site(bench, listener):
    native_id = await bench.says("Is the road gritted?")

    with pytest.raises(Refused):
        await bench.network.publish(replace(bench.outgoing(native_id, "Yes."), private=True))

    assert bench.public() == []


async def test_what_a_colleague_said_an_hour_before_in_the_same_words_is_not_this_reply(bench, listener):
    native_id = await bench.says("Is the road gritted?")
    await bench.answers_elsewhere(native_id, "Yes.")
    bench.clock.advance(hours=1)
    mine = bench.outgoing(native_id, "Yes.")
    bench.clock.advance(minutes=5)

    assert await bench.network.find_sent(mine) is NotFound.CANNOT_TELL

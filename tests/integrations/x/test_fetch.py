"""Reading the mentions over real sockets, with tweepy underneath."""

from datetime import timedelta

import pytest

from bot.errors import Refused, SignInAgain, TryLater
from bot.ports import Edited, Gone, Incoming
from integrations.http import Http
from integrations.sandbox.x_server import StandInX, Trouble
from integrations.x.network import build

MENTIONS = "/mentions"


def reads(x):
    return [query for _, path, query in x.calls if path.endswith(MENTIONS)]


async def test_a_mention_arrives_with_its_author_words_and_link(x, network):
    post_id = x.says("Is the tip open? <today> & tomorrow", author="ann_smith", media_alt="A closed gate")

    page = await network().fetch(None)

    (item,) = page.items
    assert isinstance(item, Incoming)
    assert (item.native_id, item.text) == (post_id, "Is the tip open? <today> & tomorrow")
    assert (item.author.handle, item.author.name) == ("ann_smith", "Ann Smith")
    assert item.url == f"https://x.com/ann_smith/status/{post_id}"
    assert [media.alt for media in item.media] == ["A closed gate"]
    assert (item.kind, item.language, item.conversation) == ("mention", "en", post_id)
    assert not page.more


async def test_an_oauth2_user_token_reads_as_well_as_the_four_keys(x, network):
    post_id = x.says("Hello")

    page = await network(user_token=x.user_token).fetch(None)

    assert [item.native_id for item in page.items] == [post_id]


async def test_every_page_is_read_and_the_oldest_comes_out_first(x, network, clock):
    x.largest_page = 5
    ids = []
    for number in range(12):
        clock.advance(seconds=20)
        ids.append(x.says(f"Question {number}"))

    page = await network().fetch(None)

    assert [item.native_id for item in page.items] == ids
    assert len(reads(x)) == 3


async def test_posts_too_long_to_be_read_at_once_hide_no_other(x, network):
    first = x.says("I am trapped in the snow")
    long = [x.says("\N{SNOWMAN}" * 25_000, author="mal") for _ in range(70)]
    last = x.says("So am I")

    page = await network().fetch(None)

    assert [item.native_id for item in page.items] == [first, *long, last]


async def test_a_page_that_fails_moves_no_cursor_so_nothing_is_lost(x, network, clock):
    x.largest_page = 5
    ids = [x.says(f"Question {number}") for number in range(7)]
    account = network()
    await account.check()
    x.chaos += [Trouble(slow=0), Trouble(status=503)]

    with pytest.raises(TryLater):
        await account.fetch(None)
    page = await account.fetch(None)

    assert [item.native_id for item in page.items] == ids


async def test_the_first_read_goes_back_one_day_and_no_further(x, network, clock):
    x.says("Two days old", at=clock.now() - timedelta(days=2))
    recent = x.says("An hour old", at=clock.now() - timedelta(hours=1))

    page = await network().fetch(None)

    assert [item.native_id for item in page.items] == [recent]


async def test_the_next_read_brings_what_is_new(x, network, clock):
    x.says("First")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(minutes=20)
    cursor = (await account.fetch(cursor)).cursor
    clock.advance(minutes=1)
    second = x.says("Second")

    page = await account.fetch(cursor)

    assert [item.native_id for item in page.items] == [second]


async def test_a_post_that_turns_up_late_with_a_lower_number_is_still_read(x, network, clock):
    x.says("In time")
    account = network()
    cursor = (await account.fetch(None)).cursor
    late = x.says("Late", at=clock.now() - timedelta(seconds=90))
    clock.advance(minutes=1)

    page = await account.fetch(cursor)

    assert late in [item.native_id for item in page.items]


async def test_nothing_is_lost_in_an_outage_longer_than_the_first_look_back(x, network, clock):
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(hours=1)
    post_id = x.says("Said during the outage")
    clock.advance(days=3)

    page = await account.fetch(cursor)

    assert [item.native_id for item in page.items] == [post_id]


async def test_old_mentions_are_not_read_and_paid_for_again_once_all_is_quiet(x, network, clock):
    x.says("First")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(minutes=11)
    cursor = (await account.fetch(cursor)).cursor
    clock.advance(minutes=1)

    page = await account.fetch(cursor)

    assert page.items == ()
    assert page.cursor == cursor


async def test_our_own_posts_and_reposts_stay_out(x, network):
    ours = x.says("A notice from @harrowmere", author=x.me.handle)
    x.says("RT @harrowmere: A notice", reposts=ours)

    page = await network().fetch(None)

    assert page.items == ()


async def test_a_long_post_arrives_whole(x, network):
    x.says("A very long story that is cut …", note="A very long story that is told to its end.")

    page = await network().fetch(None)

    assert page.items[0].text == "A very long story that is told to its end."


async def test_a_reply_says_which_post_it_answers_and_shares_its_conversation(x, network):
    first = x.says("The bins were not taken")
    second = x.says("Nor were mine", author="neighbour", in_reply_to=first)

    page = await network().fetch(None)

    assert [item.conversation for item in page.items] == [first, first]
    assert [(item.native_id, item.in_reply_to, item.kind) for item in page.items][1] == (second, first, "reply")


async def test_an_edit_carries_the_number_the_post_first_had(x, network, clock):
    post_id = x.says("Is my scool shut?")
    account = network()
    cursor = (await account.fetch(None)).cursor
    clock.advance(minutes=5)
    x.edit(post_id, "Is my school shut?")

    page = await account.fetch(cursor)

    edits = [item for item in page.items if isinstance(item, Edited)]
    assert [(edit.native_id, edit.text, edit.at) for edit in edits] == [(post_id, "Is my school shut?", clock.now())]
    assert {item.native_id for item in page.items} == {post_id}


async def test_a_post_deleted_later_is_noticed_within_the_day(x, network, clock):
    kept, deleted = x.says("Stays"), x.says("Goes")
    account = network()
    cursor = (await account.fetch(None)).cursor
    x.delete(deleted)
    clock.advance(hours=7)

    page = await account.fetch(cursor)
    again = await account.fetch(page.cursor)

    assert [item for item in page.items if isinstance(item, Gone)] == [Gone(deleted, clock.now())]
    assert kept in page.cursor
    assert again.items == ()


async def test_nobody_is_asked_after_old_posts_when_rechecking_is_off(x, network, clock):
    deleted = x.says("Goes")
    account = network(recheck_every=0)
    cursor = (await account.fetch(None)).cursor
    x.delete(deleted)
    clock.advance(hours=7)

    page = await account.fetch(cursor)

    assert not any(isinstance(item, Gone) for item in page.items)


async def test_the_other_name_of_the_fields_is_used_once_x_asks_for_it(x, network):
    x.fields_name = "post.fields"
    x.says("Hello", author="ann")
    account = network()

    page = await account.fetch(None)
    await account.fetch(page.cursor)

    assert page.items[0].author.handle == "ann"
    assert ["tweet.fields" in query for query in reads(x)] == [True, False, False]


async def test_x_is_asked_only_once_whose_keys_these_are(x, network):
    account = network()
    page = await account.fetch(None)

    await account.fetch(page.cursor)

    assert [path for _, path, _ in x.calls].count("/2/users/me") == 1


@pytest.mark.parametrize("cursor", ['{"page": 3}', "page 3", "[]"])
async def test_a_cursor_of_another_network_starts_again_with_the_last_day(x, network, cursor):
    post_id = x.says("Hello")

    page = await network().fetch(cursor)

    assert [item.native_id for item in page.items] == [post_id]


async def test_wrong_keys_ask_to_sign_in_again(x, network):
    account = network(consumer_secret="not-this-one")

    with pytest.raises(SignInAgain):
        await account.fetch(None)


async def test_used_up_credits_are_tried_again_in_an_hour_and_say_who_must_act(x, network):
    x.chaos.append(
        Trouble(status=402, body={"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"})
    )

    with pytest.raises(TryLater, match="credits") as caught:
        await network().fetch(None)

    assert caught.value.after == timedelta(hours=1)


async def test_reading_too_often_waits_until_x_says(x, network, clock):
    x.limits.in_a_window = 1
    account = network()
    await account.fetch(None)

    with pytest.raises(TryLater, match="slow down") as caught:
        await account.fetch(None)

    assert timedelta(minutes=14) < caught.value.after <= timedelta(minutes=16)


async def test_a_used_up_monthly_cap_is_not_taken_for_a_short_wait(x, network, clock):
    body = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}
    soon = str(int(clock.now().timestamp()) + 5)
    x.chaos.append(Trouble(status=429, body=body, headers={"x-rate-limit-remaining": "299", "x-rate-limit-reset": soon}))

    with pytest.raises(TryLater, match="monthly cap") as caught:
        await network().fetch(None)

    assert caught.value.after == timedelta(hours=1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_that_x_fails_is_tried_later(x, network, status):
    x.chaos.append(Trouble(status=status, body="<html>over capacity</html>"))

    with pytest.raises(TryLater):
        await network().fetch(None)


async def test_half_an_answer_is_tried_later(x, network):
    x.chaos.append(Trouble(status=200, body='{"data": ['))

    with pytest.raises(TryLater, match="cannot be read"):
        await network().fetch(None)


async def test_a_line_cut_while_reading_is_tried_later(x, network):
    account = network()
    await account.check()
    x.chaos += [Trouble(drop=True), Trouble(drop=True)]  # aiohttp asks once more by itself what may be asked twice

    with pytest.raises(TryLater, match="did not answer"):
        await account.fetch(None)


async def test_an_answer_that_takes_too_long_is_given_up(x, account, clock):
    x.chaos.append(Trouble(slow=2))

    async with Http(timedelta(seconds=0.2)) as impatient:
        with pytest.raises(TryLater, match="did not answer"):
            await build(account(), http=impatient, clock=clock).fetch(None)


async def test_an_x_that_cannot_be_reached_is_tried_later(account, http, clock):
    stand_in = await StandInX(clock).start()
    await stand_in.stop()

    with pytest.raises(TryLater, match="cannot connect"):
        await build(account(api_url=stand_in.api_url), http=http, clock=clock).fetch(None)


async def test_a_request_x_cannot_read_is_refused_with_its_words(x, network):
    body = {"errors": [{"message": "since_id is not valid"}], "type": "https://api.twitter.com/2/problems/invalid-request"}
    x.chaos.append(Trouble(status=400, body=body))

    with pytest.raises(Refused, match="since_id is not valid"):
        await network().fetch(None)

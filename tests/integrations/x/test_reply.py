"""Publishing, looking before and looking after, one test for each row of X's errors."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found, NotFound, Verdict, Webhook, WebhookRefused
from integrations.http import Http
from integrations.sandbox.x_server import Trouble
from integrations.x.network import build

DUPLICATE = {"detail": "You are not allowed to create a Tweet with duplicate content.", "type": "about:blank"}
CLIENT_FORBIDDEN = {
    "reason": "client-not-enrolled",
    "type": "https://api.twitter.com/2/problems/client-forbidden",
    "title": "Client Forbidden",
}


async def test_a_reply_is_posted_under_the_mention_and_its_link_comes_back(x, network, reply):
    post_id = x.says("When does the tip open?")

    receipt = await network().publish(reply(post_id, "At nine, see https://harrowmere.example/tips & welcome"))

    (posted,) = x.replies_to(post_id)
    assert posted.text == "At nine, see https://harrowmere.example/tips & welcome"
    assert (receipt.native_id, receipt.url) == (posted.id, f"https://x.com/harrowmere/status/{posted.id}")


async def test_a_lost_answer_leaves_doubt_and_the_reply_is_then_found(x, network, reply):
    post_id = x.says("When does the tip open?")
    going = reply(post_id, "At nine: https://harrowmere.example/tips?a=1&b=2 – “bring” a card")
    account = network()
    x.chaos.append(Trouble(accept=True, drop=True, method="POST"))

    with pytest.raises(Unsure):
        await account.publish(going)
    found = await account.find_sent(going)

    assert found == Found(account._receipt(x.replies_to(post_id)[0].id))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_reply_x_fails_on_may_have_been_made(x, network, reply, status):
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=status, method="POST"))

    with pytest.raises(Unsure):
        await network().publish(reply(post_id))


@pytest.mark.parametrize("body", ['{"data": {"id"', "{}", '{"data": {}}'])
async def test_a_yes_that_cannot_be_read_leaves_doubt(x, network, reply, body):
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=201, body=body, method="POST"))

    with pytest.raises(Unsure):
        await network().publish(reply(post_id))


async def test_a_reply_that_takes_too_long_leaves_doubt(x, account, clock, reply):
    post_id = x.says("When?")
    x.chaos.append(Trouble(slow=2, method="POST"))

    async with Http(timedelta(seconds=0.2)) as impatient:
        with pytest.raises(Unsure):
            await build(account(replies="api"), http=impatient, clock=clock).publish(reply(post_id))


async def test_wrong_keys_are_certain_not_to_have_sent(x, network, reply):
    post_id = x.says("When?")

    with pytest.raises(SignInAgain):
        await network(access_token_secret="not-this-one").publish(reply(post_id))

    assert x.replies_to(post_id) == []


async def test_a_repeat_of_a_reply_that_is_there_gives_its_receipt(x, network, reply):
    post_id = x.says("When?")
    account = network()
    first = await account.publish(reply(post_id))

    again = await account.publish(reply(post_id))

    assert again == first
    assert len(x.replies_to(post_id)) == 1


async def test_the_same_text_elsewhere_is_refused_as_a_duplicate(x, network, reply, clock):
    account = network()
    await account.publish(reply(x.says("When?")))
    clock.advance(minutes=5)
    second = x.says("When does the tip open?")

    with pytest.raises(Refused, match="very text") as caught:
        await account.publish(reply(second))

    assert caught.value.by_hand.startswith("https://x.com/intent/post?")


async def test_a_duplicate_stays_in_doubt_while_our_posts_cannot_be_read(x, network, reply, clock):
    post_id = x.says("When?")
    account = network()
    await account.check()
    going = reply(post_id, last_sent_at=clock.now() + timedelta(minutes=2))
    clock.advance(minutes=2)
    x.chaos += [Trouble(status=403, body=DUPLICATE), Trouble(status=403, body={"detail": "no"})]

    with pytest.raises(Unsure):
        await account.publish(going)


async def test_a_reply_to_somebody_who_did_not_name_us_is_refused_with_the_page_to_do_it_by_hand(x, network, reply):
    post_id = x.says("The council is slow", mentions_us=False)

    with pytest.raises(Refused, match="named or quoted") as caught:
        await network().publish(reply(post_id, "Tell us more & we look"))

    query = parse_qs(urlsplit(caught.value.by_hand).query)
    assert query == {"in_reply_to": [post_id], "text": ["Tell us more & we look"]}


async def test_an_app_without_the_right_must_sign_in_again(x, network, reply):
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=403, body=CLIENT_FORBIDDEN, method="POST"))

    with pytest.raises(SignInAgain, match="access level"):
        await network().publish(reply(post_id))


async def test_any_other_no_is_refused_without_anybodys_name(x, network, reply):
    post_id = x.says("When?")
    x.chaos.append(Trouble(status=403, body={"detail": "The author @ann_smith limits who can reply."}, method="POST"))

    with pytest.raises(Refused, match="limits who can reply") as caught:
        await network().publish(reply(post_id))

    assert "ann_smith" not in str(caught.value)
    assert caught.value.by_hand


async def test_a_reply_to_a_deleted_post_is_refused_and_there_is_nothing_to_do_by_hand(x, network, reply):
    post_id = x.says("When?")
    x.delete(post_id)

    with pytest.raises(Refused, match="deleted") as caught:
        await network().publish(reply(post_id))

    assert caught.value.by_hand is None


async def test_a_reply_to_what_x_does_not_know_is_refused(x, network, reply):
    x.chaos.append(Trouble(status=404, method="POST"))

    with pytest.raises(Refused, match="no such post"):
        await network().publish(reply("1"))


async def test_a_malformed_reply_is_refused_with_xs_reason(x, network, reply):
    body = {"errors": [{"message": "$.reply.in_reply_to_tweet_id: is missing but it is required"}]}
    x.chaos.append(Trouble(status=400, body=body, method="POST"))

    with pytest.raises(Refused, match="is missing but it is required"):
        await network().publish(reply("1"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, {"title": "CreditsDepleted"}),
        (429, {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}),
    ],
)
async def test_money_and_caps_make_a_reply_wait_an_hour(x, network, reply, status, body):
    x.chaos.append(Trouble(status=status, body=body, method="POST"))

    with pytest.raises(TryLater, match="somebody must") as caught:
        await network().publish(reply("1"))

    assert caught.value.after == timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-rate-limit-reset": 300}, timedelta(seconds=300)),
        (
            {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": 7200, "x-rate-limit-reset": 5},
            timedelta(hours=2),
        ),
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"x-rate-limit-reset": "soon"}, timedelta(minutes=1)),
        ({}, timedelta(minutes=1)),
    ],
)
async def test_sending_too_fast_waits_as_long_as_x_asks(x, network, reply, clock, headers, wait):
    now = int(clock.now().timestamp())
    told = {name: str(now + value) if isinstance(value, int) else value for name, value in headers.items()}
    x.chaos.append(Trouble(status=429, body={"title": "Too Many Requests"}, headers=told, method="POST"))

    with pytest.raises(TryLater) as caught:
        await network().publish(reply("1"))

    assert caught.value.after == wait


# --- looking before


async def test_a_post_that_is_there_can_be_answered(x, network, reply):
    looked = await network().preflight(reply(x.says("When?")))

    assert looked.verdict is Verdict.OK


async def test_a_deleted_post_is_gone(x, network, reply):
    post_id = x.says("When?")
    x.delete(post_id)

    looked = await network().preflight(reply(post_id))

    assert looked.verdict is Verdict.GONE


async def test_a_protected_author_can_only_be_answered_by_hand(x, network, reply):
    post_id = x.says("When?", author="shy")
    x.protect("shy")

    looked = await network().preflight(reply(post_id))

    assert looked.verdict is Verdict.NOT_ALLOWED
    assert looked.by_hand.startswith("https://x.com/intent/post?")


async def test_no_answer_about_the_post_is_tried_later(x, network, reply):
    x.chaos.append(Trouble(status=200, body={"meta": {}}))

    with pytest.raises(TryLater):
        await network().preflight(reply("1"))


# --- looking after


async def test_a_reply_that_never_arrived_is_absent_only_once_it_would_show(x, network, reply, clock):
    post_id = x.says("When?")
    account = network()
    going = reply(post_id)
    clock.advance(seconds=59)
    too_early = await account.find_sent(going)
    clock.advance(seconds=1)

    settled = await account.find_sent(going)

    assert (too_early, settled) == (NotFound.CANNOT_TELL, NotFound.ABSENT)


async def test_each_try_has_to_settle_before_nothing_found_means_nothing_there(x, network, reply, clock):
    going = reply(x.says("When?"), last_sent_at=clock.now() + timedelta(minutes=5))
    account = network()
    clock.advance(minutes=5, seconds=59)
    too_early = await account.find_sent(going)
    clock.advance(seconds=1)

    assert too_early is NotFound.CANNOT_TELL
    assert await account.find_sent(going) is NotFound.ABSENT


async def test_the_same_words_as_another_post_are_refused_and_not_in_doubt_after_a_try_that_did_nothing(
    x, network, reply, clock
):
    account = network()
    await account.publish(reply(x.says("When?", author="ann")))
    clock.advance(minutes=20)
    asked_long_ago = clock.now() - timedelta(minutes=15)

    with pytest.raises(Refused, match="Change a few words"):
        await account.publish(reply(x.says("And I?", author="ann"), first_sent_at=asked_long_ago, last_sent_at=clock.now()))


async def test_a_reply_is_found_behind_many_later_posts(x, network, reply, clock):
    post_id = x.says("When?")
    account = network()
    x.largest_page = 5
    receipt = await account.publish(reply(post_id))
    for number in range(12):
        clock.advance(seconds=1)
        x.says(f"Notice {number}", author=x.me.handle)

    found = await account.find_sent(reply(post_id))

    assert found == Found(receipt)


async def test_the_same_words_under_another_post_are_not_this_reply(x, network, reply, clock):
    first, second = x.says("When?", author="ann"), x.says("When?", author="bob")
    account = network()
    await account.publish(reply(second))
    clock.advance(minutes=2)

    found = await account.find_sent(reply(first, first_sent_at=clock.now() - timedelta(minutes=2)))

    assert found is NotFound.ABSENT


async def test_an_incomplete_timeline_proves_nothing(x, network, reply, clock):
    post_id = x.says("When?")
    account = network()
    going = reply(post_id)
    await account.check()
    clock.advance(minutes=2)
    x.chaos.append(Trouble(status=200, body={"meta": {"result_count": 0}, "errors": [{"title": "Unavailable"}]}))

    found = await account.find_sent(going)

    assert found is NotFound.CANNOT_TELL


async def test_a_timeline_that_is_refused_proves_nothing(x, network, reply, clock):
    post_id = x.says("When?")
    account = network()
    going = reply(post_id)
    await account.check()
    clock.advance(minutes=2)
    x.chaos.append(Trouble(status=400))

    found = await account.find_sent(going)

    assert found is NotFound.CANNOT_TELL


# --- by hand, and the rest of the port


async def test_an_account_whose_replies_go_by_hand_sends_nothing_and_points_to_xs_page(x, network, reply):
    account = network(replies="by_hand")
    going = reply(x.says("When?"))

    looked = await account.preflight(going)
    with pytest.raises(Refused) as caught:
        await account.publish(going)

    assert account.by_hand
    assert looked.verdict is Verdict.OK
    assert caught.value.by_hand == account.reply_page(going.in_reply_to, going.text)
    assert x.calls == []


def test_the_page_for_a_reply_by_hand_carries_any_text_unharmed(network):
    page = network().reply_page("42", "50% off? #bins & “tips”\nÀ bientôt 👋")

    assert page.startswith("https://x.com/intent/post?in_reply_to=42&text=")
    assert parse_qs(urlsplit(page).query)["text"] == ["50% off? #bins & “tips”\nÀ bientôt 👋"]


def test_staff_see_whose_voice_it_is(network):
    assert network(handle="@Harrowmere").speaks_as == "@Harrowmere on X"


def test_webhooks_are_not_taken(network, clock):
    with pytest.raises(WebhookRefused) as caught:
        network().receive(Webhook("POST", {}, {}, b"{}", clock.now()))

    assert caught.value.status == 404


async def test_nothing_is_said_or_read_with_the_keys_of_another_account(x, network, reply):
    post_id = x.says("When does the tip open?")
    account = network(handle="other_council")

    with pytest.raises(Refused, match="the keys belong to @harrowmere, not to @other_council"):
        await account.publish(reply(post_id))
    with pytest.raises(SignInAgain, match="not to @other_council"):
        await account.fetch(None)

    assert x.replies_to(post_id) == []

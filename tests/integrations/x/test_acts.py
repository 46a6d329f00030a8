"""Hiding, deleting, liking and reading back on X: twice does no harm, and a no says why."""

import pytest

from bot.errors import NotThere, Refused, SignInAgain, TryLater
from bot.ports import Found, NotFound, Receipt
from bot.reply import Abilities, Act
from integrations.sandbox.x_server import Trouble

pytestmark = pytest.mark.slow  # a server of its own for each test


@pytest.fixture
def abuse(x):
    """What somebody wrote under a post of ours."""
    ours = x.says("The tip is open.", x.me.handle)
    return x.says("You idiots", in_reply_to=ours)


async def test_a_reply_under_our_own_post_is_hidden_and_shown_again(x, network, abuse):
    account = network()

    await account.act(Act.HIDE, abuse)
    await account.act(Act.HIDE, abuse)
    hidden = x.find(abuse).hidden
    await account.act(Act.UNHIDE, abuse)

    assert (hidden, x.find(abuse).hidden) == (True, False)


async def test_a_post_in_somebody_elses_conversation_cannot_be_hidden_and_that_is_said(x, network, reply):
    account, post_id = network(), x.says("You idiots")

    with pytest.raises(Refused, match=r"does not allow this.*conversations that the account began"):
        await account.act(Act.HIDE, post_id)

    assert (await account.publish(reply(post_id))).native_id


async def test_a_reply_of_ours_is_deleted_and_that_it_is_gone_already_is_as_good(x, network, reply):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))

    await account.act(Act.DELETE_OWN, receipt.native_id)
    await account.act(Act.DELETE_OWN, receipt.native_id)

    assert x.find(receipt.native_id).deleted


async def test_gone_in_a_yes_is_gone_too(x, network, reply):
    gone = {"errors": [{"resource_id": "7", "type": "https://api.twitter.com/2/problems/resource-not-found"}]}
    x.chaos += [Trouble(status=200, body=gone, method="DELETE"), Trouble(status=200, body=gone, method="PUT")]
    account = network()

    await account.act(Act.DELETE_OWN, "77")
    with pytest.raises(NotThere):
        await account.act(Act.HIDE, "77")


async def test_a_post_of_somebody_else_is_not_deleted(x, network):
    post_id = x.says("Mine")

    with pytest.raises(Refused, match="not authorized"):
        await network().act(Act.DELETE_OWN, post_id)


async def test_what_was_deleted_cannot_be_hidden_and_that_it_is_gone_is_said(x, network, abuse):
    x.delete(abuse)

    with pytest.raises(NotThere):
        await network().act(Act.HIDE, abuse)


async def test_likes_are_offered_only_where_the_settings_say_that_the_plan_has_them(x, network):
    post_id = x.says("Thank you!")
    x.plan_has_likes = True

    assert Act.LIKE not in network().abilities.acts
    with pytest.raises(Refused):
        await network().act(Act.LIKE, post_id)
    await network(likes=True).act(Act.LIKE, post_id)
    await network(likes=True).act(Act.LIKE, post_id)
    liked = set(x.liked)
    await network(likes=True).act(Act.UNLIKE, post_id)

    assert (liked, x.liked) == ({post_id}, set())


async def test_a_plan_without_likes_is_a_no_to_the_like_and_not_to_the_account(x, network, reply):
    account, post_id = network(likes=True), x.says("Thank you!")

    with pytest.raises(Refused, match="does not let this account do that"):
        await account.act(Act.LIKE, post_id)

    assert (await account.publish(reply(post_id))).native_id


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 500}, TryLater),
        ({"status": 200, "body": "<html>"}, TryLater),
        ({"status": 429}, TryLater),
        ({"status": 401}, SignInAgain),
        ({"status": 200, "body": {"data": {"deleted": False}}}, Refused),
        ({"status": 400, "body": {"detail": "no"}}, Refused),
    ],
)
async def test_an_act_is_never_in_doubt_since_it_can_be_done_again(x, network, reply, trouble, error):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))
    x.chaos.append(Trouble(method="DELETE", **trouble))

    with pytest.raises(error):
        await account.act(Act.DELETE_OWN, receipt.native_id)
    if error is not SignInAgain and trouble.get("status") != 429:
        await account.act(Act.DELETE_OWN, receipt.native_id)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_deletion_whose_answer_was_lost_is_done_in_the_end(x, network, reply, arrived):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))
    x.chaos.append(Trouble(method="DELETE", accept=arrived, drop=True))

    await account.act(Act.DELETE_OWN, receipt.native_id)

    assert x.find(receipt.native_id).deleted


async def test_a_route_at_its_limit_is_left_alone_for_every_post(x, network, reply):
    account, one = network(), x.says("When?")
    x.chaos.append(Trouble(status=429, headers={"Retry-After": "600"}, method="PUT"))
    with pytest.raises(TryLater) as refused:
        await account.act(Act.HIDE, one)
    before = len(x.calls)

    with pytest.raises(TryLater):
        await account.act(Act.HIDE, x.says("Where?"))

    assert len(x.calls) == before
    assert refused.value.bucket == "x:PUT /2/tweets/:id/hidden"


async def test_keys_of_another_account_do_nothing(x, network, abuse):
    with pytest.raises(Refused, match="the keys belong to"):
        await network(handle="somebody").act(Act.HIDE, abuse)

    assert not x.find(abuse).hidden


async def test_nothing_but_a_page_is_offered_where_replies_go_by_hand(x, network, abuse):
    account = network(replies="by_hand")

    assert account.abilities == Abilities(searches=account.abilities.searches)
    with pytest.raises(Refused):
        await account.act(Act.HIDE, abuse)


async def test_a_direct_message_is_not_taken_back(network):
    with pytest.raises(Refused, match="stays with the person"):
        await network().act(Act.DELETE_OWN, "dm:7")


# --- reading back


async def test_a_reply_is_read_back_while_it_shows(x, network, reply):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))
    shown = await account.read_back(receipt.native_id)
    x.delete(receipt.native_id)

    assert shown == Found(receipt)
    assert await account.read_back(receipt.native_id) is NotFound.ABSENT


async def test_a_reply_x_hides_from_us_is_not_said_to_be_gone(x, network, reply):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))
    x.protect(x.me.handle)

    assert await account.read_back(receipt.native_id) is NotFound.CANNOT_TELL


async def test_reading_back_is_counted_as_a_post_that_was_read(x, network, reply):
    account = network()
    receipt = await account.publish(reply(x.says("When?")))

    await account.read_back(receipt.native_id)

    assert account.cost_today()["looked_at"] == 1
    assert isinstance(receipt, Receipt)


async def test_a_thread_answers_our_own_post(x, network, reply):
    account = network()
    first = await account.publish(reply(x.says("What is open?", mentions_us=True), "The tip. 1/2"))

    second = await account.publish(reply(first.native_id, "And the library. 2/2"))

    assert x.find(second.native_id).in_reply_to == first.native_id
    assert await account.find_sent(reply(first.native_id, "And the library. 2/2")) == Found(second)

"""Direct messages on X: to the author of a post alone, or not at all."""

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found, NotFound
from bot.reply import Attachment, Audience
from integrations.sandbox.x_messages import LONGEST, WITH_MESSAGES
from integrations.sandbox.x_server import Trouble
from integrations.sandbox.x_wall import StandInMessage

pytestmark = pytest.mark.slow  # a server of its own for each test

WORDS = "Please send us your address, we look into it: https://harrowmere.example/form?a=1&b=2"


@pytest.fixture
def x(x):
    x.access_level = WITH_MESSAGES
    return x


@pytest.fixture
def private(x, reply, clock):
    """A message to whoever wrote a post."""

    def made(text=WORDS, author="ann", **more):
        post_id = x.says("My bin was not emptied", author=author)
        return reply(post_id, text, **{"audience": Audience.AUTHOR, "author_id": x.people.id_of(author)} | more)

    return made


async def test_a_message_reaches_the_author_and_nobody_else(x, network, private):
    going = private()

    receipt = await network(direct_messages=True).publish(going)

    (sent,) = x.messages
    assert (sent.to, sent.text) == (x.people.id_of("ann"), WORDS)
    assert x.replies_to(going.in_reply_to) == []
    assert receipt.native_id == f"dm:{sent.id}"
    assert receipt.url == f"https://x.com/messages/{x.me.id}-{sent.to}"


@pytest.mark.parametrize(
    ("settings", "more", "says"),
    [
        ({}, {}, "direct_messages is off"),
        ({"replies": "by_hand"}, {}, "by hand"),
        ({"direct_messages": True}, {"author_id": ""}, "to whom"),
        ({"direct_messages": True}, {"author_id": "ann"}, "to whom"),
        ({"direct_messages": True}, {"media": (Attachment("a", "a.png", "image/png", 1, "", b"1"),)}, "without pictures"),
    ],
)
async def test_what_cannot_go_to_the_author_alone_does_not_go(x, network, private, settings, more, says):
    going = private(**more)

    with pytest.raises(Refused, match=says) as caught:
        await network(**settings).publish(going)

    assert x.messages == x.replies_to(going.in_reply_to) == []
    assert "intent/post" not in caught.value.by_hand


@pytest.mark.parametrize("settings", [{"replies": "api"}, {"replies": "by_hand"}, {"direct_messages": True}])
async def test_what_was_said_in_private_is_never_answered_in_public(x, network, reply, settings):
    post_id = x.says("My bin was not emptied", author="ann")

    with pytest.raises(Refused) as caught:
        await network(**settings).publish(reply(post_id, private=True, author_id=x.people.id_of("ann")))

    assert x.replies_to(post_id) == []
    assert "messages/compose" in caught.value.by_hand


async def test_somebody_who_takes_no_messages_is_a_clear_no_with_the_page_to_try_by_hand(x, network, private):
    x.takes_no_messages.add("ann")
    going = private()

    with pytest.raises(Refused, match="takes no direct messages") as caught:
        await network(direct_messages=True).publish(going)

    assert caught.value.by_hand.startswith(f"https://x.com/messages/compose?recipient_id={going.author_id}&text=")


async def test_an_app_without_the_right_to_messages_goes_on_replying(x, network, private, reply):
    x.access_level = "read-write"
    account = network(direct_messages=True)

    with pytest.raises(Refused, match=r"direct messages\. Answer in public") as caught:
        await account.publish(private())
    assert "console" not in str(caught.value)

    assert (await account.publish(reply(x.says("When?")))).native_id
    assert "Direct message" in " ".join(await account.check())


@pytest.mark.parametrize("trouble", [{"status": 500}, {"drop": True}, {"status": 201, "body": "{}"}, {"status": 201}])
async def test_a_message_whose_answer_was_lost_may_have_arrived(x, network, private, trouble):
    x.chaos.append(Trouble(method="POST", **trouble))

    with pytest.raises(Unsure):
        await network(direct_messages=True).publish(private())


@pytest.mark.parametrize(("status", "error"), [(401, SignInAgain), (402, TryLater), (429, TryLater)])
async def test_a_clear_no_to_a_message_is_no_doubt(x, network, private, status, error):
    x.chaos.append(Trouble(method="POST", status=status))

    with pytest.raises(error):
        await network(direct_messages=True).publish(private())


async def test_a_message_that_arrived_is_found_and_not_said_again(x, network, private):
    account, going = network(direct_messages=True), private()
    x.chaos.append(Trouble(accept=True, drop=True, method="POST"))
    with pytest.raises(Unsure):
        await account.publish(going)

    found = await account.find_sent(going)

    assert isinstance(found, Found)
    assert found.receipt.native_id == f"dm:{x.messages[0].id}"
    assert found.receipt.url.endswith(x.messages[0].to)


async def test_a_message_is_absent_once_it_would_show(x, network, private, clock):
    account, going = network(direct_messages=True), private()
    early = await account.find_sent(going)
    clock.advance(minutes=2)

    assert (early, await account.find_sent(going)) == (NotFound.CANNOT_TELL, NotFound.ABSENT)


async def test_the_same_words_in_an_older_message_prove_nothing(x, network, private, clock):
    account = network(direct_messages=True)
    await account.publish(private())
    clock.advance(hours=3)
    going = private()
    clock.advance(minutes=2)

    assert await account.find_sent(going) is NotFound.CANNOT_TELL


async def test_a_message_to_somebody_else_is_not_this_one(x, network, private, clock):
    account = network(direct_messages=True)
    await account.publish(private())
    going = private(author="bob")
    clock.advance(minutes=2)

    assert await account.find_sent(going) is NotFound.ABSENT


async def test_a_conversation_too_long_to_read_leaves_doubt(x, network, private, clock):
    account, going = network(direct_messages=True), private("Not among these.")
    now = clock.now()
    x.messages += [StandInMessage(x.number(now), going.author_id, f"Line {number}", now) for number in range(301)]
    clock.advance(minutes=2)

    assert await account.find_sent(going) is NotFound.CANNOT_TELL


async def test_a_message_is_read_back_as_a_message(x, network, private):
    account = network(direct_messages=True)
    receipt = await account.publish(private())

    assert await account.read_back(receipt.native_id) == Found(receipt)
    assert await account.read_back("dm:99999") is NotFound.ABSENT


async def test_a_message_is_as_long_as_x_takes_and_no_longer(x, network, private):
    account = network(direct_messages=True)
    assert account.abilities.private.limit == LONGEST

    await account.publish(private("x" * LONGEST))
    with pytest.raises(Refused):
        await account.publish(private("x" * (LONGEST + 1)))


async def test_messages_are_counted_in_what_today_cost(x, network, private):
    account = network(direct_messages=True)
    receipt = await account.publish(private())
    await account.read_back(receipt.native_id)

    assert account.cost_today()["dollars"] == "0.025"

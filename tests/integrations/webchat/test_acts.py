"""What a web chat is told besides replies: privately, to hide, delete and edit; and how long a reply may be."""

import json
from decimal import Decimal

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.errors import NotThere, Refused, SignInAgain, TryLater
from bot.ports import Outgoing
from bot.reply import Abilities, Act, Attachment, Audience
from integrations.http import Http
from integrations.webchat.network import build
from integrations.webchat.settings import WebchatAccount
from integrations.webchat.signature import verify

pytestmark = pytest.mark.slow  # a server of its own for each test

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


class Receiver:
    """A web chat that takes what ``takes`` says it takes, and checks every signature."""

    def __init__(self, clock):
        self.clock, self.url, self.told, self.ids = clock, "", [], []
        self.takes = lambda text: True
        self.answers = 200

    async def take(self, request):
        body = await request.read()
        self.ids.append(verify(b"0123456789abcdef0123456789abcdef", request.headers, body, self.clock.now()))
        event = json.loads(body)
        if not self.takes(event["data"].get("text", "")):
            return web.Response(status=422)
        self.told.append((event["type"], event["data"]))
        return web.json_response({"id": "n1"}, status=self.answers)


@pytest.fixture
async def receiver(clock):
    made = Receiver(clock)
    app = web.Application()
    app.router.add_post("/", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    await runner.cleanup()


@pytest.fixture
async def webchat(receiver, clock):
    async with Http() as http:
        yield lambda **settings: build(settings_of(reply_url=receiver.url, **settings), http=http, clock=clock)


def settings_of(**settings):
    account = {"name": "website", "network": "webchat", "channel": "C1", "secret": SECRET}
    return WebchatAccount.model_validate(account | settings)


@pytest.fixture
def reply(clock):
    return lambda text="It is open.", **more: Outgoing("r1", text, "p1", "c1", created_at=clock.now(), **more)


# --- to its author alone


@pytest.mark.parametrize(("settings", "audience"), [({}, None), ({"private_replies": True}, "author")])
async def test_an_answer_to_a_private_line_says_that_it_is_private(webchat, receiver, reply, settings, audience):
    await webchat(**settings).publish(reply(private=True, author_id="ann"))

    ((_, about),) = receiver.told
    assert (about["private"], about.get("audience")) == (True, audience)


async def test_a_public_reply_says_nothing_of_an_audience(webchat, receiver, reply):
    await webchat(private_replies=True).publish(reply())

    assert receiver.told == [
        ("reply.created", {"id": "r1", "in_reply_to": "p1", "text": "It is open.", "account": "website"})
    ]


async def test_a_private_reply_says_for_whom_it_is(webchat, receiver, reply):
    await webchat(private_replies=True).publish(reply(audience=Audience.AUTHOR, author_id="ann"))

    ((_, about),) = receiver.told
    assert (about["audience"], about["author"]) == ("author", "ann")


async def test_a_private_reply_does_not_go_where_it_would_be_public(webchat, receiver, reply):
    with pytest.raises(Refused, match="author alone"):
        await webchat().publish(reply(audience=Audience.AUTHOR, author_id="ann"))

    assert receiver.told == []


async def test_pictures_are_never_left_behind_silently(webchat, receiver, reply):
    with pytest.raises(Refused, match="no pictures"):
        await webchat().publish(reply(media=(Attachment("a", "a.png", "image/png", 1, "", b"1"),)))

    assert receiver.told == []


# --- hiding, deleting, editing


@pytest.mark.parametrize(
    ("act", "text", "told"),
    [
        (Act.HIDE, "", ("post.hidden", {"id": "n1", "account": "website"})),
        (Act.UNHIDE, "", ("post.shown", {"id": "n1", "account": "website"})),
        (Act.DELETE_OWN, "", ("reply.deleted", {"id": "n1", "account": "website"})),
        (Act.EDIT_OWN, "Open at ten.", ("reply.edited", {"id": "n1", "account": "website", "text": "Open at ten."})),
    ],
)
async def test_the_receiver_is_told_what_to_do_each_time_with_an_id_of_its_own(webchat, receiver, act, text, told):
    account = webchat(acts=["hide", "delete", "edit"])

    await account.act(act, "n1", text)
    await account.act(act, "n1", text)

    assert receiver.told == [told, told]
    assert len(set(receiver.ids)) == 2


@pytest.mark.parametrize("act", [*Act])
async def test_a_receiver_that_has_not_said_it_can_is_told_nothing(webchat, receiver, act):
    with pytest.raises(Refused):
        await webchat().act(act, "n1", "x")

    assert receiver.told == []


async def test_a_reply_that_was_given_no_id_cannot_be_deleted(webchat, receiver):
    with pytest.raises(Refused, match="no id"):
        await webchat(acts=["delete"]).act(Act.DELETE_OWN, "")


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotThere), (410, NotThere), (403, SignInAgain), (429, TryLater), (500, TryLater), (302, TryLater)],
)
async def test_an_act_may_be_told_again_so_nothing_is_left_in_doubt(webchat, receiver, status, error):
    receiver.answers = status

    with pytest.raises(error):
        await webchat(acts=["hide"]).act(Act.HIDE, "n1")


def test_nothing_is_offered_unless_the_settings_say_so(webchat):
    assert webchat().abilities == Abilities()
    assert webchat(acts=["hide"]).abilities.acts == {Act.HIDE, Act.UNHIDE}
    assert webchat(private_replies=True).abilities.private.limit == 3_000


@pytest.mark.parametrize(
    "wrong", [{"acts": ["like"], "reply_url": "https://x.org"}, {"acts": ["hide"]}, {"private_replies": True}, {"limit": -1}]
)
def test_settings_that_promise_what_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        settings_of(**wrong)


def test_acts_may_be_listed_in_the_environment_with_commas():
    assert settings_of(acts="Hide, delete,hide", reply_url="https://x.org").acts == ("hide", "delete")


# --- how long


FAMILY = "👨‍👩‍👧‍👦"
GSM = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?'@£$")


def text_messages(text):
    """How a gateway that knows nothing of us counts: the plain letters above in seven bits, everything else in sixteen."""
    if set(text) <= GSM:
        return 1 if len(text) <= 160 else -(-len(text) // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


@pytest.mark.parametrize(
    ("settings", "longest", "takes"),
    [
        ({}, "x" * 3_000, lambda text: len(text) <= 3_000),
        ({"limit": 50}, "x" * 50, lambda text: len(text) <= 50),
        ({"counted": "graphemes", "limit": 20}, FAMILY * 20, lambda text: text.count("👨") + text.count("x") <= 20),
        ({"counted": "sms"}, "x" * 918, lambda text: text_messages(text) <= 6),
        ({"counted": "sms", "limit": 160}, "x" * 160, lambda text: text_messages(text) == 1),
        ({"counted": "sms", "limit": 70}, "’" * 70, lambda text: text_messages(text) == 1),
        ({"counted": "sms", "limit": 70}, "👍" * 35, lambda text: text_messages(text) == 1),
    ],
)
async def test_what_is_counted_as_fitting_the_receiver_takes_and_one_more_it_does_not(
    webchat, receiver, reply, settings, longest, takes
):
    account, receiver.takes = webchat(**settings), takes
    assert (account.limits.over(longest), account.limits.over(longest + "x")) == (0, 1)

    await account.publish(reply(longest))
    with pytest.raises(Refused):
        await account.publish(reply(longest + "x"))


def test_staff_see_what_a_reply_by_text_message_costs(webchat):
    limits = webchat(counted="sms", sms_price=Decimal("2.3")).limits

    assert limits.about("x" * 200) == "2 text messages, 4.6p"

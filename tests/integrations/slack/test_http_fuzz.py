"""Whatever anybody sends to ``/slack/events`` is refused without a server error, and nothing of it is logged."""

import asyncio
import json

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.card import Answer
from bot.clock import MovableClock
from bot.ports import Webhook
from bot.settings import CoreSettings
from integrations.slack.calls import Calls, Identity
from integrations.slack.dispatch import bolt
from integrations.slack.http_mode import LARGEST, Callbacks, signed
from integrations.slack.listen import Listener
from integrations.slack.origin import Home
from integrations.slack.people import People
from integrations.slack.respond import Responder
from integrations.slack.settings import SlackSettings

pytestmark = pytest.mark.slow

SECRET = "c0ffee"
CANARY = "the bus never came"
NOWHERE = "http://127.0.0.1:9/api/"
GIVEN = {"mode": "http", "bot_token": "xoxb-1", "signing_secret": SECRET, "api_url": NOWHERE}


async def nobody(_command):
    return Answer(())


class Door:
    """The address and a Slack that cannot be reached, on one loop."""

    def __init__(self):
        self.clock, core = MovableClock(), CoreSettings()
        self.calls = Calls(SlackSettings.model_validate(GIVEN))
        app = bolt(self.calls, Identity("UBOT", "tolbooth", "BBOT", "T1", None, None))
        people = People(self.calls, core, self.clock)
        self.listener = Listener(nobody, people, Responder(self.calls), core=core, bot="UBOT", home=Home("T1"))
        self.listener.register(app)
        self.callbacks = Callbacks(app, SECRET, self.clock)
        self.runner = asyncio.Runner()

    def knock(self, headers, body):
        request = Webhook("POST", headers, {}, body, self.clock.now())
        return self.runner.run(self.callbacks.answer(request))

    def signed(self, body, kind):
        stamp = str(int(self.clock.now().timestamp()))
        signature = signed(SECRET.encode(), stamp, body)
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": kind}
        return self.knock(headers, body)

    def close(self):
        self.runner.run(self.listener.in_hand.finish(1))
        self.runner.run(self.calls.close())
        self.runner.close()


@pytest.fixture(scope="module")
def door():
    door = Door()
    yield door
    door.close()


STAMPS = st.one_of(
    st.text(max_size=20), st.integers().map(str), st.floats().map(str), st.just(""), st.just("١٧٩٥"), st.just("9" * 400)
)
SIGNATURES = st.one_of(
    st.text(max_size=80), st.text("0123456789abcdef", min_size=64, max_size=64).map("v0={}".format), st.just("v0=é")
)
NAMES = st.sampled_from(["X-Slack-Request-Timestamp", "x-slack-signature", "Content-Type", "X-Slack-Retry-Num", "X-Odd"])
HEADERS = st.one_of(
    st.dictionaries(NAMES, STAMPS),
    st.fixed_dictionaries({"X-Slack-Request-Timestamp": STAMPS, "X-Slack-Signature": SIGNATURES}),
)
BODIES = st.builds(
    lambda piece, size: (piece * (size // max(1, len(piece)) + 1))[:size] if piece else b"",
    st.one_of(st.binary(max_size=40), st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.one_of(st.integers(0, 200), st.sampled_from([LARGEST, LARGEST + 1, 2 * LARGEST])),
)
TOP = ("type", "event", "actions", "view", "team", "user", "command", "payload", "authorizations", "callback_id", "state")
DEEP = ("value", "values", "text", "message", "channel", "container", "private_metadata", "ssl_check", "challenge", "bot_id")
TYPES = ("event_callback", "block_actions", "view_submission", "message_action", "shortcut", "view_closed", "app_mention")
OTHERS = ("message", "url_verification", "block_suggestion", "do:claim:0", "form:reply:send", "/claim", "T1", "")
KEYS, WORDS = st.sampled_from((*TOP, *DEEP)), st.sampled_from((*TYPES, *OTHERS))
WILD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=12,
)
KINDS = st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", "", "é"])


@settings(deadline=None, max_examples=150, phases=[Phase.generate])
@given(headers=HEADERS, body=BODIES)
def test_nothing_unsigned_gets_in_whatever_it_says(door, headers, body):
    answer = door.knock(headers, body)

    assert answer.status == (413 if len(body) > LARGEST else 401)
    assert answer.body == b""


@settings(deadline=None, max_examples=150, phases=[Phase.generate])
@given(body=st.one_of(BODIES, WILD.map(lambda wild: json.dumps(wild).encode())), kind=KINDS)
def test_what_is_signed_and_makes_no_sense_is_no_fault_of_the_server(door, body, kind):
    assert door.signed(body, kind).status < 500


@settings(deadline=None, max_examples=150, phases=[Phase.generate])
@given(
    wild=st.dictionaries(KEYS, WILD, max_size=8),
    kind=st.sampled_from(["event_callback", "block_actions", "view_submission", "message_action", "shortcut", "command"]),
)
def test_a_signed_payload_of_any_shape_is_no_fault_of_the_server(door, wild, kind):
    given = {"team_id": "T1"} | wild | ({"command": "/claim"} if kind == "command" else {"type": kind})

    assert door.signed(json.dumps(given).encode(), "application/json").status < 500


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"payload=" + b"[" * 200_000])
def test_a_body_nested_without_end_is_refused(body, door):
    assert door.signed(body, "application/json" if body[:1] in b"[{" else "").status == 400


@pytest.mark.parametrize("signature", ["", "v0=" + "0" * 64])
def test_no_body_is_logged(signature, door):
    with capture_logs() as lines:
        door.knock({"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": signature}, CANARY.encode())
        door.signed(CANARY.encode(), "application/json")
        door.signed(json.dumps({"type": "block_actions", "actions": CANARY}).encode(), "application/json")

    assert CANARY not in str(lines)

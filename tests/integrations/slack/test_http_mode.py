"""``/slack/events`` believes only what Slack signed within five minutes, by our clock."""

import json

import pytest

from bot.ports import Webhook
from integrations.slack.chat import build
from integrations.slack.http_mode import bolt_request, signed

from .conftest import settings_for

CHALLENGE = json.dumps({"type": "url_verification", "challenge": "c0ffee"}).encode()


@pytest.fixture
def call(signed_in, slack, clock):
    [route] = signed_in.routes()

    async def call(body=CHALLENGE, *, stamp=None, signature=None, kind="application/json"):
        at = str(int(clock.now().timestamp())) if stamp is None else stamp
        given = signed(slack.signing_secret.encode(), at, body) if signature is None else signature
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": given, "Content-Type": kind}
        return await route.answer(Webhook("POST", headers, {}, body, clock.now()))

    return call


async def test_slacks_question_is_answered(call):
    answer = await call()

    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "c0ffee"})


@pytest.mark.parametrize("apart", [-301, 301])
async def test_what_is_older_or_newer_than_five_minutes_is_refused(apart, call, clock):
    assert (await call(stamp=str(int(clock.now().timestamp()) + apart))).status == 401


@pytest.mark.parametrize("stamp", ["", "now", "1e9", "-1", "٣٤٥", "9" * 13, " 1", "1\n"])
async def test_a_timestamp_that_is_none_is_refused(stamp, call):
    assert (await call(stamp=stamp)).status == 401


@pytest.mark.parametrize(
    "signature", ["", "v0=", "v1=" + "0" * 64, "v0=" + "0" * 64, "v0=" + "G" * 64, "v0=" + "0" * 64 + "\n"]
)
async def test_a_signature_that_is_not_slacks_is_refused(signature, call):
    assert (await call(signature=signature)).status == 401


async def test_headers_that_are_missing_are_refused(signed_in, clock):
    [route] = signed_in.routes()

    assert (await route.answer(Webhook("POST", {}, {}, CHALLENGE, clock.now()))).status == 401


async def test_a_body_above_a_mebibyte_is_refused_unread(call):
    assert (await call(b"x" * ((1 << 20) + 1))).status == 413


@pytest.mark.parametrize("body", [b"{", b"payload={", b"\xff\xfe", b"[]", b"null"])
async def test_a_signed_body_that_cannot_be_read_breaks_nothing(body, call):
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        assert (await call(body, kind=kind)).status in (200, 400, 404)


async def test_before_the_start_nobody_is_listening(slack, core, clock):
    [route] = build(settings_for(slack, "http"), core=core, clock=clock).routes()

    assert (await route.answer(Webhook("POST", {}, {}, CHALLENGE, clock.now()))).status == 503


async def test_socket_mode_has_no_address(slack, core, clock):
    assert build(settings_for(slack), core=core, clock=clock).routes() == ()


def test_a_form_that_speaks_of_a_payload_is_still_a_form():
    kind = {"content-type": "application/x-www-form-urlencoded"}

    asked = bolt_request("command=%2Fmention&text=the+payload+is+late", kind)

    assert asked.body == {"command": "/mention", "text": "the payload is late"}

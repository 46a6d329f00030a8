"""HTTP mode: Slack calls ``/slack/events``; only what Slack signed within the last five minutes is read."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.ports import Clock, WebAnswer, Webhook
from integrations.slack.in_hand import InHand
from integrations.slack.origin import is_shaped
from integrations.slack.payloads import ODD_SHAPE

PATH = "/slack/events"
LARGEST = 1 << 20
WINDOW = 300
"""Seconds a signature is good for: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
TIMESTAMP = re.compile(r"^[0-9]{1,12}$", re.ASCII)
SIGNATURE = re.compile(r"^v0=[0-9a-f]{64}$", re.ASCII)

log = structlog.get_logger()


class Callbacks:
    """The one address for everything Slack sends."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._secret = signing_secret.encode()
        self._clock = clock
        self._in_hand = InHand()
        self._stopping = False

    async def answer(self, request: Webhook) -> WebAnswer:
        """Answer one callback: 401 unless Slack signed it lately, 413 above 1 MiB, 400 when it cannot be read."""
        if len(request.body) > LARGEST:
            return WebAnswer(413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._is_slacks(headers, request.body):
            log.warning("slack_callback_refused", bytes=len(request.body))
            return WebAnswer(401)
        if self._stopping:
            return WebAnswer(503)
        try:
            asked = bolt_request(request.body.decode(), headers)
        except (*ODD_SHAPE, RecursionError):
            return WebAnswer(400)
        try:
            response = await self._in_hand.begin(self._app.async_dispatch(asked))
        except ODD_SHAPE:
            return WebAnswer(400)  # Bolt itself tripped over it: no listener was called
        kind = response.first_headers().get("content-type", "text/plain; charset=utf-8")
        return WebAnswer(response.status, response.body.encode(), kind)

    async def close(self, within: float = 5.0) -> None:
        """Take nothing more, finish what is in hand."""
        self._stopping = True
        await self._in_hand.finish(within)

    def _is_slacks(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not TIMESTAMP.match(stamp) or not SIGNATURE.match(signature):
            return False
        if abs(self._clock.now().timestamp() - int(stamp)) > WINDOW:
            return False
        return hmac.compare_digest(signed(self._secret, stamp, body), signature)

    def health(self) -> dict[str, object]:
        """What is in hand."""
        return {"in_hand": len(self._in_hand)}


def signed(secret: bytes, stamp: str, body: bytes) -> str:
    """Slack's signature of a body."""
    return "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def bolt_request(body: str, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """A request as Bolt takes it. Raises ValueError when it cannot be read.

    Read here, because Bolt takes any form in which the word "payload" occurs for an interaction, and so loses a command
    that says it. Bolt takes what has been read in the mode it calls ``socket_mode``, whichever way it came.
    """
    if headers.get("content-type", "").startswith("application/json") or body.startswith("{"):
        read = json.loads(body)
    else:
        fields = dict(parse_qsl(body, keep_blank_values=True))
        read = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(read, dict) or not is_shaped(read):
        raise ValueError("neither a form nor an object as Slack makes them")
    return AsyncBoltRequest(body=read, headers=dict(headers), mode="socket_mode")

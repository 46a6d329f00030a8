"""The web chat's bench: the adapter as it ships, and a stand-in chat that signs with the published library."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing, Webhook
from integrations.http import Http
from integrations.webchat.network import build
from integrations.webchat.settings import WebchatAccount, key_of
from integrations.webchat.signature import sign
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.webchat import LONGEST, SECRET, StandInChat, Trouble


class WebchatBench:
    """Everything comes by call; a repeat of a reply is known by its id."""

    name = "webchat"
    offers = frozenset(
        {Offers.CALLS, Offers.REPLIES, Offers.EDITS, Offers.DELETIONS, Offers.BACKDATED, Offers.LOOKS, Offers.LIMIT}
    )
    errors = (
        ErrorCase("refused", "write", 422, b"{}", Refused),
        ErrorCase("too large", "write", 413, b"", Refused),
        ErrorCase("gone", "write", 410, b"", Refused),
        ErrorCase("signature not accepted", "write", 401, b"", SignInAgain),
        ErrorCase("forbidden", "write", 403, b"", SignInAgain),
        ErrorCase("too many", "write", 429, b"", TryLater, {"Retry-After": "90"}, timedelta(seconds=90)),
        ErrorCase("away", "write", 503, b"", TryLater, {"Retry-After": "20"}, timedelta(seconds=20)),
        ErrorCase("broken", "write", 500, b"", Unsure),
        ErrorCase("a proxy's page", "write", 200, b"<!doctype html>Sign in", Unsure),
    )

    def __init__(self, chat: StandInChat, http: Http, clock: MovableClock) -> None:
        self.chat, self.clock, self._http = chat, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "webchat", "channel": "mentions", "secret": SECRET, "reply_url": self.chat.url}
        return given | {"limit": LONGEST}

    def _built(self) -> Network:
        return build(WebchatAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A line in the chat."""
        return self.chat.says(text, by, at or self.clock.now(), in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """The chat tells of it."""
        self.chat.edits(native_id, text)

    async def deletes(self, native_id: str) -> None:
        """The chat tells of it."""
        self.chat.deletes(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """The chat does not tell of answers."""
        raise NotImplementedError

    def calls(self) -> Calls:
        """Signed as the library signs."""
        events, self.chat.events = self.chat.events, []
        made = [self._call(*self.chat.call(what, about, new_id(), self.clock.now())) for what, about in events]
        old = self.clock.now() - timedelta(minutes=6)
        stale = [self._call(*self.chat.call(what, about, new_id(), old)) for what, about in events]
        return Calls(made, [spoilt for call in made for spoilt in forged(call)], stale)

    def _call(self, headers: Mapping[str, str], body: bytes) -> Webhook:
        return Webhook("POST", {"content-type": "application/json", **headers}, {}, body, self.clock.now())

    def resigned(self, call: Webhook, body: bytes) -> Webhook:
        """The same call with another body, vouched for, also where the library signs no such bytes."""
        message_id, now = new_id(), self.clock.now()
        signature = sign(key_of(SecretStr(SECRET)), message_id, int(now.timestamp()), body)
        return self._call({**self.chat.signed(b"", message_id, now), "webhook-signature": signature}, body)

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """There is nothing to read."""
        assert on == "write"
        self.chat.chaos.append(Trouble(status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Shown, and the line is cut."""
        self.chat.chaos.append(Trouble(lost=True))

    def public(self) -> list[Shown]:
        """What the chat shows of ours."""
        return [Shown(key, one["text"], one["in_reply_to"]) for key, one in self.chat.replies.items()]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a line."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, native_id, now, first_sent_at=now, last_sent_at=now, author_id="visitor-ann")

    async def finds(self, text: str) -> str:
        """A chat cannot be searched."""
        raise NotImplementedError


def new_id() -> str:
    """What a call is known by."""
    return f"msg_{secrets.token_hex(8)}"


def forged(call: Webhook) -> list[Webhook]:
    """With another signature, with none, with a changed byte, as another call."""
    headers = dict(call.headers)
    other = {**headers, "webhook-signature": "v1," + "A" * 43 + "="}
    none = {name: value for name, value in headers.items() if name != "webhook-signature"}
    renamed = {**headers, "webhook-id": new_id()}
    changed = replace(call, body=call.body.replace(b"visitor", b"visitoR"))
    return [*(replace(call, headers=one) for one in (other, none, renamed)), changed]


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[WebchatBench]:
    """The chat listens as long as the bench is open."""
    async with StandInChat() as chat:
        yield WebchatBench(chat, http, clock)

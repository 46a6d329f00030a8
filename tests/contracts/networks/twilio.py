"""Twilio's bench: the adapter as it ships, and a stand-in that signs, counts and lists as the documentation says."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing, Webhook
from integrations.http import Http
from integrations.twilio.network import TwilioTexts, build
from integrations.twilio.settings import TwilioAccount
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.twilio import ACCOUNT, HOOK, OURS, TOKEN, StandInTwilio, Trouble, signed


def said(code: int) -> bytes:
    """An error as Twilio words it."""
    return b'{"code":%d,"message":"to +447700900101","more_info":"","status":400}' % code


class TwilioBench:
    """Texts come by call, and by list; a reply whose answer was lost is found by number, words and time."""

    name = "twilio"
    offers = frozenset({Offers.POLL, Offers.CALLS, Offers.REPLIES, Offers.LOOKS, Offers.READ_BACK, Offers.LIMIT})
    errors = (
        ErrorCase("not signed in", "read", 401, said(20003), SignInAgain),
        ErrorCase("too many", "read", 429, said(20429), TryLater, {"Retry-After": "20"}, timedelta(seconds=20)),
        ErrorCase("away", "read", 503, b"", TryLater),
        ErrorCase("a proxy's page", "read", 200, b"<html>Sign in", TryLater),
        ErrorCase("not signed in to send", "write", 401, said(20003), SignInAgain),
        ErrorCase("too many to send", "write", 429, said(20429), TryLater, {"Retry-After": "20"}, timedelta(seconds=20)),
        ErrorCase("opted out", "write", 400, said(21610), Refused),
        ErrorCase("no such number", "write", 400, said(21211), Refused),
        ErrorCase("no route", "write", 400, said(21612), Refused),
        ErrorCase("no mobile", "write", 400, said(21614), Refused),
        ErrorCase("not there", "write", 404, said(20404), Refused),
        ErrorCase("failed at once", "write", 201, b'{"sid":"SM1","status":"failed","error_code":30007}', Refused),
        ErrorCase("broken", "write", 500, b"", Unsure),
        ErrorCase("away while sending", "write", 503, b"", Unsure),
        ErrorCase("a page in its place", "write", 201, b"<html>", Unsure),
    )

    def __init__(self, twilio: StandInTwilio, http: Http, clock: MovableClock) -> None:
        self.twilio, self.clock, self._http = twilio, clock, http
        self._numbers: dict[str, str] = {}
        self._by: dict[str, str] = {}
        self._fresh: list[str] = []
        self._count = count(101)
        self.network: Network = self.built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "twilio", "channel": "mentions", "private_channel": "private", "number": OURS}
        more = {"account_sid": ACCOUNT, "secret": TOKEN, "webhook_url": HOOK, "api_url": self.twilio.url}
        return given | more

    def built(self, **changed: object) -> TwilioTexts:
        """The adapter as it ships."""
        return build(TwilioAccount.model_validate({**self.settings, **changed}), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing but what it was told of late."""
        self.network = self.built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """Somebody texts the council."""
        number = self._numbers.setdefault(by, f"+447700900{next(self._count)}")
        sid = self.twilio.says(text, number, at)
        self._by[sid] = number
        self._fresh.append(sid)
        return sid

    async def edits(self, native_id: str, text: str) -> None:
        """A text cannot be changed."""
        raise NotImplementedError

    async def deletes(self, native_id: str) -> None:
        """A text cannot be taken back."""
        raise NotImplementedError

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """What a colleague sends from Twilio's console is not told of."""
        raise NotImplementedError

    def calls(self) -> Calls:
        """Signed with the auth token."""
        fresh, self._fresh = self._fresh, []
        made = [self._call(self.twilio.call(sid)) for sid in fresh]
        return Calls(made, [spoilt for call in made for spoilt in forged(call)])

    def _call(self, body: bytes) -> Webhook:
        return Webhook("POST", signed(HOOK, body), {}, body, self.clock.now())

    def resigned(self, call: Webhook, body: bytes) -> Webhook:
        """The same call with another body, vouched for."""
        return self._call(body)

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """Answered so, and nothing is sent."""
        self.twilio.chaos.append(Trouble(on, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Sent, and the line is cut."""
        self.twilio.chaos.append(Trouble("write", lost=True))

    def public(self) -> list[Shown]:
        """What stands on people's phones, each under their newest text."""
        newest = {number: sid for sid, number in self._by.items()}
        return [Shown(one.sid, one.body, newest[one.to]) for one in self.twilio.sent]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to whoever sent a text."""
        now, by = self.clock.now(), self._by[native_id]
        return Outgoing(key, text, native_id, "together", now, first_sent_at=now, last_sent_at=now, author_id=by)

    async def finds(self, text: str) -> str:
        """Texts cannot be searched."""
        raise NotImplementedError


def forged(call: Webhook) -> list[Webhook]:
    """With another signature, with none, with a changed byte, with one more field, for another address."""
    none = {name: value for name, value in call.headers.items() if name != "x-twilio-signature"}
    other = {**none, "x-twilio-signature": "A" * 27 + "="}
    renamed = {**call.headers, "x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_MD5"}
    stranger = {**none, **signed(HOOK, call.body, "another token")}
    heads = [replace(call, headers=one) for one in (none, other, renamed, stranger)]
    bodies = [call.body.replace(b"Body=", b"Body=X"), call.body + b"&To=%2B447700900666"]
    return [*heads, *(replace(call, body=body) for body in bodies), replace(call, query={"key": "r1"})]


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[TwilioBench]:
    """Twilio listens as long as the bench is open."""
    async with StandInTwilio(clock) as twilio:
        yield TwilioBench(twilio, http, clock)

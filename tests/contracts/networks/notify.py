"""GOV.UK Notify's bench: the adapter as it ships, and a stand-in that signs, counts and lists as the documentation says."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing, Webhook
from integrations.http import Http
from integrations.notify.network import build
from integrations.notify.settings import NotifyAccount
from integrations.telephone import e164
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.notify import KEY, SENDER, TEMPLATE, StandInNotify, Trouble

TOKEN = "stand-in-bearer-token"
AUTH = b'{"status_code":403,"errors":[{"error":"AuthError","message":"Invalid token"}]}'
CLOCK = b'{"status_code":403,"errors":[{"error":"AuthError","message":"Error: Your system clock must be accurate"}]}'
RATE = b'{"status_code":429,"errors":[{"error":"RateLimitError","message":"Exceeded rate limit for key type live"}]}'
DAY = b'{"status_code":429,"errors":[{"error":"TooManyRequestsError","message":"Exceeded send limits (250000) for today"}]}'
TRIAL = b'{"status_code":400,"errors":[{"error":"BadRequestError","message":"in trial mode"}]}'
NUMBER = b'{"status_code":400,"errors":[{"error":"ValidationError","message":"phone_number Not enough digits"}]}'
NONE = b'{"status_code":404,"errors":[{"error":"NoResultFound","message":"No result found"}]}'


class NotifyBench:
    """Texts come by call, and by list; a reply whose answer was lost is found by its reference."""

    name = "notify"
    offers = frozenset({Offers.POLL, Offers.CALLS, Offers.REPLIES, Offers.LOOKS, Offers.READ_BACK, Offers.LIMIT})
    errors = (
        ErrorCase("not signed", "read", 403, AUTH, SignInAgain),
        ErrorCase("clock off", "read", 403, CLOCK, SignInAgain),
        ErrorCase("too many", "read", 429, RATE, TryLater, {"Retry-After": "40"}, timedelta(seconds=40)),
        ErrorCase("away", "read", 503, b"", TryLater),
        ErrorCase("a proxy's page", "read", 200, b"<html>Sign in", TryLater),
        ErrorCase("not signed to send", "write", 401, AUTH, SignInAgain),
        ErrorCase("clock off to send", "write", 403, CLOCK, SignInAgain),
        ErrorCase("too many to send", "write", 429, RATE, TryLater, {}, timedelta(seconds=1)),
        ErrorCase("the day's limit", "write", 429, DAY, TryLater, {}, timedelta(hours=2)),
        ErrorCase("on trial", "write", 400, TRIAL, Refused),
        ErrorCase("no such number", "write", 400, NUMBER, Refused),
        ErrorCase("no such address", "write", 404, NONE, Refused),
        ErrorCase("broken", "write", 500, b"", Unsure),
        ErrorCase("away while sending", "write", 503, b"", Unsure),
        ErrorCase("a page in its place", "write", 201, b"<html>", Unsure),
    )

    def __init__(self, notify: StandInNotify, http: Http, clock: MovableClock) -> None:
        self.notify, self.clock, self._http = notify, clock, http
        self._numbers: dict[str, str] = {}
        self._by: dict[str, str] = {}
        self._fresh: list[str] = []
        self._count = count(101)
        self.network: Network = self.built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "notify", "channel": "mentions", "private_channel": "private", "api_key": KEY}
        more = {"template": TEMPLATE, "text_sender": SENDER, "callback_token": TOKEN, "api_url": self.notify.url}
        return given | more

    def built(self, **changed: object) -> Network:
        """The adapter as it ships."""
        return build(NotifyAccount.model_validate({**self.settings, **changed}), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing."""
        self.network = self.built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """Somebody texts the council."""
        number = self._numbers.setdefault(by, f"447700900{next(self._count)}")
        native_id = self.notify.says(text, number, at)
        self._by[native_id] = number
        self._fresh.append(native_id)
        return native_id

    async def edits(self, native_id: str, text: str) -> None:
        """A text cannot be changed."""
        raise NotImplementedError

    async def deletes(self, native_id: str) -> None:
        """A text cannot be taken back."""
        raise NotImplementedError

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """What a colleague sends from Notify's own page is not told of."""
        raise NotImplementedError

    def calls(self) -> Calls:
        """With the bearer token that was agreed."""
        fresh, self._fresh = self._fresh, []
        made = [self._call(self.notify.call(native_id)) for native_id in fresh]
        return Calls(made, [spoilt for call in made for spoilt in forged(call)])

    def _call(self, body: bytes) -> Webhook:
        headers = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}
        return Webhook("POST", headers, {}, body, self.clock.now())

    def resigned(self, call: Webhook, body: bytes) -> Webhook:
        """The token says nothing of the body."""
        return replace(call, body=body)

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """Answered so, and nothing is sent."""
        self.notify.chaos.append(Trouble(on, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Sent, and the line is cut."""
        self.notify.chaos.append(Trouble("write", lost=True))

    def public(self) -> list[Shown]:
        """What stands on people's phones, each under their newest text."""
        newest = {e164(number): native_id for native_id, number in self._by.items()}
        return [Shown(one.id, one.text, newest[one.to]) for one in self.notify.sent]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to whoever sent a text."""
        now, author_id = self.clock.now(), e164(self._by[native_id])
        return Outgoing(key, text, native_id, "together", now, first_sent_at=now, last_sent_at=now, author_id=author_id)

    async def finds(self, text: str) -> str:
        """Texts cannot be searched."""
        raise NotImplementedError


def forged(call: Webhook) -> list[Webhook]:
    """With another token, a part of it, none, and without saying what it is."""
    none = {name: value for name, value in call.headers.items() if name != "authorization"}
    others = ("Bearer other-bearer-token", f"Bearer {TOKEN[:-1]}", TOKEN, "Bearer ", f"Bearer {TOKEN}x")
    return [replace(call, headers=none), *(replace(call, headers={**none, "authorization": one}) for one in others)]


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[NotifyBench]:
    """Notify listens as long as the bench is open."""
    async with StandInNotify(clock) as notify:
        yield NotifyBench(notify, http, clock)

"""X's bench: the adapter as it ships, replies through the API, and the stand-in X of the sandbox."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.http import Http
from integrations.sandbox.x_problems import DELETED, DUPLICATE, NOT_SUMMONED, PROBLEMS
from integrations.sandbox.x_server import StandInX, Trouble
from integrations.x.network import build
from integrations.x.settings import XAccount
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown


def said(**fields: object) -> bytes:
    """A problem as X words it."""
    return json.dumps({"title": "", "type": "about:blank", **fields}).encode()


CAPPED = said(title="UsageCapExceeded", type=PROBLEMS + "usage-capped", period="Monthly")
BY_HEADER = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1794911400"}
"""Until 10:30 on the morning the benches' clock shows nine."""
HOUR = timedelta(hours=1)


class XBench:
    """Mentions by poll, replies looked up in our own timeline."""

    name = "x"
    offers = frozenset(
        {
            Offers.POLL,
            Offers.REPLIES,
            Offers.THREADS,
            Offers.EDITS,
            Offers.DELETIONS,
            Offers.PREFLIGHT,
            Offers.LOOKS,
            Offers.READ_BACK,
            Offers.SEARCHES,
            Offers.LIMIT,
        }
    )
    errors = (
        ErrorCase("keys not accepted", "read", 401, said(title="Unauthorized"), SignInAgain),
        ErrorCase("no credits", "read", 402, said(title="CreditsDepleted"), TryLater, {}, HOUR),
        ErrorCase("app suspended", "read", 403, said(detail="Your app is suspended"), SignInAgain),
        ErrorCase("too many", "read", 429, said(title="Too Many Requests"), TryLater, BY_HEADER, timedelta(minutes=50)),
        ErrorCase("monthly cap", "read", 429, CAPPED, TryLater, {}, HOUR),
        ErrorCase("broken", "read", 503, b"<html>", TryLater),
        ErrorCase("keys not accepted to write", "write", 401, said(title="Unauthorized"), SignInAgain),
        ErrorCase("not summoned", "write", 403, said(detail=NOT_SUMMONED), Refused),
        ErrorCase("post gone", "write", 403, said(detail=DELETED), Refused),
        ErrorCase("the same text", "write", 403, said(detail=DUPLICATE), Refused),
        ErrorCase("not readable", "write", 400, said(errors=[{"message": "invalid"}]), Refused),
        ErrorCase("too many writes", "write", 429, said(), TryLater, {"Retry-After": "120"}, timedelta(seconds=120)),
        ErrorCase("broken when written to", "write", 503, b"", Unsure),
        ErrorCase("half a yes", "write", 201, b'{"data": {', Unsure),
    )

    def __init__(self, x: StandInX, http: Http, clock: MovableClock) -> None:
        self.x, self.clock, self._http = x, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "x", "channel": "mentions", "handle": self.x.me.handle, "replies": "api"}
        return given | {"api_url": self.x.api_url} | dict(self.x.credentials)

    def _built(self) -> Network:
        return build(XAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """What it had counted is in the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A post that names us."""
        return self.x.says(text, by, at=at, in_reply_to=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """Found by asking after the last day's posts."""
        self.x.edit(native_id, text)

    async def deletes(self, native_id: str) -> None:
        """The same."""
        self.x.delete(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """From X's own page."""
        return self.x.says(text, self.x.me.handle, in_reply_to=native_id, mentions_us=False)

    def calls(self) -> Calls:
        """X's webhooks are not used."""
        return Calls((), ())

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the mentions, or on a post."""
        where = {"method": "GET", "path": "/mentions"} if on == "read" else {"method": "POST", "path": "/2/tweets"}
        self.x.chaos.append(Trouble(status, body.decode(), dict(headers or {}), **where))

    async def loses_the_answer(self) -> None:
        """Posted, and the line is cut."""
        self.x.chaos.append(Trouble(accept=True, drop=True, method="POST", path="/2/tweets"))

    def public(self) -> list[Shown]:
        """Our own timeline."""
        ours = (post for post in self.x.seen() if post.author == self.x.me.handle)
        return [Shown(post.id, post.text, post.in_reply_to) for post in ours]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a post."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, "", now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """A post that does not name us."""
        return self.x.says(text, "passer_by", mentions_us=False)


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[XBench]:
    """X listens as long as the bench is open."""
    async with StandInX(clock) as x:
        yield XBench(x, http, clock)

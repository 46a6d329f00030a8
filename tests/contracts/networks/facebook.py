"""A Facebook Page's bench: comments and messages by webhook and by poll, the stand-in Graph API on the other side."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing, Webhook
from integrations.facebook.network import build
from integrations.facebook.settings import FacebookAccount
from integrations.http import Http
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.facebook import POST, StandInPage
from tests.standins.graph import PAGE, Trouble, error

BY_CASE = {
    "x-business-use-case-usage": json.dumps(
        {PAGE: [{"type": "pages", "call_count": 100, "total_time": 3, "estimated_time_to_regain_access": 25}]}
    )
}


def said(code: int, subcode: int = 0, **more: object) -> bytes:
    """An error as Meta words it."""
    return json.dumps(error(code, subcode, **more)).encode()


def errors() -> tuple[ErrorCase, ...]:
    """Meta's table of errors, the same for its Pages and its Instagram accounts."""
    return (
        ErrorCase("unknown", "read", 500, said(1), TryLater),
        ErrorCase("away", "read", 503, said(2, is_transient=True), TryLater),
        *(ErrorCase(f"throttled {code}", "read", 400, said(code), TryLater) for code in (4, 17, 32, 341, 613, 80001, 80002)),
        ErrorCase("throttled, told how long", "read", 400, said(80001), TryLater, BY_CASE, timedelta(minutes=25)),
        ErrorCase("permission missing", "read", 403, said(10), SignInAgain),
        ErrorCase("permission removed", "read", 403, said(200), SignInAgain),
        ErrorCase("no capability", "read", 400, said(3), SignInAgain),
        ErrorCase("session", "read", 401, said(102), SignInAgain),
        *(
            ErrorCase(f"token {sub}", "read", 401, said(190, sub), SignInAgain)
            for sub in (458, 459, 460, 463, 464, 467, 492)
        ),
        ErrorCase("blocked", "read", 400, said(368), TryLater, {}, timedelta(hours=1)),
        ErrorCase("a proxy's page", "read", 502, b"<html>", TryLater),
        ErrorCase("half an answer", "read", 200, b'{"data": [{', TryLater),
        ErrorCase("unknown to a write", "write", 500, said(1), Unsure),
        ErrorCase("away for a write", "write", 400, said(2), Unsure),
        ErrorCase("a proxy's page to a write", "write", 502, b"", Unsure),
        ErrorCase("half a yes", "write", 200, b'{"id": ', Unsure),
        ErrorCase("a yes without a number", "write", 200, b"{}", Unsure),
        ErrorCase("throttled write", "write", 400, said(80001), TryLater, BY_CASE, timedelta(minutes=25)),
        ErrorCase("no right to write", "write", 403, said(200), SignInAgain),
        ErrorCase("gone", "write", 400, said(100, 33), NotThere),
        ErrorCase("the same text", "write", 400, said(506), Refused),
        ErrorCase("wrong parameter", "write", 400, said(100), Refused),
        ErrorCase("nobody there", "write", 400, said(551, 1545041), Refused),
        ErrorCase("window closed", "write", 400, said(10, 2018278), Refused),
    )


class FacebookBench:
    """Comments on the Page's own post; webhooks and poll tell the same."""

    name = "facebook"
    offers = frozenset(
        {
            Offers.POLL,
            Offers.CALLS,
            Offers.REPLIES,
            Offers.THREADS,
            Offers.EDITS,
            Offers.DELETIONS,
            Offers.ELSEWHERE,
            Offers.PREFLIGHT,
            Offers.LOOKS,
            Offers.READ_BACK,
            Offers.LIMIT,
        }
    )
    errors = errors()

    def __init__(self, page: StandInPage, http: Http, clock: MovableClock) -> None:
        self.page, self.clock, self._http = page, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        return {**self.page.settings, "channel": "mentions", "network": "facebook", "page_title": "Harrowmere Council"}

    def _built(self) -> Network:
        return build(FacebookAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """All that is kept is the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A comment."""
        return self.page.says(text, by, at=at, below=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """Told by webhook."""
        self.page.edits(native_id, text)

    async def deletes(self, native_id: str) -> None:
        """The same."""
        self.page.deletes(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """On Facebook itself."""
        return self.page.answers(native_id, text)

    def calls(self) -> Calls:
        """Signed over the bytes; the scheme has no time, so nothing is stale."""
        made = self.page.told()
        forged = [
            spoilt
            for one in made
            for spoilt in (
                replace(one, headers={}),
                replace(one, headers={"x-hub-signature-256": "sha256=" + "0" * 64}),
                replace(one, body=one.body + b" "),
                self.page.call(one.body, "another secret"),
            )
        ]
        return Calls(made, forged)

    def resigned(self, call: Webhook, body: bytes) -> Webhook:  # nothing of the call but its body counts
        """The same call with another body, vouched for."""
        return self.page.call(body)

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the feed, or on an answer."""
        where = {"method": "GET", "path": "/feed"} if on == "read" else {"method": "POST", "path": "/comments"}
        self.page.chaos.append(Trouble(status, body, dict(headers or {}), **where))

    async def loses_the_answer(self) -> None:
        """Posted, and the line is cut."""
        self.page.chaos.append(Trouble(lost=True, method="POST", path="/comments"))

    def public(self) -> list[Shown]:
        """The Page's comments."""
        return [Shown(one["id"], one["message"], one["parent"]) for one in self.page.shown()]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a comment."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, f"post:{POST}", now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Facebook cannot be searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[FacebookBench]:
    """The Page is there as long as the bench is open."""
    async with StandInPage(clock) as page:
        yield FacebookBench(page, http, clock)

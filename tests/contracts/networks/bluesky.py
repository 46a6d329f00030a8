"""Bluesky's bench: the adapter as it ships, and a stand-in server that answers as real ones were recorded to."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.bluesky.network import build
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import Http
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.bluesky import HANDLE, PASSWORD, StandInBluesky, Trouble

READ, WRITE = "app.bsky.notification.listNotifications", "com.atproto.repo.putRecord"
UNTIL = {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": "1794908400"}
"""Until 9:40 on the morning the benches' clock shows nine."""


def said(error: str, message: str = "") -> bytes:
    """A no in the shape of the protocol."""
    return json.dumps({"error": error, "message": message}).encode()


class Kept:
    """A place for sign-ins that lasts through restarts."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def load(self, account: str, /) -> str | None:
        """What was last kept."""
        return self.texts.get(account)

    async def save(self, account: str, tokens: str, /) -> None:
        """Keep it."""
        self.texts[account] = tokens


class BlueskyBench:
    """Mentions by poll; a repeat of a reply is harmless."""

    name = "bluesky"
    offers = frozenset(
        {
            Offers.POLL,
            Offers.REPLIES,
            Offers.THREADS,
            Offers.EDITS,
            Offers.DELETIONS,
            Offers.ELSEWHERE,
            Offers.BACKDATED,
            Offers.PREFLIGHT,
            Offers.LOOKS,
            Offers.READ_BACK,
            Offers.LIMIT,
            Offers.SEARCHES,
        }
    )
    errors = (
        ErrorCase("not signed in", "read", 401, said("AuthenticationRequired"), SignInAgain),
        ErrorCase("account taken down", "read", 400, said("AccountTakedown", "Account has been taken down"), SignInAgain),
        ErrorCase("not understood", "read", 400, said("InvalidRequest", "Error: limit"), Refused),
        ErrorCase("no such call", "read", 501, said("MethodNotImplemented"), Refused),
        ErrorCase("too many", "read", 429, said("RateLimitExceeded"), TryLater, UNTIL, timedelta(minutes=39)),
        ErrorCase("what it reads from is away", "read", 502, said("UpstreamFailure"), TryLater),
        ErrorCase("a page in place of an answer", "read", 200, b"<!doctype html>", TryLater),
        ErrorCase("moved", "read", 302, b"", TryLater),
        ErrorCase("not signed in to write", "write", 401, said("AuthMissing"), SignInAgain),
        ErrorCase("not taken", "write", 400, said("InvalidRequest", "Invalid app.bsky.feed.post record"), Refused),
        ErrorCase("no such repo", "write", 400, said("NotFound"), NotThere),
        ErrorCase("too many writes", "write", 429, said("RateLimitExceeded"), TryLater, UNTIL, timedelta(minutes=39)),
        ErrorCase("broken when written to", "write", 500, said("InternalServerError"), Unsure),
        ErrorCase("half a yes", "write", 200, b'{"uri": "at:', Unsure),
    )

    def __init__(self, server: StandInBluesky, http: Http, clock: MovableClock) -> None:
        self.server, self.clock, self._http = server, clock, http
        self.tokens = Kept()
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "bluesky", "channel": "mentions", "handle": HANDLE}
        return given | {"app_password": PASSWORD, "api_url": self.server.url}

    def _built(self) -> Network:
        return build(BlueskyAccount.model_validate(self.settings), http=self._http, clock=self.clock, tokens=self.tokens)

    async def restart(self) -> Network:
        """Its sign-in was kept."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A post that names us."""
        return self.server.says(text, f"{by}.test", at=at, in_reply_to=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """The record is written anew."""
        self.server.edits(native_id, text)

    async def deletes(self, native_id: str) -> None:
        """Nothing tells us."""
        self.server.deletes(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """From Bluesky's own app."""
        return self.server.says(text, HANDLE, in_reply_to=native_id, names_us=False)

    def calls(self) -> Calls:
        """Bluesky calls nobody."""
        return Calls((), ())

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the list of notifications, or on a record."""
        self.server.chaos.append(Trouble(READ if on == "read" else WRITE, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Written, and the line is cut."""
        self.server.chaos.append(Trouble(WRITE, lost=True))

    def public(self) -> list[Shown]:
        """What the account posted."""
        ours = self.server.ours()
        return [
            Shown(one.uri, one.value["text"], one.value["reply"]["parent"]["uri"]) for one in ours if "reply" in one.value
        ]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a post."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, native_id, now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """A post that does not name us."""
        return self.server.says(text, "passer.test", names_us=False)


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[BlueskyBench]:
    """The server listens as long as the bench is open."""
    async with StandInBluesky(clock) as server:
        yield BlueskyBench(server, http, clock)

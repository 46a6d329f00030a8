"""Mastodon's bench: the adapter as it ships, and the stand-in server."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.http import Http
from integrations.mastodon.network import build
from integrations.mastodon.settings import MastodonAccount
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.mastodon import OURS, TOKEN, StandInMastodon, Trouble

NAMES = re.compile(r"\A(?:@\S+ )+")


def said(why: str) -> bytes:
    """An error as Mastodon words it."""
    return json.dumps({"error": why}).encode()


class MastodonBench:
    """Notifications by poll, replies known by their key."""

    name = "mastodon"
    offers = frozenset(Offers) - {Offers.CALLS}
    errors = (
        ErrorCase("token not accepted", "read", 401, said("The access token is invalid"), SignInAgain),
        ErrorCase("no scope", "read", 403, said("This action is outside the authorized scopes"), SignInAgain),
        ErrorCase(
            "too many", "read", 429, said("Too many requests"), TryLater, {"Retry-After": "120"}, timedelta(minutes=2)
        ),
        ErrorCase("a proxy's page", "read", 404, b"<html>", TryLater),
        ErrorCase("half an answer", "read", 200, b'[{"id":', TryLater),
        ErrorCase("broken", "read", 503, b"<html>", TryLater),
        ErrorCase("token revoked", "write", 401, said("The access token was revoked"), SignInAgain),
        ErrorCase("account suspended", "write", 403, said("Your login is currently disabled"), SignInAgain),
        ErrorCase("not allowed", "write", 403, said("This action is not allowed"), Refused),
        ErrorCase("post gone", "write", 404, said("The post you are trying to reply to is not there"), Refused),
        ErrorCase("not valid", "write", 422, said("Validation failed: Text can't be blank"), Refused),
        ErrorCase(
            "too many writes",
            "write",
            429,
            said("Too many requests"),
            TryLater,
            {"Retry-After": "90"},
            timedelta(seconds=90),
        ),
        ErrorCase("moved", "write", 301, b"", Refused, {"Location": "https://elsewhere.example/"}),
        ErrorCase("broken when written to", "write", 503, b"", Unsure),
        ErrorCase("half a yes", "write", 200, b'{"id": "1', Unsure),
        ErrorCase("a yes that names nothing", "write", 200, b"{}", Unsure),
    )

    def __init__(self, server: StandInMastodon, http: Http, clock: MovableClock) -> None:
        self.server, self.clock, self._http = server, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "mastodon", "channel": "mentions", "handle": OURS, "searches_words": True}
        return given | {"api_url": self.server.api_url, "access_token": TOKEN}

    def _built(self) -> Network:
        return build(MastodonAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """All it needs is in the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A post that names us."""
        return self.server.says(f"@{OURS} {text}", by, at=at, in_reply_to=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """Found by a look at what is held."""
        self.server.edit(native_id, f"@{OURS} {text}")

    async def deletes(self, native_id: str) -> None:
        """The same."""
        self.server.delete(native_id)

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """From the phone: the app puts the author's name in front."""
        by = self.server.posts[native_id]["account"]["acct"]
        return self.server.write(f"@{by} {text}", self.server.people["1"], in_reply_to=native_id)

    def calls(self) -> Calls:
        """Nobody calls us."""
        return Calls((), ())

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """On the notifications, or on a post."""
        method, path = ("GET", "/api/v1/notifications") if on == "read" else ("POST", "/api/v1/statuses")
        self.server.chaos.append(Trouble(method, path, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Posted, and the line is cut."""
        self.server.chaos.append(Trouble("POST", "/api/v1/statuses", lost=True))

    def public(self) -> list[Shown]:
        """What of ours everybody can see, without the names in front."""
        seen = [one for one in self.server.ours() if one["visibility"] in ("public", "unlisted")]
        return [Shown(one["id"], NAMES.sub("", one["_text"]), one["in_reply_to_id"] or "") for one in seen]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a post."""
        now = self.clock.now()
        post = self.server.posts.get(native_id)
        author = post["account"]["id"] if post else ""
        return Outgoing(key, text, native_id, "", now, first_sent_at=now, last_sent_at=now, author_id=author)

    async def finds(self, text: str) -> str:
        """A post that does not name us."""
        return self.server.says(text, "passer_by")


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[MastodonBench]:
    """The server listens as long as the bench is open."""
    async with StandInMastodon(clock) as server:
        yield MastodonBench(server, http, clock)

"""The feed's bench: it is only read, from a stand-in site that knows what changed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import Refused, TryLater
from bot.ports import Network, Outgoing
from integrations.feed.network import build
from integrations.feed.settings import FeedAccount
from integrations.http import Http
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.feed import StandInSite, Told

ENTITIES = b"<!DOCTYPE rss [<!ENTITY a 'aaaaaaaa'>]><rss version='2.0'><channel><title>&a;</title></channel></rss>"


class FeedBench:
    """Everything comes by asking; nothing can be sent."""

    name = "feed"
    offers = frozenset({Offers.POLL, Offers.EDITS, Offers.BACKDATED})
    errors = (
        ErrorCase("gone for good", "read", 410, b"", Refused),
        ErrorCase("not there", "read", 404, b"", Refused),
        ErrorCase("wants a sign-in", "read", 401, b"", Refused),
        ErrorCase("turns us away", "read", 403, b"", Refused),
        ErrorCase("too many", "read", 429, b"", TryLater, {"Retry-After": "900"}, timedelta(minutes=15)),
        ErrorCase("away", "read", 503, b"", TryLater, {"Retry-After": "120"}, timedelta(minutes=2)),
        ErrorCase("a web page", "read", 200, b"<!doctype html><html><body>Back soon</body></html>", TryLater),
        ErrorCase("empty", "read", 200, b"", TryLater),
        ErrorCase("entities", "read", 200, ENTITIES, TryLater),
    )

    def __init__(self, site: StandInSite, http: Http, clock: MovableClock) -> None:
        self.site, self.clock, self._http = site, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        return {"name": "main", "network": "feed", "channel": "mentions", "url": self.site.url}

    def _built(self) -> Network:
        return build(FeedAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing but the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """An entry."""
        return self.site.says(text, by, at or self.clock.now())

    async def edits(self, native_id: str, text: str) -> None:
        """Other words in the feed."""
        self.site.edits(native_id, text, self.clock.now())

    async def deletes(self, native_id: str) -> None:
        """An entry leaves the feed, which may mean anything."""
        del self.site.entries[native_id]

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """A feed does not tell of answers."""
        raise NotImplementedError

    def calls(self) -> Calls:
        """Nobody calls."""
        raise NotImplementedError

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """There is nothing to write to."""
        assert on == "read"
        self.site.chaos.append(Told(status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """There is nothing to write to."""
        raise NotImplementedError

    def public(self) -> Sequence[Shown]:
        """Nothing of ours is ever in it."""
        return []

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply, which is refused."""
        return Outgoing(key, text, native_id, native_id, self.clock.now())

    async def finds(self, text: str) -> str:
        """A feed cannot be searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[FeedBench]:
    """The site is up as long as the bench is open."""
    async with StandInSite() as site:
        yield FeedBench(site, http, clock)

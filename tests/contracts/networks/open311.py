"""The bench of Open311: the adapter as it ships, and a stand-in of a reports system."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater
from bot.ports import Network, Outgoing
from integrations.http import Http
from integrations.open311.network import build
from integrations.open311.settings import Open311Account
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.open311 import AREA, KEY, StandInSystem, Told


class Open311Bench:
    """Everything comes by asking; nothing can be sent."""

    name = "open311"
    offers = frozenset({Offers.POLL, Offers.EDITS, Offers.BACKDATED})
    errors = (
        ErrorCase("no key", "read", 401, b"", SignInAgain),
        ErrorCase("a wrong key", "read", 403, b'[{"code":403,"description":"api_key is invalid"}]', SignInAgain),
        ErrorCase("no such area", "read", 404, b'[{"code":404,"description":"not found"}]', Refused),
        ErrorCase("no area", "read", 400, b"[]", Refused),
        ErrorCase("moved", "read", 301, b"", Refused),
        ErrorCase("too many", "read", 429, b"", TryLater, {"Retry-After": "900"}, timedelta(minutes=15)),
        ErrorCase("away", "read", 503, b"", TryLater, {"Retry-After": "120"}, timedelta(minutes=2)),
        ErrorCase("a web page", "read", 200, b"<!doctype html><html>ERROR: Missing jurisdiction_id</html>", TryLater),
        ErrorCase("no list", "read", 200, b'{"service_requests":null}', TryLater),
    )

    def __init__(self, site: StandInSystem, http: Http, clock: MovableClock) -> None:
        self.site, self.clock, self._http = site, clock, http
        self.more: dict[str, object] = {}
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "open311", "channel": "mentions", "api_url": self.site.url, "api_key": KEY}
        page = "https://reports.harrowmere.example/report/{id}"
        return {**given, "jurisdiction_id": AREA, "web_url": page, **self.more}

    def _built(self) -> Network:
        return build(Open311Account.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing but the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A report; nobody is told who made it."""
        return self.site.says(text, at or self.clock.now())

    async def edits(self, native_id: str, text: str) -> None:
        """Its moderators change what it says."""
        self.site.reports[native_id] |= {"description": text, "updated_datetime": self.clock.now().isoformat()}

    async def deletes(self, native_id: str) -> None:
        """A report that is hidden is in no list any more."""
        del self.site.reports[native_id]

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """The standard does not tell of answers."""
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
        """Nothing is searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[Open311Bench]:
    """The system listens as long as the bench is open."""
    async with StandInSystem(clock) as site:
        yield Open311Bench(site, http, clock)

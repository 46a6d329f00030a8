"""Flickr's bench: the adapter as it ships, and a stand-in that checks every signature with oauthlib."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.flickr.network import build
from integrations.flickr.settings import FlickrAccount
from integrations.http import Http
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.flickr import KEY, ME, SECRET, TOKEN, TOKEN_SECRET, Said, StandInFlickr, Trouble, failed, name

A_WHILE = timedelta(minutes=5)


def case(code: int, on: str, raises: type, at_least: timedelta | None = None) -> ErrorCase:
    """A row of Flickr's list: they all come with status 200."""
    return ErrorCase(f"{code} {on}", on, 200, failed(code), raises, at_least=at_least)


class FlickrBench:
    """Comments on one photo. Flickr has no threads: a reply begins with the name of whom it answers."""

    name = "flickr"
    offers = frozenset(
        {Offers.POLL, Offers.REPLIES, Offers.EDITS, Offers.DELETIONS, Offers.ELSEWHERE}
        | {Offers.PREFLIGHT, Offers.LOOKS, Offers.READ_BACK}
    )
    errors = (
        *(case(code, "read", SignInAgain) for code in (96, 97, 98, 99, 100)),
        *(case(code, "read", TryLater, A_WHILE) for code in (105, 106)),
        case(112, "read", Refused),
        ErrorCase("token rejected", "read", 401, b"oauth_problem=token_rejected", SignInAgain),
        ErrorCase("unreadable", "read", 200, b"<rsp stat='ok'/>", TryLater),
        ErrorCase("too many", "read", 429, b"", TryLater, {"Retry-After": "1800"}, timedelta(minutes=30)),
        case(1, "write", NotThere),
        case(8, "write", Refused),
        case(9, "write", TryLater, A_WHILE),
        case(95, "write", Refused),
        *(case(code, "write", SignInAgain) for code in (96, 97, 98, 99, 100)),
        case(105, "write", TryLater, A_WHILE),
        case(106, "write", Unsure),
        case(112, "write", Refused),
        ErrorCase("broken", "write", 500, b"", Unsure),
        ErrorCase("unreadable yes", "write", 200, b"jsonFlickrApi({})", Unsure),
    )

    def __init__(self, flickr: StandInFlickr, http: Http, clock: MovableClock) -> None:
        self.flickr, self.clock, self._http = flickr, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "flickr", "channel": "mentions", "user_id": ME, "api_url": self.flickr.url}
        keys = {"api_key": KEY, "api_secret": SECRET, "access_token": TOKEN, "access_token_secret": TOKEN_SECRET}
        return given | keys

    def _built(self) -> Network:
        return build(FlickrAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It keeps nothing but the cursor."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A comment."""
        return self.flickr.says(text, by, at=at)

    async def edits(self, native_id: str, text: str) -> None:
        """Its author changes it."""
        self.flickr.said[native_id].text = text

    async def deletes(self, native_id: str) -> None:
        """Its author takes it back."""
        del self.flickr.said[native_id]

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """A colleague comments on Flickr's own site."""
        return self.flickr.says(text, "")

    def calls(self) -> Calls:
        """Nobody calls."""
        raise NotImplementedError

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """Of the API."""
        self.flickr.chaos.append(Trouble(on, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Made public, and the line is cut."""
        self.flickr.chaos.append(Trouble("write", lost=True))

    def public(self) -> Sequence[Shown]:
        """What we said, to whom its head names."""
        return [self._shown(one) for one in self.flickr.said.values() if not one.by]

    def _shown(self, ours: Said) -> Shown:
        for one in self.flickr.said.values():
            if one.by and ours.text.startswith(head := f"@{name(one.by)}: "):
                return Shown(ours.id, ours.text.removeprefix(head), one.id)
        return Shown(ours.id, ours.text, "")

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply on the comment's photo."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, native_id.split("-")[1], now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Comments cannot be searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[FlickrBench]:
    """Flickr answers as long as the bench is open."""
    async with StandInFlickr(clock) as flickr:
        yield FlickrBench(flickr, http, clock)

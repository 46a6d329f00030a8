"""YouTube's bench: the adapter as it ships, and a stand-in with Google's sign-in, quota and refusals."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Network, Outgoing
from integrations.http import Http
from integrations.youtube.network import build
from integrations.youtube.settings import YouTubeAccount
from tests.contracts.networks.bench import Calls, ErrorCase, Offers, Shown
from tests.standins.youtube import CLIENT, ME, REFRESH, SECRET, StandInYouTube, Trouble, refused

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def case(reason: str, on: str, code: int, raises: type, at_least: timedelta | None = None) -> ErrorCase:
    """A row of Google's list."""
    return ErrorCase(f"{reason} {on}", on, code, refused(code, reason), raises, at_least=at_least)


class YouTubeBench:
    """Comments under one video."""

    name = "youtube"
    offers = frozenset(
        {Offers.POLL, Offers.REPLIES, Offers.THREADS, Offers.EDITS, Offers.DELETIONS, Offers.ELSEWHERE, Offers.BACKDATED}
        | {Offers.PREFLIGHT, Offers.LOOKS, Offers.READ_BACK, Offers.LIMIT}
    )
    errors = (
        case("insufficientPermissions", "read", 403, SignInAgain),
        case("quotaExceeded", "read", 403, TryLater, HOUR),
        case("rateLimitExceeded", "read", 403, TryLater, MINUTE),
        case("commentsDisabled", "read", 403, Refused),
        case("forbidden", "read", 403, Refused),
        case("accessNotConfigured", "read", 403, Refused),
        case("channelNotFound", "read", 404, Refused),
        case("processingFailure", "read", 400, TryLater),
        ErrorCase("too many", "read", 429, b"", TryLater, {"Retry-After": "120"}, 2 * MINUTE),
        ErrorCase("unreadable", "read", 200, b"<html>", TryLater),
        case("insufficientPermissions", "write", 403, SignInAgain),
        case("quotaExceeded", "write", 403, TryLater, HOUR),
        case("rateLimitExceeded", "write", 403, TryLater, MINUTE),
        case("commentsDisabled", "write", 403, Refused),
        case("forbidden", "write", 403, Refused),
        case("ineligibleAccount", "write", 403, Refused),
        case("commentNotFound", "write", 404, NotThere),
        case("videoNotFound", "write", 404, NotThere),
        case("parentCommentNotFound", "write", 404, NotThere),
        case("commentTextTooLong", "write", 400, Refused),
        case("commentTextRequired", "write", 400, Refused),
        case("processingFailure", "write", 400, Refused),
        case("operationNotSupported", "write", 400, Refused),
        case("parentCommentIsPrivate", "write", 400, Refused),
        case("backendError", "write", 500, Unsure),
        ErrorCase("unreadable yes", "write", 200, b"<html>", Unsure),
    )

    def __init__(self, youtube: StandInYouTube, http: Http, clock: MovableClock) -> None:
        self.youtube, self.clock, self._http = youtube, clock, http
        self.network: Network = self._built()

    @property
    def settings(self) -> Mapping[str, object]:
        """As it stands in the settings file."""
        given = {"name": "main", "network": "youtube", "channel": "mentions", "channel_id": ME, "handle": "harrowmere"}
        keys = {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": REFRESH}
        urls = {"api_url": f"{self.youtube.url}/youtube/v3", "token_url": f"{self.youtube.url}/token"}
        return given | keys | urls

    def _built(self) -> Network:
        return build(YouTubeAccount.model_validate(self.settings), http=self._http, clock=self.clock)

    async def restart(self) -> Network:
        """It signs in anew."""
        self.network = self._built()
        return self.network

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """A comment, or an answer in a thread."""
        return self.youtube.says(text, by, at=at, parent=in_reply_to)

    async def edits(self, native_id: str, text: str) -> None:
        """Its author changes it."""
        self.youtube.said[native_id].text = text
        self.youtube.said[native_id].updated = self.clock.now()

    async def deletes(self, native_id: str) -> None:
        """Its author takes it back."""
        del self.youtube.said[native_id]

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """A colleague answers in YouTube Studio."""
        return self.youtube.says(text, "", parent=native_id)

    def calls(self) -> Calls:
        """Nobody calls."""
        raise NotImplementedError

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """Of the API; the sign-in works."""
        self.youtube.chaos.append(Trouble(on, status, body, dict(headers or {})))

    async def loses_the_answer(self) -> None:
        """Made public, and the line is cut."""
        self.youtube.chaos.append(Trouble("write", lost=True))

    def public(self) -> Sequence[Shown]:
        """What we said."""
        ours = (one for one in self.youtube.said.values() if not one.by and one.status == "published")
        return [Shown(one.id, one.text, one.parent) for one in ours]

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply in the comment's thread."""
        now = self.clock.now()
        return Outgoing(key, text, native_id, native_id.partition(".")[0], now, first_sent_at=now, last_sent_at=now)

    async def finds(self, text: str) -> str:
        """Comments cannot be searched."""
        raise NotImplementedError


@asynccontextmanager
async def open_bench(http: Http, clock: MovableClock) -> AsyncIterator[YouTubeBench]:
    """YouTube answers as long as the bench is open."""
    async with StandInYouTube(clock) as youtube:
        yield YouTubeBench(youtube, http, clock)

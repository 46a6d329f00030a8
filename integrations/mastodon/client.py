"""The calls to one account's server: signed with its token, held back while a limit is used up, read as JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import OutsideError, Refused, TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, TooLarge
from integrations.mastodon.failures import Call, TooMuch, Unreadable, failure, read, reset_at
from integrations.mastodon.parse import ident, mapping
from integrations.mastodon.settings import MastodonAccount

Pairs = Sequence[tuple[str, str]]
NEARLY_USED = 0.2
"""The part of a limit that is left when reading slows down."""
SERVER_FACTS_LAST = timedelta(hours=24)
TRIED_AGAIN = timedelta(minutes=10)
PAGES, ONE = "pages", "read"
PAGED = re.compile(r"/api/v1/(?:notifications|timelines/.*|accounts/[^/]*/statuses)\Z|/api/v2/search")
"""Mastodon counts what is read in pages apart: 300 in 15 minutes, from every app of the account together."""
BATCHES_SINCE = 2
"""``api_versions.mastodon`` of 4.3, which gives many posts in one call."""


@dataclass(frozen=True, slots=True)
class Me:
    """The account the token belongs to."""

    id: str
    username: str
    is_automated: bool = True


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the server says of itself. ``limit`` is 0 while it has not said how long a post may be."""

    limit: int = 0
    a_link: int = 23
    gives_many: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the limit on reading: ``left`` of ``most`` calls until ``until``."""

    left: int
    most: int
    until: datetime


class Client:
    """Calls one account's server. What it raises names no token and nobody's words."""

    def __init__(self, account: MastodonAccount, *, http: Http, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self._rooms: dict[str, Room] = {}
        self._http = http
        self._closed: dict[str, datetime] = {}
        self._lengths: dict[str, int] = {}
        self._me: Me | None = None
        self._server, self._ask_at = ServerFacts(), clock.now()

    async def get(self, path: str, params: Pairs = (), call: Call = Call.READ) -> Any:
        """What stands at a path. Raises TryLater, Refused or SignInAgain."""
        return (await self.call("GET", path, params=params, call=call))[1]

    async def page(self, path: str, params: Pairs, most: int) -> tuple[Any, int]:
        """A page of at most ``most`` entries, of fewer where it would be too large to read; and how many were asked for.

        Raises TooMuch when a single one is too large.
        """
        asked = min(self._lengths.get(path, most), most)
        while True:
            try:
                page = await self.get(path, (*params, ("limit", str(asked))))
            except TooMuch:
                self._lengths[path] = max(asked // 2, 1)
                if asked == 1:
                    raise
                asked = self._lengths[path]
            else:
                self._lengths[path] = asked * 2
                return page, asked

    async def call(self, method: str, path: str, *, call: Call, **how: Any) -> tuple[int, Any]:
        """One call: status and JSON. Raises Unsure only for what creates; the rest may be asked again."""
        place = path_class(method, path)
        self._pass(place)
        answer = await self._answer(method, path, call, how)
        self._heed(place, answer)
        if not 200 <= answer.status < 300:
            raise self._failure(answer, call, place)
        body = read(answer.body)
        if body is None:
            said = "the server's answer could not be read"
            raise Unsure(said) if call is Call.CREATE else Unreadable(said, TRIED_AGAIN / 10)
        return answer.status, body

    async def _answer(self, method: str, path: str, call: Call, how: Mapping[str, Any]) -> HttpAnswer:
        headers = {
            "Authorization": f"Bearer {self.account.access_token.get_secret_value()}",
            "Accept": "application/json",
            "Accept-Language": "en",
            **how.get("headers", {}),
        }
        try:
            return await self._http.call(method, self.account.api_url + path, **{**how, "headers": headers})
        except Unsure as error:
            if call is Call.CREATE:
                raise
            if isinstance(error, TooLarge):
                raise TooMuch(error.beginning) from error
            raise Unreadable(str(error)) from error

    def _failure(self, answer: HttpAnswer, call: Call, place: str) -> OutsideError:
        error = failure(answer, call, self.clock.now())
        if answer.status == 429 and isinstance(error, TryLater):
            error.bucket = self._bucket(place)
            self._closed[place] = self.clock.now() + error.after
        return error

    # --- limits

    def _bucket(self, place: str) -> str:
        return f"mastodon:{self.account.name}:{place}"

    def _pass(self, place: str) -> None:
        """Raises TryLater while a limit is used up, so that the server is not asked what it has said it will refuse."""
        left = self._closed.get(place, self.clock.now()) - self.clock.now()
        if left > timedelta(0):
            raise TryLater("the server asks us to slow down", left, self._bucket(place))

    def _heed(self, place: str, answer: HttpAnswer) -> None:
        """Note what the headers leave of the limit."""
        until, now = reset_at(answer.headers), self.clock.now()
        left, most = number(answer.headers, "Remaining"), number(answer.headers, "Limit")
        if until is None or left is None or not most or until <= now:
            return
        until = min(until, now + timedelta(hours=3))
        if left <= 0:
            self._closed[place] = until
        if place in (PAGES, ONE):
            self._rooms[place] = Room(left, most, until)

    def slowed(self) -> tuple[timedelta | None, str]:
        """How long to wait before the next page, and why, once four fifths of a limit are used."""
        now = self.clock.now()
        tight = [room for room in self._rooms.values() if room.until > now and room.left <= room.most * NEARLY_USED]
        if not tight:
            return None, ""
        room = min(tight, key=lambda one: one.left)
        wait = max((room.until - now) / max(room.left, 1), self.account.poll_every * 2)
        return min(wait, timedelta(minutes=15)), f"its server takes only {room.left} more reads until {room.until:%H:%M} UTC"

    # --- what is asked seldom

    async def me(self) -> Me:
        """Whose token it is, asked once. Raises Refused when it is another account than the settings name."""
        if self._me is None:
            self._me = await self.whoever()
        if self._me.username.lower() != self.account.username.lower():
            wrong = f"the access token belongs to @{self._me.username}, not to @{self.account.username}"
            self._me = None
            raise Refused(f"{wrong}: mend handle or access_token")
        return self._me

    async def whoever(self) -> Me:
        """The account the token belongs to, as the server says."""
        given = mapping(await self.get("/api/v1/accounts/verify_credentials"))
        username = given.get("username")
        if not (own := ident(given.get("id"))) or not isinstance(username, str):
            raise Unreadable("the server did not say whose token this is", TRIED_AGAIN / 10)
        return Me(own, username, given.get("bot") is not False)

    async def server(self) -> ServerFacts:
        """The server's own limits, at most a day old; what was known before while it cannot be asked."""
        if self.clock.now() >= self._ask_at:
            try:
                self._server = facts_in(await self._instance())
                self._ask_at = self.clock.now() + SERVER_FACTS_LAST
            except OutsideError:
                self._ask_at = self.clock.now() + TRIED_AGAIN
        return self._server

    async def _instance(self) -> Mapping[str, Any]:
        """https://docs.joinmastodon.org/methods/instance/; the older form where there is no newer."""
        try:
            return mapping(await self.get("/api/v2/instance"))
        except Refused:
            return mapping(await self.get("/api/v1/instance"))


def facts_in(instance: Mapping[str, Any]) -> ServerFacts:
    """What is of use here, of either form."""
    statuses = mapping(mapping(instance.get("configuration")).get("statuses"))
    return ServerFacts(
        limit=count(statuses.get("max_characters") or instance.get("max_toot_chars")),
        a_link=count(statuses.get("characters_reserved_per_url")) or 23,
        gives_many=count(mapping(instance.get("api_versions")).get("mastodon")) >= BATCHES_SINCE,
    )


def count(wild: object) -> int:
    """A number somebody could have meant; else 0."""
    return wild if isinstance(wild, int) and not isinstance(wild, bool) and 0 < wild < 10**7 else 0


def number(headers: Mapping[str, str], what: str) -> int | None:
    """One of the three figures of a limit."""
    said = headers.get(f"X-RateLimit-{what}", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def path_class(method: str, path: str) -> str:
    """Which limit a call counts against: reading in pages, reading one thing, posting, pictures, deleting, the rest."""
    if method == "GET":
        return PAGES if PAGED.match(path) else ONE
    if method == "DELETE":
        return "delete"
    return {"/api/v1/statuses": "post", "/api/v2/media": "pictures"}.get(path, "act")

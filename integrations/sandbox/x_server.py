"""A stand-in for X, for tests, the demo and practice: enough of its API v2 to read mentions and post replies."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self

from aiohttp import web

from bot.ports import Clock
from integrations.sandbox.x_limits import StandInLimits, is_too_much, told
from integrations.sandbox.x_oauth import StandInTokens
from integrations.sandbox.x_posts import StandInPost, drawn, included, number_at, page_of
from integrations.sandbox.x_problems import PROBLEMS, invalid, problem
from integrations.sandbox.x_search import matches
from integrations.sandbox.x_signature import is_signed
from integrations.sandbox.x_wall import XWall
from integrations.sandbox.x_writing import Writing

LARGEST_CALL = 8 << 20
SEARCHABLE = timedelta(days=7)
TOKEN_ENDPOINT = "/2/oauth2/token"  # noqa: S105  # a path


@dataclass
class Trouble:
    """What goes wrong with one call, after ``slow`` seconds: another answer, or with ``drop`` a cut line.

    With ``accept`` the call is carried out first. With none of these the real answer comes, late. ``method`` and ``path``
    narrow it.
    """

    status: int = 0
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: bool = False
    drop: bool = False
    slow: float = 0.0
    method: str = ""
    path: str = ""


class StandInX(XWall):
    """A small X on a loopback port. Its driver speaks for the public; ``chaos`` is taken up call by call."""

    def __init__(self, clock: Clock, handle: str = "harrowmere") -> None:
        super().__init__(clock, handle)
        self.credentials: Mapping[str, str] = MappingProxyType(
            {
                "consumer_key": "stand-in-consumer-key",
                "consumer_secret": "stand-in-consumer-secret",
                "access_token": f"{self.me.id}-stand-in-access-token",
                "access_token_secret": "stand-in-access-token-secret",
            }
        )
        self.user_token = "stand-in-user-token"  # noqa: S105  # opens nothing
        self.fields_name = "tweet.fields"
        self.largest_page = 100
        self.limits = StandInLimits()
        self.oauth2 = StandInTokens()
        self.chaos: list[Trouble] = []
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.api_url = ""
        self.writing = Writing(self)
        self._runner: web.AppRunner | None = None

    # --- server

    async def start(self) -> Self:
        """Listen on a free loopback port; ``api_url`` says which."""
        app = web.Application(middlewares=[self._answer], client_max_size=LARGEST_CALL)
        app.router.add_get("/2/users/me", self._get_me)
        app.router.add_get("/2/users/{id}/mentions", self._get_mentions)
        app.router.add_get("/2/users/{id}/tweets", self._get_timeline)
        app.router.add_get("/2/tweets/search/recent", self._search)
        app.router.add_post(TOKEN_ENDPOINT, self._renew)
        app.router.add_get("/2/tweets", self._get_posts)
        self.writing.add_to(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append((request.method, request.path, dict(request.query)))
        fits = (one for one in self.chaos if one.method in {"", request.method} and one.path in request.path)
        trouble = next(fits, None)
        if trouble is None:
            return await self._checked(request, handler)
        self.chaos.remove(trouble)
        carried_out = trouble.accept or not (trouble.status or trouble.drop)
        answer = await self._checked(request, handler) if carried_out else None
        await asyncio.sleep(trouble.slow)
        if trouble.drop and request.transport:
            request.transport.abort()
        if answer is not None and not trouble.status:
            return answer
        body = trouble.body if isinstance(trouble.body, str) else json.dumps(trouble.body or {})
        return web.Response(
            status=trouble.status or 200, text=body, headers=trouble.headers, content_type="application/json"
        )

    async def _checked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """The real answer: who is asking, how often, and in which words."""
        if request.path == TOKEN_ENDPOINT:
            token: web.StreamResponse = await handler(request)
            return token
        if not self._is_known(request):
            return problem(401, "Unauthorized", "Unauthorized")
        unknown = {"tweet.fields", "post.fields"} & set(request.query) - {self.fields_name}
        if unknown:
            return invalid(f"The query parameter [{unknown.pop()}] is not one of [id,max_results,{self.fields_name}]")
        headers = self.limits.counted(request.method, request.path, self._clock.now())
        if is_too_much(headers):
            return problem(429, "Too Many Requests", "Too Many Requests", headers=told(headers))
        answer: web.StreamResponse = await handler(request)
        answer.headers.update(headers | {"x-access-level": self.access_level, "x-transaction-id": f"{len(self.calls):016x}"})
        return answer

    def _is_known(self, request: web.Request) -> bool:
        """Whether the caller shows the user token, a renewed one, or a signature."""
        authorization = request.headers.get("Authorization", "")
        bearer = authorization.removeprefix("Bearer ")
        if bearer == self.user_token or self.oauth2.is_good(bearer, self._clock.now()):
            return True
        return is_signed(request.method, str(request.url), authorization, self.credentials)

    async def _renew(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        status, body = self.oauth2.answer(await request.text(), authorization, self._clock.now())
        return web.json_response(body, status=status)

    async def _get_me(self, _: web.Request) -> web.Response:
        return web.json_response({"data": self.people.drawn(self.me.handle)})

    async def _get_mentions(self, request: web.Request) -> web.Response:
        return self._listed(request, (post for post in self.seen() if post.mentions_us and post.author != self.me.handle))

    async def _get_timeline(self, request: web.Request) -> web.Response:
        return self._listed(request, (post for post in self.seen() if post.author == self.me.handle))

    def _listed(self, request: web.Request, found: Iterable[StandInPost]) -> web.Response:
        """A page of posts, newest first; a timeline for this account only."""
        query = request.query
        size = int(query.get("max_results", 10))
        if not 5 <= size <= 100 or request.match_info.get("id", self.me.id) != self.me.id:
            return invalid("The `max_results` query parameter value is not between 5 and 100, or the id is not yours")
        start = datetime.fromisoformat(query.get("start_time", "2006-03-21T00:00:00Z")).astimezone(UTC)
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 1 << 63))
        found = (post for post in found if since < int(post.id) < until and post.at >= start)
        wanted = sorted(found, key=lambda post: int(post.id), reverse=True)
        token = query.get("pagination_token") or query.get("next_token", "")
        shown, following = page_of(wanted, min(size, self.largest_page), token)
        if not shown:
            return web.json_response({"meta": {"result_count": 0}})
        meta = {"result_count": len(shown), "newest_id": shown[0].id, "oldest_id": shown[-1].id}
        return self._with_people(request, shown, {"meta": meta | ({"next_token": following} if following else {})})

    async def _search(self, request: web.Request) -> web.Response:
        """The last 7 days' posts that match, without reposts."""
        text, since = request.query.get("query", ""), request.query.get("since_id")
        oldest = int(number_at(self._clock.now() - SEARCHABLE, 0))
        if not text or len(text) > 512 or text.count('"') % 2 or int(request.query.get("max_results", 10)) < 10:
            return invalid("There were errors processing your request: the query or max_results cannot be read")
        if since and int(since) < oldest:
            return invalid(f"'since_id' must be a tweet id created after [a week ago]. Use one larger than {oldest}")
        week = (post for post in self.seen() if int(post.id) > oldest and not post.reposts)
        return self._listed(request, (post for post in week if matches(text, post)))

    def _with_people(self, request: web.Request, shown: list[StandInPost], rest: dict[str, Any]) -> web.Response:
        """The posts with whom and what they name; one that was asked for by an earlier id has its earlier words."""
        fields, expansions = set(request.query.get(self.fields_name, "").split(",")), request.query.get("expansions", "")
        asked = set(request.query.get("ids", "").split(","))
        versions = [next((one[0] for one in post.versions if one[0] in asked), "") for post in shown]
        pairs = zip(shown, versions, strict=True)
        body: dict[str, Any] = {"data": [drawn(post, self.people, fields, one) for post, one in pairs]} if shown else {}
        if shown and "author_id" in expansions:
            named = [self.find(other) for post in shown for other in (post.in_reply_to, post.quotes) if other]
            others = [drawn(post, self.people, fields) for post in named if post and self.is_seen(post)]
            body["includes"] = included(shown, self.people, others if "referenced_tweets.id" in expansions else [])
        return web.json_response(body | rest)

    async def _get_posts(self, request: web.Request) -> web.Response:
        shown, errors = [], []
        ids = request.query.get("ids", "").split(",")
        if len(ids) > 100:
            return invalid("The number of values in the `ids` query parameter list is not between 1 and 100")
        for post_id in ids:
            if (post := self.find(post_id)) and self.is_seen(post):
                shown.append(post)
                continue
            kind = "not-authorized-for-resource" if post and not post.deleted else "resource-not-found"
            errors.append({"value": post_id, "resource_id": post_id, "parameter": "ids", "type": PROBLEMS + kind})
        return self._with_people(request, shown, {"errors": errors} if errors else {})

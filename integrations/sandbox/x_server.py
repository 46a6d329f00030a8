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
from integrations.sandbox.x_posts import StandInPeople, StandInPost, drawn, included, number_at, page_of
from integrations.sandbox.x_signature import is_signed

PROBLEMS = "https://api.twitter.com/2/problems/"
WINDOW = timedelta(minutes=15)
SAME_TEXT_FOR = timedelta(hours=24)
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
DELETED = "You attempted to reply to a Tweet that is deleted or not visible to you."


@dataclass
class Trouble:
    """What goes wrong with one call, after ``slow`` seconds: another answer, or with ``drop`` a cut line.

    With ``accept`` the call is carried out first. With none of these the real answer comes, late. ``method`` narrows it.
    """

    status: int = 0
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: bool = False
    drop: bool = False
    slow: float = 0.0
    method: str = ""


@dataclass(frozen=True)
class StandInAccount:
    """The account the keys belong to."""

    id: str
    handle: str


class StandInX:
    """A small X on a loopback port. Its driver speaks for the public; ``chaos`` is taken up call by call."""

    def __init__(self, clock: Clock, handle: str = "harrowmere") -> None:
        self.people = StandInPeople()
        self.me = StandInAccount(self.people.id_of(handle), handle)
        self.credentials: Mapping[str, str] = MappingProxyType(
            {
                "consumer_key": "stand-in-consumer-key",
                "consumer_secret": "stand-in-consumer-secret",
                "access_token": f"{self.me.id}-stand-in-access-token",
                "access_token_secret": "stand-in-access-token-secret",
            }
        )
        self.user_token = "stand-in-user-token"  # noqa: S105  # opens nothing
        self.access_level = "read-write"
        self.fields_name = "tweet.fields"
        self.largest_page = 100
        self.reads_in_a_window = 300
        self.chaos: list[Trouble] = []
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.posts: list[StandInPost] = []
        self.protected: set[str] = set()
        self.api_url = ""
        self._clock = clock
        self._made = 0
        self._reads: dict[str, list[datetime]] = {}
        self._runner: web.AppRunner | None = None

    # --- driver

    def says(self, text: str, author: str = "resident", *, in_reply_to: str = "", **more: Any) -> str:
        """Somebody posts to us; returns the post's id. ``more``: media_alt, at, mentions_us, reposts, quotes, note …"""
        alt = more.pop("media_alt", None)
        at = more.pop("at", None) or self._clock.now()
        alts = [] if alt is None else [alt] if isinstance(alt, str) else list(alt)
        above = self.find(in_reply_to)
        post = StandInPost(
            author,
            [(self._number(at), text, at)],
            in_reply_to=in_reply_to,
            conversation=(above.conversation or above.first_id) if above else "",
            media=tuple(("photo", one) for one in alts),
            **more,
        )
        self.posts.append(post)
        return post.first_id

    def edit(self, post_id: str, text: str) -> str:
        """Its author gives a post other words; returns the new version's id."""
        post, now = self._known(post_id), self._clock.now()
        post.versions.append((self._number(now), text, now))
        return post.id

    def delete(self, post_id: str) -> None:
        """Its author deletes a post."""
        self._known(post_id).deleted = True

    def protect(self, author: str) -> None:
        """An author lets only followers see their posts."""
        self.protected.add(author)

    def find(self, post_id: str) -> StandInPost | None:
        """The post that has, or had, this id."""
        return next((post for post in self.posts if any(post_id == version[0] for version in post.versions)), None)

    def replies_to(self, post_id: str) -> list[StandInPost]:
        """Our replies to a post, oldest first."""
        return [post for post in self.posts if post.in_reply_to == post_id and post.author == self.me.handle]

    def _known(self, post_id: str) -> StandInPost:
        post = self.find(post_id)
        if post is None:
            raise KeyError(post_id)
        return post

    def _number(self, at: datetime) -> str:
        self._made += 1
        return number_at(at, self._made)

    # --- server

    async def start(self) -> Self:
        """Listen on a free loopback port; ``api_url`` says which."""
        app = web.Application(middlewares=[self._answer])
        app.router.add_get("/2/users/me", self._get_me)
        app.router.add_get("/2/users/{id}/mentions", self._get_mentions)
        app.router.add_get("/2/users/{id}/tweets", self._get_timeline)
        app.router.add_get("/2/tweets", self._get_posts)
        app.router.add_post("/2/tweets", self._post)
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
        trouble = next((one for one in self.chaos if one.method in {"", request.method}), None)
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
        authorization = request.headers.get("Authorization", "")
        if authorization != f"Bearer {self.user_token}" and not is_signed(
            request.method, str(request.url), authorization, self.credentials
        ):
            return problem(401, "Unauthorized", "Unauthorized")
        unknown = {"tweet.fields", "post.fields"} & set(request.query) - {self.fields_name}
        if unknown:
            return invalid(f"The query parameter [{unknown.pop()}] is not one of [id,max_results,{self.fields_name}]")
        headers = self._counted(request)
        if headers["x-rate-limit-remaining"] == "-1":
            return problem(429, "Too Many Requests", "Too Many Requests", headers=headers | {"x-rate-limit-remaining": "0"})
        answer: web.StreamResponse = await handler(request)
        answer.headers.update(headers | {"x-access-level": self.access_level, "x-transaction-id": f"{len(self.calls):016x}"})
        return answer

    def _counted(self, request: web.Request) -> dict[str, str]:
        """One more call of a route in this window, as the headers tell it."""
        now = self._clock.now()
        recent = [one for one in self._reads.get(request.path, []) if one > now - WINDOW]
        self._reads[request.path] = recent = [*recent, now]
        return {
            "x-rate-limit-limit": str(self.reads_in_a_window),
            "x-rate-limit-remaining": str(max(-1, self.reads_in_a_window - len(recent))),
            "x-rate-limit-reset": str(int((recent[0] + WINDOW).timestamp()) + 1),
        }

    async def _get_me(self, _: web.Request) -> web.Response:
        return web.json_response({"data": self.people.drawn(self.me.handle)})

    async def _get_mentions(self, request: web.Request) -> web.Response:
        return self._listed(request, (post for post in self._seen() if post.mentions_us and post.author != self.me.handle))

    async def _get_timeline(self, request: web.Request) -> web.Response:
        return self._listed(request, (post for post in self._seen() if post.author == self.me.handle))

    def _seen(self) -> list[StandInPost]:
        return [post for post in self.posts if not post.deleted and post.author not in self.protected]

    def _listed(self, request: web.Request, found: Iterable[StandInPost]) -> web.Response:
        """A page of posts, newest first, for this account only."""
        query = request.query
        size = int(query.get("max_results", 10))
        if not 5 <= size <= 100 or request.match_info["id"] != self.me.id:
            return invalid("The `max_results` query parameter value is not between 5 and 100, or the id is not yours")
        start = datetime.fromisoformat(query.get("start_time", "2006-03-21T00:00:00Z")).astimezone(UTC)
        since = int(query.get("since_id", 0))
        wanted = sorted((p for p in found if int(p.id) > since and p.at >= start), key=lambda p: int(p.id), reverse=True)
        shown, following = page_of(wanted, min(size, self.largest_page), query.get("pagination_token", ""))
        if not shown:
            return web.json_response({"meta": {"result_count": 0}})
        meta = {"result_count": len(shown), "newest_id": shown[0].id, "oldest_id": shown[-1].id}
        return self._with_people(request, shown, {"meta": meta | ({"next_token": following} if following else {})})

    def _with_people(self, request: web.Request, shown: list[StandInPost], rest: dict[str, Any]) -> web.Response:
        fields = set(request.query.get(self.fields_name, "").split(","))
        body: dict[str, Any] = {"data": [drawn(post, self.people, fields) for post in shown]} if shown else {}
        if shown and "author_id" in request.query.get("expansions", ""):
            body["includes"] = included(shown, self.people)
        return web.json_response(body | rest)

    async def _get_posts(self, request: web.Request) -> web.Response:
        shown, errors = [], []
        for post_id in request.query.get("ids", "").split(","):
            post = self.find(post_id)
            if post in self._seen() and post:
                shown.append(post)
                continue
            kind = "not-authorized-for-resource" if post and not post.deleted else "resource-not-found"
            errors.append({"value": post_id, "resource_id": post_id, "parameter": "ids", "type": PROBLEMS + kind})
        return self._with_people(request, shown, {"errors": errors} if errors else {})

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        text, target = str(body.get("text", "")), str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        source = self.find(target)
        if source is None or source not in self._seen():
            return problem(403, "Forbidden", DELETED)
        if not source.mentions_us and source.author != self.me.handle:
            return problem(403, "Forbidden", NOT_SUMMONED)
        recent = self._clock.now() - SAME_TEXT_FOR
        ours = [post for post in self._seen() if post.author == self.me.handle and post.at > recent]
        if any((post.text, post.addressed) == (text, source.author) for post in ours):
            return problem(403, "Forbidden", DUPLICATE)
        post_id = self.says(text, self.me.handle, in_reply_to=target, mentions_us=False, addressed=source.author)
        return web.json_response({"data": {"id": post_id, "text": text, "edit_history_tweet_ids": [post_id]}}, status=201)


def problem(status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal in the shape X gives it."""
    body = {"title": title, "detail": detail, "status": status, "type": "about:blank"}
    return web.json_response(body, status=status, headers=headers)


def invalid(message: str) -> web.Response:
    """A request X cannot read."""
    detail = "One or more parameters to your request was invalid."
    body = {"errors": [{"parameters": {}, "message": message}], "title": "Invalid Request", "detail": detail}
    return web.json_response(body | {"type": PROBLEMS + "invalid-request"}, status=400)

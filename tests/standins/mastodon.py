"""A Mastodon server for one account, fed from the shapes of recorded ones: keeps its rules, and breaks them when told to."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from aiohttp import web

from bot.clock import MovableClock
from tests.standins.mastodon_posts import OURS, US, Posts
from tests.standins.mastodon_rules import Json, length, paged, refused, scope_of, shown, stamp

__all__ = ["OURS", "TOKEN", "US", "StandInMastodon", "Trouble"]

TOKEN = "stand-in-token"
EVERYTHING = frozenset(
    {
        "read:notifications",
        "read:statuses",
        "read:search",
        "read:accounts",
        "write:statuses",
        "write:media",
        "write:favourites",
    }
)


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    method: str
    path: str
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


class StandInMastodon(Posts):
    """Its driver speaks for the public. ``limit``, ``level``, ``prefix``, ``keeps_keys`` make it another kind of server."""

    def __init__(self, clock: MovableClock, *, limit: int = 500, level: int = 6) -> None:
        super().__init__(clock)
        self.limit, self.level = limit, level
        self.keys: dict[str, tuple[str, datetime]] = {}
        self.media: dict[str, Json] = {}
        self.liked: set[str] = set()
        self.scopes = set(EVERYTHING)
        self.policy: Json = {"for_not_following": "accept", "for_private_mentions": "accept"}
        self.chaos: list[Trouble] = []
        self.calls: list[str] = []
        self.posted: list[Json] = []
        self.keeps_keys, self.left = True, 299
        self.reset: str | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._gate], client_max_size=20 << 20)
        routes: dict[str, Any] = {
            "GET /api/v1/accounts/verify_credentials": self._whoever,
            "GET /api/v1/accounts/{id}/statuses": self._timeline,
            "GET /api/v2/instance": self._instance,
            "GET /api/v1/notifications": self._notifications,
            "GET /api/v2/notifications/policy": self._policy,
            "GET /api/v1/statuses": self._many,
            "GET /api/v1/statuses/{id}": self._one,
            "GET /api/v1/statuses/{id}/context": self._context,
            "GET /api/v1/statuses/{id}/source": self._source,
            "POST /api/v1/statuses": self._post,
            "PUT /api/v1/statuses/{id}": self._put,
            "DELETE /api/v1/statuses/{id}": self._delete,
            "POST /api/v1/statuses/{id}/{what}": self._favourite,
            "POST /api/v2/media": self._upload,
            "GET /api/v1/media/{id}": self._picture,
            "GET /api/v1/timelines/tag/{tag}": self._tagged,
            "GET /api/v2/search": self._search,
        }
        for route, answer in routes.items():
            app.router.add_route(*route.split(" "), answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    # --- every call

    @web.middleware
    async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path}")
        trouble = self._trouble(request)
        if trouble and not trouble.lost:
            return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refused(401, "The access token is invalid")
        if (scope := scope_of(request)) and scope not in self.scopes:
            return refused(403, "This action is outside the authorized scopes")
        answer: web.StreamResponse = await handler(request)
        if trouble and request.transport:
            request.transport.abort()
        reset = self.reset or stamp(self.clock.now() + timedelta(minutes=5))
        answer.headers.update(
            {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(self.left), "X-RateLimit-Reset": reset}
        )
        return answer

    def _trouble(self, request: web.Request) -> Trouble | None:
        for one in self.chaos:
            if one.method == request.method and re.fullmatch(one.path, request.path):
                self.chaos.remove(one)
                return one
        return None

    # --- reading

    async def _whoever(self, _request: web.Request) -> web.Response:
        return web.json_response(self.people[US])

    async def _instance(self, _request: web.Request) -> web.Response:
        statuses = {"max_characters": self.limit, "characters_reserved_per_url": 23, "max_media_attachments": 4}
        given = {"version": "4.6.4", "configuration": {"statuses": statuses}, "api_versions": {"mastodon": self.level}}
        return web.json_response(given)

    async def _policy(self, _request: web.Request) -> web.Response:
        return web.json_response(self.policy)

    async def _notifications(self, request: web.Request) -> web.Response:
        kinds = request.query.getall("types[]", [])
        wanted = [one for one in self.notifications if not kinds or one["type"] in kinds]
        return web.json_response(shown(paged(wanted, request, 80)))

    async def _timeline(self, request: web.Request) -> web.Response:
        theirs = [one for one in self.posts.values() if one["account"]["id"] == request.match_info["id"]]
        return web.json_response(shown(paged(theirs, request, 40)))

    async def _many(self, request: web.Request) -> web.Response:
        ids = request.query.getall("id[]", [])
        if self.level < 2:
            return refused(404, "Not Found")
        if len(ids) > 20:
            return refused(422, "Validation failed: too many ids")
        return web.json_response(shown([self.posts[one] for one in ids if one in self.posts]))

    async def _one(self, request: web.Request) -> web.Response:
        post = self.posts.get(request.match_info["id"])
        return web.json_response(shown([post])[0]) if post else refused(404, "Not Found")

    async def _source(self, request: web.Request) -> web.Response:
        post = self.posts.get(request.match_info["id"])
        if not post:
            return refused(404, "Not Found")
        return web.json_response({"id": post["id"], "text": post["_text"], "spoiler_text": post["spoiler_text"]})

    async def _context(self, request: web.Request) -> web.Response:
        post = self.posts.get(request.match_info["id"])
        if not post:
            return refused(404, "Not Found")
        above: list[Json] = []
        while (post := self.posts.get(post["in_reply_to_id"] or "")) is not None:
            above.insert(0, post)
        below, ids = [], {request.match_info["id"]}
        for one in self.posts.values():
            if one["in_reply_to_id"] in ids:
                ids.add(one["id"])
                below.append(one)
        return web.json_response({"ancestors": shown(above), "descendants": shown(below)})

    async def _tagged(self, request: web.Request) -> web.Response:
        tags = {request.match_info["tag"].lower(), *(one.lower() for one in request.query.getall("any[]", []))}
        open_to_all = [one for one in self.posts.values() if one["visibility"] == "public"]
        wanted = [one for one in open_to_all if tags & {tag["name"] for tag in one["tags"]}]
        return web.json_response(shown(paged(wanted, request, 40)))

    async def _search(self, request: web.Request) -> web.Response:
        words = request.query["q"].strip('"').lower()
        found = [one for one in self.posts.values() if words in one["_text"].lower() and one["visibility"] == "public"]
        return web.json_response({"accounts": [], "hashtags": [], "statuses": shown(paged(found, request, 40))})

    # --- writing

    async def _post(self, request: web.Request) -> web.Response:
        form, key = await request.post(), request.headers.get("Idempotency-Key", "")
        known, at = self.keys.get(key, ("", self.clock.now()))
        if self.keeps_keys and known in self.posts and self.clock.now() - at < timedelta(hours=1):
            return web.json_response(shown([self.posts[known]])[0])
        given = {name: str(value) for name, value in form.items() if name != "media_ids[]"}
        pictures = [str(one) for one in form.getall("media_ids[]", [])]
        if fault := self._unfit(given, pictures):
            return fault
        more = {name: given[name] for name in ("visibility", "language", "spoiler_text", "in_reply_to") if name in given}
        more |= {"media_attachments": [self.media[one] for one in pictures]}
        more |= {"in_reply_to": given["in_reply_to_id"]} if "in_reply_to_id" in given else {}
        post_id = self.write(given["status"], self.people[US], **more)
        self.keys[key] = (post_id, self.clock.now())
        self.posted.append(given)
        return web.json_response(shown([self.posts[post_id]])[0])

    def _unfit(self, given: Json, pictures: list[str]) -> web.Response | None:
        if not given.get("status") and not pictures:
            return refused(422, "Validation failed: Text can't be blank")
        if "in_reply_to_id" in given and given["in_reply_to_id"] not in self.posts:
            return refused(404, "The post you are trying to reply to does not appear to exist.")
        if length(given["status"]) + length(given.get("spoiler_text", "")) > self.limit:
            return refused(422, f"Validation failed: Text character limit of {self.limit} exceeded")
        if any(one not in self.media for one in pictures):
            return refused(422, "Validation failed: media not found")
        return None

    async def _put(self, request: web.Request) -> web.Response:
        post, form = self.posts.get(request.match_info["id"]), await request.post()
        if not post or post["account"]["id"] != US:
            return refused(404, "Not Found")
        self.edit(post["id"], str(form["status"]))
        post |= {"spoiler_text": str(form.get("spoiler_text", "")), "language": str(form.get("language", ""))}
        post["media_attachments"] = [self.media[str(one)] for one in form.getall("media_ids[]", [])]
        return web.json_response(shown([post])[0])

    async def _delete(self, request: web.Request) -> web.Response:
        post = self.posts.get(request.match_info["id"])
        if not post or post["account"]["id"] != US:
            return refused(404, "Not Found")
        self.delete(post["id"])
        return web.json_response(shown([post])[0])

    async def _favourite(self, request: web.Request) -> web.Response:
        post_id, what = request.match_info["id"], request.match_info["what"]
        if post_id not in self.posts:
            return refused(404, "Not Found")
        (self.liked.add if what == "favourite" else self.liked.discard)(post_id)
        return web.json_response(shown([self.posts[post_id]])[0])

    async def _upload(self, request: web.Request) -> web.Response:
        form, media_id = await request.post(), self.new_id()
        picture: Any = form["file"]
        described = str(form.get("description", ""))
        self.media[media_id] = {
            "id": media_id,
            "type": "image",
            "url": f"{self.api_url}/m/{media_id}",
            "description": described,
        }
        self.media[media_id]["_waits"] = 1 if picture.filename.startswith("slow") else 0
        return web.json_response(self.media[media_id], status=202 if self.media[media_id]["_waits"] else 200)

    async def _picture(self, request: web.Request) -> web.Response:
        one = self.media.get(request.match_info["id"])
        if not one:
            return refused(404, "Not Found")
        one["_waits"] -= 1
        return web.json_response(one, status=206 if one["_waits"] >= 0 else 200)

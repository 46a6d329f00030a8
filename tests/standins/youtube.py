"""Google's sign-in and the comment calls of YouTube's Data API v3, with its quota, its shapes and its refusals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from aiohttp import web

from bot.clock import MovableClock

ME = "UCharrowmere0000000000ab"
CLIENT, SECRET, REFRESH = "client.apps.example", "GOCSPX-stand-in", "1//stand-in"
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
LONGEST = 10_000
INLINE = 5
COSTS = {"GET": 1, "POST": 50, "PUT": 50, "DELETE": 50}


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    on: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class Said:
    """One comment. ``parent``: the thread it answers in."""

    id: str
    by: str
    text: str
    at: datetime
    updated: datetime
    parent: str = ""
    status: str = "published"
    displayed: str = ""
    """What is shown in place of the text, if anything."""


class Wrong(Exception):
    """A refusal with Google's reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class StandInYouTube:
    """One channel with one video under which people talk."""

    clock: MovableClock
    said: dict[str, Said] = field(default_factory=dict)
    chaos: list[Trouble] = field(default_factory=list)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    units: int = 0
    quota: int = 10_000
    refusal: str = ""
    """What the sign-in is refused with, such as ``invalid_grant``."""
    scope: str = SCOPE
    channel: str = ME
    hides_held: bool = False
    """Whether the sign-in may not see what is held for review."""
    ids_leave_out_held: bool = False
    """Whether what is held is not to be had by its id; Google does not say."""
    closed: set[str] = field(default_factory=set)
    """Threads that take no replies."""
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_route("*", "/youtube/v3/{route:.*}", self._api)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def says(
        self, text: str, by: str = "ann", *, at: datetime | None = None, parent: str = "", status: str = "published"
    ) -> str:
        """Somebody writes a comment, or an answer; one to an answer stands beside it, with a name at its head. Its id."""
        number = len(self.said) + 1
        thread = parent.partition(".")[0]
        if parent != thread:
            text = f"@{self.said[parent].by or 'harrowmere'} {text}"
        native_id = f"{thread}.9re{number:05d}" if thread else f"Ugz{number:05d}harrowmereAaABAg"
        when = at or self.clock.now()
        self.said[native_id] = Said(native_id, by, text, when, when, thread, status)
        return native_id

    # --- Google's side

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = (form["client_id"], form["client_secret"], form["refresh_token"], form["grant_type"])
        if self.refusal or given != (CLIENT, SECRET, REFRESH, "refresh_token"):
            return web.json_response({"error": self.refusal or "invalid_client"}, status=400)
        token = f"ya29.{len(self.tokens) + 1}"
        self.tokens[token] = self.clock.now() + timedelta(hours=1)
        told = {"access_token": token, "expires_in": 3599, "scope": self.scope, "token_type": "Bearer"}
        return web.json_response(told)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        route, on = request.match_info["route"], "read" if request.method == "GET" else "write"
        self.calls.append((request.method, route, dict(request.query)))
        trouble = next((one for one in self.chaos if one.on == on), None)
        if trouble:
            self.chaos.remove(trouble)
            if trouble.status:
                return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        try:
            self._admit(request)
            told = self._carry_out(request.method, route, dict(request.query), await request.read())
        except Wrong as wrong:
            return web.Response(status=wrong.status, body=refused(wrong.status, wrong.reason))
        if trouble and trouble.lost and request.transport:
            request.transport.abort()
        return web.json_response(told) if told is not None else web.Response(status=204)

    def _admit(self, request: web.Request) -> None:
        """Who calls, and what is left of the day."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, self.clock.now()) <= self.clock.now():
            raise Wrong(401, "authError")
        if self.scope != SCOPE and request.method != "GET":
            raise Wrong(403, "insufficientPermissions")
        if self.units + COSTS[request.method] > self.quota:
            raise Wrong(403, "quotaExceeded")
        self.units += COSTS[request.method]

    def _carry_out(self, method: str, route: str, query: dict[str, str], body: bytes) -> dict[str, Any] | None:
        match method, route:
            case "GET", "channels":
                return {"items": [{"kind": "youtube#channel", "id": self.channel, "snippet": {"title": "Harrowmere"}}]}
            case "GET", "commentThreads":
                return self._threads(query)
            case "GET", "comments":
                return self._comments(query)
            case "POST", "comments":
                return self._insert(json.loads(body))
            case "PUT", "comments":
                return self._update(json.loads(body))
            case "DELETE", "comments":
                self._own(query["id"])
                del self.said[query["id"]]
                return None
            case "POST", "comments/setModerationStatus":
                self._there(query["id"]).status = query["moderationStatus"]
                return None
        raise Wrong(404, "notFound")

    def _threads(self, query: dict[str, str]) -> dict[str, Any]:
        if "id" in query:
            return {
                "items": [self._thread(one, by_id=True) for key in query["id"].split(",") if (one := self.said.get(key))]
            }
        if query.get("allThreadsRelatedToChannelId") != ME or not 1 <= int(query["maxResults"]) <= 100:
            raise Wrong(404, "channelNotFound")
        status = query.get("moderationStatus", "published")
        if self.hides_held and status != "published":
            raise Wrong(403, "forbidden")
        tops = [one for one in self.said.values() if not one.parent and one.status == status]
        tops.sort(key=lambda one: one.at, reverse=True)
        return self._page([self._thread(one) for one in tops], query)

    def _page(self, listed: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
        """100 of a list, and where the next begin."""
        first, most = int(query.get("pageToken", "QURT0").removeprefix("QURT")), int(query.get("maxResults", "20"))
        told: dict[str, Any] = {"items": listed[first : first + most], "pageInfo": {"resultsPerPage": most}}
        return told | ({"nextPageToken": f"QURT{first + most}"} if first + most < len(listed) else {})

    def _comments(self, query: dict[str, str]) -> dict[str, Any]:
        if "id" in query:
            ids = query["id"].split(",")
            assert len(ids) <= 50
            found = [one for key in ids if (one := self.said.get(key))]
            shown = [one for one in found if one.status == "published" or not self.ids_leave_out_held]
            return {"items": [self._comment(one, by_id=True) for one in shown]}
        self._there(query["parentId"])
        return self._page([self._comment(one) for one in self._answers(query["parentId"])], query)

    def _answers(self, thread: str) -> list[Said]:
        return [one for one in self.said.values() if one.parent == thread and one.status == "published"]

    def _insert(self, body: dict[str, Any]) -> dict[str, Any]:
        parent, text = body["snippet"]["parentId"], body["snippet"]["textOriginal"]
        if not text.strip():
            raise Wrong(400, "commentTextRequired")
        if len(text) > LONGEST:
            raise Wrong(400, "commentTextTooLong")
        if parent not in self.said or self.said[parent].parent:
            raise Wrong(404, "parentCommentNotFound")
        if parent in self.closed or self.said[parent].status != "published":
            raise Wrong(400, "operationNotSupported")
        return self._comment(self.said[self.says(text, "", parent=parent)])

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        one = self._own(body["id"])
        one.text, one.updated = body["snippet"]["textOriginal"], self.clock.now()
        return self._comment(one)

    def _there(self, native_id: str) -> Said:
        if native_id not in self.said:
            raise Wrong(404, "commentNotFound")
        return self.said[native_id]

    def _own(self, native_id: str) -> Said:
        if self._there(native_id).by:
            raise Wrong(403, "forbidden")
        return self.said[native_id]

    def _thread(self, one: Said, *, by_id: bool = False) -> dict[str, Any]:
        answers = self._answers(one.id)
        return {
            "kind": "youtube#commentThread",
            "id": one.id,
            "snippet": {
                "channelId": ME,
                "videoId": "hwVideo0001",
                "topLevelComment": self._comment(one, by_id=by_id),
                "canReply": one.id not in self.closed and one.status == "published",
                "totalReplyCount": len(answers),
                "isPublic": one.status == "published",
            },
            "replies": {"comments": [self._comment(answer) for answer in answers[-INLINE:]]},
        }

    def _comment(self, one: Said, *, by_id: bool = False) -> dict[str, Any]:
        handle = f"@{one.by}" if one.by else "@harrowmere"
        snippet = {
            "channelId": ME,
            "videoId": "hwVideo0001",
            "textDisplay": one.displayed or one.text,
            "authorDisplayName": handle,
            "authorChannelUrl": f"http://www.youtube.com/{handle}",
            "authorChannelId": {"value": f"UC{one.by}" if one.by else ME},
            "publishedAt": stamp(one.at),
            "updatedAt": stamp(one.updated),
        } | ({} if by_id else {"moderationStatus": one.status})
        snippet |= {"parentId": one.parent} if one.parent else {}
        return {"kind": "youtube#comment", "id": one.id, "snippet": snippet | ({} if one.by else {"textOriginal": one.text})}


def stamp(at: datetime) -> str:
    """A time as Google writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def refused(code: int, reason: str) -> bytes:
    """Google's envelope around a reason."""
    errors = [{"message": reason, "domain": "youtube.comment", "reason": reason}]
    return json.dumps({"error": {"code": code, "message": reason, "errors": errors}}).encode()

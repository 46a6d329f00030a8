"""A WordPress site, small: its comments' REST API with the rules of WordPress's own ``WP_REST_Comments_Controller``."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import encode_basic_auth, web

from bot.ports import Clock

USER, PASSWORD, ME = "desk", "abcd EFGH 1234 ijkl MNOP 6789", 7
LONGEST, LONGEST_ADDRESS = 65_525, 8_000


@dataclass
class Trouble:
    """What the next call of a kind is answered; with ``lost`` it is carried out first and the line is cut."""

    on: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class StandInComment:
    """A comment as the site keeps it: HTML, and ``approved``, ``hold``, ``spam`` or ``trash``."""

    id: int
    content: str
    author: int
    name: str
    email: str
    at: datetime
    parent: int = 0
    status: str = "approved"


class StandInSite:
    """One article, its comments, and an editor whose application password is known."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.comments: dict[int, StandInComment] = {}
        self.chaos: list[Trouble] = []
        self.may = {"moderate_comments": True}
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._answer], client_max_size=8 << 20)
        path = "/wp-json/wp/v2/comments"
        app.router.add_get("/wp-json/wp/v2/users/me", self._me)
        app.router.add_get(path, self._list)
        app.router.add_post(path, self._create)
        app.router.add_put(path + "/{id}", self._update)
        app.router.add_delete(path + "/{id}", self._delete)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def says(self, text: str, by: str, at: datetime, parent: str = "") -> str:
        """Somebody comments without signing in; what they typed is kept as WordPress's filters leave it."""
        return str(self._add(html.escape(text, quote=False), (0, by.title(), f"{by}@example.org"), at, parent).id)

    def answers(self, text: str, parent: str) -> str:
        """A colleague answers in the site's own pages."""
        return str(self._add(html.escape(text, quote=False), (ME, "Desk", "desk@example.org"), self.clock.now(), parent).id)

    def _add(self, content: str, who: tuple[int, str, str], at: datetime, parent: str) -> StandInComment:
        one = StandInComment(100 + len(self.comments), content, *who, at, int(parent or 0))
        self.comments[one.id] = one
        return one

    def drawn(self, one: StandInComment) -> dict[str, Any]:
        """As the API shows it in the context ``edit``."""
        at = one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return {
            "id": one.id,
            "post": 12,
            "parent": one.parent,
            "author": one.author,
            "author_name": one.name,
            "author_email": one.email,
            "author_url": "",
            "author_ip": "192.0.2.7",
            "author_user_agent": "",
            "date": at,
            "date_gmt": at,
            "content": {"rendered": f"<p>{one.content}</p>\n", "raw": one.content},
            "link": f"{self.url}/2026/11/snow/#comment-{one.id}",
            "status": one.status,
            "type": "comment",
            "meta": [],
        }

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != encode_basic_auth(USER, PASSWORD):
            return problem(401, "incorrect_password", "The provided password is an invalid application password.")
        kind = "write" if request.method == "POST" else "read" if request.path.endswith("/comments") else "aside"
        trouble = next((one for one in self.chaos if one.on == kind), None)
        if trouble is None:
            answer: web.StreamResponse = await handler(request)
            return answer
        self.chaos.remove(trouble)
        if not trouble.lost:
            return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        answer = await handler(request)
        assert request.transport
        request.transport.abort()
        return answer

    async def _me(self, request: web.Request) -> web.Response:
        edit = {"capabilities": self.may} if request.query.get("context") == "edit" else {}
        return web.json_response({"id": ME, "name": "Desk", "slug": "desk", **edit})

    async def _list(self, request: web.Request) -> web.Response:
        asked = request.query
        if len(request.path_qs) > LONGEST_ADDRESS:
            return web.Response(status=414, text="<html>Request-URI Too Long</html>")
        found = [one for one in self.comments.values() if one.status in {"approved", "hold"}]
        if asked.get("status") != "all" or asked.get("context") != "edit":
            found = [one for one in found if one.status == "approved"]
        if "after" in asked:
            found = [one for one in found if one.at > datetime.fromisoformat(asked["after"])]
        for name, value in (("include", "id"), ("parent", "parent")):
            if name in asked:
                found = [one for one in found if str(getattr(one, value)) in asked[name].split(",")]
        size = int(asked.get("per_page", 10))
        if not 1 <= size <= 100:
            return problem(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        first = int(asked.get("offset", size * (int(asked.get("page", 1)) - 1)))
        newest = sorted(found, key=lambda one: (one.at, one.id), reverse=True)
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        return web.json_response([self.drawn(one) for one in newest[first : first + size]], headers=headers)

    async def _create(self, request: web.Request) -> web.Response:
        given = json.loads(await request.read())
        content, parent = str(given["content"]).strip(), int(given["parent"])
        if int(given["post"]) != 12:
            return problem(403, "rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment.")
        if not content:
            return problem(400, "rest_comment_content_invalid", "Invalid comment content.")
        if len(content.encode()) > LONGEST:
            return problem(400, "comment_content_column_length", "Comment field exceeds maximum length allowed.")
        ours = (one for one in self.comments.values() if one.author == ME and one.status != "trash")
        if any((one.content, one.parent) == (content, parent) for one in ours):
            return problem(409, "comment_duplicate", "Duplicate comment detected; it looks as though you have said that!")
        one = self._add(content, (ME, "Desk", "desk@example.org"), self.clock.now(), str(parent))
        return web.json_response(self.drawn(one), status=201)

    async def _update(self, request: web.Request) -> web.Response:
        one = self.comments.get(int(request.match_info["id"]))
        if one is None:
            return problem(404, "rest_comment_invalid_id", "Invalid comment ID.")
        status = {"hold": "hold", "approve": "approved"}[json.loads(await request.read())["status"]]
        if status == one.status:
            return problem(500, "rest_comment_failed_edit", "Updating comment status failed.")
        one.status = status
        return web.json_response(self.drawn(one))

    async def _delete(self, request: web.Request) -> web.Response:
        one = self.comments.get(int(request.match_info["id"]))
        if one is None:
            return problem(404, "rest_comment_invalid_id", "Invalid comment ID.")
        if one.status == "trash":
            return problem(410, "rest_already_trashed", "The comment has already been trashed.")
        one.status = "trash"
        return web.json_response(self.drawn(one))


def problem(status: int, code: str, message: str) -> web.Response:
    """An error in WordPress's shape."""
    return web.json_response({"code": code, "message": message, "data": {"status": status}}, status=status)

"""Meta's Graph API, small, on a loopback port: its sign-in, its proofs, its errors, its batches and its webhooks."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.clock import MovableClock
from bot.ports import Webhook

VERSION = "v26.0"
TOKEN, APP, SECRET, WORDS = "EAAB-stand-in-page-token", "700100200300", "stand-in-app-secret", "stand-in verify words"
PAGE = "100200300400"


class Problem(Exception):
    """An error of the API, as it words it."""

    def __init__(self, code: int, subcode: int = 0, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = error(code, subcode, message)


def error(code: int, subcode: int = 0, message: str = "", **more: object) -> dict[str, Any]:
    """The body of an error."""
    about = {"message": f"(#{code}) {message or 'something'}", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    return {"error": about | ({"error_subcode": subcode} if subcode else {}) | more}


GONE = (100, 33, "Unsupported get request. Object with ID does not exist, cannot be loaded due to missing permissions")


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    method: str = ""
    path: str = ""


@dataclass
class StandInGraph:
    """What a Page and an Instagram account have alike. ``events`` were not told yet, each with the entry's owner."""

    about: ClassVar[str] = "page"
    clock: MovableClock
    scopes: set[str] = field(default_factory=set)
    chaos: list[Trouble] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    token_facts: dict[str, Any] = field(default_factory=dict)
    installed: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    api_url: str = ""
    _runner: web.AppRunner | None = None
    _numbers: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{version}/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def settings(self) -> dict[str, Any]:
        """What every account of the app has in its settings."""
        keys = {"page_id": PAGE, "access_token": TOKEN, "app_id": APP, "app_secret": SECRET, "verify_token": WORDS}
        return {"name": "main", "channel": "C1", "api_url": self.api_url, **keys}

    def number(self) -> int:
        """The next number of anything."""
        self._numbers += 1
        return 5_000_000 + self._numbers

    # --- webhooks

    def told(self) -> list[Webhook]:
        """One signed call for what happened since this was last asked; none when nothing did."""
        events, self.events = self.events, []
        entries = [{"id": owner, "time": int(self.clock.now().timestamp()), **what} for owner, what in events]
        return [self.call({"object": self.about, "entry": entries})] if entries else []

    def call(self, body: Mapping[str, Any] | bytes, secret: str = SECRET) -> Webhook:
        """A call with a body, signed over its bytes; what is not ASCII is escaped, as Meta does."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return Webhook("POST", {"x-hub-signature-256": signature}, {}, raw, self.clock.now())

    # --- the API

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """One call: believed, answered, or spoilt."""
        said = dict(request.query) | dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        path = request.match_info["path"]
        self.calls.append((request.method, path, said))
        trouble = self._trouble(request.method, path)
        if trouble.status:
            return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        try:
            self._believe(request, said)
            body = self.batch(said) if request.method == "POST" and not path else self.respond(request.method, path, said)
            status = 200
        except Problem as problem:
            status, body = problem.status, problem.body
        if trouble.lost and request.transport:
            request.transport.abort()
        return web.json_response(body, status=status, headers={"facebook-api-version": VERSION, **self.headers})

    def _trouble(self, method: str, path: str) -> Trouble:
        for trouble in self.chaos:
            if trouble.method in {"", method} and trouble.path in path:
                self.chaos.remove(trouble)
                return trouble
        return Trouble()

    def _believe(self, request: web.Request, said: Mapping[str, str]) -> None:
        """The token, and the proof that whoever has it has the app's secret too."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.match_info["version"] != VERSION:
            raise Problem(2635, 0, "You are calling a deprecated version of the API", 400)
        if token not in {TOKEN, f"{APP}|{SECRET}"}:
            raise Problem(190, 0, "Invalid OAuth access token", 401)
        if said.get("appsecret_proof") != hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest():
            raise Problem(100, 0, "Invalid appsecret_proof provided in the API argument")

    def batch(self, said: Mapping[str, str]) -> list[Any]:
        """Each by itself, at most fifty."""
        asked = json.loads(said["batch"])
        if len(asked) > 50:
            raise Problem(100, 0, "Too many requests in batch")
        return [self._one_of(one) for one in asked]

    def _one_of(self, one: Mapping[str, str]) -> dict[str, Any]:
        parts = urlsplit(one["relative_url"])
        try:
            found = self.respond(one["method"], parts.path, dict(parse_qsl(parts.query)))
        except Problem as problem:
            return {"code": problem.status, "body": json.dumps(problem.body)}
        return {"code": 200, "body": json.dumps(found)}

    def respond(self, method: str, path: str, said: Mapping[str, str]) -> Any:
        """What is alike for every kind of account; the rest is ``own``."""
        if path == "debug_token":
            facts = {"app_id": APP, "type": "PAGE", "is_valid": True, "expires_at": 0, "profile_id": PAGE}
            return {"data": facts | {"scopes": sorted(self.scopes)} | self.token_facts}
        if path == f"{PAGE}/subscribed_apps":
            return {"data": self.installed}
        if path == f"{APP}/subscriptions":
            return {"data": self.subscriptions}
        return self.own(method, path, said)

    def own(self, method: str, path: str, said: Mapping[str, str]) -> Any:
        """What one kind of account answers."""
        raise NotImplementedError


def written(at: datetime) -> str:
    """A time as lists have it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def paged(nodes: list[dict[str, Any]], limit: int, after: str = "") -> dict[str, Any]:
    """A page of a list."""
    first = int(after) if after.isdigit() else 0
    shown = nodes[first : first + limit]
    paging: dict[str, Any] = {"cursors": {"before": str(first), "after": str(first + len(shown))}}
    if first + limit < len(nodes):
        paging["next"] = "https://graph.example/next"
    return {"data": shown, "paging": paging}

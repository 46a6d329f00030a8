"""Somebody's web chat: signs its calls with the ``standardwebhooks`` library, and tells repeats of a reply apart by id."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from aiohttp import web
from standardwebhooks.webhooks import Webhook as Signer

LONGEST = 3_000
SECRET = "whsec_c3RhbmQtaW4gd2ViIGNoYXQgc2VjcmV0"


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class StandInChat:
    """Takes replies on a loopback port; its driver speaks for the public."""

    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the public wrote, by its id."""
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is shown of ours, by the ``webhook-id`` it came with."""
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What has not been told yet."""
    chaos: list[Trouble] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/replies", self._take)
        app.router.add_route("HEAD", "/replies", self._head)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/replies"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def says(self, text: str, by: str, at: datetime, in_reply_to: str = "") -> str:
        """Somebody writes a line; its id."""
        native_id = f"line-{len(self.lines) + 1}"
        self.lines[native_id] = {
            "id": native_id,
            "text": text,
            "author": {"id": f"visitor-{by}", "name": by.title()},
            "posted_at": at.isoformat(),
            "in_reply_to": in_reply_to,
        }
        self.events.append(("mention.created", self.lines[native_id]))
        return native_id

    def edits(self, native_id: str, text: str) -> None:
        """A line has other words."""
        self.lines[native_id]["text"] = text
        self.events.append(("mention.edited", {"id": native_id, "text": text}))

    def deletes(self, native_id: str) -> None:
        """A line is taken back."""
        del self.lines[native_id]
        self.events.append(("mention.deleted", {"id": native_id}))

    def call(self, what: str, about: dict[str, Any], message_id: str, at: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of one signed call."""
        body = json.dumps({"type": what, "timestamp": at.isoformat(), "data": about}).encode()
        return self.signed(body, message_id, at), body

    def signed(self, body: bytes, message_id: str, at: datetime) -> dict[str, str]:
        """The headers that vouch for a body."""
        signature = Signer(SECRET).sign(message_id, at, body.decode("utf-8", "surrogateescape"))
        stamp = str(int(at.timestamp()))
        return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}

    async def _head(self, _request: web.Request) -> web.Response:
        return web.Response()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """Verify, then show it, once; or answer as told."""
        trouble = self.chaos.pop(0) if self.chaos else Trouble()
        if trouble.status:
            return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        body, message_id = await request.read(), request.headers["webhook-id"]
        about = json.loads(body)["data"]
        signature = Signer(SECRET).sign(message_id, stamp_of(request), body.decode())
        if signature != request.headers["webhook-signature"]:
            return web.json_response({"error": "signature"}, status=401)
        if about["in_reply_to"] not in self.lines:
            return web.json_response({"error": "no such conversation"}, status=404)
        if len(about["text"]) > LONGEST:
            return web.json_response({"error": "too long"}, status=413)
        self.replies.setdefault(message_id, about)
        if trouble.lost and request.transport:
            request.transport.abort()
        return web.json_response({"id": message_id})


def stamp_of(request: web.Request) -> datetime:
    """When a call says that it was made."""
    return datetime.fromtimestamp(int(request.headers["webhook-timestamp"])).astimezone()

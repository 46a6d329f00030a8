"""How a stand-in Slack reaches the app: over one of its sockets or by signed HTTP, and again when an event is not acked."""

import asyncio
import hashlib
import hmac
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog
from aiohttp import web

from bot.clock import SystemClock
from bot.ports import Clock
from integrations.sandbox.slack_words import Json

log = structlog.get_logger()

MOST_SOCKETS = 10
TICKET_LIFE = timedelta(seconds=30)
RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
"""How long after the last failure an event is sent again. https://docs.slack.dev/apis/events-api/#retries"""


@dataclass(frozen=True, slots=True)
class Ack:
    """What the app answered. ``failure`` is empty, or what the person is told: it was too late, or nobody was there."""

    body: Json = field(default_factory=dict)
    failure: str = ""
    reason: str = ""
    final: bool = False
    """The app asked that this not be tried again."""


@dataclass(frozen=True, slots=True)
class Retry:
    """An event that waits to be sent again."""

    due: datetime
    attempt: int
    reason: str
    payload: Json


@dataclass(eq=False, slots=True)
class Socket:
    """One open Socket Mode connection."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport


@dataclass(slots=True)
class Courier:
    """Delivers what people do. ``clock`` rules retries and tickets; signatures go by the machine's own time."""

    clock: Clock
    signing_secret: str
    app_id: str
    url: str = ""
    """Where to POST; empty for Socket Mode."""
    ack_within: float = 3.0
    """Seconds of real time the app has to ack."""
    sockets: list[Socket] = field(default_factory=list)
    tickets: dict[str, datetime] = field(default_factory=dict)
    pending: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    waiting: list[Retry] = field(default_factory=list)
    refuse: int = 0
    pongs: bool = True
    signed_at: Clock = field(default_factory=SystemClock)
    _session: aiohttp.ClientSession | None = None

    def ticket(self) -> str:
        """A ticket for one socket, good for 30 s."""
        ticket = secrets.token_urlsafe(16)
        self.tickets[ticket] = self.clock.now() + TICKET_LIFE
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A socket, from handshake to end. A used, old or unknown ticket is refused with 408."""
        until = self.tickets.pop(request.query.get("ticket", ""), None)
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=408)
        if until is None or self.clock.now() > until or request.transport is None:
            return web.Response(status=408)
        ws = web.WebSocketResponse(autoping=False, timeout=1)
        await ws.prepare(request)
        if len(self.sockets) >= MOST_SOCKETS:
            await ws.send_json(disconnect_frame("too_many_websockets"))
            await ws.close()
            return ws
        socket = Socket(ws, request.transport)
        self.sockets.append(socket)
        try:
            await ws.send_json(self.hello())
            await self.listen(ws)
        finally:
            self.sockets.remove(socket)
        return ws

    def hello(self) -> Json:
        """The first frame."""
        about = {"host": "applink-stand-in", "build_number": 10, "approximate_connection_time": 18060}
        connection = {"app_id": self.app_id}
        return {"type": "hello", "num_connections": len(self.sockets), "debug_info": about, "connection_info": connection}

    async def listen(self, ws: web.WebSocketResponse) -> None:
        """Take acks, and answer each ping with its own bytes."""
        async for frame in ws:
            if frame.type is aiohttp.WSMsgType.PING and self.pongs:
                await ws.pong(frame.data)
            elif frame.type is aiohttp.WSMsgType.TEXT:
                self.take_ack(json.loads(frame.data))

    def take_ack(self, ack: Json) -> None:
        """An ack may come on any socket; one that nobody waits for any more is too late."""
        waiting = self.pending.get(str(ack.get("envelope_id")))
        if waiting and not waiting.done():
            payload = ack.get("payload") or {}
            waiting.set_result({"text": payload} if isinstance(payload, str) else payload)

    async def send(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        """Deliver once; ``kind`` is ``slash_commands``, ``interactive`` or ``events_api``."""
        if self.url:
            return await self.post(kind, payload, attempt, reason)
        live = [socket for socket in self.sockets if not socket.ws.closed]
        if not live:
            return Ack(failure="dispatch_failed", reason="connection_failed")
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return await self.send_frame(random.choice(live), envelope)  # noqa: S311  no secret hangs on it

    async def send_frame(self, socket: Socket, envelope: Json) -> Ack:
        """Put an envelope on a socket and wait for its ack."""
        waiting = self.pending[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self.ack_within):
                await socket.ws.send_json(envelope)
                return Ack(await waiting)
        except TimeoutError:
            return Ack(failure="operation_timeout", reason="timeout")
        except ConnectionError:
            return Ack(failure="dispatch_failed", reason="connection_failed")
        finally:
            del self.pending[envelope["envelope_id"]]

    async def post(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        """Deliver once by signed HTTP."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self.signature(body), "User-Agent": "Slackbot 1.0"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        limit = aiohttp.ClientTimeout(total=self.ack_within)
        try:
            async with self._session.post(
                self.url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                text, final = await answer.text(), answer.headers.get("X-Slack-No-Retry") == "1"
                if answer.status != 200:
                    return Ack(failure="dispatch_failed", reason="http_error", final=final)
                return Ack(read_answer(text, answer.content_type))
        except TimeoutError:
            return Ack(failure="operation_timeout", reason="http_timeout")
        except (aiohttp.ClientError, OSError):
            return Ack(failure="dispatch_failed", reason="connection_failed")

    def signature(self, body: str) -> dict[str, str]:
        """The headers that prove who sent this. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
        at = str(int(self.signed_at.now().timestamp()))
        signed = hmac.new(self.signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signed}"}

    async def event(self, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        """Deliver an event; what is not acked waits for ``send_again``, three times at most."""
        ack = await self.send("events_api", payload, attempt, reason)
        if ack.failure and not ack.final and attempt < len(RETRIES):
            due = self.clock.now() + RETRIES[attempt]
            self.waiting.append(Retry(due, attempt + 1, ack.reason, payload))
            log.info("event_not_acked", attempt=attempt, reason=ack.reason)
        return ack

    async def send_again(self) -> int:
        """Send what is due by the clock; returns how many were sent."""
        due = [retry for retry in self.waiting if retry.due <= self.clock.now()]
        self.waiting = [retry for retry in self.waiting if retry not in due]
        for retry in due:
            await self.event(retry.payload, retry.attempt, retry.reason)
        return len(due)

    async def close(self) -> None:
        """Close every socket and the HTTP session."""
        await asyncio.gather(*(socket.ws.close() for socket in self.sockets))
        if self._session is not None:
            await self._session.close()


def disconnect_frame(reason: str) -> Json:
    """The frame that tells a client to connect anew."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-stand-in"}}


def encoded(kind: str, payload: Json) -> tuple[str, str]:
    """A payload as Slack POSTs it, and its content type."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def read_answer(text: str, content_type: str) -> Json:
    """What the app answered over HTTP: JSON, or words, or nothing."""
    if content_type != "application/json":
        return {"text": text} if text.strip() else {}
    try:
        read: Any = json.loads(text or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {"text": str(read)}

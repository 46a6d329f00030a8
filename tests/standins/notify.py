"""GOV.UK Notify as an account the public can text meets it: signed calls, templates, references, received texts."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from aiohttp import web

from bot.ports import Clock
from integrations.sandbox.phone_problems import by_notify

SERVICE, SECRET = "0c1f2a6e-55d0-4b0c-8a54-3f1c0f7d9e11", "7d0b6a1e-2c5f-4a39-9d8b-64e1c2f0a7b3"
KEY = f"harrowmere-{SERVICE}-{SECRET}"
TEMPLATE = "4e7a1b0c-9a62-4d43-8f10-5c2d7e6b9a01"
SENDER = "b9d5c3e7-1f40-4f6b-a2c8-0e9d8c7b6a51"
OURS = "07700900500"
MOST, CLOCK_OFF, A_PAGE = 918, 30, 250
KEPT = timedelta(days=7)


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    on: str
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class Sent:
    """A text of ours."""

    id: str
    to: str
    text: str
    reference: str
    status: str
    at: datetime


class StandInNotify:
    """Listens on a loopback port. ``received`` is what the public texted, ``sent`` what we did, both oldest first."""

    def __init__(self, clock: Clock, page: int = A_PAGE) -> None:
        self.clock, self.a_page = clock, page
        self.received: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.asked: list[dict[str, Any]] = []
        self.chaos: list[Trouble] = []
        self.template = {"type": "sms", "body": "((message))"}
        self.becomes = "delivered"
        self.lists = True
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._answer])
        app.router.add_get("/v2/received-text-messages", self._received)
        app.router.add_post("/v2/notifications/sms", self._send)
        app.router.add_get("/v2/notifications", self._list)
        app.router.add_get("/v2/notifications/{id}", self._one)
        app.router.add_get("/v2/template/{id}", self._template)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def says(self, text: str, number: str, at: datetime | None = None) -> str:
        """Somebody texts; the id."""
        when = (at or self.clock.now()).isoformat().replace("+00:00", "Z")
        one = {"id": str(uuid4()), "user_number": number, "notify_number": OURS, "content": text}
        self.received.append({**one, "created_at": when, "service_id": SERVICE})
        return str(one["id"])

    def call(self, native_id: str) -> bytes:
        """The body of the call about a text."""
        (one,) = (one for one in self.received if one["id"] == native_id)
        about = {"source_number": one["user_number"], "destination_number": OURS, "message": one["content"]}
        return json.dumps({"id": native_id, **about, "date_received": one["created_at"]}).encode()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        on = "write" if request.method == "POST" else "read"
        trouble = next((one for one in self.chaos if one.on == on), None)
        if trouble:
            self.chaos.remove(trouble)
            if trouble.status:
                return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        if doubts := self._doubts(request.headers.get("Authorization", "")):
            return by_notify(403, "AuthError", doubts)
        answer: web.StreamResponse = await handler(request)
        if trouble and request.transport:
            request.transport.abort()
        return answer

    def _doubts(self, authorization: str) -> str:
        """Why a caller is not believed."""
        signed, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        expected = base64.urlsafe_b64encode(hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256))
        if signature != expected.rstrip(b"=").decode():
            return "Invalid token: signature, api token not found"
        claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
        off = abs(self.clock.now().timestamp() - float(claims["iat"]))
        return "Error: Your system clock must be accurate to within 30 seconds" if off > CLOCK_OFF else ""

    async def _received(self, request: web.Request) -> web.Response:
        if not self.lists:
            return by_notify(400, "BadRequestError", "Service is not allowed to receive text messages")
        oldest = self.clock.now() - KEPT
        kept = [one for one in self.received if datetime.fromisoformat(one["created_at"]) >= oldest]
        newest_first = sorted(kept, key=lambda one: one["created_at"], reverse=True)
        if older_than := request.query.get("older_than"):
            ids = [one["id"] for one in newest_first]
            newest_first = newest_first[ids.index(older_than) + 1 :] if older_than in ids else []
        page = newest_first[: self.a_page]
        onward = f"{self.url}/v2/received-text-messages?older_than={page[-1]['id']}" if page else None
        links = {"current": str(request.url), **({"next": onward} if onward else {})}
        return web.json_response({"received_text_messages": page, "links": links})

    async def _send(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        if asked.get("template_id") != TEMPLATE:
            return by_notify(400, "BadRequestError", "Template not found")
        if asked.get("sms_sender_id", SENDER) != SENDER:
            return by_notify(400, "BadRequestError", "sms_sender_id does not exist in database for service id")
        if not asked["phone_number"].removeprefix("+").isdigit():
            return by_notify(400, "ValidationError", "phone_number Not a valid phone number")
        text = str(self.template["body"]).replace("((message))", asked["personalisation"]["message"])
        if len(text) > MOST:
            said = f"Text messages cannot be longer than {MOST} characters. Your message is {len(text)} characters long."
            return by_notify(400, "BadRequestError", said)
        sent = Sent(str(uuid4()), asked["phone_number"], text, asked["reference"], self.becomes, self.clock.now())
        self.sent.append(sent)
        content = {"body": text, "from_number": OURS}
        uri = f"{self.url}/v2/notifications/{sent.id}"
        poured = {"id": TEMPLATE, "version": 1, "uri": f"{self.url}/v2/template/{TEMPLATE}"}
        receipt = {"id": sent.id, "reference": sent.reference, "content": content, "uri": uri, "template": poured}
        return web.json_response(receipt, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query["reference"]
        found = [shown(one) for one in reversed(self.sent) if one.reference == wanted and self.clock.now() - one.at < KEPT]
        return web.json_response({"notifications": found, "links": {"current": str(request.url)}})

    async def _one(self, request: web.Request) -> web.Response:
        found = next((one for one in self.sent if one.id == request.match_info["id"]), None)
        return web.json_response(shown(found)) if found else by_notify(404, "NoResultFound", "No result found")

    async def _template(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != TEMPLATE:
            return by_notify(404, "NoResultFound", "No result found")
        return web.json_response({"id": TEMPLATE, "name": "reply", "version": 1, "subject": None, **self.template})


def shown(one: Sent) -> dict[str, object]:
    """A text of ours as Notify tells of it."""
    about = {"id": one.id, "reference": one.reference, "phone_number": one.to, "type": "sms", "body": one.text}
    return {**about, "status": one.status, "created_at": one.at.isoformat()}

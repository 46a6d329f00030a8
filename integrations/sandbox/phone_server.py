"""A stand-in for GOV.UK Notify and Twilio, for tests, the demo and practice: what they take arrives on a phone here."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Self
from uuid import uuid4

from aiohttp import encode_basic_auth, web

from bot.ports import Clock
from integrations.sandbox.phone_problems import NOTIFY, by_notify, by_twilio
from integrations.sandbox.x_server import Trouble

CLOCK_OFF = 30
"""Seconds by which a caller's clock may be off before Notify does not believe it."""
SERVICE = "5d1a9c3e-7f20-4c5b-9a58-0c6a4b6b3f10"
SECRET = "2b7e8a44-91d3-4a6f-8f5e-6a1f0f3c9d21"  # noqa: S105  # opens nothing
TEXTS = "f33517ff-2a88-4f6e-b855-c550268ce08a"
EMAILS = "0a6d1b5e-3a57-4f8e-b1c7-9d4f2e6a8c33"
ACCOUNT = "AC" + "0123456789abcdef" * 2


@dataclass(frozen=True)
class Arrived:
    """A message as it stands on somebody's phone or in their mailbox."""

    to: str
    text: str
    at: datetime
    by: str
    id: str
    key: str = ""
    subject: str = ""


@dataclass
class Template:
    """What a service's messages are poured into."""

    type: str
    body: str = "((message))"
    subject: str | None = None


class StandInPhone:
    """Both services on one loopback port. ``arrived`` holds what came, oldest first; ``chaos`` is taken up call by call.

    ``refuses`` names numbers and addresses nothing is taken for, each with Twilio's code or Notify's error.
    """

    def __init__(self, clock: Clock) -> None:
        self.arrived: list[Arrived] = []
        self.chaos: list[Trouble] = []
        self.refuses: dict[str, int | str] = {}
        self.templates = {TEXTS: Template("sms"), EMAILS: Template("email", subject="((subject))")}
        self.notify: Mapping[str, str] = {"api_key": f"harrowmere-{SERVICE}-{SECRET}", "text_template": TEXTS}
        self.twilio: Mapping[str, str] = {
            "account_sid": ACCOUNT,
            "secret": "stand-in-auth-token",
            "from_number": "+447700900001",
        }
        self.calls: list[tuple[str, str]] = []
        self.api_url = ""
        self._clock = clock
        self._runner: web.AppRunner | None = None

    def on(self, to: str) -> list[Arrived]:
        """What came to a number or an address, oldest first."""
        return [one for one in self.arrived if one.to == to]

    async def start(self) -> Self:
        """Listen on a free loopback port; ``api_url`` says which."""
        app = web.Application(middlewares=[self._answer])
        app.router.add_post("/v2/notifications/{kind:sms|email}", self._notify_send)
        app.router.add_get("/v2/notifications", self._notify_list)
        app.router.add_get("/v2/template/{id}", self._notify_template)
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self._twilio_send)
        app.router.add_get("/2010-04-01/Accounts/{sid}/Messages.json", self._twilio_list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
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
        self.calls.append((request.method, request.path))
        trouble = next((one for one in self.chaos if one.method in {"", request.method}), None)
        if trouble is None:
            return await self._carried_out(request, handler)
        self.chaos.remove(trouble)
        is_told = trouble.status or trouble.drop
        answer = await self._carried_out(request, handler) if trouble.accept or not is_told else None
        await asyncio.sleep(trouble.slow)
        if trouble.drop and request.transport:
            request.transport.abort()
        if answer is not None and not trouble.status:
            return answer
        body = trouble.body if isinstance(trouble.body, str) else json.dumps(trouble.body or {})
        return web.Response(status=trouble.status or 200, text=body, headers=trouble.headers)

    async def _carried_out(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """The real answer, for a caller who is known."""
        if request.path.startswith("/v2/"):
            problem = self._notify_doubts(request.headers.get("Authorization", ""))
            if problem:
                return by_notify(403, "AuthError", problem)
        elif not self._is_known_to_twilio(request):
            return by_twilio(20003)
        answer: web.StreamResponse = await handler(request)
        return answer

    def _take(self, to: str, text: str, by: str, **more: str) -> Arrived:
        made = Arrived(to, text, self._clock.now(), by, **more)
        self.arrived.append(made)
        return made

    # --- GOV.UK Notify

    def _notify_doubts(self, authorization: str) -> str:
        """Why a caller is not believed; empty when all is well."""
        signed, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        expected = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
        try:
            head, claims = (json.loads(unpadded(part)) for part in signed.split("."))
            is_signed = hmac.compare_digest(unpadded(signature), expected)
        except (ValueError, binascii.Error):
            return "Invalid token: signature, api token not found"
        if not is_signed or head.get("alg") != "HS256" or claims.get("iss") != SERVICE:
            return "Invalid token: signature, api token not found"
        off = abs(self._clock.now().timestamp() - float(claims["iat"]))
        return "Error: Your system clock must be accurate to within 30 seconds" if off > CLOCK_OFF else ""

    async def _notify_send(self, request: web.Request) -> web.Response:
        asked, kind = await request.json(), request.match_info["kind"]
        to = str(asked.get("phone_number" if kind == "sms" else "email_address", ""))
        template = self.templates.get(asked.get("template_id"))
        if to in self.refuses:
            return by_notify(*NOTIFY[str(self.refuses[to])])
        if template is None or template.type != kind:
            return by_notify(400, "BadRequestError", "Template not found")
        words = asked.get("personalisation", {})
        if missing := [name for name in ("message", "subject") if f"(({name}))" in str(template) and name not in words]:
            return by_notify(400, "BadRequestError", f"Missing personalisation: {missing[0]}")
        body = template.body.replace("((message))", str(words["message"]))
        subject = (template.subject or "").replace("((subject))", str(words.get("subject", "")))
        reference = str(asked.get("reference", ""))
        made = self._take(to, body, "notify", id=str(uuid4()), key=reference, subject=subject)
        content = {"body": body, "from_number": "GOVUK"} if kind == "sms" else {"body": body, "subject": subject}
        at = f"{self.api_url}/v2"
        poured = {"id": asked["template_id"], "version": 1, "uri": f"{at}/template/{asked['template_id']}"}
        receipt = {"id": made.id, "reference": reference, "content": content, "uri": f"{at}/notifications/{made.id}"}
        return web.json_response({**receipt, "template": poured}, status=201)

    async def _notify_list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("reference", "")
        found = [
            {"id": one.id, "reference": one.key, "status": "delivered", "created_at": one.at.isoformat()}
            for one in reversed(self.arrived)
            if one.by == "notify" and one.key == wanted
        ]
        return web.json_response({"notifications": found, "links": {"current": str(request.url)}})

    async def _notify_template(self, request: web.Request) -> web.Response:
        template = self.templates.get(request.match_info["id"])
        if template is None:
            return by_notify(404, "NoResultFound", "No result found")
        drawn = {"id": request.match_info["id"], "type": template.type, "body": template.body}
        return web.json_response({**drawn, "subject": template.subject, "name": "ping", "version": 1})

    # --- Twilio

    def _is_known_to_twilio(self, request: web.Request) -> bool:
        expected = encode_basic_auth(ACCOUNT, self.twilio["secret"])
        return request.match_info.get("sid") == ACCOUNT and request.headers.get("Authorization") == expected

    async def _twilio_send(self, request: web.Request) -> web.Response:
        asked = await request.post()
        to, text = str(asked.get("To", "")), str(asked.get("Body", ""))
        if to in self.refuses:
            return by_twilio(int(self.refuses[to]), to)
        if len(text) > 1600:
            return by_twilio(21617)
        made = self._take(to, text, "twilio", id=f"SM{secrets.token_hex(16)}")
        return web.json_response({**listed(made), "status": "queued", "error_code": None}, status=201)

    async def _twilio_list(self, request: web.Request) -> web.Response:
        to, day = request.query.get("To", ""), request.query.get("DateSent>", "")
        found = [one for one in reversed(self.arrived) if one.by == "twilio" and to in ("", one.to)]
        messages = [listed(one) for one in found if one.at.date().isoformat() >= day]
        return web.json_response({"messages": messages, "page": 0, "page_size": 50, "next_page_uri": None})


def listed(one: Arrived) -> dict[str, object]:
    """A text as Twilio lists it."""
    at = format_datetime(one.at)
    return {"sid": one.id, "to": one.to, "body": one.text, "status": "delivered", "date_created": at, "date_sent": at}


def unpadded(part: str) -> bytes:
    """Base64 as a JWT has it."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

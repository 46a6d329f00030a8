"""Twilio as an account the public can text meets it: signed calls out, messages in a list, status calls, its error codes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from aiohttp import encode_basic_auth, web

from bot.ports import Clock
from integrations.sandbox.phone_problems import by_twilio

ACCOUNT, TOKEN, SHARED = "AC" + "0f1e2d3c" * 4, "stand-in-auth-token", "stand-in-shared-key"
OURS, HOOK = "+447700900600", "https://tolbooth.example.gov.uk/hooks/main"
MOST = 1_600
ALL = f"/2010-04-01/Accounts/{ACCOUNT}"


@dataclass
class Trouble:
    """What one call is answered in place of the truth; with ``lost`` it is carried out and the line is cut."""

    on: str
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass
class Text:
    """One message, ours or the public's."""

    sid: str
    to: str
    by: str
    body: str
    direction: str
    status: str
    at: datetime
    callback: str = ""
    media: tuple[str, ...] = ()
    error_code: int | None = None


class StandInTwilio:
    """Listens on a loopback port. ``texts`` holds what was sent either way, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.texts: list[Text] = []
        self.chaos: list[Trouble] = []
        self.refuses: dict[str, int] = {}
        self.becomes = "delivered"
        self.number: dict[str, Any] = {
            "phone_number": OURS,
            "sms_url": HOOK,
            "sms_method": "POST",
            "capabilities": {"sms": True},
        }
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._answer])
        app.router.add_get(f"{ALL}/Messages.json", self._list)
        app.router.add_post(f"{ALL}/Messages.json", self._send)
        app.router.add_get(f"{ALL}/Messages/{{sid}}.json", self._one)
        app.router.add_get(f"{ALL}/Messages/{{sid}}/Media.json", self._media)
        app.router.add_get(f"{ALL}/IncomingPhoneNumbers.json", self._numbers)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def sent(self) -> list[Text]:
        """What stands on people's phones."""
        return [one for one in self.texts if one.direction != "inbound"]

    def says(self, body: str, number: str, at: datetime | None = None, media: tuple[str, ...] = ()) -> str:
        """Somebody texts; the SID."""
        sid = ("MM" if media else "SM") + secrets.token_hex(16)
        self.texts.append(Text(sid, OURS, number, body, "inbound", "received", at or self.clock.now(), media=media))
        return sid

    def call(self, sid: str) -> bytes:
        """The form of the call about a text, with what the public did not mean to tell."""
        (one,) = (one for one in self.texts if one.sid == sid)
        about = {
            "ToCountry": "GB",
            "FromCity": "",
            "FromZip": "HM1 1AA",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        ids = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": ACCOUNT, "NumSegments": "1"}
        media = {"NumMedia": str(len(one.media))}
        for number, kind in enumerate(one.media):
            media |= {
                f"MediaUrl{number}": f"{self.url}{ALL}/Messages/{sid}/Media/ME{number}",
                f"MediaContentType{number}": kind,
            }
        return urlencode({**about, **ids, **media, "From": one.by, "To": one.to, "Body": one.body}).encode()

    def status_call(self, one: Text) -> tuple[str, bytes]:
        """Where Twilio tells what became of a text of ours, and the form."""
        about = {"MessageSid": one.sid, "SmsSid": one.sid, "MessageStatus": one.status, "SmsStatus": one.status}
        form = {**about, "To": one.to, "From": one.by, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
        return one.callback, urlencode(form).encode()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        on = "write" if request.method == "POST" else "read"
        trouble = next((one for one in self.chaos if one.on == on), None)
        if trouble:
            self.chaos.remove(trouble)
            if trouble.status:
                return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)
        if request.headers.get("Authorization") != encode_basic_auth(ACCOUNT, TOKEN):
            return by_twilio(20003)
        answer: web.StreamResponse = await handler(request)
        if trouble and request.transport:
            request.transport.abort()
        return answer

    async def _list(self, request: web.Request) -> web.Response:
        asked = request.query
        day, first, size = asked.get("DateSent>", "")[:10], int(asked.get("Page", 0)), int(asked.get("PageSize", 50))
        wanted = [one for one in self.texts if one.to == asked.get("To", one.to) and one.at.date().isoformat() >= day]
        newest_first = sorted(wanted, key=lambda one: one.at, reverse=True)
        page = newest_first[first * size : (first + 1) * size]
        more = urlencode({**asked, "Page": first + 1, "PageToken": "PASM" + "0" * 8})
        onward = f"{ALL}/Messages.json?{more}" if (first + 1) * size < len(newest_first) else None
        return web.json_response({"messages": [shown(one) for one in page], "page": first, "next_page_uri": onward})

    async def _send(self, request: web.Request) -> web.Response:
        asked = await request.post()
        to, body = str(asked.get("To", "")), str(asked.get("Body", ""))
        if to in self.refuses:
            return by_twilio(self.refuses[to], to)
        if len(body) > MOST:
            return by_twilio(21617)
        by, callback = str(asked.get("From", "")), str(asked.get("StatusCallback", ""))
        made = Text("SM" + secrets.token_hex(16), to, by, body, "outbound-api", self.becomes, self.clock.now(), callback)
        self.texts.append(made)
        return web.json_response({**shown(made), "status": "queued", "date_sent": None}, status=201)

    async def _one(self, request: web.Request) -> web.Response:
        found = next((one for one in self.texts if one.sid == request.match_info["sid"]), None)
        return web.json_response(shown(found)) if found else by_twilio(20404)

    async def _media(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        (one,) = (one for one in self.texts if one.sid == sid)
        at = f"{ALL}/Messages/{sid}/Media"
        found = [{"sid": f"ME{n}", "content_type": kind, "uri": f"{at}/ME{n}.json"} for n, kind in enumerate(one.media)]
        return web.json_response({"media_list": found, "next_page_uri": None})

    async def _numbers(self, request: web.Request) -> web.Response:
        wanted = request.query["PhoneNumber"]
        return web.json_response({"incoming_phone_numbers": [self.number] if self.number["phone_number"] == wanted else []})


def shown(one: Text) -> dict[str, object]:
    """A text as Twilio lists it."""
    at = format_datetime(one.at)
    about = {
        "sid": one.sid,
        "to": one.to,
        "from": one.by,
        "body": one.body,
        "direction": one.direction,
        "status": one.status,
    }
    return {**about, "num_media": str(len(one.media)), "error_code": one.error_code, "date_created": at, "date_sent": at}


def signed(url: str, body: bytes, key: str = TOKEN, digest: str = "sha1") -> Mapping[str, str]:
    """The headers of a call, signed as Twilio's security page says."""
    sent = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    whole = url + "".join(f"{name}{value}" for name, value in sorted(set(sent)))
    signature = base64.b64encode(
        hmac.digest(key.encode(), whole.encode("utf-8", "replace"), getattr(hashlib, digest))
    ).decode()
    headers = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "x-twilio-signature": signature}
    named = {"x-twilio-webhooks-signature-settings": f"key=webhooks_sharedkey_1,algorithm=HMAC_{digest.upper()}"}
    return headers if digest == "sha1" else headers | named

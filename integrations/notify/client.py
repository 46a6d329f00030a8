"""Calls to GOV.UK Notify, signed, and what each of its answers means.

https://docs.notifications.service.gov.uk/rest-api.html
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.notify.settings import parts_of

BUCKET = "notify"
SIGN_IN = (
    "GOV.UK Notify does not accept the key, or this machine's clock is more than 30 seconds off. "
    "Look at the clock, then put a new key into {key}."
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key it is: the address of the API, the key, and what the settings that hold them are called."""

    api_url: str
    api_key: str = field(repr=False)
    at: str
    """``notify``, or ``accounts.texts``."""
    not_taken: Mapping[str, str] = field(default_factory=dict)
    """What to say of a refusal, by Notify's name for it."""


class Client:
    """Signs each call anew: a signature is good for 30 seconds."""

    def __init__(self, signer: Signer, *, http: Http, clock: Clock) -> None:
        self.signer, self.http, self.clock = signer, http, clock
        self.service, self._secret = parts_of(signer.api_key)

    async def call(self, method: str, path: str, *, creating: bool = False, **how: Any) -> HttpAnswer:
        """One signed call that was carried out. Raises OutsideError for one that was not, or may not have been.

        ``creating``: the public would see it twice, so that whatever is no clear no is Unsure.
        """
        headers = {"authorization": f"Bearer {self.token()}"}
        answer = await self.http.call(method, self.signer.api_url.rstrip("/") + path, headers=headers, **how)
        if answer.status >= 300:
            raise failure(answer, self.clock.now(), self.signer, creating=creating)
        return answer

    async def read(self, path: str) -> Mapping[str, Any]:
        """What stands at a path. Asking changes nothing, so what is unsure may be asked again: it is never Unsure."""
        try:
            given = read(await self.call("GET", path))
        except Unsure as error:
            raise TryLater(str(error)) from error
        if not isinstance(given, dict):
            raise TryLater("GOV.UK Notify's answer cannot be read: perhaps a proxy's page stands in its place")
        return given

    def token(self) -> str:
        """Who calls and when, signed: a JWT, good for 30 seconds."""
        claims = {"iss": self.service, "iat": int(self.clock.now().timestamp())}
        signed = f"{part({'typ': 'JWT', 'alg': 'HS256'})}.{part(claims)}"
        return f"{signed}.{url_safe(self.digest(signed))}"

    def digest(self, text: str) -> bytes:
        """The text, signed with the key's secret."""
        return hmac.digest(self._secret.encode(), text.encode("utf-8", "replace"), hashlib.sha256)


def part(claims: Mapping[str, object]) -> str:
    """One part of a JWT."""
    return url_safe(json.dumps(claims, separators=(",", ":")).encode())


def url_safe(octets: bytes) -> str:
    """Base64 without padding, as a JWT has it (RFC 7515)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def failure(answer: HttpAnswer, now: datetime, signer: Signer, *, creating: bool = False) -> OutsideError:
    """What an answer that is no yes means: by its status and the name of the error, never by its words."""
    error = name_of(read(answer))
    match answer.status:
        case 401 | 403:
            return SignInAgain(SIGN_IN.format(key=f"{signer.at}.api_key"))
        case 429 if error == "TooManyRequestsError":
            return TryLater("Today's limit of messages at GOV.UK Notify is used up.", until_midnight(now), BUCKET)
        case 503 if creating:
            return Unsure("GOV.UK Notify answered HTTP 503.")
        case 429 | 503:
            return TryLater("GOV.UK Notify asks for patience.", wait_asked_for(answer.headers.get("Retry-After")), BUCKET)
        case 404:
            return Refused(f"GOV.UK Notify knows no such address: look at {signer.at}.api_url.")
        case status if status >= 500 or status == 408:
            return Unsure(f"GOV.UK Notify answered HTTP {status}.")
        case _:
            return Refused(signer.not_taken.get(error, f"GOV.UK Notify refused it (HTTP {answer.status})."))


def name_of(given: object) -> str:
    """``errors[0].error``: the name of what went wrong; empty when the answer has none."""
    errors = given.get("errors") if isinstance(given, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("error", "")) if isinstance(first, dict) else ""


def until_midnight(now: datetime) -> timedelta:
    """When a day's limit begins anew: at midnight in UTC."""
    return (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now


def read(answer: HttpAnswer) -> object:
    """The JSON of an answer; None when there is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


async def template_faults(client: Client, setting: str, template: str, *, kind: str, needs: Set[str]) -> Sequence[str]:
    """Whether the key is accepted, and the template is of the kind it must be and has our words in it and no others."""
    at = client.signer.at
    try:
        found = await client.read(f"/v2/template/{template}")
    except Refused:
        return (f"{setting}: the service has no such template: copy its id from the template's page",)
    except SignInAgain as error:
        return (f"{at}.api_key: {error}",)
    except OutsideError as error:
        return (f"{at}.api_url: GOV.UK Notify cannot be asked: {error}",)
    return spoiling(setting, found, kind, needs)


def spoiling(setting: str, template: Mapping[str, Any], kind: str, needs: Set[str]) -> list[str]:
    """What about a template would spoil a message."""
    if template.get("type") != kind:
        return [f"{setting}: that template is of type {template.get('type')!r}: one of type {kind!r} is needed"]
    text = f"{template.get('subject') or ''}\n{template.get('body') or ''}"
    asked = {found.strip() for found in re.findall(r"\(\(([^)?]+)(?:\?\?[^)]*)?\)\)", text)}
    if missing := sorted(needs - asked):
        return [f"{setting}: the template lacks (({missing[0]})), so nothing we say would arrive: put it in"]
    if extra := sorted(asked - needs):
        return [f"{setting}: the template also wants (({extra[0]})), which we never give: take it out"]
    return []

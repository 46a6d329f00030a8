"""GOV.UK Notify: one template each for texts and e-mails, whose only words are ours.

https://docs.notifications.service.gov.uk/rest-api.html
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Clock, Found, Message, NotFound, Receipt, Way
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.notify.settings import NotifySettings

LONGEST_TEXT = 918
"""Characters of a text with the service's name before it, if that is switched on: six fragments."""
GAVE_UP = frozenset({"technical-failure", "permanent-failure", "temporary-failure"})
"""It is over there, and nobody has it: another try does no harm."""
KIND = {Way.TEXT: "sms", Way.EMAIL: "email"}
NEEDS = {Way.TEXT: frozenset({"message"}), Way.EMAIL: frozenset({"message", "subject"})}
SIGN_IN = (
    "GOV.UK Notify does not accept the key, or this machine's clock is more than 30 seconds off. "
    "Look at the clock, then put a new key into notify.api_key."
)
NOT_TAKEN: Mapping[str, str] = {
    "ValidationError": "GOV.UK Notify takes no such number or address. Mend it under [[people]] in the settings.",
    "BadRequestError": (
        "GOV.UK Notify does not send it. Either its template is not as integrations/notify/README.md has it, or the "
        "service is still on trial, or the key is a team key: these reach only people in the service's own team."
    ),
}


def build(section: NotifySettings, *, http: Http, clock: Clock) -> Sequence["Notify"]:
    """One for each kind of message there is a template for."""
    return [Notify(section, way, http=http, clock=clock) for way in section.ways]


class Notify:
    """Sends one kind of message. Its reference is not unique there, but an earlier try is found by it."""

    name = "notify"

    def __init__(self, section: NotifySettings, way: Way, *, http: Http, clock: Clock) -> None:
        self.section, self.way = section, way
        self.http, self.clock = http, clock
        self.template = section.text_template if way is Way.TEXT else section.email_template

    async def send(self, message: Message) -> str:
        """Hand it to Notify, which tries for three days; returns Notify's id."""
        asked: dict[str, Any] = {"template_id": self.template, "reference": message.key}
        if self.way is Way.TEXT:
            asked |= {"phone_number": message.to, "personalisation": {"message": message.text}}
            asked |= {"sms_sender_id": self.section.text_sender} if self.section.text_sender else {}
        else:
            words = {"message": message.text, "subject": message.subject}
            asked |= {"email_address": message.to, "personalisation": words}
        answer = await self.call("POST", f"/v2/notifications/{KIND[self.way]}", json=asked)
        if answer.status != 201 or not isinstance(given := read(answer), dict) or not given.get("id"):
            raise Unsure(f"GOV.UK Notify answered HTTP {answer.status} with something else than a receipt.")
        return str(given["id"])

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:  # noqa: ARG002 - the reference is exact
        """By our reference, which Notify keeps for seven days."""
        path = f"/v2/notifications?template_type={KIND[self.way]}&reference={quote(message.key)}"
        given = read(await self.call("GET", path))
        if not isinstance(given, dict) or not isinstance(given.get("notifications"), list):
            return NotFound.CANNOT_TELL
        alive = [one for one in given["notifications"] if one.get("status") not in GAVE_UP]
        return Found(Receipt(str(alive[0].get("id", "")))) if alive else NotFound.ABSENT

    async def check(self) -> Sequence[str]:
        """Whether the key is accepted and the template is as it must be."""
        setting = "notify.text_template" if self.way is Way.TEXT else "notify.email_template"
        try:
            template = read(await self.call("GET", f"/v2/template/{self.template}"))
        except Refused:
            return (f"{setting}: the service has no such template: copy its id from the template's page",)
        except SignInAgain as error:
            return (f"notify.api_key: {error}",)
        except OutsideError as error:
            return (f"notify.api_url: GOV.UK Notify cannot be asked: {error}",)
        return template_faults(setting, template if isinstance(template, dict) else {}, self.way)

    async def call(self, method: str, path: str, **how: Any) -> HttpAnswer:
        """One signed call that was carried out. Raises OutsideError for one that was not, or may not have been."""
        headers = {"authorization": f"Bearer {self.token()}"}
        answer = await self.http.call(method, self.section.api_url.rstrip("/") + path, headers=headers, **how)
        if answer.status >= 300:
            raise failure(answer, self.clock.now())
        return answer

    def token(self) -> str:
        """Who calls and when, signed: a JWT, good for 30 seconds."""
        service, secret = self.section.service_and_secret
        claims = {"iss": service, "iat": int(self.clock.now().timestamp())}
        signed = f"{part({'typ': 'JWT', 'alg': 'HS256'})}.{part(claims)}"
        return f"{signed}.{url_safe(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def part(claims: Mapping[str, object]) -> str:
    """One part of a JWT."""
    return url_safe(json.dumps(claims, separators=(",", ":")).encode())


def url_safe(octets: bytes) -> str:
    """Base64 without padding, as a JWT has it (RFC 7515)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def failure(answer: HttpAnswer, now: datetime) -> OutsideError:
    """What an answer that is no yes means: by its status and the name of the error, never by its words."""
    error = name_of(read(answer))
    match answer.status:
        case 401 | 403:
            return SignInAgain(SIGN_IN)
        case 429 if error == "TooManyRequestsError":
            return TryLater("Today's limit of messages at GOV.UK Notify is used up.", until_midnight(now))
        case 429 | 503:
            wait = wait_asked_for(answer.headers.get("Retry-After"))
            return TryLater("GOV.UK Notify asks for patience.", wait)
        case 404:
            return Refused("GOV.UK Notify knows no such address: look at notify.api_url.")
        case status if status >= 500 or status == 408:
            return Unsure(f"GOV.UK Notify answered HTTP {status}.")
        case _:
            return Refused(NOT_TAKEN.get(error, f"GOV.UK Notify refused it (HTTP {answer.status})."))


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
    except ValueError:
        return None


def template_faults(setting: str, template: Mapping[str, Any], way: Way) -> list[str]:
    """What about a template would spoil a message."""
    if template.get("type") != KIND[way]:
        return [f"{setting}: that template is of type {template.get('type')!r}: one of type {KIND[way]!r} is needed"]
    text = f"{template.get('subject') or ''}\n{template.get('body') or ''}"
    asked = {found.strip() for found in re.findall(r"\(\(([^)?]+)(?:\?\?[^)]*)?\)\)", text)}
    if missing := sorted(NEEDS[way] - asked):
        return [f"{setting}: the template lacks (({missing[0]})), so nothing we say would arrive: put it in"]
    if extra := sorted(asked - NEEDS[way]):
        return [f"{setting}: the template also wants (({extra[0]})), which we never give: take it out"]
    return []

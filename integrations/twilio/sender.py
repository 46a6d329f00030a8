"""Twilio: text messages. There is no key by which Twilio tells repeats apart, so an earlier try is looked for by its words.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Clock, Found, Message, NotFound, Receipt, Way
from integrations.http import Http, HttpAnswer, wait_asked_for
from integrations.twilio.settings import TwilioSettings

SIGN_IN = "Twilio does not accept the credentials. Put new ones into twilio.account_sid, twilio.api_key and twilio.secret."
MEND = "Mend it under [[people]] in the settings."
FROM = "Look at twilio.from_number or twilio.messaging_service."
REFUSALS: Mapping[int, str] = {
    21211: f"the number is not one that can be rung. {MEND}",
    21610: "that phone has opted out by answering STOP. Whoever has it can answer START.",
    21612: f"Twilio has no route to that number from ours. {FROM}",
    21614: f"the number is not a mobile's. {MEND}",
    21408: "Twilio may not send to that country: allow it in Twilio's console, under geographic permissions.",
    21606: f"our own number cannot send texts. {FROM}",
    21659: f"our own number is not one of Twilio's. {FROM}",
    30003: "the phone cannot be reached: it is switched off or has no signal.",
    30005: f"no such phone is known. {MEND}",
    30006: f"the number is a landline's. {MEND}",
    30007: "the phone's network took the text for spam.",
}
"""https://www.twilio.com/docs/api/errors, in words for staff. None repeats a number."""
NOT_THERE = frozenset({"failed", "undelivered", "canceled"})
NEAR = timedelta(minutes=5)
"""How far Twilio's clock may be from ours."""


def build(section: TwilioSettings, *, http: Http, clock: Clock) -> Sequence["Twilio"]:  # noqa: ARG001 - others need the time
    """The one way it has."""
    return [Twilio(section, http)]


class Twilio:
    """Sends texts."""

    name = "twilio"
    way = Way.TEXT

    def __init__(self, section: TwilioSettings, http: Http) -> None:
        self.section, self.http = section, http
        user = section.api_key or section.account_sid
        self.signed = {"authorization": aiohttp.encode_basic_auth(user, section.secret.get_secret_value())}
        self.account = f"{section.api_url.rstrip('/')}/2010-04-01/Accounts/{section.account_sid}"

    async def send(self, message: Message) -> str:
        """Hand it to Twilio; returns its SID."""
        by = {"From": self.section.from_number, "MessagingServiceSid": self.section.messaging_service}
        form = {"To": message.to, "Body": message.text, **{name: value for name, value in by.items() if value}}
        answer = await self.call("POST", "/Messages.json", data=form)
        given = read(answer)
        if answer.status != 201 or not given.get("sid"):
            raise Unsure(f"Twilio answered HTTP {answer.status} with something else than a receipt.")
        if given.get("status") in NOT_THERE:
            raise refused(given.get("error_code"), answer.status)
        return str(given["sid"])

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:
        """By number, day and words: ours are the same on every try."""
        earliest = since - NEAR
        day = earliest.astimezone(UTC).date().isoformat()
        asked = {"To": message.to, "DateSent>": day, "PageSize": "50"}
        given = read(await self.call("GET", "/Messages.json", params=asked)).get("messages")
        if not isinstance(given, list):
            return NotFound.CANNOT_TELL
        same = (one for one in given if one.get("body") == message.text and one.get("status") not in NOT_THERE)
        found = next((one for one in same if was_made(one) >= earliest), None)
        return Found(Receipt(str(found.get("sid", "")))) if found else NotFound.ABSENT

    async def check(self) -> Sequence[str]:
        """Whether the credentials are accepted: they may list texts."""
        try:
            await self.call("GET", "/Messages.json", params={"PageSize": "1"})
        except SignInAgain as error:
            return (f"twilio.secret: {error}",)
        except OutsideError as error:
            return (f"twilio.api_url: Twilio cannot be asked: {error}",)
        return ()

    async def call(self, method: str, path: str, **how: Any) -> HttpAnswer:
        """One call that was carried out. Raises OutsideError for one that was not, or may not have been."""
        answer = await self.http.call(method, self.account + path, headers=self.signed, **how)
        if answer.status >= 300:
            raise failure(answer)
        return answer


def failure(answer: HttpAnswer) -> OutsideError:
    """What an answer that is no yes means."""
    code = read(answer).get("code")
    match answer.status:
        case 401 | 403:
            return SignInAgain(SIGN_IN) if code not in REFUSALS else refused(code, answer.status)
        case 429 | 503:
            return TryLater("Twilio asks for patience.", wait_asked_for(answer.headers.get("Retry-After")))
        case status if status >= 500 or status == 408:
            return Unsure(f"Twilio answered HTTP {status}.")
        case status if code == 20429:
            return TryLater("Twilio asks for patience.", wait_asked_for(answer.headers.get("Retry-After")))
        case status if code == 20003:
            return SignInAgain(SIGN_IN)
        case status:
            return refused(code, status)


def refused(code: object, status: int) -> Refused:
    """A definite no, in words; Twilio's own may hold the number."""
    known = REFUSALS.get(code) if isinstance(code, int) else None
    return Refused(f"Twilio did not send it: {known}" if known else f"Twilio refused it (error {code}, HTTP {status}).")


def read(answer: HttpAnswer) -> dict[str, Any]:
    """The JSON object of an answer; empty when there is none."""
    try:
        given = json.loads(answer.body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def was_made(one: Mapping[str, Any]) -> datetime:
    """When Twilio took a text; now and for ever when it does not say."""
    try:
        return parsedate_to_datetime(str(one.get("date_created", "")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)

"""Twilio for pings. There is no key by which Twilio tells repeats apart, so an earlier try is looked for by its words.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.errors import OutsideError, SignInAgain
from bot.ports import Clock, Found, Message, NotFound, Receipt, Way
from integrations.http import Http
from integrations.twilio.client import NOT_SENT, Client, Login, read, sid_in, was_made
from integrations.twilio.settings import TwilioSettings

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
        self.section = section
        user, secret = section.api_key or section.account_sid, section.secret.get_secret_value()
        self.client = Client(Login(section.api_url, section.account_sid, user, secret, "twilio", REFUSALS), http)

    async def send(self, message: Message) -> str:
        """Hand it to Twilio; returns its SID."""
        by = {"From": self.section.from_number, "MessagingServiceSid": self.section.messaging_service}
        form = {"To": message.to, "Body": message.text, **{name: value for name, value in by.items() if value}}
        return sid_in(await self.client.call("POST", "/Messages.json", data=form), REFUSALS)

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:
        """By number, day and words: ours are the same on every try."""
        earliest = since - NEAR
        day = earliest.astimezone(UTC).date().isoformat()
        asked = {"To": message.to, "DateSent>": day, "PageSize": "50"}
        given = read(await self.client.call("GET", "/Messages.json", params=asked)).get("messages")
        if not isinstance(given, list):
            return NotFound.CANNOT_TELL
        listed = (one for one in given if isinstance(one, dict))
        same = (one for one in listed if one.get("body") == message.text and one.get("status") not in NOT_SENT)
        found = next((one for one in same if was_made(one) >= earliest), None)
        return Found(Receipt(str(found.get("sid", "")))) if found else NotFound.ABSENT

    async def check(self) -> Sequence[str]:
        """Whether the credentials are accepted: they may list texts."""
        try:
            await self.client.call("GET", "/Messages.json", params={"PageSize": "1"})
        except SignInAgain as error:
            return (f"twilio.secret: {error}",)
        except OutsideError as error:
            return (f"twilio.api_url: Twilio cannot be asked: {error}",)
        return ()

"""GOV.UK Notify for pings: one template each for texts and e-mails, whose only words are ours.

https://docs.notifications.service.gov.uk/rest-api.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.errors import Unsure
from bot.ports import Clock, Found, Message, NotFound, Receipt, Way
from integrations.http import Http
from integrations.notify.client import Client, Signer, read, template_faults
from integrations.notify.settings import NotifySettings

LONGEST_TEXT = 918
"""Characters of a text with the service's name before it, if that is switched on: six fragments."""
GAVE_UP = frozenset({"technical-failure", "permanent-failure", "temporary-failure"})
"""It is over there, and nobody has it: another try does no harm."""
KIND = {Way.TEXT: "sms", Way.EMAIL: "email"}
NEEDS = {Way.TEXT: frozenset({"message"}), Way.EMAIL: frozenset({"message", "subject"})}
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
        signer = Signer(section.api_url, section.api_key.get_secret_value(), "notify", NOT_TAKEN)
        self.client = Client(signer, http=http, clock=clock)
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
        answer = await self.client.call("POST", f"/v2/notifications/{KIND[self.way]}", json=asked)
        if answer.status != 201 or not isinstance(given := read(answer), dict) or not given.get("id"):
            raise Unsure(f"GOV.UK Notify answered HTTP {answer.status} with something else than a receipt.")
        return str(given["id"])

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:  # noqa: ARG002 - the reference is exact
        """By our reference, which Notify keeps for seven days."""
        path = f"/v2/notifications?template_type={KIND[self.way]}&reference={quote(message.key)}"
        given = read(await self.client.call("GET", path))
        if not isinstance(given, dict) or not isinstance(given.get("notifications"), list):
            return NotFound.CANNOT_TELL
        alive = [one for one in given["notifications"] if one.get("status") not in GAVE_UP]
        return Found(Receipt(str(alive[0].get("id", "")))) if alive else NotFound.ABSENT

    async def check(self) -> Sequence[str]:
        """Whether the key is accepted and the template is as it must be."""
        setting = "notify.text_template" if self.way is Way.TEXT else "notify.email_template"
        return await template_faults(self.client, setting, self.template, kind=KIND[self.way], needs=NEEDS[self.way])

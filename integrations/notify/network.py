"""An account the public can text, at GOV.UK Notify: texts come in by call and by list, replies go out by template."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.errors import NotDelivered, OutsideError, Refused, Unsure
from bot.ports import Clock, Found, Guarantee, NotFound, Outgoing, Page, Receipt, Received, Webhook, WebhookRefused
from bot.reply import Abilities, Audience, TextLimits
from bot.replying.counting import SIX_MESSAGES, places, text_messages
from integrations.http import Http, HttpAnswer
from integrations.notify.client import Client, Signer, read, template_faults
from integrations.notify.parse import called
from integrations.notify.reading import Reading, can_be_read
from integrations.notify.settings import NotifyAccount
from integrations.plain import PlainNetwork
from integrations.telephone import conversation, e164

KEPT_FOR = timedelta(days=7)
"""How long Notify can be asked about what was sent."""
ARRIVED = frozenset({"delivered", "sent"})
"""``sent``: abroad, from where no receipt comes back."""
FAILED: Mapping[str, str] = {
    "permanent-failure": "no such phone is known. Answer another way.",
    "temporary-failure": "the phone could not be reached: it is off, has no signal or is full. Try again later.",
    "technical-failure": "something went wrong between GOV.UK Notify and the phone's network.",
}
"""How a text ends that never arrives: https://docs.notifications.service.gov.uk/rest-api.html, in words for staff."""
NOT_TAKEN: Mapping[str, str] = {
    "ValidationError": (
        "GOV.UK Notify takes no text for that number. It may be a landline or abroad: allow international texts in "
        "Notify's settings, or answer another way."
    ),
    "BadRequestError": (
        "GOV.UK Notify does not send it. Either the text is too long for it, or the template or text_sender is not as "
        "integrations/notify/README.md has it, or the service is on trial or the key a team key."
    ),
}


def build(account: NotifyAccount, *, http: Http, clock: Clock, tokens: object = None) -> "NotifyTexts":  # noqa: ARG001
    """The account as the core uses it; its key never changes, so it needs no ``tokens``."""
    return NotifyTexts(account, http=http, clock=clock)


def limits_of(account: NotifyAccount) -> TextLimits:
    """What is left of Notify's six messages beside the service's name, with how many messages the whole makes."""
    before = f"{account.prefix}: " if account.prefix else ""
    whole = text_messages(SIX_MESSAGES, account.text_price)
    left = max(SIX_MESSAGES - places(before), 1)
    return TextLimits(left, whole.unit, places, lambda text: whole.about(before + text) if text else "")


class NotifyTexts(PlainNetwork):
    """One account. Notify knows no repeats, but an earlier try is found by our reference."""

    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=60)
    abilities = Abilities(reads_back=True, settles_within=timedelta(hours=1))

    def __init__(self, account: NotifyAccount, *, http: Http, clock: Clock) -> None:
        self.account, self.clock = account, clock
        self.limits = limits_of(account)
        self.poll_every: timedelta | None = account.poll_every
        said = account.label or account.name
        self.speaks_as = f"{said}, by text from {account.number}" if account.number else f"{said}, by text"
        key = account.api_key.get_secret_value()
        self.client = Client(Signer(account.api_url, key, f"accounts.{account.name}", NOT_TAKEN), http=http, clock=clock)
        self._reading = Reading(self.client, self._together)
        token = account.callback_token.get_secret_value() if account.callback_token else ""
        self._believed = f"Bearer {token}".encode() if token else b""

    def _together(self, author_id: str) -> str:
        """All texts from one number belong together."""
        return conversation(self.client.digest("conversation"), self.account.name, author_id)

    # --- in

    async def fetch(self, cursor: str | None) -> Page:
        """Texts no call brought, the first time of the last 24 hours."""
        return await self._reading.page(cursor, self.clock.now())

    def receive(self, request: Webhook) -> Received:
        """A text, or a receipt, which is taken and needs no more: what became of a reply is asked for."""
        if not self._believed:
            raise WebhookRefused(404, "not found")
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(self._believed, given):
            raise WebhookRefused(401, "the bearer token is not the one of callback_token")
        if request.method != "POST":
            return Received(status=405, answer={"error": "POST only"})
        text = called(request.body, request.at, self._together)
        return Received((text,), delivery_id=text.native_id, status=200) if text else Received(status=200)

    # --- out

    async def publish(self, reply: Outgoing) -> Receipt:
        """Hand it to Notify, which tries for up to 72 hours. Raises Unsure when it may have been taken."""
        if reply.media:
            raise Refused("a text message carries no pictures here: take them out")
        if reply.audience is Audience.AUTHOR:
            raise Refused("a text is always for its author alone: reply in the ordinary way")
        asked: dict[str, Any] = {
            "phone_number": number_of(reply),
            "template_id": self.account.template,
            "personalisation": {"message": reply.text},
            "reference": reply.key,
        }
        if self.account.text_sender:
            asked["sms_sender_id"] = self.account.text_sender
        return receipt_in(await self.client.call("POST", "/v2/notifications/sms", creating=True, json=asked))

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """By our reference, which Notify keeps for seven days. One that failed there counts as sent: it is read back."""
        path = f"/v2/notifications?template_type=sms&reference={quote(reply.key, safe='')}"
        given = (await self.client.read(path)).get("notifications")
        if not isinstance(given, list):
            return NotFound.CANNOT_TELL
        ours = [one for one in given if isinstance(one, dict) and one.get("reference") == reply.key and one.get("id")]
        if ours:
            return Found(Receipt(str(ours[0]["id"])))
        return NotFound.ABSENT if self._would_show(reply, self.clock.now()) and not given else NotFound.CANNOT_TELL

    def _would_show(self, reply: Outgoing, now: datetime) -> bool:
        """Whether any try of it would be listed now: long enough ago, and not too long."""
        first = reply.first_sent_at or reply.created_at
        last = reply.last_sent_at or first
        return now - last >= self.settle and now - first < KEPT_FOR

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether it reached the phone, by the receipt that Notify has. Raises NotDelivered when it never will."""
        try:
            status = (await self.client.read(f"/v2/notifications/{quote(native_id, safe='')}")).get("status")
        except Refused:
            return NotFound.CANNOT_TELL
        if isinstance(status, str) and status in FAILED:
            raise NotDelivered(f"the text could not be delivered: {FAILED[status]}")
        return Found(Receipt(native_id)) if status in ARRIVED else NotFound.CANNOT_TELL

    async def check(self) -> Sequence[str]:
        """Whether the key is accepted, the template as it must be, and received texts can be listed. Sends nothing."""
        at = f"accounts.{self.account.name}"
        needs = frozenset({"message"})
        faults = await template_faults(self.client, f"{at}.template", self.account.template, kind="sms", needs=needs)
        if faults:
            return faults
        try:
            await can_be_read(self.client)
        except OutsideError as error:
            return (f"{at}: texts that came in cannot be listed: {error} Ask Notify to switch on receiving texts.",)
        return ()


def number_of(reply: Outgoing) -> str:
    """Whom it goes to. Raises Refused for a sender nobody can text."""
    if number := e164(reply.author_id):
        return number
    raise Refused("it did not come from a telephone number that takes texts, so it cannot be answered by text")


def receipt_in(answer: HttpAnswer) -> Receipt:
    """What Notify gave for a text. Raises Unsure for an answer that says neither yes nor no."""
    given = read(answer)
    if answer.status != 201 or not isinstance(given, dict) or not given.get("id"):
        raise Unsure(f"GOV.UK Notify answered HTTP {answer.status} with something else than a receipt.")
    return Receipt(str(given["id"]))

"""An account the public can text, at Twilio: texts come in by signed call and by list, replies go out through the API."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from bot.errors import NotDelivered, OutsideError, Refused, SignInAgain
from bot.ports import Clock, Found, Guarantee, NotFound, Outgoing, Page, Receipt, Received, Webhook, WebhookRefused
from bot.reply import Abilities, Audience
from bot.replying.counting import composed, text_messages
from integrations.http import Http
from integrations.plain import PlainNetwork
from integrations.telephone import conversation, e164
from integrations.twilio.checking import number_faults
from integrations.twilio.client import NOT_SENT, Client, Login, sid_in, was_made
from integrations.twilio.parse import called, fields
from integrations.twilio.reading import Reading
from integrations.twilio.settings import TwilioAccount
from integrations.twilio.signature import SHA1, SHA256, is_signed

LONGEST = 1_600
NEAR = timedelta(minutes=2)
"""How far Twilio's clock may be from ours."""
CLOSE = timedelta(seconds=30)
"""What has the same words and is older than that may as well be another reply."""
ARRIVED = frozenset({"delivered", "read"})
A_LOOK, REMEMBERED = "200", 500
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
PLAINER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
"""What Twilio's smart encoding may put in the place of a character, so that a text takes fewer messages."""
REFUSALS: Mapping[int, str] = {
    21211: "the number is not one that can be texted.",
    21610: "whoever has that phone answered STOP, so no text reaches them until they text START. Answer another way.",
    21612: "Twilio has no route to that number from ours. Look at number or messaging_service in the settings.",
    21614: "the number is not a mobile's. Answer another way.",
    21617: "it is longer than the 1,600 characters a text may have. Shorten it.",
    21408: "Twilio may not send to that country: allow it in Twilio's console, under geographic permissions.",
    21606: "our own number cannot send texts. Look at number in the settings.",
    21659: "our own number is not one of Twilio's. Look at number in the settings.",
    30003: "the phone cannot be reached: it is switched off or has no signal.",
    30005: "no such phone is known.",
    30006: "the number is a landline's. Answer another way.",
    30007: "the phone's network took the text for spam. Change the words, or answer another way.",
}
"""https://www.twilio.com/docs/api/errors, in words for staff. None repeats a number."""


def build(account: TwilioAccount, *, http: Http, clock: Clock, tokens: object = None) -> "TwilioTexts":  # noqa: ARG001
    """The account as the core uses it; its key never changes, so it needs no ``tokens``."""
    return TwilioTexts(account, http=http, clock=clock)


class TwilioTexts(PlainNetwork):
    """One account. Twilio knows no repeats: an earlier try is told of by call, or found by number, words and time."""

    guarantee = Guarantee.LOOKUP
    settle = timedelta(seconds=60)
    abilities = Abilities(reads_back=True, settles_within=timedelta(hours=1))

    def __init__(self, account: TwilioAccount, *, http: Http, clock: Clock) -> None:
        self.account, self.clock = account, clock
        self.limits = text_messages(LONGEST, account.text_price)
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = f"{account.label or account.name}, by text from {account.number}"
        user, secret = account.api_key or account.account_sid, account.secret.get_secret_value()
        at = f"accounts.{account.name}"
        self.client = Client(Login(account.api_url, account.account_sid, user, secret, at, REFUSALS), http)
        self._key = secret.encode()
        self._reading = Reading(self.client, account.number, self._together)
        shared = account.shared_key.get_secret_value() if account.shared_key else ""
        self._signers = {SHA1: account.signs_with.encode(), SHA256: shared.encode()}
        self._taken: OrderedDict[str, str] = OrderedDict()
        """What Twilio calls the replies that it told this copy it has, by their key."""

    def _together(self, author_id: str) -> str:
        """All texts from one number belong together."""
        return conversation(self._key, self.account.name, author_id)

    # --- in

    async def fetch(self, cursor: str | None) -> Page:
        """Texts no call brought, the first time of the last 24 hours."""
        return await self._reading.page(cursor, self.clock.now())

    def receive(self, request: Webhook) -> Received:
        """A text, or what became of one of ours. Twilio wants XML in return."""
        if not self.account.webhook_url:
            raise WebhookRefused(404, "not found")
        sent = fields(request.body)
        asked = f"?{urlencode(request.query, quote_via=quote, safe='')}" if request.query else ""
        if not is_signed(self._signers, self.account.webhook_url + asked, sent, request.headers):
            raise WebhookRefused(401, "the signature is not over webhook_url with auth_token or shared_key")
        if request.method != "POST":
            return Received(status=405, answer={"error": "POST only"})
        form = dict(sent)
        if "MessageStatus" in form:
            self._remember(request.query.get("key", ""), form.get("MessageSid", ""))
            return Received(status=200, answer=EMPTY, content_type="text/xml")
        text = called(form, request.at, self._together)
        return Received((text,), text.native_id, status=200, answer=EMPTY, content_type="text/xml")

    def _remember(self, key: str, sid: str) -> None:
        """A reply was taken: Twilio has it under this id."""
        if key and SID.fullmatch(sid):
            self._taken[key] = sid
            if len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)

    # --- out

    async def publish(self, reply: Outgoing) -> Receipt:
        """Hand it to Twilio. Raises Unsure when it may have been taken."""
        if reply.media:
            raise Refused("a text message carries no pictures here: take them out")
        if reply.audience is Audience.AUTHOR:
            raise Refused("a text is always for its author alone: reply in the ordinary way")
        service = self.account.messaging_service
        form = {"To": number_of(reply), "Body": reply.text}
        form |= {"MessagingServiceSid": service} if service else {"From": self.account.number}
        if self.account.webhook_url:
            form["StatusCallback"] = f"{self.account.webhook_url}?{urlencode({'key': reply.key}, quote_via=quote, safe='')}"
        sid = sid_in(await self.client.call("POST", "/Messages.json", creating=True, data=form), REFUSALS)
        self._remember(reply.key, sid)
        return Receipt(sid)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """By what Twilio told of it, else by number, words and time. One that failed counts as sent: it is read back."""
        if known := self._taken.get(reply.key):
            return Found(Receipt(known))
        first = reply.first_sent_at or reply.created_at
        number, earliest = e164(reply.author_id), first - NEAR
        if not number:
            return NotFound.CANNOT_TELL
        given = await self.client.read("/Messages.json", params={"To": number, "PageSize": A_LOOK})
        messages = given.get("messages")
        if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
            return NotFound.CANNOT_TELL
        others = set(self._taken.values())
        late = (one for one in messages if was_made(one) >= earliest and one.get("direction") != "inbound")
        recent = [one for one in late if one.get("sid") not in others]
        found = next((one for one in recent if is_same(one.get("body"), reply.text) and one.get("sid")), None)
        if found:
            return Found(Receipt(str(found["sid"]))) if was_made(found) >= first - CLOSE else NotFound.CANNOT_TELL
        if any(is_redacted(one.get("body")) for one in recent):
            return NotFound.CANNOT_TELL
        is_whole = not given.get("next_page_uri") or any(was_made(one) < earliest for one in messages)
        return NotFound.ABSENT if is_whole and self._would_show(reply, self.clock.now()) else NotFound.CANNOT_TELL

    def _would_show(self, reply: Outgoing, now: datetime) -> bool:
        """Whether the last try of it would be listed by now."""
        return now - (reply.last_sent_at or reply.first_sent_at or reply.created_at) >= self.settle

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether it reached the phone, as far as its network tells Twilio. Raises NotDelivered when it never will."""
        if not SID.fullmatch(native_id):
            return NotFound.CANNOT_TELL
        try:
            text = await self.client.read(f"/Messages/{native_id}.json")
        except Refused:
            return NotFound.CANNOT_TELL
        if text.get("status") in NOT_SENT:
            raise NotDelivered(f"the text could not be delivered: {why_not(text.get('error_code'))}")
        return Found(Receipt(native_id)) if text.get("status") in ARRIVED else NotFound.CANNOT_TELL

    async def check(self) -> Sequence[str]:
        """Whether the key is accepted, the number is ours and takes texts, and calls us where we listen. Sends nothing."""
        at = f"accounts.{self.account.name}"
        try:
            await self.client.call("GET", "/Messages.json", params={"PageSize": "1"})
            return [f"{at}.{fault}" for fault in await number_faults(self.client, self.account)]
        except SignInAgain as error:
            return (f"{at}.secret: {error}",)
        except OutsideError as error:
            return (f"{at}.api_url: Twilio cannot be asked: {error}",)


def number_of(reply: Outgoing) -> str:
    """Whom it goes to. Raises Refused for a sender nobody can text."""
    if number := e164(reply.author_id):
        return number
    raise Refused("it did not come from a telephone number that takes texts, so it cannot be answered by text")


def is_redacted(body: Any) -> bool:
    """Whether Twilio does not show the words, as where an account has it redact them: it may be any text of ours."""
    return not isinstance(body, str) or not any(map(str.isalnum, body)) or "redacted" in body.lower()


def why_not(code: Any) -> str:
    """Why a text never arrives, in words for staff."""
    known = REFUSALS.get(code) if isinstance(code, int) else None
    return known or (f"Twilio gives its error {code}." if isinstance(code, int) else "Twilio does not say why.")


def is_same(body: Any, text: str) -> bool:
    """Whether a listed text is ours: Twilio may have put plainer characters in it, and words of its own before a trial's."""
    if not isinstance(body, str):
        return False
    listed, ours = (" ".join(composed(one).translate(PLAINER).split()) for one in (body, text))
    return listed == ours or (listed.startswith("Sent from your Twilio trial account") and listed.endswith(ours))

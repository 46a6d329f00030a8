"""Direct messages on X: a public post answered to its author alone, and looking whether such an answer arrived.

https://docs.x.com/x-api/direct-messages: 15 messages and 15 looks in a quarter of an hour, 1,440 messages a day.
"""

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from bot.errors import Refused, Unsure
from bot.ports import Found, NotFound, Outgoing, Receipt
from bot.reply import TextLimits
from bot.replying.counting import characters
from integrations.x import parse
from integrations.x.client import Body, XClient, body_of
from integrations.x.failures import NoRight
from integrations.x.meter import Meter
from integrations.x.reading import A_PAGE, next_token
from integrations.x.settings import XAccount

LIMITS: TextLimits = characters(10_000)
MAY_NOT = (
    "X does not let this account send direct messages. Answer in public, or send it on X's own page; "
    "whoever looks after the account can give it the right."
)
PREFIX = "dm:"
"""Before the number of a message, which could else be that of a post."""
FIELDS = "sender_id,created_at,entities,dm_conversation_id"
CLOCKS_DIFFER = timedelta(minutes=1)
PAGES = 3
"""How far a look goes back: X takes 15 calls in a quarter of an hour, from all copies of the bot together."""


class Messages:
    """The direct messages of one account."""

    def __init__(self, account: XAccount, client: XClient, meter: Meter) -> None:
        self._account = account
        self._client = client
        self._meter = meter

    def page(self, reply: Outgoing) -> str:
        """X's own page with the message filled in, for whoever is signed in as the account."""
        query = urlencode({"recipient_id": reply.author_id, "text": reply.text}, quote_via=quote)
        return f"{self._account.web_url}/messages/compose?{query}"

    async def send(self, reply: Outgoing) -> Receipt:
        """Send it, once, to the author of the post and nobody else. Raises Unsure when it may have arrived."""
        if fault := self._unfit(reply):
            raise Refused(fault)
        who, signed = reply.author_id, self._client.signed
        try:
            told = await body_of(self._client.create_direct_message(participant_id=who, text=reply.text, user_auth=signed))
        except Unsure:
            self._meter.count("messages")
            raise
        except NoRight as error:
            raise Refused(MAY_NOT, self.page(reply)) from error
        except Refused as error:
            raise Refused(str(error), self.page(reply)) from error
        self._meter.count("messages")
        sent = parse.mapping(told.get("data"))
        if not parse.ID.fullmatch(str(sent.get("dm_event_id") or "")):
            raise Unsure("X did not say which message it made")
        return self._receipt(str(sent["dm_event_id"]), sent)

    def _unfit(self, reply: Outgoing) -> str:
        """Why it cannot go as a direct message; empty when it can."""
        if not self._account.direct_messages:
            return "This account sends no direct messages: its setting direct_messages is off."
        if not parse.ID.fullmatch(reply.author_id):
            return "It is not known to whom on X this would go."
        return "A direct message goes without pictures. Take them out, or answer in public." if reply.media else ""

    async def find_sent(self, reply: Outgoing, me: str, *, settled: bool) -> Found | NotFound:
        """Whether our messages to the author since the first try hold this one.

        The same words in an older message prove nothing either way. Absent only when all could be read, and ``settled``.
        """
        since = (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
        wanted, token = parse.alike(reply.text), ""
        try:
            for _ in range(PAGES):
                page = await self._page(reply.author_id, token)
                same = [one for one in parse.messages(page, sender=me) if parse.alike(parse.words(one)) == wanted]
                if found := next((one for one in same if parse.made(one) >= since), None):
                    return Found(self._receipt(found["id"], found))
                if same or page.get("errors"):
                    return NotFound.CANNOT_TELL
                token = next_token(page)
                if not token or is_older(page, since):
                    return NotFound.ABSENT if settled else NotFound.CANNOT_TELL
        except Refused:
            return NotFound.CANNOT_TELL
        return NotFound.CANNOT_TELL

    async def _page(self, who: str, token: str) -> Body:
        which = {"max_results": A_PAGE, "dm_event_fields": FIELDS, "pagination_token": token or None}
        asked = {name: value for name, value in which.items() if value is not None}
        page = await body_of(
            self._client.get_direct_message_events(participant_id=who, user_auth=self._client.signed, **asked)
        )
        self._meter.count("messages_read", len(parse.ids(page)))
        return page

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a message we sent is there."""
        number = native_id.removeprefix(PREFIX)
        route, asked = f"/2/dm_events/{number}", {"dm_event.fields": FIELDS}
        try:
            page = (await self._client.request("GET", route, asked, user_auth=self._client.signed)).body
        except Refused:
            return NotFound.CANNOT_TELL
        for one in parse.posts(page):
            self._meter.count("messages_read")
            return Found(self._receipt(one["id"], one))
        return parse.why_not(page)

    def _receipt(self, number: str, message: Body) -> Receipt:
        conversation = str(message.get("dm_conversation_id") or "")
        url = f"{self._account.web_url}/messages/{quote(conversation)}" if conversation else ""
        return Receipt(PREFIX + number, url)


def is_older(page: Body, since: datetime) -> bool:
    """Whether the page goes back beyond a moment."""
    return any(parse.made(one) < since for one in parse.posts(page))

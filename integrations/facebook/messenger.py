"""Messenger: answers to people's messages, and to a comment in private; whether an earlier try of one arrived.

https://developers.facebook.com/docs/messenger-platform: 24 hours after a person's last message, with Meta's Human Agent
feature 7 days; one private answer to a comment, within 7 days.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import Refused, Unsure
from bot.ports import Clock, Edited, Found, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.reply import TextLimits
from bot.replying.counting import characters
from integrations.facebook.parse import DIRECT, NO_WORDS, POST, words_of
from integrations.facebook.settings import FacebookAccount
from integrations.graph.client import Body, GraphClient, mapping, mappings
from integrations.graph.errors import WindowClosed
from integrations.graph.leaving import alike
from integrations.graph.reading import Seen, moment, number, text, word

LIMITS: TextLimits = characters(2_000)
OPEN_FOR = timedelta(hours=24)
OPEN_TO_PEOPLE = timedelta(days=7)
CLOCKS_DIFFER = timedelta(minutes=1)
METADATA = "outbox:"
MESSAGES = 25
MOST_ECHOES = 2_000
FIELDS = f"participants{{id}},messages.limit({MESSAGES}){{id,message,from{{id}},created_time}}"


class Messenger:
    """The messages of one Page."""

    def __init__(self, account: FacebookAccount, client: GraphClient, clock: Clock, seen: Seen) -> None:
        self._account, self._client, self._clock, self._seen = account, client, clock, seen
        self._echoes: OrderedDict[str, str] = OrderedDict()

    @property
    def inbox(self) -> str:
        """Where a person can answer by hand."""
        return f"{self._account.inbox_url}/all?asset_id={self._account.page_id}"

    def is_echo(self, message: Body) -> bool:
        """Whether a message that came back is one we sent; which try it was is kept."""
        key, mid = text(message.get("metadata")), word(message.get("mid"))
        if message.get("is_echo") is not True or not key.startswith(METADATA) or not mid:
            return False
        if str(message.get("app_id", self._account.app_id)) != self._account.app_id:
            return False
        self._echoes[key.removeprefix(METADATA)] = mid
        if len(self._echoes) > MOST_ECHOES:
            self._echoes.popitem(last=False)
        return True

    # --- sending

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer a person, once. Past 24 hours as a person's answer, where the app has that feature."""
        if over := too_long(reply.text):
            raise Refused(over)
        to = {"id": reply.conversation.removeprefix(DIRECT)}
        try:
            return await self._sent(reply, to, messaging_type="RESPONSE")
        except WindowClosed:
            if not self._account.human_agent:
                raise
        return await self._sent(reply, to, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")

    async def answer_privately(self, reply: Outgoing) -> Receipt:
        """Answer a comment so that only its author reads it."""
        if over := too_long(reply.text):
            raise Refused(over)
        is_post = reply.conversation == POST + reply.in_reply_to
        return await self._sent(reply, {"post_id" if is_post else "comment_id": reply.in_reply_to})

    async def _sent(self, reply: Outgoing, to: Body, **how: str) -> Receipt:
        message = {"text": reply.text, "metadata": METADATA + reply.key}
        told = await self._client.create(f"{self._account.page_id}/messages", recipient=to, message=message, **how)
        if not (mid := word(told.get("message_id"))):
            raise Unsure("Meta did not say which message it made")
        return Receipt(mid)

    # --- looking before

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the person can still be answered. What cannot be seen is left to Meta to judge."""
        if over := too_long(reply.text):
            return Preflight(Verdict.NOT_ALLOWED, over)
        try:
            messages = await self._of_person(reply.conversation.removeprefix(DIRECT))
        except Refused:
            return Preflight(Verdict.OK)
        now = self._clock.now()
        theirs = [node for node in messages if not self._is_ours(node)]
        if changed := self._changed(theirs, reply.in_reply_to, now):
            return changed
        last = max((moment(node.get("created_time"), now) for node in theirs), default=now)
        span, ends = ("7 days", last + OPEN_TO_PEOPLE) if self._account.human_agent else ("24 hours", last + OPEN_FOR)
        if ends > now:
            return Preflight(Verdict.OK)
        reason = (
            f"Meta lets a Page answer a message for {span}, which were over on {ends:%-d %B at %H:%M} UTC. "
            "It can be answered once this person writes again, or perhaps from Meta's inbox."
        )
        return Preflight(Verdict.NOT_ALLOWED, reason, self.inbox)

    def _changed(self, theirs: Sequence[Body], native_id: str, now: datetime) -> Preflight | None:
        """Whether the person wrote something else in the place of what is answered."""
        node = next((one for one in theirs if one.get("id") == native_id), None)
        if node is None or not self._seen.is_changed(native_id, words_of(node)) or words_of(node) == NO_WORDS:
            return None
        self._seen.note(native_id, words_of(node))
        reason = "This person changed the message since: look at what it says now."
        return Preflight(Verdict.CHANGED, reason, items=(Edited(native_id, words_of(node), now),))

    # --- looking after

    async def find_sent(self, reply: Outgoing, *, settled: bool) -> Found | NotFound:
        """Whether the conversation holds it. Absent only when all since the first try could be read, and ``settled``."""
        if mid := self._echoes.get(reply.key):
            return Found(Receipt(mid))
        try:
            if reply.conversation.startswith(DIRECT):
                messages = await self._of_person(reply.conversation.removeprefix(DIRECT))
            else:
                messages = await self._of_comment(reply.in_reply_to)
        except Refused:
            return NotFound.CANNOT_TELL
        since = (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
        now = self._clock.now()
        late = [node for node in messages if moment(node.get("created_time"), now) >= since]
        same = [node for node in late if self._is_ours(node) and same_words(words_of(node), reply.text)]
        known = {mid for key, mid in self._echoes.items() if key != reply.key} | reply.others
        if mid := next((mid for node in same if (mid := word(node.get("id"))) not in known), ""):
            return Found(Receipt(mid))
        named = all(mapping(node.get("from")).get("id") for node in late)
        whole = named and (len(late) < len(messages) or len(messages) < MESSAGES)
        return NotFound.ABSENT if whole and settled else NotFound.CANNOT_TELL

    async def read_back(self, mid: str) -> Found | NotFound:
        """Whether a message of ours is there."""
        try:
            there = word((await self._client.get(mid, fields="id")).get("id"))
        except Refused:
            return NotFound.CANNOT_TELL
        return Found(Receipt(mid)) if there else NotFound.CANNOT_TELL

    async def _of_person(self, who: str) -> list[Body]:
        """The newest messages with a person. Raises Refused when that cannot be read."""
        how = {"platform": "messenger", "user_id": who, "fields": FIELDS}
        conversations = mappings(await self._client.get(f"{self._account.page_id}/conversations", **how))
        theirs = [
            one for one in conversations if who in {word(node.get("id")) for node in mappings(one.get("participants"))}
        ]
        if not theirs:
            raise Refused("Meta shows no conversation with this person")
        return messages_in(theirs[0])

    async def _of_comment(self, comment_id: str) -> list[Body]:
        """The messages of the private answer to a comment; none when it had none. Raises Refused when nobody can say."""
        comment = await self._client.get(comment_id, fields="can_reply_privately,private_reply_conversation{id}")
        conversation = word(mapping(comment.get("private_reply_conversation")).get("id"))
        if conversation:
            return messages_in(await self._client.get(conversation, fields=FIELDS))
        if comment.get("can_reply_privately") is True:
            return []
        raise Refused("Meta does not show whether this comment was answered privately")

    def _is_ours(self, node: Body) -> bool:
        return number(mapping(node.get("from")).get("id")) == self._account.page_id


def messages_in(conversation: Body) -> list[Body]:
    """The messages of a conversation. Raises Refused when the answer has none to show."""
    messages = mappings(conversation.get("messages"))
    if not messages:
        raise Refused("Meta does not show the messages of this conversation")
    return messages


def too_long(words: str) -> str:
    """Why it cannot be sent as a message; empty when it can."""
    count = LIMITS.count(words)
    return f"It has {count:,} characters; a message takes {LIMITS.limit:,}. Shorten it." if LIMITS.over(words) else ""


def same_words(one: str, other: str) -> bool:
    """Whether Meta would show both alike."""
    return alike(one) == alike(other)

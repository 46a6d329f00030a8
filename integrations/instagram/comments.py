"""Comments on Instagram: answered, looked at before and after, hidden, deleted. Apps can neither like nor edit there."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import NotThere, Refused, TryLater, Unsure
from bot.ports import Clock, Edited, Found, Gone, Item, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.reply import Act
from integrations.graph.client import Body, GraphClient
from integrations.graph.errors import Duplicate, NoRight
from integrations.graph.leaving import alike
from integrations.graph.reading import Seen, is_older, listed, number
from integrations.instagram.parse import MENTION, Reader, words_of
from integrations.instagram.rules import LIMITS, broken
from integrations.instagram.settings import InstagramAccount

ANSWERS = "id,text,timestamp,username,from"
A_LOOK = "id,text,hidden,parent_id"
CLOCKS_DIFFER = timedelta(minutes=1)
MOST_PAGES = 3
MOST_GIVEN = 2_000
GONE = "It was deleted, or its author's account is closed or private now."
HIDDEN = "The comment is hidden, and Instagram takes no answers to hidden comments: show it again first."
Believe = Callable[[], Awaitable[None]]


class Comments:
    """What is public below one account's posts."""

    def __init__(self, account: InstagramAccount, client: GraphClient, clock: Clock, *, seen: Seen, reader: Reader) -> None:
        self._account, self._client, self._clock, self._seen, self._reader = account, client, clock, seen, reader
        self._given: OrderedDict[str, str] = OrderedDict()

    # --- before

    async def preflight(self, reply: Outgoing, believe: Believe) -> Preflight:
        """Whether the comment is there, to be seen, and may be answered with these words."""
        if fault := unfit(reply.text):
            return Preflight(Verdict.NOT_ALLOWED, fault)
        if reply.conversation.startswith(MENTION):
            return Preflight(Verdict.OK)
        try:
            node = await self._client.get(reply.in_reply_to, fields=A_LOOK)
        except NotThere:
            await believe()
            return Preflight(Verdict.GONE, GONE, items=(Gone(reply.in_reply_to, self._clock.now()),))
        if not number(node.get("id")):
            raise TryLater("Instagram's answer to the look before sending could not be read")
        words = words_of(node)
        if self._seen.is_changed(reply.in_reply_to, words):
            self._seen.note(reply.in_reply_to, words)
            item = Edited(reply.in_reply_to, words, self._clock.now())
            return Preflight(Verdict.CHANGED, "It was changed since: look at what it says now.", items=(item,))
        return Preflight(Verdict.NOT_ALLOWED, HIDDEN) if node.get("hidden") is True else Preflight(Verdict.OK)

    # --- sending

    async def answer(self, reply: Outgoing) -> Receipt:
        """Answer a comment, or where the account was named, once."""
        if fault := unfit(reply.text):
            raise Refused(fault)
        if not number(reply.in_reply_to):
            raise Refused("Instagram gave no number by which this could be answered")
        try:
            told = await self._create(reply)
        except Duplicate as error:
            return await self._earlier_try(reply, error)
        if not (native_id := number(told.get("id"))):
            raise Unsure("Instagram did not say which comment it made")
        return self._receipt(native_id, reply)

    async def _create(self, reply: Outgoing) -> Body:
        if not reply.conversation.startswith(MENTION):
            return await self._client.create(f"{reply.in_reply_to}/replies", message=reply.text)
        media_id = reply.conversation.removeprefix(MENTION)
        comment_id = None if reply.in_reply_to == media_id else reply.in_reply_to
        path = f"{self._account.ig_user_id}/mentions"
        return await self._client.create(path, media_id=media_id, comment_id=comment_id, message=reply.text)

    async def _earlier_try(self, reply: Outgoing, error: Duplicate) -> Receipt:
        """Instagram has this text already: by an earlier try of this reply if it is found there. This try did nothing."""
        found = await self.find_sent(replace(reply, last_sent_at=reply.first_sent_at), settled=True)
        if isinstance(found, Found):
            return found.receipt
        if found is NotFound.CANNOT_TELL:
            raise Unsure(f"{error}, and it cannot be seen whether as this reply") from error
        raise Refused(f"{error}. Change a few words.") from error

    def _receipt(self, native_id: str, reply: Outgoing) -> Receipt:
        self._given[native_id] = reply.key
        if len(self._given) > MOST_GIVEN:
            self._given.popitem(last=False)
        return Receipt(native_id, self._reader.links.get(reply.conversation.partition(":")[2], ""))

    # --- after

    async def find_sent(self, reply: Outgoing, *, settled: bool) -> Found | NotFound:
        """Whether the answers below the comment hold it. Absent only when all could be read, and ``settled``.

        Nobody can tell below other people's posts; nor of an answer to an answer, which stands below the comment above both,
        where the same words may have been said to somebody else.
        """
        if reply.conversation.startswith(MENTION):
            return NotFound.CANNOT_TELL
        since = (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
        try:
            same, whole = await self._same_below(reply.in_reply_to, reply, since)
            if same:
                return Found(self._receipt(same[0], reply))
            above = number((await self._client.get(reply.in_reply_to, fields="parent_id")).get("parent_id"))
            if above:
                near, all_above = await self._same_below(above, reply, since)
                whole = whole and all_above and not near
        except Refused:
            return NotFound.CANNOT_TELL
        return NotFound.ABSENT if whole and settled else NotFound.CANNOT_TELL

    async def _same_below(self, native_id: str, reply: Outgoing, since: datetime) -> tuple[list[str], bool]:
        """The account's own answers with these words below a comment, but for those another reply has the receipt of.

        And whether that is all: the list was read to its end, and of no such comment the author is left out.
        """
        nodes, whole = await listed(self._client, f"{native_id}/replies", MOST_PAGES, fields=ANSWERS, limit=50)
        wanted = alike(reply.text)
        same = [node for node in nodes if not is_older([node], since, "timestamp") and alike(words_of(node)) == wanted]
        ours = [number(node.get("id")) for node in same if self._reader.is_ours(node)]
        nobodys = [node for node in same if not node.get("from") and not node.get("username")]
        known = {one for one, key in self._given.items() if key != reply.key} | reply.others
        found = [native_id for native_id in ours if native_id and native_id not in known]
        return found, whole and not nobodys

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether the account's comment is there."""
        try:
            there = number((await self._client.get(native_id, fields="id,media{id,permalink}")).get("id"))
        except NotThere:
            return NotFound.ABSENT
        except Refused:
            return NotFound.CANNOT_TELL
        return Found(Receipt(native_id)) if there else NotFound.CANNOT_TELL

    async def look_up(self, native_ids: Sequence[str], believe: Believe) -> list[Item]:
        """Which are gone; Instagram's comments cannot be edited."""
        found: list[Item] = []
        if not native_ids:
            return found
        for native_id, told in zip(native_ids, await self._client.each(native_ids, "id"), strict=True):
            if isinstance(told, NotThere):
                await believe()
                found.append(Gone(native_id, self._clock.now()))
        return found

    async def act(self, act: Act, native_id: str) -> None:
        """Hide, show again, delete; what is so already is done. Raises NotThere, Refused, TryLater, SignInAgain."""
        try:
            if act is Act.DELETE_OWN:
                told = await self._client.write("DELETE", native_id)
            else:
                told = await self._client.write("POST", native_id, hide=act is Act.HIDE)
        except NotThere:
            if act is Act.DELETE_OWN:
                return
            raise
        except NoRight as error:
            raise Refused(str(error)) from error
        if told.get("success") is False:
            raise TryLater(f"Instagram answered, but did not {act}")


def unfit(words: str) -> str:
    """Why Instagram would not take it; empty when it would."""
    if rule := broken(words):
        return f"It has {rule}." if rule[0].isdigit() else f"It is {rule}."
    if LIMITS.over(words):
        return f"It has {LIMITS.count(words):,} characters; Instagram takes {LIMITS.limit}. Shorten it."
    return ""

"""Comments and posts in public: answered, looked at before and after, hidden, liked, deleted, edited."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import NotThere, Refused, TryLater, Unsure
from bot.ports import Clock, Edited, Found, Gone, Item, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.reply import Act, Audience
from integrations.facebook.messenger import CLOCKS_DIFFER, same_words
from integrations.facebook.parse import POST, UNSEEN, Reader, words_of
from integrations.facebook.settings import FacebookAccount
from integrations.graph.client import Body, GraphClient, mapping
from integrations.graph.errors import Duplicate, NoRight
from integrations.graph.reading import Seen, is_older, listed, moment, number

PRIVATELY_FOR = timedelta(days=7)
ALL: Mapping[str, object] = {"filter": "stream", "live_filter": "no_filter"}
"""Without these Facebook leaves out what it thinks little of; and it may rank a list whatever order is asked for, so that
only the whole of it proves anything: https://developers.facebook.com/docs/graph-api/reference/object/comments."""
ANSWERS = "id,message,from{id},created_time"
A_LOOK = "id,message,can_comment"
A_PRIVATE_LOOK = "id,message,can_reply_privately,created_time"
MOST_PAGES = 3
MOST_GIVEN = 2_000
GONE = "It was deleted, or is not shown to the Page any more."
Believe = Callable[[], Awaitable[None]]
"""Raises unless the token may read, so that what it does not show is really gone."""


class Comments:
    """What is public on one Page."""

    def __init__(self, account: FacebookAccount, client: GraphClient, clock: Clock, seen: Seen) -> None:
        self._account, self._client, self._clock, self._seen = account, client, clock, seen
        self._reader = Reader(account.page_id, account.web_url)
        self._given: OrderedDict[str, str] = OrderedDict()

    def url_of(self, native_id: str) -> str:
        """Where it can be read."""
        page = f"{self._account.page_id}_"
        return self._reader.url_of(native_id, native_id if native_id.startswith(page) else "")

    # --- before

    async def preflight(self, reply: Outgoing, believe: Believe, by_hand: str) -> Preflight:
        """Whether the post is there, as it was, and may be answered. What cannot be seen from here is tried."""
        native_id = reply.in_reply_to
        is_post = reply.conversation == POST + native_id
        if not number(native_id):
            return Preflight(Verdict.NOT_ALLOWED, "Meta gave no number by which this could be answered.", by_hand)
        if reply.conversation.startswith(UNSEEN):
            return Preflight(Verdict.OK)
        try:
            node = await self._client.get(native_id, fields="id,message" if is_post else looked_at(reply))
        except NotThere:
            await believe()
            return Preflight(Verdict.GONE, GONE, items=(Gone(native_id, self._clock.now()),))
        if not number(node.get("id")):
            raise TryLater("Facebook's answer to the look before sending could not be read")
        if changed := self._changed(native_id, node):
            return changed
        reason = self._why_not(reply, node)
        return Preflight(Verdict.NOT_ALLOWED, reason, by_hand) if reason else Preflight(Verdict.OK)

    def _changed(self, native_id: str, node: Body) -> Preflight | None:
        """Whether it says something else than when it was last seen."""
        words = words_of(node)
        if not self._seen.is_changed(native_id, words):
            return None
        self._seen.note(native_id, words)
        item = Edited(native_id, words, self._clock.now())
        return Preflight(Verdict.CHANGED, "Its author changed it since: look at what it says now.", items=(item,))

    def _why_not(self, reply: Outgoing, node: Body) -> str:
        """Why Facebook would not take this answer, as far as it says."""
        if reply.audience is not Audience.AUTHOR:
            return "Facebook takes no more comments there." if node.get("can_comment") is False else ""
        now = self._clock.now()
        if "created_time" in node and now - moment(node["created_time"], now) > PRIVATELY_FOR:
            return "A comment can be answered privately for 7 days, and this one is older: answer in public."
        if node.get("can_reply_privately") is False:
            return "Facebook does not let the Page answer this comment privately (it may do so once): answer in public."
        return ""

    # --- sending

    async def answer(self, reply: Outgoing) -> Receipt:
        """Comment below it, once."""
        if not number(reply.in_reply_to):
            raise Refused("Meta gave no number by which this could be answered")
        try:
            told = await self._client.create(f"{reply.in_reply_to}/comments", message=reply.text)
        except Duplicate as error:
            return await self._earlier_try(reply, error)
        if not (native_id := number(told.get("id"))):
            raise Unsure("Facebook did not say which comment it made")
        return self._receipt(native_id, reply.key)

    async def _earlier_try(self, reply: Outgoing, error: Duplicate) -> Receipt:
        """Facebook has this text already: by an earlier try of this reply if it is found there. This try did nothing."""
        earlier = replace(reply, last_sent_at=reply.first_sent_at)
        found = await self.find_sent(earlier, settled=True)
        if isinstance(found, Found):
            return found.receipt
        if found is NotFound.CANNOT_TELL:
            raise Unsure(f"{error}, and it cannot be seen whether as this reply") from error
        raise Refused(f"{error}. Change a few words.") from error

    def _receipt(self, native_id: str, key: str) -> Receipt:
        """The receipt; which reply a comment belongs to is kept, so that none is taken for another."""
        self._given[native_id] = key
        if len(self._given) > MOST_GIVEN:
            self._given.popitem(last=False)
        return Receipt(native_id, self.url_of(native_id))

    # --- after

    async def find_sent(self, reply: Outgoing, *, settled: bool) -> Found | NotFound:
        """Whether the Page's answers since the first try hold this one. Absent only when all could be read, and ``settled``.

        An answer to an answer stands below the comment above both, where it cannot be told from the same words said to
        somebody else: then nobody can tell.
        """
        since = (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
        try:
            same, whole = await self._same_below(reply.in_reply_to, reply, since)
            if same:
                return Found(self._receipt(same[0], reply.key))
            if above := await self._above(reply):
                near, all_above = await self._same_below(above, reply, since)
                whole = whole and all_above and not near
        except Refused:
            return NotFound.CANNOT_TELL
        return NotFound.ABSENT if whole and settled else NotFound.CANNOT_TELL

    async def _same_below(self, native_id: str, reply: Outgoing, since: datetime) -> tuple[list[str], bool]:
        """The Page's comments with these words below something, but for those another reply has the receipt of.

        And whether that is all: the list was read to its end, and of no such comment the author is left out.
        """
        nodes, whole = await listed(self._client, f"{native_id}/comments", MOST_PAGES, fields=ANSWERS, limit=100, **ALL)
        same = [
            node for node in nodes if not is_older([node], since, "created_time") and same_words(words_of(node), reply.text)
        ]
        ours = [number(node.get("id")) for node in same if self._is_ours(node)]
        nobodys = [node for node in same if not mapping(node.get("from")).get("id")]
        known = {one for one, key in self._given.items() if key != reply.key} | reply.others
        found = [native_id for native_id in ours if native_id and native_id not in known]
        return found, whole and not nobodys

    async def _above(self, reply: Outgoing) -> str:
        """The comment above the one that is answered; empty when there is none."""
        if reply.conversation.startswith(UNSEEN) or reply.conversation == POST + reply.in_reply_to:
            return ""
        return number(mapping((await self._client.get(reply.in_reply_to, fields="parent{id}")).get("parent")).get("id"))

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether the Page's comment is there."""
        try:
            there = number((await self._client.get(native_id, fields="id")).get("id"))
        except NotThere:
            return NotFound.ABSENT
        except Refused:
            return NotFound.CANNOT_TELL
        return Found(Receipt(native_id, self.url_of(native_id))) if there else NotFound.CANNOT_TELL

    async def look_up(self, native_ids: Sequence[str], believe: Believe) -> list[Item]:
        """Which have other words than when last seen, and which are gone."""
        if not native_ids:
            return []
        now = self._clock.now()
        found: list[Item] = []
        for native_id, told in zip(native_ids, await self._client.each(native_ids, "id,message"), strict=True):
            if isinstance(told, NotThere):
                await believe()
                found.append(Gone(native_id, now))
            elif isinstance(told, dict) and number(told.get("id")) == native_id:
                if "message" in told and not self._seen.is_known(native_id, words_of(told)):
                    found.append(Edited(native_id, words_of(told), now))
                self._seen.note(native_id, words_of(told))
        return found

    def _is_ours(self, node: Body) -> bool:
        return number(mapping(node.get("from")).get("id")) == self._account.page_id

    # --- acting

    async def act(self, act: Act, native_id: str, text: str) -> None:
        """Have Facebook do it; what is so already is done. Raises NotThere, Refused, TryLater, SignInAgain."""
        try:
            told = await self._act(act, native_id, text)
        except NotThere:
            if act is Act.DELETE_OWN:
                return
            raise
        except NoRight as error:
            raise Refused(str(error)) from error
        if told.get("success") is False:
            raise TryLater(f"Facebook answered, but did not {act}")

    async def _act(self, act: Act, native_id: str, text: str) -> Body:
        match act:
            case Act.HIDE | Act.UNHIDE:
                return await self._client.write("POST", native_id, is_hidden=act is Act.HIDE)
            case Act.LIKE | Act.UNLIKE:
                return await self._client.write("POST" if act is Act.LIKE else "DELETE", f"{native_id}/likes")
            case Act.DELETE_OWN:
                return await self._client.write("DELETE", native_id)
            case _:
                told = await self._client.write("POST", native_id, message=text)
                self._seen.note(native_id, text)
                return told


def looked_at(reply: Outgoing) -> str:
    """The fields that say whether a comment may be answered; in private Meta asks for one more permission."""
    return A_PRIVATE_LOOK if reply.audience is Audience.AUTHOR else A_LOOK

"""Replies of the service user to colleagues: looked at before, said once, and looked for when an answer was lost."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Clock, Edited, Found, Gone, Item, NotFound, Outgoing, Peers, Preflight, Receipt, Verdict
from bot.reply import Audience, TextLimits
from integrations.viva_engage import text
from integrations.viva_engage.client import Engage
from integrations.viva_engage.items import Around, Heard, heard
from integrations.viva_engage.parse import Feed, Message
from integrations.viva_engage.walk import since

LONGEST = 10_000
SETTLES = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(minutes=2)
PATIENCE = timedelta(seconds=20)
"""How long a step of a reply waits for room: each has a minute, and one that waits for longer is tried again."""
MOST_WAITS = 8
MOST_LOOKED_AT = 200
"""Messages of a thread that are looked through for a reply of ours."""
ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
GONE = "The message was deleted, or its thread was, or the service user may not see it any more."
NOT_ALONE = "Viva Engage has no way to answer this message so that only its author reads it."

Told = TypeVar("Told")


def as_sent(words: str) -> str:
    """Words that name and notify nobody, whatever stands in them."""
    return text.NAMES_SOMEBODY.sub(lambda found: found.group() + text.BREAK, words)


def alike(words: str) -> str:
    """What is the same in words however they are spaced and made safe."""
    return " ".join(words.replace(text.BREAK, "").split())


LIMITS = TextLimits(LONGEST, "characters", lambda words: len(as_sent(words)))


class Replies:
    """What one account says."""

    def __init__(self, engage: Engage, around: Around, *, clock: Clock, peers: Peers) -> None:
        self._engage, self._around = engage, around
        self._clock, self._peers = clock, peers

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the message is there, and says what it said when it was last read."""
        thread, post = thread_of(reply.conversation, reply.in_reply_to)
        gone = Preflight(Verdict.GONE, GONE)
        if not post:
            return gone
        before = self._around.said.get(post)
        try:
            found, is_whole = await self.look(thread, post)
        except NotThere:
            return gone
        if found is None:
            return gone if is_whole else Preflight(Verdict.OK)
        if not found.is_sure or (before and before.words == found.words):
            return Preflight(Verdict.OK)
        items: tuple[Item, ...] = (Edited(str(post), found.words, self._clock.now()),)
        return Preflight(Verdict.CHANGED, "Its author changed the message.", found.message.url, items)

    async def publish(self, reply: Outgoing) -> Receipt:
        """Say it under the message, once. Raises Unsure when it may have been said, NotThere when the thread is gone."""
        _, post = thread_of(reply.conversation, reply.in_reply_to)
        if reply.audience is Audience.AUTHOR and not reply.private:
            raise Refused(NOT_ALONE)
        if not reply.text.strip() or LIMITS.over(reply.text):
            raise Refused(f"A message has from 1 to {LONGEST:,} characters.")
        if not post:
            raise NotThere(GONE)
        try:
            said = await self.in_turn(lambda: self._engage.say(as_sent(reply.text), under=post))
        except NotThere as error:
            raise NotThere(GONE) from error
        return receipt(said)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether the thread has this reply of ours. Absent only after ``SETTLES``, when all since then could be read."""
        thread, post = thread_of(reply.conversation, reply.in_reply_to)
        if not post:
            return NotFound.CANNOT_TELL
        unread = 0

        async def read(*, newer_than: int | None = None, older_than: int | None = None) -> Feed:
            nonlocal unread
            page = await self.in_turn(lambda: self._engage.in_thread(thread, newer_than=newer_than, older_than=older_than))
            unread += page.unread
            return page

        try:
            walked = await since(read, post, most=MOST_LOOKED_AT)
            me = walked.me or (await self.in_turn(self._engage.me)).id
        except Refused:
            return NotFound.CANNOT_TELL
        earliest = (reply.first_sent_at or reply.created_at) - CLOCKS_DIFFER
        late = [one for one in walked.messages if one.sender == me and one.at >= earliest]
        same = [one for one in late if alike(one.plain) == alike(reply.text) and str(one.id) not in reply.others]
        if ours := next((one for one in same if one.replied_to == post), None):
            return Found(receipt(ours))
        last = reply.last_sent_at or reply.first_sent_at
        has_settled = last is not None and self._clock.now() - last >= SETTLES
        is_proof = has_settled and walked.complete and not unread and not same
        return NotFound.ABSENT if is_proof else NotFound.CANNOT_TELL

    async def look(self, thread: int, post: int) -> tuple[Heard | None, bool]:
        """One message as it is now; None and whether that proves it gone. Raises NotThere where its thread is gone."""
        feed = await self.in_turn(lambda: self._engage.in_thread(thread))
        if all(one.id != post for one in feed.messages) and feed.older and feed.oldest > post:
            feed = await self.in_turn(lambda: self._engage.in_thread(thread, older_than=post + 1))
        me = feed.me or (await self.in_turn(self._engage.me)).id
        found = next((heard(one, feed.people, me) for one in feed.messages if one.id == post), None)
        return found, bool(feed.messages) and not feed.unread

    async def looked_up(self, thread: int, post: int) -> list[Item]:
        """What became of a message: other words, or gone. Raises NotThere where its thread is gone."""
        before = self._around.said.get(post)
        found, is_whole = await self.look(thread, post)
        now = self._clock.now()
        if found is None:
            return [Gone(str(post), now)] if is_whole else []
        if not found.is_sure or (before and before.words == found.words):
            return []
        return [Edited(str(post), found.words, now)]

    async def in_turn(self, call: Callable[[], Awaitable[Told]]) -> Told:
        """A call once there is room for it, which is waited for a little. Raises what it raises, TryLater after that."""
        until = self._clock.now() + PATIENCE
        for _ in range(MOST_WAITS):
            try:
                return await call()
            except TryLater as error:
                if not error.bucket or self._clock.now() + error.after > until:
                    raise
                await self._rest(error.after)
        return await call()

    async def _rest(self, wait: timedelta) -> None:
        """As long by either clock."""
        loop = asyncio.get_running_loop()
        until, end = self._clock.now() + wait, loop.time() + wait.total_seconds()
        while self._clock.now() < until and loop.time() < end:
            await self._peers.wait("room viva_engage", until - self._clock.now())


def receipt(said: Message) -> Receipt:
    """What was said, by its id and where it stands."""
    return Receipt(str(said.id), said.url)


def thread_of(conversation: str, post: str) -> tuple[int, int]:
    """The numbers of a thread and of a message in it; 0 for a message that cannot be one of Viva Engage's."""
    if not ID.fullmatch(post):
        return 0, 0
    return int(conversation) if ID.fullmatch(conversation) else int(post), int(post)

"""Whether a post whose answer was lost is there: by its mark, in messages that we ourselves sent.

When many answers are lost at once, one reading answers for all of them: there is no room for one each.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import TryLater
from bot.ports import Clock, MessageRef, NotFound
from integrations.viva_engage.client import Engage
from integrations.viva_engage.digest import holds, is_digest
from integrations.viva_engage.parse import Feed, Message

A_LITTLE_BEFORE = timedelta(minutes=2)
"""By which the clocks may differ."""
MOST_PAGES = 10
LOOK_WITHIN = 35.0
"""Seconds for all pages: another sender may take over what this one holds for longer."""
FRESH = timedelta(seconds=5)
"""How long what was not there is taken for missing: nothing is looked for sooner after its answer was lost."""
KEPT = 600
"""How many of our messages are remembered: those of 40 minutes without a pause."""


class Posted:
    """What the service user said lately, as far as it had to be read."""

    def __init__(self, engage: Engage, clock: Clock) -> None:
        self._engage, self._clock = engage, clock
        self._said: dict[int, Message] = {}
        self._whole_from: datetime | None = None
        """From here on all that was said until it was last read is known."""
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def look_for(self, group: int, key: str, since: datetime, *, thread: int | None = None) -> Message | NotFound:
        """The post with this key, in a community or in one of its threads. Raises OutsideError."""
        return await self.find(group, since, lambda one: holds(one.plain, key), thread=thread)

    async def find(
        self, group: int, since: datetime, is_it: Callable[[Message], bool], *, thread: int | None = None
    ) -> Message | NotFound:
        """The newest message of our own in a community, or in one of its threads, that is the one. Raises OutsideError."""
        until = since - A_LITTLE_BEFORE

        def found() -> Message | None:
            ours = (self._said[id] for id in sorted(self._said, reverse=True))
            here = (one for one in ours if one.group == group and thread in (None, one.thread) and one.at >= until)
            return next((one for one in here if is_it(one)), None)

        if one := found():
            return one
        try:
            async with asyncio.timeout(LOOK_WITHIN), self._reading:
                if not self._is_fresh(since, until) and not await self._read(until):
                    return found() or NotFound.CANNOT_TELL
        except TimeoutError as error:
            raise TryLater("what was said in Viva Engage could not be read through in time") from error
        return found() or NotFound.ABSENT

    def _is_fresh(self, since: datetime, until: datetime) -> bool:
        """Whether what is known is all there is to know."""
        if self._read_at is None or self._whole_from is None:
            return False
        return self._whole_from <= until and self._read_at >= max(since, self._clock.now() - FRESH)

    async def _read(self, until: datetime) -> bool:
        """Page by page back to a moment, or to what is known; whether it came so far."""
        me, read_at, known = (await self._engage.me(patient=True)).id, self._clock.now(), max(self._said, default=0)
        knows_enough = self._whole_from is not None and self._whole_from <= until
        new: dict[int, Message] = {}
        lowest: int | None = None
        for _ in range(MOST_PAGES):
            page = await self._engage.sent(older_than=lowest, patient=True)
            new |= {one.id: one for one in page.messages if one.sender == me}
            if (knows_enough and page.oldest and page.oldest <= known) or is_far_enough(page, until):
                self._learn(new, self._whole_from if knows_enough else until, read_at)
                return True
            if not page.oldest or (lowest and page.oldest >= lowest):
                break
            lowest = page.oldest
        return False

    def _learn(self, new: dict[int, Message], whole_from: datetime | None, read_at: datetime) -> None:
        """Keep the newest; what is forgotten has to be read again where it is looked for."""
        said = self._said | new
        ids = sorted(said)[-KEPT:]
        self._said, self._read_at, self._whole_from = {id: said[id] for id in ids}, read_at, whole_from
        if len(said) > KEPT and whole_from:
            self._whole_from = max(whole_from, self._said[ids[0]].at)


def is_far_enough(page: Feed, until: datetime) -> bool:
    """Whether nothing after this moment stands on a later page."""
    return not page.older or any(one.at < until for one in page.messages)


def ref_of(group: int, message: Message) -> MessageRef:
    """A message as the core knows it."""
    return MessageRef(str(group), str(message.id), shared=is_digest(message.plain))


async def all_of_ours(engage: Engage, thread: int) -> list[int]:
    """The messages of our own in a thread, newest page first. What begins it may stand on each page, and leads nowhere.

    Raises OutsideError: NotThere when the thread is gone.
    """
    me, mine = (await engage.me(patient=True)).id, dict[int, None]()
    lowest: int | None = None
    for _ in range(MOST_PAGES):
        page = await engage.in_thread(thread, older_than=lowest, patient=True)
        mine |= {one.id: None for one in page.messages if one.sender == me}
        oldest = min((one.id for one in page.messages if one.id != thread), default=0)
        if not page.older or not oldest or (lowest and oldest >= lowest):
            break
        lowest = oldest
    return list(mine)

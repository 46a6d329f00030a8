"""Where a message stands: in the thread of a mention, in a digest, in private, or anywhere else."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.command import Place, reference
from bot.errors import NotThere
from bot.ports import Memory
from integrations.viva_engage.client import Engage
from integrations.viva_engage.digest import is_digest
from integrations.viva_engage.feeds import IN_COMMUNITY
from integrations.viva_engage.heard import Asked, Noted, Where, Words, words_of
from integrations.viva_engage.parse import Message, User
from integrations.viva_engage.said import DIGEST, NAME, PRIVATE, Said, private_name, thread_name

CARD = re.compile(r"(M-\d{1,9}) · ")
"""How a card of ours begins."""


class Placing:
    """Knows threads by what is remembered of them. ``read``: what words mean somewhere."""

    def __init__(self, engage: Engage, memory: Memory, read: Callable[[Words, Where], Asked | Noted | None]) -> None:
        self._engage, self._memory, self._read = engage, memory, read

    async def learn(self, message: Message, group: int | None) -> None:
        """What a thread of ours is about, by its first word: whoever posted it may not have heard that it was taken."""
        if message.id != message.thread:
            return
        if group is None:
            await self._memory.keep(private_name(message.thread), PRIVATE)
            return
        about = CARD.match(message.plain)
        if about or is_digest(message.plain):
            ref = reference(about.group(1)) if about else None
            await self._memory.keep(thread_name(message.thread), ref or DIGEST, ref or "")

    async def about(self, thread: str) -> str:
        """The mention a thread is about; DIGEST for several, empty for none that we know of."""
        if known := await self._memory.recall(thread_name(thread)):
            return known
        cards = {name.rpartition(":")[2] for name in await self._memory.recall_all(f"said:{thread}:")}
        return DIGEST if len(cards) > 1 else next(iter(cards), "")

    async def of(self, message: Message, me: User, starter: int, group: int | None) -> Said:
        """Where a message stands.

        A thread of ours that is not remembered may be from before a restore, and so may the number in what is written there.
        """
        thread, words = str(message.thread), words_of(message, me)
        if group is None:
            said = Said(message, Where.PRIVATE, "", words, Place(NAME, "", thread=thread))
            return await self.privately(replace(said, is_alone=message.between == {me.id, message.sender}))
        kept_as = await self.about(thread)
        here = Place(NAME, str(group), thread=thread)
        if kept_as == DIGEST:
            return Said(message, Where.DIGEST, "", words, here)
        if ref := reference(kept_as):
            return Said(message, Where.MENTION, ref, words, replace(here, ref=ref))
        said = Said(message, Where.ELSEWHERE, "", words, here)
        if said.begins:
            return said
        if await self.began(said, starter) != me.id:
            return replace(said, where=Where.TALK)
        return replace(said, place=replace(here, message=thread))

    async def privately(self, said: Said) -> Said:
        """As part of its conversation, which may be from before a restore too."""
        name = private_name(said.message.thread)
        if said.begins:
            await self._memory.keep(name, PRIVATE)
        elif not await self._memory.recall(name):
            return replace(said, place=replace(said.place, message=said.place.thread))
        return said

    async def began(self, said: Said, starter: int) -> int:
        """Who began the thread, asked only where that may make a command of the words. Raises OutsideError."""
        thread = said.message.thread
        if not starter and not said.words.is_slashed and isinstance(self._read(said.words, Where.MENTION), Asked):
            with suppress(NotThere):
                page = await self._engage.in_thread(thread, older_than=thread + 1, patient=True)
                return page.starters.get(thread, 0)
        return starter


def community_of(message: Message, feed: str) -> int | None:
    """Where it stands; None in private. What does not say is where it was read: in doubt others can read it."""
    if message.is_direct:
        return None
    return message.group or (int(feed.removeprefix(IN_COMMUNITY)) if feed.startswith(IN_COMMUNITY) else None)

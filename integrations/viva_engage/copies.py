"""Where the public's words stand besides their own thread, privately or under a digest: there they go when the words go."""

import re

import structlog

from bot.errors import Busy, NotThere, Refused, TryLater
from bot.ports import Clock, Memory
from integrations.viva_engage.client import PACES, Engage, Gate
from integrations.viva_engage.parse import Message

REF = re.compile(r"\bM-\d{1,9}\b")
QUOTES = re.compile("^>|“", re.MULTILINE)
"""How anybody's words are set apart wherever they stand."""
KEPT = 50
"""How many messages are remembered for a mention, the newest."""
MOST_NAMED = 60
"""How many mentions one message is remembered for: more than any list of ours names."""
AT_ONCE = 8
"""How many are deleted before others get room: a lease outlasts that."""

log = structlog.get_logger()


class Copies:
    """Messages of ours that name a mention, by that mention: their ids and nothing else, so that they outlive its words."""

    def __init__(self, engage: Engage, memory: Memory, clock: Clock) -> None:
        self._engage, self._memory, self._clock = engage, memory, clock

    async def learn(self, message: Message, text: str) -> None:
        """This was said, and repeats the mentions that ``text`` names: all that was said with it.

        Where it quotes none it goes on with what was said before it, such as a form's next question. A report that only
        names mentions stays.
        """
        named = REF.findall(text) if QUOTES.search(text) else ()
        thread, refs = f"copied:{message.thread}", list(dict.fromkeys(named))[:MOST_NAMED]
        try:
            if refs:
                await self._memory.keep(thread, " ".join(refs))
            for ref in refs or (await self._memory.recall(thread) or "").split():
                await self._learn(ref, message)
        except Busy as error:
            log.warning("viva_engage_copy_not_remembered", reason=str(error))

    async def _learn(self, ref: str, message: Message) -> None:
        await self._memory.keep(name_of(ref, message.id), self._clock.now().isoformat())
        ids = await self._of(ref)
        for old in ids[:-KEPT]:
            await self._memory.forget(name_of(ref, old))

    async def take_down(self, ref: str) -> None:
        """Delete what is remembered of a mention. Raises OutsideError: TryLater where there is more than fits at once."""
        try:
            ids = await self._of(ref)
            for message in ids[:AT_ONCE]:
                await self._delete(message)
                await self._memory.forget(name_of(ref, message))
        except Busy as error:
            raise TryLater(f"where the words of {ref} stand cannot be read: {error}") from error
        if len(ids) > AT_ONCE:
            raise TryLater(f"more messages with the words of {ref} are to be deleted", PACES[Gate.MESSAGES].per)

    async def _delete(self, message: int) -> None:
        try:
            await self._engage.delete(message, patient=True)
        except NotThere:
            log.debug("viva_engage_message_gone")
        except Refused as error:
            log.warning("viva_engage_copy_not_deleted", message=message, reason=str(error))

    async def _of(self, ref: str) -> list[int]:
        """The ids of what is remembered, oldest first."""
        names = await self._memory.recall_all(name_of(ref, ""))
        return sorted(int(id) for name in names if (id := name.rpartition(":")[2]).isdigit())


def name_of(ref: str, message: int | str) -> str:
    """What is kept of a message about a mention is kept under this."""
    return f"copy:{ref}:{message}"

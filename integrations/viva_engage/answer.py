"""Where an answer goes in Viva Engage, and the saying of it: in room shared with all else that is said."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.command import Command
from bot.errors import NeedsMore, NotThere, OutsideError, Refused, TryLater, Unsure
from bot.ports import Clock, Memory, Peers
from integrations.viva_engage.client import LONGEST_WAIT, Engage
from integrations.viva_engage.copies import Copies
from integrations.viva_engage.parse import Message
from integrations.viva_engage.said import Said
from integrations.viva_engage.text import safe

ABOUT_ONE = "142"
"""How what is typed behind a verb begins, where the verb is about one mention."""
MOST_LIKES = 200
A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NOW_AND_THEN = timedelta(hours=1)
"""Nobody is told how to write more often than this."""

log = structlog.get_logger()


def is_about_its_thread(command: Command, verbs: Mapping[str, str]) -> bool:
    """Whether it concerns the mention of the thread it was said in. All else may hold what not everybody there may read."""
    if not command.at.ref or not verbs.get(command.verb, "").startswith(ABOUT_ONE):
        return False
    try:
        return (command.context.get("ref") or command.ref_and_rest()[0]) == command.at.ref
    except NeedsMore:
        return False


class Speaker:
    """Says answers, which do not go by the outbox: what was asked is stored already, and the person waits for them."""

    def __init__(self, engage: Engage, *, peers: Peers, clock: Clock, memory: Memory) -> None:
        self._engage, self._peers, self._clock, self._memory = engage, peers, clock, memory
        self._copies = Copies(engage, memory, clock)
        self._likes: deque[int] = deque(maxlen=MOST_LIKES)
        self.shown = 0
        """The id of the message said last; 0 where it is in doubt."""
        self.doubtful: dict[int, int] = {}
        """Messages of which nobody knows whether they were answered, and how often that was tried."""

    async def answer(self, said: Said, parts: Sequence[str], *, in_thread: bool) -> int:
        """Say it under the message, or to the person alone; the thread it went to, 0 where that is not known.

        Under a private message only where nobody else reads it: else in a private message of its own. Raises TryLater and
        SignInAgain when it has to be said later. What may have been said is looked for, and stays ``doubtful`` where that
        does not tell; it offers nothing then.
        """
        self.shown = 0
        message, here = said.message, said.is_alone if said.is_private else in_thread
        try:
            if here:
                try:
                    await self.say(parts, answers=message.id, under=message.id)
                    return message.thread
                except NotThere:
                    log.info("viva_engage_thread_gone_before_answer")
            told = await self.say(parts, answers=message.id, to=message.sender)
            return told.thread if told else 0
        except Unsure as error:
            self.doubtful[message.id] = self.doubtful.get(message.id, 0) + 1
            self.shown = 0
            log.warning("viva_engage_answer_in_doubt", reason=str(error))
            return 0
        except Refused as error:
            log.warning("viva_engage_answer_not_taken", reason=str(error))
            return 0

    async def now_and_then(self, said: Said, text: str, why: str) -> None:
        """Tell somebody alone how things are here, but not with each of their messages."""
        name, now = f"told:{why}:{said.message.sender}", self._clock.now()
        before = await self._memory.recall(name)
        if before and now - datetime.fromisoformat(before) < NOW_AND_THEN:
            return
        await self.answer(said, [safe(text)], in_thread=False)
        self.doubtful.pop(said.message.id, None)
        await self._memory.keep(name, now.isoformat())

    async def say(
        self, parts: Sequence[str], *, answers: int, under: int | None = None, to: int | None = None
    ) -> Message | None:
        """Say it all under a message, or to one person; the last of it. Raises OutsideError.

        What follows the first part goes under it. ``answers``: the message that all of it is the answer to.
        """
        said, is_doubtful = None, answers in self.doubtful
        for part in parts:
            found = await self.found(part, answers) if is_doubtful else None
            said = found or await self.say_one(part, answers, under=said.thread if said else under, to=None if said else to)
            self.shown = said.id
            if said.is_direct or said.group is None:
                await self._copies.learn(said, "\n".join(parts))
        self.doubtful.pop(answers, None)
        return said

    async def say_one(self, part: str, answers: int, *, under: int | None, to: int | None) -> Message:
        """Say one message. Raises OutsideError, of these Unsure only where it is not found either."""
        await self.room()
        try:
            return await self._engage.say(part, under=under, to=to, patient=True)
        except Unsure:
            if found := await self.found(part, answers):
                return found
            raise

    async def found(self, part: str, answers: int) -> Message | None:
        """The same words, said by us since the message they are the answer to. Raises Unsure where that cannot be read."""
        try:
            page, me = await self._engage.sent(patient=True), await self._engage.me(patient=True)
        except OutsideError as error:
            raise Unsure("whether an answer was said cannot be read") from error
        since = (one for one in page.messages if one.id > answers and one.sender == me.id)
        return next((one for one in since if one.plain.split() == part.split()), None)

    async def room(self) -> None:
        """Wait until something may be said. Raises TryLater when that takes too long."""
        begun = self._clock.now()
        while (wait := await self._engage.room_to_write()) > timedelta(0):
            if self._clock.now() + wait - begun > LONGEST_WAIT:
                raise TryLater("there is no room to answer", wait)
            await self._peers.wait("room viva_engage", wait)

    def like(self, message: int) -> None:
        """Have a message liked when there is room: it says that what was asked is done, and takes no words."""
        self._likes.append(message)

    async def like_what_waits(self) -> timedelta:
        """As many as there is room for, oldest first; how long until the others may be. One that cannot be is let go."""
        while self._likes:
            try:
                await self._engage.like(self._likes[0])
            except Refused:
                log.debug("viva_engage_not_liked")
            except OutsideError as error:
                return max(error.after, A_SECOND) if isinstance(error, TryLater) else A_MINUTE
            self._likes.popleft()
        return A_MINUTE

"""What is open with each person in each thread. It is kept once it was said: what could not be said offers nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.command import Command, Staff, Way, reference
from bot.errors import TryLater
from bot.ports import Clock, Memory
from integrations.viva_engage import talk
from integrations.viva_engage.answer import Speaker
from integrations.viva_engage.heard import Asked
from integrations.viva_engage.prompts import Prompt, kept, recalled
from integrations.viva_engage.said import Said, prompt_name

MOST_TRIES, SOON = 3, timedelta(seconds=30)


class Offers:
    """Says what can be written next, and keeps it with the message it stands in: words count for what was seen."""

    def __init__(self, memory: Memory, speaker: Speaker, clock: Clock) -> None:
        self._memory, self._speaker, self._clock = memory, speaker, clock

    async def of(self, said: Said, by: Staff) -> Prompt | None:
        """What is open with somebody where they wrote."""
        return recalled(await self._memory.recall(prompt_name(said.message.thread, by)))

    async def make(self, said: Said, by: Staff, prompt: Prompt, parts: Sequence[str], *, in_thread: bool) -> bool:
        """Say it and keep it where it was said; whether it takes the place of what was open where they wrote."""
        thread = await self._speaker.answer(said, parts, in_thread=in_thread)
        if thread:
            await self.keep(thread, by, replace(prompt, shown=self._speaker.shown, after=said.message.id))
        return thread == said.message.thread

    async def go_on(self, said: Said, by: Staff, prompt: Prompt, parts: Sequence[str]) -> None:
        """The same with what was open where they wrote, which is over there if it had to be said elsewhere.

        Raises TryLater where nobody knows whether it was said: what was answered so far is not lost for that.
        """
        stays = await self.make(said, by, prompt, parts, in_thread=True)
        if 0 < self._speaker.doubtful.get(said.message.id, 0) < MOST_TRIES:
            raise TryLater("a question may not have been asked", SOON)
        self._speaker.doubtful.pop(said.message.id, None)
        if not stays:
            await self.over(said, by)

    async def show_again(self, said: Said, by: Staff, prompt: Prompt, word: str) -> None:
        """Their word did not count: they see what it is about, from when it does."""
        was_shown = 0 < prompt.shown < said.message.id
        parts = talk.shown_anew(prompt, word, was_shown=was_shown)
        await self.go_on(said, by, replace(prompt, at=self._clock.now(), is_passed=False), parts)

    async def pass_by(self, said: Said, by: Staff, prompt: Prompt, heard: object) -> None:
        """They wrote something else. If that asks for the same anew, it is open no longer, whatever comes of that."""
        if isinstance(heard, Asked) and prompt.is_asked_anew_by(heard.verb):
            await self.keep(said.message.thread, by, Prompt(prompt.at, prompt.place, after=prompt.after))
        elif prompt.lets_go and not prompt.is_passed and said.message.id > prompt.shown:
            await self.keep(said.message.thread, by, replace(prompt, is_passed=True))

    async def keep(self, thread: int, by: Staff, prompt: Prompt) -> None:
        """Keep what is open, as being about the mention it speaks of."""
        ref = prompt.context.get("ref") or next((one.ref for one in prompt.presses if one.ref), "") or prompt.place.ref
        await self._memory.keep(prompt_name(thread, by), kept(prompt), reference(ref) or "")

    async def over(self, said: Said, by: Staff) -> None:
        """Nothing is open where they wrote."""
        await self.keep(said.message.thread, by, Prompt(self._clock.now(), said.place, after=said.message.id))

    async def close(self, said: Said, command: Command) -> None:
        """What was pressed or sent in is not open any longer, though nothing takes its place."""
        if command.way in (Way.PRESSED, Way.SENT_IN):
            await self.over(said, command.by)

"""Private messages to one person: what they offer is done by one word written under them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.card import Answer, Button, Notice
from bot.command import Place, Staff, reference
from bot.errors import Busy
from bot.ports import Clock, Memory, MessageRef
from integrations.viva_engage.body import BARE, Known
from integrations.viva_engage.client import Engage
from integrations.viva_engage.copies import Copies
from integrations.viva_engage.draw import notice_text
from integrations.viva_engage.parse import Message
from integrations.viva_engage.prompts import Press, Prompt, kept, opened
from integrations.viva_engage.said import NAME, prompt_name

log = structlog.get_logger()


class Telling:
    """Tells people alone."""

    def __init__(self, engage: Engage, memory: Memory, copies: Copies, clock: Clock) -> None:
        self._engage, self._memory, self._copies, self._clock = engage, memory, copies, clock

    async def tell(self, user: int, staff: str, notice: Notice, known: Known) -> MessageRef:
        """Say it, and keep what can be pressed: for a day, as what an answer offers. Raises OutsideError."""
        presses = words_under(notice, self._clock.now())
        words = dict(zip(pressed(notice.buttons), (one.word for one in presses), strict=True))
        text = notice_text(notice, known=known, words=words)
        said = await self._engage.say(text, to=user)
        await self._copies.learn(said, text)
        if presses:
            await self._keep(said, staff, presses)
        return MessageRef("", str(said.thread))

    async def _keep(self, said: Message, staff: str, presses: Sequence[Press]) -> None:
        """Where it cannot be kept, verbs work with a number all the same."""
        here = Place(NAME, "", thread=str(said.thread))
        prompt = Prompt(self._clock.now(), here, tuple(presses), shown=said.id)
        ref = next((found for one in presses if (found := reference(one.ref))), "")
        try:
            await self._memory.keep(prompt_name(said.thread, Staff(staff, "")), kept(prompt), ref)
        except Busy as error:
            log.warning("viva_engage_offer_not_kept", reason=str(error))


def pressed(buttons: Sequence[Button]) -> list[Button]:
    """Those that do something here."""
    return [button for button in buttons if not button.url]


def words_under(notice: Notice, now: datetime) -> list[Press]:
    """A word for each button: its verb where that is one to be typed, else one of its label."""
    presses = opened(Answer(notice.body, notice.buttons), Place(NAME, ""), now, 0).presses
    verbs = [one.verb for one in presses]
    return [replace(one, word=one.verb) if one.verb in BARE and verbs.count(one.verb) == 1 else one for one in presses]

"""Keeps what is being typed: at most one write a second for each person and form, and the newest text always comes last."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from integrations.slack.in_hand import InHand
from integrations.slack.payloads import Asked
from integrations.slack.typed_in import Typed

EVERY = 1.0
"""Seconds between two writes."""
TRIES = 5
BEFORE_ANYTHING_ELSE = 1.0
"""Seconds that what is done with a form waits for its words to be kept."""
MOST_FORMS = 1000

log = structlog.get_logger()

Keep = Callable[[Asked], Awaitable[bool]]
"""Keep it; whether that worked, or is not worth another try."""
Rest = Callable[[], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Slot:
    """One form on one person's screen. ``done`` is Slack's mark of the form when it was sent in: that text is settled."""

    newest: float = 0.0
    waiting: Asked | None = None
    writing: asyncio.Task[None] | None = None
    held: bool = False
    done: str = ""
    hurry: asyncio.Event = field(default_factory=asyncio.Event)


async def a_second() -> None:
    """The time between two writes."""
    await asyncio.sleep(EVERY)


class Keeping:
    """Nothing here ever changes what is on the screen, and nobody is told: a failure is tried again, then logged.

    What is typed after the last write is lost if this process dies within the second. Each process has its own: letters
    that reach two of them within one second may be kept in the wrong order until the next are typed.
    """

    def __init__(self, keep: Keep, in_hand: InHand, rest: Rest = a_second) -> None:
        self._keep = keep
        self._in_hand = in_hand
        self._rest = rest
        self._slots: dict[tuple[str, str], Slot] = {}

    def typed(self, typed: Typed) -> None:
        """Keep this, unless something newer is known already, or the form has been sent in."""
        slot = self._slot(typed.asked)
        if typed.at <= slot.newest or (slot.done and slot.done == typed.asked.drawn):
            return
        slot.newest, slot.waiting = typed.at, typed.asked
        self._begin(slot)

    def closed(self, typed: Typed) -> None:
        """The form was closed: what it held, if Slack says so, and what waits, are written at once."""
        slot = self._slot(typed.asked)
        if any(typed.asked.values.values()):
            self.typed(typed)
        slot.hurry.set()

    async def before(self, asked: Asked) -> None:
        """Something is about to be done with a form: what was typed in it comes first, and nothing comes between."""
        slot = self._slot(asked)
        slot.hurry.set()
        if slot.writing:
            await asyncio.wait({slot.writing}, timeout=BEFORE_ANYTHING_ELSE)
        slot.held = True

    def after(self, asked: Asked, *, stays: bool) -> None:
        """It was done. Unless the form ``stays`` as it is, letters that arrive late are older than what became of it."""
        slot = self._slot(asked)
        slot.held = False
        if not stays:
            slot.done, slot.waiting = asked.drawn, None
        self._begin(slot)

    def hurry(self) -> None:
        """Write all that waits now: we are stopping."""
        for slot in self._slots.values():
            slot.hurry.set()

    def _begin(self, slot: Slot) -> None:
        """Write what waits, unless that is being done."""
        if slot.waiting and not slot.held and slot.writing is None:
            slot.hurry.clear()
            slot.writing = self._in_hand.begin(self._write(slot))

    async def _write(self, slot: Slot) -> None:
        """Write the newest, rest, and begin again, until nothing newer has come meanwhile."""
        tries = 0
        try:
            while (asked := slot.waiting) and not slot.held:
                slot.waiting = None
                if await self._keep(asked):
                    tries = 0
                elif (tries := tries + 1) < TRIES:
                    slot.waiting = slot.waiting or asked
                else:
                    log.warning("slack_typing_not_kept", verb=asked.verb)
                await self._pause(slot)
        finally:
            slot.writing = None

    async def _pause(self, slot: Slot) -> None:
        """Rest, but not while somebody waits for it."""
        rest, hurry = asyncio.ensure_future(self._rest()), asyncio.ensure_future(slot.hurry.wait())
        await asyncio.wait({rest, hurry}, return_when=asyncio.FIRST_COMPLETED)
        rest.cancel()
        hurry.cancel()

    def _slot(self, asked: Asked) -> Slot:
        """The form's slot, the newest last; the oldest that is idle gives way when there are too many."""
        key = asked.user, asked.view
        slot = self._slots.pop(key, None) or Slot()
        self._slots[key] = slot
        if len(self._slots) > MOST_FORMS:
            idle = next((one for one, held in self._slots.items() if held.writing is None), key)
            del self._slots[idle]
        return slot

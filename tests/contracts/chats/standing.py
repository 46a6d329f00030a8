"""What a polled chat is given in the contract: time that stands still until it is moved, and a memory."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.clock import MovableClock
from bot.ports import Chat
from integrations.alone.peers import AlonePeers

ROOM = "room"
"""What is waited for under a name that begins so comes with time alone."""


class StandingPeers(AlonePeers):
    """Whoever waits for room has time pass at once; whoever waits for news waits until somebody moves the clock."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self._moved = clock
        self._sleepers: dict[asyncio.Event, str] = {}

    @property
    def are_waiting(self) -> bool:
        """Whether somebody does, and nobody was told to go on."""
        return bool(self._sleepers) and not any(event.is_set() for event in self._sleepers)

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Until woken, or until the clock was moved."""
        if loop.startswith(ROOM):
            self._moved.advance(seconds=timeout.total_seconds())
            await asyncio.sleep(0)
            return
        event = asyncio.Event()
        self._sleepers[event] = loop
        try:
            await event.wait()
        finally:
            del self._sleepers[event]

    async def wake(self, loop: str) -> None:
        """Who waits for just that."""
        for event, waited_for in self._sleepers.items():
            if waited_for == loop:
                event.set()

    def rouse(self) -> None:
        """Everybody: the clock was moved."""
        for event in self._sleepers:
            event.set()


class Kept:
    """A memory that lasts as long as the bench is open."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def recall(self, name: str) -> str | None:
        """What was kept."""
        return self.texts.get(name) or None

    async def recall_all(self, beginning: str) -> Mapping[str, str]:
        """Whatever begins so."""
        return {name: self.texts[name] for name in sorted(self.texts) if name.startswith(beginning) and self.texts[name]}

    async def keep(self, name: str, value: str, ref: str = "") -> None:
        """In the place of what was there."""
        self.texts[name] = value

    async def forget(self, name: str) -> None:
        """Nothing is kept."""
        self.texts.pop(name, None)


def at_its_pace(chat: Chat, clock: MovableClock) -> Chat:
    """The chat as the core uses it: no more often than its manner asks for, so nothing is refused for want of room."""
    paced: Any = Paced(chat, clock)
    found: Chat = paced
    return found


class Paced:
    """Twice as long as it asks passes before each call."""

    def __init__(self, chat: Chat, clock: MovableClock) -> None:
        self._chat, self._clock = chat, clock

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._chat, name)
        if self._chat.manner.pace and asyncio.iscoroutinefunction(found) and name not in ("start", "stop"):
            self._clock.advance(seconds=2 * self._chat.manner.pace.per.total_seconds())
        return found

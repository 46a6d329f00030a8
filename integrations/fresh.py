"""What somebody outside told us lately, kept for five minutes by the clock."""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.ports import Clock

FIVE_MINUTES = timedelta(minutes=5)
MOST = 10_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Fresh(Generic[Key, Value]):
    """Answers by key, asked for again when older than ``lasts``. What could not be had is not remembered.

    One from a time to come is too old as well: the clock was put back.
    """

    def __init__(self, clock: Clock, lasts: timedelta = FIVE_MINUTES) -> None:
        self._clock = clock
        self._lasts = lasts
        self._kept: dict[Key, tuple[datetime, Value]] = {}

    async def get(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        """The answer, from memory or by asking. Raises what ``ask`` raises."""
        now = self._clock.now()
        kept = self._kept.get(key)
        if kept and timedelta(0) <= now - kept[0] < self._lasts:
            return kept[1]
        answer = await ask()
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = now, answer
        return answer

    def forget(self, key: Key) -> None:
        """Ask again next time."""
        self._kept.pop(key, None)

"""What this copy does for itself: its own wake-ups always, and its own budgets while Redis is away."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(seconds=1)


class WakeUps:
    """Wake-ups by loop. One that comes while nobody waits is kept for the next wait."""

    def __init__(self) -> None:
        self._woken: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def wake(self, loop: str) -> None:
        """Wake it now, or let its next wait return at once."""
        self._woken[loop].set()

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Return when woken, at most a second later otherwise."""
        woken = self._woken[loop]
        with suppress(TimeoutError):
            async with asyncio.timeout(min(timeout, LONGEST_WAIT).total_seconds()):
                await woken.wait()
        woken.clear()


class OwnBudgets:
    """The same arithmetic as the script's, for one copy. Starts full, and is emptied when Redis is back."""

    def __init__(self) -> None:
        self._full_again: dict[str, datetime] = {}

    def spend(self, budget: str, per: timedelta, burst: int, now: datetime) -> timedelta:
        """Zero when one was taken, else how long to wait."""
        full_again = min(max(self._full_again.get(budget, now), now), now + per * burst)
        wait = full_again + per - per * burst - now
        if wait > timedelta(0):
            return wait
        self._full_again[budget] = full_again + per
        return timedelta(0)

    def clear(self) -> None:
        """Forget what was spent."""
        self._full_again.clear()

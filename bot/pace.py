"""What one copy of the bot can do for itself: wake its own loops, and keep its own budgets."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(seconds=1)
MANY = 1000
"""Past this number of budgets, those that are full again are forgotten."""


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
    """Budgets by name, each refilled one each ``per`` up to ``burst`` (the generic cell rate algorithm)."""

    def __init__(self) -> None:
        self._full_again: dict[str, datetime] = {}
        self._pauses: dict[str, tuple[datetime, timedelta]] = {}

    def spend(self, budget: str, per: timedelta, burst: int, *, now: datetime) -> timedelta:
        """Zero when one was taken, else how long to wait. A clock put back costs no more than one ``per``."""
        full_again = min(max(self._full_again.get(budget, now), now), now + per * burst)
        if budget in self._full_again:
            self._full_again[budget] = full_again  # else it would move along with a clock put back, and never come nearer
        if (left := self._left_of_pause(budget, now)) > timedelta(0):
            return left
        wait = full_again + per - per * burst - now
        if wait > timedelta(0):
            return wait
        if len(self._full_again) > MANY:
            self._full_again = {name: at for name, at in self._full_again.items() if at > now}
        self._full_again[budget] = full_again + per
        return timedelta(0)

    def pause(self, budget: str, wait: timedelta, *, now: datetime) -> None:
        """Nothing is to be had from it for a while. A longer pause that is under way stays."""
        if wait > self._left_of_pause(budget, now):
            self._pauses = {name: pause for name, pause in self._pauses.items() if pause[0] > now}
            self._pauses[budget] = now + wait, wait

    def forget_spent(self) -> None:
        """Begin with full budgets. What was asked to be left alone still is."""
        self._full_again.clear()

    def _left_of_pause(self, budget: str, now: datetime) -> timedelta:
        """A clock put back makes no pause longer than it was asked to be."""
        until, wait = self._pauses.get(budget, (now, timedelta(0)))
        if until - now > wait:
            self._pauses[budget] = now + wait, wait
        return max(min(until - now, wait), timedelta(0))

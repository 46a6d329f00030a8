"""What several copies must agree on, when there is one copy: budgets and wake-ups inside this process."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.ports import Clock, Peers
from bot.settings import CoreSettings

LONGEST_WAIT = timedelta(seconds=1)
MANY = 1000
"""Past this number of budgets, those that are full again are forgotten."""


class AlonePeers:
    """Every lease is granted: there is nobody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_again: dict[str, datetime] = {}
        self._woken: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def lease(self, what: str, ttl: timedelta) -> bool:  # noqa: ARG002 - the port's names
        """Always."""
        return True

    async def spend(self, budget: str, per: timedelta, burst: int = 1) -> timedelta:
        """Take one, or say how long until there is one. A clock put back costs no more than one ``per``."""
        now = self._clock.now()
        full_again = min(max(self._full_again.get(budget, now), now), now + per * burst)
        wait = full_again + per - per * burst - now
        if wait > timedelta(0):
            return wait
        if len(self._full_again) > MANY:
            self._full_again = {name: at for name, at in self._full_again.items() if at > now}
        self._full_again[budget] = full_again + per
        return timedelta(0)

    async def wake(self, loop: str) -> None:
        """Wake the loop now, or let its next wait return at once."""
        self._woken[loop].set()

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Return when woken, also by a wake-up that came before; at most a second later otherwise."""
        woken = self._woken[loop]
        with suppress(TimeoutError):
            async with asyncio.timeout(min(timeout, LONGEST_WAIT).total_seconds()):
                await woken.wait()
        woken.clear()

    async def close(self) -> None:
        """Nothing to let go of."""

    def health(self) -> Mapping[str, object]:
        """Always well."""
        return {"peers": "alone", "connected": True}


def build(settings: CoreSettings, *, clock: Clock) -> Peers:  # noqa: ARG001 - every kind of peers is built alike
    """Peers for a copy that runs alone."""
    return AlonePeers(clock)

"""What several copies must agree on, when there is one copy: budgets and wake-ups inside this process."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.pace import OwnBudgets, WakeUps
from bot.ports import Clock, Peers
from bot.settings import CoreSettings


class AlonePeers:
    """Every lease is granted: there is nobody else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._budgets = OwnBudgets()
        self._wake_ups = WakeUps()

    async def lease(self, what: str, ttl: timedelta) -> bool:  # noqa: ARG002 - the port's names
        """Always."""
        return True

    async def spend(self, budget: str, per: timedelta, burst: int = 1) -> timedelta:
        """Take one, or say how long until there is one."""
        return self._budgets.spend(budget, per, burst, now=self._clock.now())

    async def pause(self, budget: str, wait: timedelta) -> None:
        """Nothing is to be had from it for so long."""
        self._budgets.pause(budget, wait, now=self._clock.now())

    async def wake(self, loop: str) -> None:
        """Wake the loop now, or let its next wait return at once."""
        self._wake_ups.wake(loop)

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Return when woken, also by a wake-up that came before; at most a second later otherwise."""
        await self._wake_ups.wait(loop, timeout)

    async def close(self) -> None:
        """Nothing to let go of."""

    async def check(self) -> Sequence[str]:
        """Nothing can be wrong with it."""
        return ()

    def health(self) -> Mapping[str, object]:
        """Always well."""
        return {"peers": "alone", "connected": True}


def build(settings: CoreSettings, *, clock: Clock) -> Peers:  # noqa: ARG001 - every kind of peers is built alike
    """Peers for a copy that runs alone."""
    return AlonePeers(clock)

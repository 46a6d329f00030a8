"""Peers whose waits are over at once, the clock having gone on: for what waits for its turn while a test watches."""

from datetime import timedelta

from bot.clock import MovableClock
from integrations.alone.peers import AlonePeers


class JumpingPeers(AlonePeers):
    """Time passes only while somebody waits."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.clock = clock

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Over, and so is the time."""
        self.clock.advance(max(timeout, timedelta(0)))

"""Sends the week's test pings, each at its hour: silence when it matters should not be the first sign of a dead phone."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.store.duty import test_pings

log = structlog.get_logger()
EVERY = timedelta(minutes=1)
BEAT = timedelta(seconds=1)


class WeeklyTests:
    """Looks once a minute; what is due follows from the rota and what was asked, so a restart asks nobody twice."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self) -> None:
        """For ever, until cancelled."""
        looked_at = None
        while True:
            now = self.desk.now()
            if looked_at is None or abs(now - looked_at) >= EVERY:
                looked_at = now
                await self.once()
            await self.desk.peers.wait("test-pings", BEAT)

    async def once(self) -> int:
        """Look now; returns how many were asked, or found not to have answered."""
        try:
            done: int = await self.desk.db.write(test_pings.look, self.desk.house, self.desk.now())
        except Busy as error:
            log.log(error.level, "test_pings_put_off", reason=str(error))
            return 0
        if done:
            log.info("test_pings", count=done)
            await self.desk.peers.wake("deliver")
        return done

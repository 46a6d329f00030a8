"""Looks at each change of shift: drafts, readiness, what was not accepted. What is due is in the database and the rota."""

from datetime import datetime, timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.store.duty import shifts

log = structlog.get_logger()
EVERY = timedelta(seconds=20)
BEAT = timedelta(seconds=1)


class Shifts:
    """One look each EVERY, by whichever copies run this; a look that finds nothing due changes nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            if self.is_time:
                await self.once()
            await self.desk.peers.wait("shifts", BEAT)

    @property
    def is_time(self) -> bool:
        """Whether the last look is too long ago, or still to come, as after the clock was set back."""
        return self._looked_at is None or abs(self.desk.now() - self._looked_at) >= EVERY

    async def once(self) -> int:
        """Look now; returns how many steps were taken."""
        now = self.desk.now()
        try:
            steps: int = await self.desk.db.write(shifts.look, self.desk.house, now)
        except Busy as error:
            log.log(error.level, "shifts_not_looked_at", reason=str(error))
            return 0
        self._looked_at = now
        if steps:
            log.info("shifts_looked_at", steps=steps)
            await self.desk.peers.wake("deliver")
        return steps

"""Tells whoever has a right as its clock turns, and ends the holds whose time is over."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy
from bot.store.duty import rights_due

log = structlog.get_logger()
EVERY = timedelta(minutes=1)


class RightWatch:
    """Looks once a minute. Several copies may: each word about a right is queued once."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "rights", EVERY, self.once)

    async def once(self) -> int:
        """Everything that is due now, up to a batch; returns how many were."""
        house, now = self.desk.house, self.desk.now()
        try:
            told = await self.desk.db.write(rights_due.tell_due, house, now)
            told += await self.desk.db.write(rights_due.tell_standing_still, house, now)
            ended = await self.desk.db.write(rights_due.end_holds, house, now)
        except Busy as error:
            log.log(error.level, "rights_unavailable", reason=str(error))
            return 0
        if told or ended:
            log.info("rights_told", rights=told, holds_ended=ended)
            await self.desk.peers.wake("deliver")
        return int(told + ended)

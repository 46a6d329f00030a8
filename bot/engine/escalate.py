"""Pings the next person when a mention has waited too long. What is due is in the database, so a restart loses none."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.store.duty import pinging, ways

log = structlog.get_logger()
IDLE = timedelta(seconds=1)


class Escalate:
    """Takes escalations one step further as they fall due."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            if not await self.once():
                await self.desk.peers.wait("escalate", IDLE)

    async def once(self) -> int:
        """Everything that is due now, up to a batch; returns how many were."""
        now = self.desk.now()
        try:
            due = await self.desk.db.read(pinging.next_due)
            self.desk.pulse.beat("escalate")
            if due is None or due > now:
                return 0
            pinged = await self.desk.db.write(pinging.ping_due, self.desk.house, now)
            pinged += await self.desk.db.write(pinging.lapse_offers, self.desk.house, now)
            pinged += await self.desk.db.write(ways.take_due, self.desk.house, now)
        except Busy as error:
            log.log(error.level, "escalations_unavailable", reason=str(error))
            return 0
        if pinged:
            log.info("mentions_escalated", count=pinged)
            await self.desk.peers.wake("deliver")
        return pinged

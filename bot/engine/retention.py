"""Each night, when the settings say how long words are kept: what is older is erased, a few at a time."""

import asyncio
from datetime import date, timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.mention import SYSTEM
from bot.retention.classes import others
from bot.store.proof import forget, trace
from bot.store.sending import recovery

log = structlog.get_logger()
EVERY = timedelta(minutes=10)
NIGHT = range(2, 5)
"""The hours, by the organisation's clock, in which the fewest people wait for anything."""
MOST = 2_000
"""Mentions of one night: each has a card to be drawn without its words, one a second for each channel."""


class Retention:
    """Looks now and then whether it is night, and erases once each night. Several copies may: an erased one stays so."""

    def __init__(self, desk: Desk, *, most: int = MOST) -> None:
        self.desk = desk
        self.most = most
        self._done: date | None = None
        self._leaves_traces = False

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(EVERY.total_seconds())

    async def once(self) -> int:
        """Erase what is due tonight, if it is night and that was not done; returns how many mentions."""
        local, erased = self.desk.now().astimezone(self.desk.house.zone), 0
        if not self.desk.house.erases or local.hour not in NIGHT:
            return 0
        if not await self.desk.peers.lease("retention", EVERY * 2):
            return 0
        try:
            if await self.desk.db.read(recovery.is_fresh, self.desk.now()):
                return 0
            if self._done != local.date():
                erased = await self.erased()
                self._done, self._leaves_traces = local.date(), True
        except Busy as error:
            log.log(error.level, "retention_put_off", reason=str(error))
            return 0
        if self._leaves_traces:
            self._leaves_traces = not await asyncio.to_thread(trace.leave_none, self.desk.db)
        if erased:
            log.info("words_erased", mentions=erased)
            await self.desk.peers.wake("deliver")
        return erased

    async def erased(self) -> int:
        """Erase one transaction after another until nothing is left, or enough for a night."""
        house, now, total = self.desk.house, self.desk.now(), 0
        before = others(house.erase_after).before(now)
        while total < self.most:
            done = await self.desk.db.write(forget.purge, before, house.keeps, SYSTEM, house=house, now=now)
            total += done
            if done < forget.AT_A_TIME:
                break
        return total

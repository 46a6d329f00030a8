"""Tries the whole way each hour: a mention of our own must become a card within a minute, or the leads are told."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.store.intake import canaries
from bot.store.intake.canaries import Canary, hour_of

log = structlog.get_logger()
WITHIN = timedelta(seconds=60)
BEAT = timedelta(seconds=1)


class CanaryWatch:
    """Sends one an hour, and none while one is still on its way: after an outage there is one to look at, not many."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._arrived = ""
        """The hour whose test is known to have become a card."""
        self._late = ""

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait("canary", BEAT)
            await self.once()

    async def once(self) -> None:
        """Look at the newest; send this hour's if the one before has arrived."""
        now = self.desk.now()
        if self._arrived >= hour_of(now):
            return
        try:
            canary = await self.desk.db.read(canaries.newest, self.desk.house)
            if canary:
                await self.judge(canary)
            if canary is None or (canary.took is not None and canary.hour < hour_of(now)):
                await self.desk.db.write(canaries.send, self.desk.house, now)
                await self.desk.peers.wake("deliver")
        except Busy as error:
            log.log(error.level, "canary_put_off", reason=str(error))

    async def judge(self, canary: Canary) -> None:
        """Say once that one is late, and once that it arrived after all."""
        now = self.desk.now()
        if canary.took is not None:
            self._arrived = canary.hour
            if self._late:
                log.info("canary_arrives_again", mention=canary.ref, seconds=canary.took.total_seconds())
            self._late = ""
        elif canary.age(now) > WITHIN and self._late != canary.hour:
            log.error("canary_did_not_arrive", mention=canary.ref, seconds=canary.age(now).total_seconds())
            self._late = canary.hour
            await self.desk.db.write(canaries.tell_leads, canary, self.desk.house, now)
            await self.desk.peers.wake("deliver")

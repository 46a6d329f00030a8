"""Asks the next in turn to approve what has waited too long, and whoever is left when those who were asked have left."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy
from bot.store.replying import asking

log = structlog.get_logger()
EVERY = timedelta(seconds=20)
LOOKED_UP_EVERY = timedelta(minutes=5)
"""How often a chat is asked whether those who are waited for are still there."""


class ApprovalWatch:
    """One look each EVERY, by whichever copies run this: a reply is judged on today's row, so nobody is asked twice."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._look_up_at = desk.now()

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "approvals", EVERY, self.once)

    async def once(self) -> int:
        """Look now; returns for how many replies others were asked."""
        house, now = self.desk.house, self.desk.now()
        try:
            left = await self.who_left()
            asked: int = await self.desk.db.write(asking.look, house, now, left)
        except Busy as error:
            log.log(error.level, "approvals_not_looked_at", reason=str(error))
            return 0
        if asked:
            log.info("approval_asked_again", replies=asked)
            await self.desk.peers.wake("deliver")
        return asked

    async def who_left(self) -> frozenset[str]:
        """Of those who are waited for, or asked next, who is no longer there; the chats are asked now and then."""
        now = self.desk.now()
        people = await self.desk.db.read(asking.candidates, self.desk.house, now)
        if not people or (now < self._look_up_at and self._look_up_at - now <= LOOKED_UP_EVERY):
            return frozenset()
        self._look_up_at = now + LOOKED_UP_EVERY
        return frozenset([person for person in sorted(people) if await self.desk.has_left(person)])

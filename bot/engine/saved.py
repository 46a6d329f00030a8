"""Asks owners whether their saved replies still hold, before a review and before an end; looks once a minute."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy
from bot.store.replying import saved_owners

log = structlog.get_logger()
EVERY = timedelta(minutes=1)


class SavedWatch:
    """Several copies may look: each is asked about by whoever sees it due first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "saved", EVERY, self.once)

    async def once(self) -> int:
        """Everything that is due now; returns how much was."""
        try:
            asked = await self.desk.db.write(saved_owners.look, self.desk.house, self.desk.now())
        except Busy as error:
            log.log(error.level, "saved_replies_unavailable", reason=str(error))
            return 0
        if asked:
            log.info("saved_replies_asked_about", saved=asked)
            await self.desk.peers.wake("deliver")
        return int(asked)

"""Asks about what is owed when it is due, and has hidden posts shown again when their time is over."""

from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy
from bot.store.duty import falling_due

log = structlog.get_logger()
EVERY = timedelta(minutes=1)


class TaskWatch:
    """Looks once a minute. Several copies may: a task is asked about by whoever sees it due first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "tasks", EVERY, self.once)

    async def once(self) -> int:
        """Everything that is due now, up to a batch; returns how many were."""
        house, now = self.desk.house, self.desk.now()
        try:
            asked = await self.desk.db.write(falling_due.ask_due, house, now)
            shown = await self.desk.db.write(falling_due.show_due, house, now)
            ending = await self.desk.db.write(falling_due.say_what_ends, house, now)
        except Busy as error:
            log.log(error.level, "tasks_unavailable", reason=str(error))
            return 0
        if asked or shown or ending:
            log.info("tasks_asked_about", tasks=asked, shown_again=shown, ending=ending)
            await self.desk.peers.wake("deliver")
        return int(asked + shown + ending)

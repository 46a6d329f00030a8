"""Keeps what can be found up to date: what came in a second ago, and all that an earlier release left."""

import asyncio
import time
from datetime import date, datetime, timedelta

import structlog

from bot.desk import Desk
from bot.engine.retention import NIGHT
from bot.errors import Busy
from bot.store.finding import index
from bot.store.proof import trace

log = structlog.get_logger()
AGAIN = timedelta(minutes=10)
"""Until the index is brought together again, where somebody was at work in the file."""
EVERY = 1.0
"""Seconds between two rounds while there is little to read."""
SAID_EACH = 10_000
"""Mentions of a long past that are read between two lines in the log."""


class Index:
    """Reads on, a few mentions in each transaction, and then rests as long as that took: everybody else goes first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._read = 0
        self._said = 0
        self._merged: date | None = None
        self._tried: datetime | None = None

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            began = time.monotonic()
            done = await self.once()
            await self.leave_none()
            is_full = done >= index.AT_A_TIME
            await asyncio.sleep(time.monotonic() - began if is_full else EVERY)

    async def once(self) -> int:
        """Read what changed, as far as fits one transaction; returns how many mentions. Copies take turns."""
        if not await self.desk.peers.lease("index", timedelta(seconds=30)):
            return 0
        try:
            if not await self.desk.db.read(index.is_behind):
                return 0
            done = await self.desk.db.write(index.catch_up, self.desk.now())
        except Busy as error:
            log.log(error.level, "index_put_off", reason=str(error))
            return 0
        self.say(done)
        return done

    async def leave_none(self) -> None:
        """Once a night: words that their authors took back stand in older parts of SQLite's index until those are merged."""
        now = self.desk.now()
        local = now.astimezone(self.desk.house.zone)
        if not self.desk.db.is_sqlite or local.hour not in NIGHT or self._merged == local.date():
            return
        if self._tried and now - self._tried < AGAIN:
            return
        self._tried = now
        if await asyncio.to_thread(trace.leave_none, self.desk.db):
            self._merged = local.date()

    def say(self, done: int) -> None:
        """A word now and then while much is read, and one at its end."""
        is_full = done >= index.AT_A_TIME
        self._read = self._read + done if is_full or self._read else 0
        if self._read - self._said >= SAID_EACH or (self._read and not is_full):
            log.info("mentions_indexed", count=self._read, goes_on=is_full)
            self._said = self._read
        if not is_full:
            self._read = self._said = 0

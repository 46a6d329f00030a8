"""What each copy sees to besides its work: that it may still use the database, and that a restore will be noticed."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.desk import Desk
from bot.errors import Busy, SettingsError
from bot.store import migrate, remembered
from bot.store.intake import see_by
from bot.store.sending import recovery

log = structlog.get_logger()
EVERY = timedelta(minutes=1)
A_DAY = timedelta(days=1)


class Upkeep:
    """Looks each minute, and once before anything else begins. ``note`` is the file a restore is noticed by, if any."""

    def __init__(self, desk: Desk, note: Path | None, *, writes: bool = True, every: timedelta = EVERY) -> None:
        self.desk = desk
        self.file = note
        self.writes = writes
        """Whether this copy keeps the note up to date; another may read it all the same."""
        self.every = every
        self._has_begun = False
        self._forgets_at: datetime = desk.now()

    async def begin(self, *, recovered: bool = False) -> None:
        """Before any loop runs: notice that the database was restored, or be told so, and begin with it as such."""
        seen = await asyncio.to_thread(recovery.noted, self.file) if self.file else None
        if recovered or (seen and await self.desk.db.read(recovery.is_behind, seen)):
            count = await self.desk.db.write(recovery.begin, self.desk.house, self.desk.now(), seen)
            log.warning("database_was_restored", replies_looked_up=count, noticed=not recovered)
        self._has_begun = True
        while await self.fill():
            pass
        await self.note()

    async def run(self) -> None:
        """For ever, until cancelled. Raises SettingsError once a newer release has taken the database over."""
        while True:
            await asyncio.sleep(self.every.total_seconds())
            await self.once()

    async def once(self) -> None:
        """Look once. Raises SettingsError when this release may no longer use the database."""
        try:
            if sentence := await self.desk.db.read(migrate.fallen_behind):
                raise SettingsError(sentence)
            await self.fill()
            await self.note()
            await self.forget()
        except Busy as error:
            log.log(error.level, "upkeep_put_off", reason=str(error))

    async def fill(self) -> int:
        """Give mentions of an older release their time to be looked at; returns how many had none."""
        return await self.desk.db.write(see_by.fill, self.desk.house, self.desk.now())

    async def forget(self) -> None:
        """Once a day, and at the start, what chats kept long ago and nobody kept anew."""
        if self.writes and self.desk.now() >= self._forgets_at:
            await self.desk.db.write(remembered.forget_the_old, self.desk.now())
            self._forgets_at = self.desk.now() + A_DAY

    async def note(self) -> None:
        """Note which event is the newest, where a restore does not reach."""
        if self.file and self.writes:
            newest = await self.desk.db.read(recovery.newest, self.desk.now())
            await asyncio.to_thread(recovery.note, self.file, newest)

    async def end(self) -> None:
        """A last note at a clean stop. None by what never began: the earlier note says more."""
        if self._has_begun:
            with suppress(Busy):
                await self.note()

"""Searches networks for what is watched: one reader an account, each page stored with its cursor; and the watches' clock."""

import asyncio
from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.engine.intervals import at_intervals
from bot.errors import Busy, OutsideError, Refused, SignInAgain, TryLater
from bot.ports import Network
from bot.reply import Searches
from bot.store.intake import watch_clock, watch_pages
from bot.store.intake.watch_pages import Due, Overtaken

log = structlog.get_logger()
EVERY = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
BEAT = timedelta(seconds=1)
AFTER_REFUSAL = timedelta(minutes=15)


class WatchReader:
    """Reads through one account all that is watched there, one after another."""

    def __init__(self, desk: Desk, account: str, network: Network, searches: Searches) -> None:
        self.desk = desk
        self.account = account
        self.network = network
        self.searches = searches
        self.patience = 60.0
        """Seconds that one page may take."""
        self._due = desk.now()

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait(f"watches:{self.account}", BEAT)
            if not timedelta(0) < self._due - self.desk.now() <= EVERY:  # later than that: the clock was put back
                self._due = self.desk.now() + EVERY
                await self.once()

    async def once(self) -> int:
        """What is due now, up to a batch; returns how many mentions came of it."""
        found = 0
        try:
            for one in await self.due():
                if not await self.is_its_turn():
                    break
                found += await self.read(one)
        except Busy as error:
            log.log(error.level, "watches_unavailable", account=self.account, reason=str(error))
        return found

    async def due(self) -> list[Due]:
        """What is to be read by now; nothing while another copy reads."""
        if not await self.is_its_turn():
            return []
        found: list[Due] = await self.desk.db.read(watch_pages.due, self.account, self.desk.now())
        return found

    async def is_its_turn(self) -> bool:
        """Whether this copy reads: said anew before each page, for as long as that may take, as each may cost money."""
        return await self.desk.peers.lease(f"watches:{self.account}", timedelta(seconds=self.patience) + EVERY)

    async def read(self, at: Due) -> int:
        """One page of one watch; returns how many mentions came of it. Raises Busy."""
        try:
            async with asyncio.timeout(self.patience):
                page = await self.network.search(at.watch.query, at.cursor)
        except TimeoutError:
            return await self.trouble(at, TryLater("its network did not answer in time"))
        except OutsideError as error:
            return await self.trouble(at, error)
        house, now = self.desk.house, self.desk.now()
        try:
            write = self.desk.db.write(watch_pages.take_page, page, at, every=self.searches.every, house=house, now=now)
            hits = await write
        except Overtaken:
            return 0
        taken = hits.taken
        if taken.new or taken.added or hits.left_out:
            counts = {"new": taken.new, "added": taken.added, "left_out": hits.left_out}
            log.info("watch_found", watch=at.watch.ref, account=self.account, **counts)
        await self.desk.peers.wake("deliver")
        return taken.new + taken.added

    async def trouble(self, at: Due, error: OutsideError) -> int:
        """Leave it alone for a while; said once in the log, and by ``watch`` for as long as it lasts."""
        reason = "its credentials are not accepted" if isinstance(error, SignInAgain) else str(error)
        wait = AFTER_REFUSAL if isinstance(error, Refused | SignInAgain) else self.searches.every
        wait = max(wait, error.after if isinstance(error, TryLater) else timedelta(0))
        if await self.desk.db.write(watch_pages.failed, at, reason, wait=wait, now=self.desk.now()):
            log.warning("watch_not_read", watch=at.watch.ref, account=self.account, reason=reason)
        return 0


class WatchClock:
    """Ends what is over, and tells owners how their watches stand; looks once a minute."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.began = desk.now()

    async def run(self) -> None:
        """For ever, until cancelled."""
        await at_intervals(self.desk, "watch clock", MINUTE, self.once)

    async def once(self) -> int:
        """What is due now; returns how much that was."""
        try:
            done = await self.desk.db.write(watch_clock.look, self.desk.house, self.desk.now(), began=self.began)
        except Busy as error:
            log.log(error.level, "watch_clock_unavailable", reason=str(error))
            return 0
        if done:
            await self.desk.peers.wake("deliver")
        return int(done)

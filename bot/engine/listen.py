"""Reads the accounts that are asked rather than told: one reader an account, each page stored with its cursor."""

import asyncio
import logging
from datetime import timedelta

import structlog

from bot import words
from bot.desk import Desk
from bot.errors import Busy, OutsideError, Refused, SignInAgain, TryLater
from bot.ports import Network, Page
from bot.store.intake import accounts
from bot.store.intake.accounts import Overtaken
from bot.store.intake.corrections import Intake

log = structlog.get_logger()
AFTER_TROUBLE = timedelta(minutes=1)
LONG = timedelta(minutes=30)
BEAT = timedelta(seconds=1)
LONGEST_READ = 120.0
"""Seconds."""


class Listen:
    """Polls one account at its own pace."""

    def __init__(self, desk: Desk, account: str, network: Network) -> None:
        self.desk = desk
        self.account = account
        self.network = network
        self.began = desk.now()
        self.said = ""

    async def run(self) -> None:
        """For ever, until cancelled."""
        every = self.network.poll_every
        while every is not None:
            wait = await self.once(every)
            until, end = self.desk.now() + wait, asyncio.get_running_loop().time() + wait.total_seconds()
            while self.desk.now() < until and asyncio.get_running_loop().time() < end:  # whatever the wall clock does
                await self.desk.peers.wait(f"listen:{self.account}", min(BEAT, until - self.desk.now()))

    async def once(self, every: timedelta) -> timedelta:
        """One page; returns how long to wait for the next."""
        if not await self.desk.peers.lease(f"listen:{self.account}", every * 2):
            return every
        try:
            place = await self.desk.db.write(accounts.place, self.account)
            async with asyncio.timeout(LONGEST_READ):  # not wait_for: in 3.11 that may swallow a stop
                page = await self.network.fetch(place.cursor)
            intake = Intake(self.desk.house.accounts[self.account], self.desk.house, self.desk.now())
            taken = await self.desk.db.write(accounts.take_page, page, place, intake)
        except Overtaken:
            return every
        except TimeoutError:
            return await self.trouble(TryLater("it did not answer in time"))
        except (OutsideError, Busy) as error:
            return await self.trouble(error)
        self.said = ""
        if place.trouble not in (None, accounts.CANNOT_SEND):
            log.info("account_read_again", account=self.account)
        if taken.new or taken.added or taken.changed:
            log.info("mentions_received", account=self.account, new=taken.new, added=taken.added, changed=taken.changed)
            await self.desk.peers.wake("deliver")
        return await self.paced(page, place.slowed, every)

    async def paced(self, page: Page, slowed: str, every: timedelta) -> timedelta:
        """How long to leave it alone, in every copy. That it is read more slowly is said once, and once that it is over."""
        if page.slowed and not slowed:
            log.warning("account_slowed", account=self.account, reason=page.slowed)
            await self.desk.peers.wake("deliver")
        elif slowed and not page.slowed:
            log.info("account_at_its_own_pace", account=self.account)
        wait = page.wait or timedelta(0)
        if wait > every:
            await self.leave_alone(wait, every)
        return wait if page.more else max(every, wait)

    async def leave_alone(self, wait: timedelta, every: timedelta) -> None:
        """No other copy reads it meanwhile either: who asked for the wait asked all of them."""
        await self.desk.peers.lease(f"listen:{self.account}", wait + every)

    async def trouble(self, error: OutsideError | Busy) -> timedelta:
        """Say once what is wrong, and how long to leave the account alone. Passing faults are not news to the leads."""
        if isinstance(error, SignInAgain | Refused):
            reason = "its credentials are not accepted." if isinstance(error, SignInAgain) else f"{error}."
            house, now = self.desk.house, self.desk.now()
            try:
                news = await self.desk.db.write(accounts.in_trouble, self.account, reason, house=house, now=now)
            except Busy:
                news = False
            if news:
                log.error("account_not_readable", account=self.account, reason=str(error))
                await self.desk.peers.wake("deliver")
            return AFTER_TROUBLE * 5
        level = error.level if isinstance(error, Busy) else logging.WARNING
        log.log(level, "account_not_read", account=self.account, reason=str(error))
        await self.trouble_for_long(str(error))
        wait = max(error.after if isinstance(error, TryLater) else timedelta(0), AFTER_TROUBLE)
        await self.leave_alone(wait, self.network.poll_every or AFTER_TROUBLE)
        return wait

    async def trouble_for_long(self, reason: str) -> None:
        """What has not been read for LONG is no calm day, whatever the reason: the leads hear of it once."""
        try:
            since = await self.desk.db.read(accounts.last_read, self.account) or self.began
            if self.desk.now() - since >= max(LONG, (self.network.poll_every or LONG) * 2):
                why = f"it could not be read since {words.when(since, self.desk.house.zone).local}: {reason}."
                said = f"{self.account}: {reason}"
                house, now = self.desk.house, self.desk.now()
                if self.said != said:
                    await self.desk.db.write(accounts.in_trouble, self.account, why, house=house, now=now)
                    await self.desk.peers.wake("deliver")
                self.said = said
        except Busy:
            return

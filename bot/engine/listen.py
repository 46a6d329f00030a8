"""Reads the accounts that are asked rather than told: one reader an account, each page stored with its cursor."""

import asyncio
from datetime import timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy, OutsideError, Refused, SignInAgain, TryLater
from bot.ports import Network
from bot.store import accounts
from bot.store.accounts import Overtaken
from bot.store.corrections import Intake

log = structlog.get_logger()
AFTER_TROUBLE = timedelta(minutes=1)
BEAT = timedelta(seconds=1)


class Listen:
    """Polls one account at its own pace."""

    def __init__(self, desk: Desk, account: str, network: Network) -> None:
        self.desk = desk
        self.account = account
        self.network = network

    async def run(self) -> None:
        """For ever, until cancelled."""
        every = self.network.poll_every
        while every is not None:
            wait = await self.once(every)
            until = self.desk.now() + wait
            while self.desk.now() < until:
                await self.desk.peers.wait(f"listen:{self.account}", min(BEAT, until - self.desk.now()))

    async def once(self, every: timedelta) -> timedelta:
        """One page; returns how long to wait for the next."""
        if not await self.desk.peers.lease(f"listen:{self.account}", every * 2):
            return every
        try:
            place = await self.desk.db.write(accounts.place, self.account)
            page = await asyncio.wait_for(self.network.fetch(place.cursor), timeout=120)
            intake = Intake(self.desk.house.accounts[self.account], self.desk.house, self.desk.now())
            taken = await self.desk.db.write(accounts.take_page, page, place, intake)
        except Overtaken:
            return every
        except TimeoutError:
            return await self.trouble(TryLater("it did not answer in time"))
        except (OutsideError, Busy) as error:
            return await self.trouble(error)
        if place.trouble:
            log.info("account_read_again", account=self.account)
        if taken.new or taken.added or taken.changed:
            log.info("mentions_received", account=self.account, new=taken.new, added=taken.added, changed=taken.changed)
            await self.desk.peers.wake("deliver")
        return timedelta(0) if page.more else every

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
        log.warning("account_not_read", account=self.account, reason=str(error))
        return max(error.after if isinstance(error, TryLater) else timedelta(0), AFTER_TROUBLE)

"""Follows posts we hold, where a network does not tell us: edits, deletions, and answers given elsewhere."""

import asyncio
import logging
from datetime import datetime, timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy, OutsideError, Refused, SignInAgain, TryLater
from bot.exchange import Held, Item
from bot.ports import Network
from bot.reply import LookUps
from bot.store.intake import accounts, follow
from bot.store.intake.corrections import Intake

log = structlog.get_logger()
EVERY = timedelta(minutes=1)
BEAT = timedelta(seconds=1)
AFTER_TROUBLE = timedelta(minutes=5)
LONGEST_LOOK = 60.0
"""Seconds."""
REFUSALS = 2
"""Posts refused one after the other, and none that was not, from which it is not the posts."""


class Follow:
    """Looks at the posts of one account, a few each minute. Each account has its own, so that none waits for another."""

    def __init__(self, desk: Desk, account: str, network: Network, look_ups: LookUps) -> None:
        self.desk = desk
        self.account = account
        self.network = network
        self.look_ups = look_ups
        self.next_at: datetime | None = None
        self._reason = ""

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait(f"follow:{self.account}", BEAT)
            if self.next_at is None or self.desk.now() >= self.next_at:
                self.next_at = self.desk.now() + await self.once()

    async def once(self) -> timedelta:
        """One look; returns how long to wait for the next."""
        if not await self.lease(EVERY * 2):
            return EVERY
        try:
            posts = await self.desk.db.read(follow.due, self.account, self.look_ups, self.desk.now())
            if posts:
                await self.follow(posts)
        except (OutsideError, Busy) as error:
            return await self.trouble(error)
        self._reason = ""
        return EVERY

    async def follow(self, posts: list[Held]) -> None:
        """Look at posts and store what became of them. Raises Refused where none can be looked at."""
        try:
            items = await self.looked_up(posts)
        except Refused as error:
            await self.one_by_one(posts, error)
            return
        await self.take_in(posts, items)

    async def one_by_one(self, posts: list[Held], error: Refused) -> None:
        """One that its network will not look at keeps no other back: it was looked at too. Raises what was raised where the
        first few are refused one and all: then it is the account.
        """
        items, seen, refused = list[Item](), 0, 0
        for post in posts:
            seen += 1
            try:
                items += await self.looked_up([post])
            except Refused:
                refused += 1
            if refused == seen >= REFUSALS:
                break
        await self.take_in(posts[:seen], items)
        if refused == seen:
            raise error

    async def looked_up(self, posts: list[Held]) -> list[Item]:
        """What became of posts. Raises TryLater when that takes too long."""
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                return list(await self.network.look_up(posts))
        except TimeoutError as error:
            raise TryLater("it did not answer in time") from error

    async def take_in(self, posts: list[Held], items: list[Item]) -> None:
        """Store it; an account that only hears and can be looked at works."""
        intake = Intake(self.desk.house.accounts[self.account], self.desk.house, self.desk.now())
        taken = await self.desk.db.write(follow.take_in, posts, items, intake)
        if self.network.poll_every is None and await self.desk.db.write(accounts.looks_again, self.account):
            log.info("account_read_again", account=self.account)
        if taken.changed or taken.new or taken.added:
            log.info("posts_followed", account=self.account, looked_at=len(posts), changed=taken.changed)
            await self.desk.peers.wake("deliver")

    async def trouble(self, error: OutsideError | Busy) -> timedelta:
        """How long to leave the account alone; said once for as long as the reason stays. The reader tells the leads, where
        there is one.
        """
        reason = str(error)
        level = error.level if isinstance(error, Busy) else logging.WARNING
        said = logging.DEBUG if reason == self._reason else level
        log.log(said, "posts_not_followed", account=self.account, reason=reason)
        self._reason = reason
        if isinstance(error, SignInAgain | Refused):
            await self.tell_leads(error)
            return AFTER_TROUBLE
        wait = max(error.after if isinstance(error, TryLater) else timedelta(0), EVERY)
        await self.lease(wait + EVERY)
        return wait

    async def tell_leads(self, error: SignInAgain | Refused) -> None:
        """Nobody reads an account that only hears, so nobody else would notice."""
        if self.network.poll_every is not None or isinstance(error, Refused):
            return
        house, now = self.desk.house, self.desk.now()
        try:
            news = await self.desk.db.write(accounts.in_trouble, self.account, NOT_ACCEPTED, house=house, now=now)
        except Busy:
            return
        if news:
            log.error("account_not_readable", account=self.account, reason=str(error))
            await self.desk.peers.wake("deliver")

    async def lease(self, ttl: timedelta) -> bool:
        """Whether this copy looks until then."""
        return await self.desk.peers.lease(f"follow:{self.account}", ttl)


NOT_ACCEPTED = "its credentials are not accepted."

"""Reads replies back: whether what a network took shows where anybody can see it. Only looks; sends nothing, ever."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.delivery import LEASE, Delivery
from bot.desk import Desk
from bot.errors import NotDelivered, OutsideError, TryLater
from bot.ports import Found, NotFound
from bot.reply import Reply
from bot.store.replying import readback, shown

log = structlog.get_logger()
LONGEST = LEASE - timedelta(seconds=15)
"""What a look may take: shorter than its lease."""


class Reader:
    """Looks for one reply that was taken, until it shows or its network has had the time it may need."""

    def __init__(self, desk: Desk, longest: timedelta = LONGEST) -> None:
        self.desk = desk
        self.longest = longest

    async def look(self, taken: Delivery) -> None:
        """Look once."""
        reply = await self.desk.db.read(shown.looked_for, taken)
        account, network = self.desk.house.accounts.get(taken.target), self.desk.networks.get(taken.target)
        if reply is None or account is None or network is None or not account.abilities.reads_back:
            await self.desk.db.write(shown.nothing_to_look_for, taken)
            return
        trouble = "it does not show yet"
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                found = await network.read_back(reply.native_id or "")
        except NotDelivered as error:
            await self.never(taken, str(error), why=str(error))
            return
        except (OutsideError, TimeoutError) as error:
            found, trouble = NotFound.CANNOT_TELL, str(error) or "the look took too long"
            if isinstance(error, TryLater) and error.bucket and taken.place:
                await self.desk.peers.pause(taken.place, error.after)
        if isinstance(found, Found):
            await self.desk.db.write(shown.shows, taken, found.receipt, self.desk.house, now=self.desk.now())
            log.info("reply_shows", network=taken.target)
            return
        await self.not_there(taken, reply, trouble)

    async def not_there(self, taken: Delivery, reply: Reply, trouble: str) -> None:
        """Look again later; once its time is over, a person hears that it does not show."""
        now = self.desk.now()
        at = readback.next_look(since(reply), now, self.desk.house.accounts[taken.target])
        if at is not None:
            await self.desk.db.write(shown.look_again, taken, at, trouble)
            return
        await self.never(taken, trouble)

    async def never(self, taken: Delivery, trouble: str, *, why: str = "") -> None:
        """A person hears that it does not show, and why where its network knows."""
        await self.desk.db.write(shown.never_showed, taken, self.desk.house, now=self.desk.now(), why=why)
        log.warning("reply_does_not_show", network=taken.target, reason=trouble)


def since(reply: Reply) -> datetime:
    """When it was taken."""
    return reply.sent_at or reply.updated_at

"""Counts down to the end of sign-ins: an account whose token expires unnoticed falls silent."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy, OutsideError
from bot.store.intake import sign_ins

log = structlog.get_logger()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEAT = timedelta(seconds=1)
LONGEST = 30.0
"""Seconds."""


class SignIns:
    """Asks each account once a day; again in an hour where that fails: its reader says what is wrong."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.next_at: dict[str, datetime] = {}

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await self.desk.peers.wait("sign-ins", BEAT)
            await self.once()

    async def once(self) -> None:
        """Ask those whose turn it is."""
        now = self.desk.now()
        due = [name for name in self.desk.networks if self.next_at.get(name, now) <= now]
        if due and await self.desk.peers.lease("sign-ins", HOUR):
            for name in due:
                await self.ask(name)
        else:
            self.next_at.update(dict.fromkeys(due, now + HOUR))

    async def ask(self, name: str) -> None:
        """Ask one account."""
        now, house = self.desk.now(), self.desk.house
        self.next_at[name] = now + HOUR
        if name not in house.accounts:
            return
        try:
            async with asyncio.timeout(LONGEST):
                ends_at = await self.desk.networks[name].ends_at()
            told = await self.desk.db.write(sign_ins.note, name, ends_at, house=house, now=now)
        except (OutsideError, Busy, TimeoutError) as error:
            log.debug("sign_in_not_asked_about", account=name, reason=str(error))
            return
        self.next_at[name] = now + DAY
        if told and ends_at:
            log.warning("sign_in_ends", account=name, ends_at=ends_at.isoformat())
            await self.desk.peers.wake("deliver")

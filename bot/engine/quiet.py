"""Notices a feed that has gone quiet though nothing is known to be wrong: an expired token is not a calm day."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.desk import Desk
from bot.errors import Busy
from bot.store.intake import quiet
from bot.store.intake.quiet import HISTORY, Feed
from bot.times.rhythm import HOUR, Rhythm, rhythm_of

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
AT_LEAST = timedelta(minutes=30)
"""A shorter silence says nothing, however busy the account."""
KNOWN_FOR, HEARD = timedelta(days=14), 20
"""How long an account must have been heard, and how many posts, before its rhythm is known."""
LEARNS_EVERY = timedelta(hours=6)
AFTER_START = timedelta(minutes=15)
"""What was missed while nothing ran comes in first."""


class QuietWatch:
    """Looks at all accounts every few minutes. What staff brought in and our own tests have no rhythm."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.began = desk.now()
        self._rhythms: dict[str, tuple[datetime, Rhythm | None]] = {}

    async def run(self) -> None:
        """For ever, until cancelled."""
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            if self.desk.now() - self.began >= AFTER_START:
                await self.once()

    async def once(self) -> None:
        """Look at each account once."""
        try:
            if await self.desk.peers.lease("quiet", EVERY * 2):
                for feed in await self.desk.db.read(quiet.listened_to):
                    if feed.name in self.desk.networks:
                        await self.look(feed)
        except Busy as error:
            log.log(error.level, "quiet_not_looked_for", reason=str(error))

    async def look(self, feed: Feed) -> None:
        """Tell the leads when such a silence is no chance any more."""
        now = self.desk.now()
        rhythm = await self.rhythm(feed) if now - feed.heard_at >= AT_LEAST else None
        if rhythm is None or rhythm.surprise(feed.heard_at, now) < rhythm.alarms_at:
            return
        expected = rhythm.expected(feed.heard_at, now)
        if await self.desk.db.write(quiet.tell, feed, expected, house=self.desk.house, now=now):
            log.warning("feed_gone_quiet", account=feed.name, heard_at=feed.heard_at.isoformat(), expected=round(expected))
            await self.desk.peers.wake("deliver")

    async def rhythm(self, feed: Feed) -> Rhythm | None:
        """How an account is usually heard; None while that is not known. Learnt anew a few times a day."""
        now = self.desk.now()
        learnt_at, rhythm = self._rhythms.get(feed.name, (None, None))
        if learnt_at is None or now - learnt_at >= LEARNS_EVERY:
            rhythm = await self.learnt(feed)
            self._rhythms[feed.name] = (now, rhythm)
        return rhythm

    async def learnt(self, feed: Feed) -> Rhythm | None:
        """From what was heard before this silence: the silence itself is not what is usual."""
        until, house = feed.heard_at, self.desk.house
        counts = await self.desk.db.read(quiet.by_the_hour, feed.name, until - HISTORY)
        since = min(counts, default=until)
        if until - since < KNOWN_FOR or sum(counts.values()) < HEARD:
            return None
        since = max(since - HOUR, until - HISTORY)
        return rhythm_of(counts, since, until, zone=house.zone, closed=house.hours.closed)

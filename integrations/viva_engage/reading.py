"""Reads the feeds of an account, one a fetch and each at most once a minute, and carries on where a long read stopped."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Clock, Page, Peers
from integrations.viva_engage import cursor as cursors
from integrations.viva_engage.client import Engage
from integrations.viva_engage.cursor import Cursor, Place, Stretch
from integrations.viva_engage.parse import Feed
from integrations.viva_engage.settings import VivaEngageAccount
from integrations.viva_engage.understanding import IN_COMMUNITY, PRIVATE, RECEIVED, Understanding
from integrations.viva_engage.walk import Read, Walked, since

log = structlog.get_logger()

A_LITTLE = timedelta(minutes=15)
"""How far back the first read of a feed goes."""
SOON = timedelta(seconds=15)
"""What is due so soon is waited for."""
AHEAD = timedelta(seconds=10)
"""How long before a feed is free again one comes back to wait for it: else it were always the other reader's turn."""
LONGEST_WALK = timedelta(seconds=50)
MOST_MESSAGES = 400
CANNOT_SEE = "the service user is let in no more, or it was deleted"
EACH_CALL = timedelta(seconds=7)
"""A feed is not asked more often than leaves half of all calls to others: the chat, replies."""


def feeds_of(account: VivaEngageAccount) -> list[str]:
    """The feeds that are read, by the names their budgets have."""
    communities = [f"{IN_COMMUNITY}{group}" for group in account.listens_to]
    return communities + [RECEIVED] * account.mentions + [PRIVATE] * account.private_messages


class Paged:
    """Reads pages of one feed for a walk: from below a message where it carries on; stops where it is old, or goes wrong."""

    def __init__(self, read: Read, stretch: Stretch, clock: Clock) -> None:
        self._read, self._stretch, self._clock = read, stretch, clock
        self._until = clock.now() + LONGEST_WALK
        self.lowest = stretch.before
        self.is_cut = False

    async def __call__(self, *, newer_than: int | None = None, older_than: int | None = None) -> Feed:
        """The next page. A later one that cannot be had now is left for another time."""
        is_first = older_than is None
        if is_first and self._stretch.before:
            newer_than, older_than = None, self._stretch.before
        if not is_first and self._clock.now() >= self._until:
            return self._cut()
        try:
            page = await self._read(newer_than=newer_than, older_than=older_than)
        except TryLater:
            if is_first:
                raise
            return self._cut()
        self.lowest = min(filter(None, (self.lowest, page.oldest)), default=0)
        is_old = self._stretch.since and any(one.at < self._stretch.since for one in page.messages)
        return replace(page, older=False, oldest=0) if is_old else page

    def _cut(self) -> Feed:
        self.is_cut = True
        return Feed(())


class Reading:
    """What comes in for one account."""

    def __init__(self, account: VivaEngageAccount, engage: Engage, *, clock: Clock, peers: Peers) -> None:
        self.account, self.engage = account, engage
        self._clock, self._peers = clock, peers
        self.understanding = Understanding(account, engage, clock)
        self._feeds = feeds_of(account)
        self._every = max(account.poll_every, EACH_CALL * len(self._feeds))
        self._not_before: dict[str, datetime] = {}
        self._has_begun = False

    # --- which feed

    async def page(self, kept: str | None) -> Page:
        """What is new in one feed; ``more`` while others are due. Where somebody else just read it, nothing and a wait."""
        if not self._has_begun:
            await self.engage.begins()
            self._has_begun = True
        now = self._clock.now()
        cursor = cursors.read(kept).by(now)
        self._not_before = {feed: at for feed, at in self._not_before.items() if at <= now + self._every}
        waits: list[timedelta] = []
        for feed in self._in_turn(cursor):
            place = cursor.places.get(feed) or Place(now - A_LITTLE)
            if place.left and not self._is_due(place):
                return await self._carry_on(cursor, feed, place)
            if (wait := await self._wait_for(feed, place)) <= timedelta(0):
                return await self._tried(cursor, feed, place)
            waits.append(wait)
        return Page((), str(cursor), wait=max(min(waits) - AHEAD, SOON - AHEAD), slowed=self._slowed(cursor))

    def _in_turn(self, cursor: Cursor) -> list[str]:
        """The feeds that are due, the longest ago first, then those that are not read to the end."""
        places = {feed: cursor.places.get(feed) for feed in self._feeds}
        never = datetime.min.replace(tzinfo=self._clock.now().tzinfo)
        due = {feed: place.due(self._every) if place else never for feed, place in places.items()}
        due |= {feed: max(due[feed], at) for feed, at in self._not_before.items()}
        first = sorted(self._feeds, key=due.__getitem__)
        ready = [feed for feed in first if due[feed] <= self._clock.now() + SOON]
        unfinished = [feed for feed in first if (place := places[feed]) and place.left and feed not in ready]
        return [*ready, *unfinished] or first[:1]

    def _is_due(self, place: Place) -> bool:
        return place.due(self._every) <= self._clock.now()

    async def _wait_for(self, feed: str, place: Place) -> timedelta:
        """Zero once the feed may be read, after a short wait if need be; else how long it may not."""
        left = place.due(self._every) - self._clock.now()
        if timedelta(0) < left <= SOON:
            await self._rest(left)
        if place.due(self._every) > self._clock.now():
            return left
        wait = await self.engage.may_poll(feed, max(self.account.poll_every, place.each))
        if timedelta(0) < wait <= SOON:
            await self._rest(wait)
            wait = await self.engage.may_poll(feed, max(self.account.poll_every, place.each))
        return wait

    async def _rest(self, wait: timedelta) -> None:
        """As long by either clock."""
        loop = asyncio.get_running_loop()
        until, end = self._clock.now() + wait, loop.time() + wait.total_seconds()
        while self._clock.now() < until and loop.time() < end:
            await self._peers.wait("room viva_engage", until - self._clock.now())

    # --- reading it

    async def _tried(self, cursor: Cursor, feed: str, place: Place) -> Page:
        """What is new in a feed. One that cannot be read holds up no other: it has its turn again when its minute is over.

        Raises Refused where none of them can be read.
        """
        now = self._clock.now()
        try:
            page = await self._poll(cursor, feed, place)
        except TryLater:
            self._not_before[feed] = now + self._every
            raise
        except Refused:
            cursor = cursor.at(feed, replace(place, polled_at=now, refused=True))
            places = [cursor.places.get(one) for one in self._feeds]
            if all(one and one.refused for one in places):
                raise
            log.warning("viva_engage_feed_refused", account=self.account.name, feed=feed)
            return Page((), str(cursor), more=self._has_more(cursor), slowed=self._slowed(cursor))
        self._not_before.pop(feed, None)
        return page

    def _slowed(self, cursor: Cursor) -> str:
        """What is not read at all, in words for staff."""
        refused = [named(feed) for feed in self._feeds if (place := cursor.places.get(feed)) and place.refused]
        return f"{', '.join(refused)} cannot be read: {CANNOT_SEE}" if refused else ""

    async def _poll(self, cursor: Cursor, feed: str, place: Place) -> Page:
        """What is new."""
        stretch = Stretch(place.floor, 0, None if place.floor else place.since)
        try:
            walked, left = await self._walked(feed, stretch)
        finally:
            await self.engage.polled(feed, max(self.account.poll_every, place.each))
        now = self._clock.now()
        new = [one for one in walked.messages if one.id not in place.seen and (place.floor or one.at >= place.since)]
        after = place.polled(now, (one.id for one in walked.messages), walked.poll_each).leaving(left)
        return await self._told(cursor, feed, after, replace(walked, messages=tuple(new)))

    async def _carry_on(self, cursor: Cursor, feed: str, place: Place) -> Page:
        """What a read did not come to."""
        stretch, *others = place.left
        walked, left = await self._walked(feed, stretch)
        messages = tuple(one for one in walked.messages if not stretch.since or one.at >= stretch.since)
        after = replace(place, left=tuple(others)).leaving(left)
        return await self._told(cursor, feed, after, replace(walked, messages=messages))

    async def _walked(self, feed: str, stretch: Stretch) -> tuple[Walked, Stretch | None]:
        """Messages of a stretch, and what was not read of it."""
        paged = Paged(self._read_of(feed), stretch, self._clock)
        try:
            walked = await since(paged, stretch.after, most=MOST_MESSAGES)
        except NotThere as error:
            raise Refused(f"{named(feed)} cannot be read: {CANNOT_SEE}") from error
        is_whole = walked.complete and not paged.is_cut
        left = None if is_whole or not paged.lowest else replace(stretch, before=paged.lowest)
        below = tuple(one for one in walked.messages if not stretch.before or one.id < stretch.before)
        return replace(walked, messages=below), left

    def _read_of(self, feed: str) -> Read:
        async def read(*, newer_than: int | None = None, older_than: int | None = None) -> Feed:
            asked = {"newer_than": newer_than, "older_than": older_than}
            if feed == RECEIVED:
                return await self.engage.received(**asked, patient=True)
            if feed == PRIVATE:
                return await self.engage.private(**asked, patient=True)
            return await self.engage.in_community(int(feed.removeprefix(IN_COMMUNITY)), **asked, patient=True)

        return read

    # --- what it is

    async def _told(self, cursor: Cursor, feed: str, place: Place, walked: Walked) -> Page:
        """The items of a feed's messages, with the cursor after them."""
        me = walked.me or (await self.engage.me(patient=True)).id
        understood = await self.understanding.of(feed, walked, me=me, follow=cursor.threads)
        if understood.stopped_at:
            newest = walked.messages[-1].id
            place = place.leaving(Stretch(understood.stopped_at - 1, newest + 1))
        after = cursor.at(feed, place).following(understood.named_us)
        return Page(understood.items, str(after), more=self._has_more(after), slowed=self._slowed(after))

    def _has_more(self, cursor: Cursor) -> bool:
        """Whether another feed is due, or one not read to the end."""
        by = self._clock.now() + SOON
        places = [cursor.places.get(feed) for feed in self._feeds]
        return any(place is None or place.left or place.due(self._every) <= by for place in places)


def named(feed: str) -> str:
    """A feed, for those who mend the settings."""
    if feed.startswith(IN_COMMUNITY):
        return f"community {feed.removeprefix(IN_COMMUNITY)}"
    return "its private messages" if feed == PRIVATE else "what names it"

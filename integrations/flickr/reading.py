"""Reads an account's photos: which were commented on, and what was said there."""

from asyncio import to_thread
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.errors import NotThere, TryLater
from bot.ports import Clock, Incoming, Item, Page
from integrations.flickr import parse
from integrations.flickr.client import LONGEST_TIMEFRAME, PHOTOS_A_PAGE, FlickrClient
from integrations.flickr.cursor import Cursor
from integrations.flickr.parse import Comment, Reader
from integrations.flickr.settings import AT_LEAST, FlickrAccount
from integrations.http import TooMuch

log = structlog.get_logger()

OVERLAP = timedelta(hours=2)
MOST_PAGES = 30
PHOTOS_AT_ONCE = 50
"""Of which the comments are read for one page: each is a call."""
GIVES_UP_AFTER = timedelta(days=1)


class Reading:
    """Reads one account."""

    def __init__(self, account: FlickrAccount, client: FlickrClient, clock: Clock) -> None:
        self._account, self._client, self._clock = account, client, clock

    async def page(self, cursor: str | None) -> Page:
        """The comments since the last read, the first time of the last 24 hours. Flickr is asked once an hour at most."""
        now = self._clock.now()
        before = Cursor.read(cursor, now)
        if before.waiting and before.since:
            return await self._part(before, before.since)
        if before.asked_at and now - before.asked_at < AT_LEAST:
            return Page((), str(before), wait=AT_LEAST - (now - before.asked_at))
        since = max(before.until - OVERLAP, now - timedelta(days=LONGEST_TIMEFRAME))
        photos = await self._photos(self._reader(), now - since, since)
        if before.failed and before.since:
            photos += [one for one in before.failed if one not in photos]
            since = min(since, before.since)
        return await self._part(Cursor(now, now, tuple(photos), since), since)

    async def _part(self, cursor: Cursor, since: datetime) -> Page:
        """The comments on the first photos that wait. One that cannot be read hides no other, and is tried again later."""
        items: list[Item] = []
        failed: list[str] = []
        photos, rest = cursor.waiting[:PHOTOS_AT_ONCE], cursor.waiting[PHOTOS_AT_ONCE:]
        for photo in photos:
            try:
                items += self._told(await self._said_on(photo, since), since)
            except NotThere:
                log.info("flickr_photo_gone", account=self._account.name)
            except TryLater as error:
                failed.append(photo)
                if error.bucket or 1 < len(photos) == len(failed):
                    raise
        after = replace(cursor, waiting=rest, failed=self._worth_another_try((*cursor.failed, *failed), since))
        return Page(tuple(sorted(items, key=said_at)), str(after), more=bool(rest))

    def _worth_another_try(self, failed: tuple[str, ...], since: datetime) -> tuple[str, ...]:
        """The photos that are asked for again; for a day, then the others go before."""
        if not failed or self._clock.now() - since < GIVES_UP_AFTER:
            return failed
        log.warning("flickr_photos_left_unread", account=self._account.name, count=len(failed))
        return ()

    async def _said_on(self, photo: str, since: datetime) -> list[Comment]:
        """The comments on a photo; only those since a moment where all are more than can be taken in."""
        try:
            page = await self._client.comments(photo)
        except TooMuch:
            log.warning("flickr_photo_too_large", account=self._account.name)
            page = await self._client.comments(photo, since)
        return await to_thread(self._reader().comments, page)

    async def _photos(self, reader: Reader, back: timedelta, since: datetime) -> list[str]:
        """The photos that were commented on. What is too large at once is asked for in parts; one photo is stepped over."""
        found: dict[str, None] = {}
        size, at = PHOTOS_A_PAGE, 0
        for _ in range(MOST_PAGES):
            try:
                page = await self._client.activity(back, at // size + 1, size)
            except TooMuch:
                log.warning("flickr_activity_too_large", account=self._account.name, photos=size)
                at, size = at + (size == 1), max(size // 5, 1)
                continue
            found |= dict.fromkeys(reader.photos(page, since))
            at += size
            if len(list(parse.listed(parse.mapping(page.get("items")).get("item")))) < size:
                break
        return list(found)

    def _told(self, comments: Sequence[Comment], since: datetime) -> Iterator[Item]:
        """What a photo's comments tell since a moment; ours are answers."""
        reader = self._reader()
        for place, one in enumerate(comments):
            if one.at < since:
                continue
            if not one.ours:
                yield reader.incoming(one)
            elif told := parse.answered(one, comments[:place], self._account.web_url):
                yield told

    def _reader(self) -> Reader:
        return Reader(self._account.user_id, self._account.web_url, self._clock.now())


def said_at(item: Item) -> datetime:
    """What items are sorted by."""
    return item.posted_at if isinstance(item, Incoming) else item.at

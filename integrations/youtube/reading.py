"""Reads a channel's comments: new threads often, answers in older ones each hour, and what is held for review."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.errors import Refused
from bot.ports import Clock, Incoming, Item, Page
from integrations.youtube.budget import FULL
from integrations.youtube.client import YouTubeClient
from integrations.youtube.cursor import MOST_HELD, Cursor, Known
from integrations.youtube.failures import BadPageToken
from integrations.youtube.parse import Comment, Reader, Thread, edited, next_token
from integrations.youtube.settings import YouTubeAccount

log = structlog.get_logger()

OVERLAP = timedelta(minutes=15)
SWEEP_EVERY = timedelta(hours=1)
PAGES_AT_ONCE = 5
MOST_PAGES = 40
"""Of one long read: 4,000 threads."""
MOST_REREAD = 60
"""Pages of answers that one read asks for; the next sweep asks for the rest."""
PAGES_OF_A_THREAD = 30


@dataclass(slots=True)
class Reading:
    """One read: what it found so far, and what is known of threads by now."""

    reader: Reader
    cursor: Cursor
    threads: dict[str, Known]
    items: list[Item] = field(default_factory=list)
    reread: int = 0


class Comments:
    """The reading side of one channel."""

    def __init__(self, account: YouTubeAccount, client: YouTubeClient, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._clock = clock
        self._told = ""

    async def page(self, stored: str | None) -> Page:
        """Everything new. Near the end of the day's quota it comes more slowly, and at the end not at all."""
        now, budget = self._clock.now(), self._client.budget
        cursor = Cursor.read(stored, now)
        budget.resume(cursor.used)
        if budget.part >= FULL:
            wait, slowed = budget.pace(self._account.poll_every)
            return Page((), str(replace(cursor, used=budget.used)), wait=wait, slowed=slowed)
        reading = Reading(Reader(self._account.channel_id, self._account.web_url, now), cursor, dict(cursor.threads))
        try:
            after = await self._published(reading, cursor, now)
        except BadPageToken:
            after = await self._published(reading, replace(cursor, token="", pages=0), now)
        after = replace(after, held=await self._held(reading))
        after = after.keeping(reading.threads, seconds(now - self._watched))
        wait, slowed = budget.pace(self._account.poll_every)
        after = replace(after, used=budget.used)
        found = {(type(one), one.native_id): one for one in reading.items}
        more = bool(after.token) and not slowed
        return Page(tuple(sorted(found.values(), key=said_at)), str(after), more=more, wait=wait, slowed=slowed)

    @property
    def _watched(self) -> timedelta:
        return timedelta(days=self._account.follow_days)

    async def _published(self, reading: Reading, cursor: Cursor, now: datetime) -> Cursor:
        """The threads that are public, newest first, back to where everything is known."""
        if not cursor.token:
            cursor = self._begun(cursor, now)
        for _ in range(PAGES_AT_ONCE):
            page = await self._client.threads(cursor.token)
            threads = reading.reader.threads(page)
            for thread in threads:
                await self._thread(reading, thread, seconds(now - self._watched))
            times = [seconds(thread.top.at) for thread in threads]
            reached = max([cursor.reached, *times])
            cursor = replace(cursor, token=next_token(page), pages=cursor.pages + 1, reached=reached)
            if not cursor.token or (times and min(times) < cursor.since) or cursor.pages >= MOST_PAGES:
                return cursor.finished()
        return cursor

    def _begun(self, cursor: Cursor, now: datetime) -> Cursor:
        """The cursor as a new read begins: a short one, or one over all that is watched."""
        if seconds(now) - cursor.swept >= SWEEP_EVERY.total_seconds():
            return replace(cursor, since=seconds(now - self._watched), swept=seconds(now), pages=0)
        return replace(cursor, since=cursor.newest - int(OVERLAP.total_seconds()), pages=0)

    async def _thread(self, reading: Reading, thread: Thread, oldest: int) -> None:
        """What is new in a thread."""
        top, cursor = thread.top, reading.cursor
        at, updated = seconds(top.at), seconds(top.updated)
        before = reading.threads.get(top.id)
        if before is None and at < max(oldest, cursor.horizon):
            return
        if before is None and at >= cursor.began and not top.ours:
            reading.items.append(reading.reader.incoming(top))
        if not top.ours and top.is_edited and updated != (before.updated if before else 0) and at >= cursor.began:
            reading.items.append(edited(top))
        count = before.count if before else 0
        if thread.count != count or len(thread.replies) > thread.count:
            count = thread.count if await self._replies(reading, thread) else count
        reading.threads[top.id] = Known(at, updated, count)

    async def _replies(self, reading: Reading, thread: Thread) -> bool:
        """What answers a thread; False when that must wait for the next sweep."""
        replies = list(thread.replies)
        if thread.count > len(replies):
            if reading.reread >= MOST_REREAD:
                return False
            replies += await self._all_replies(reading, thread.top)
        began = reading.cursor.began
        whole = [thread.top, *replies]
        for one in replies:
            if seconds(one.at) >= began:
                told = reading.reader.answered(one, whole) if one.ours else reading.reader.incoming(one, whole)
                reading.items.append(told)
        return True

    async def _all_replies(self, reading: Reading, top: Comment) -> list[Comment]:
        """All the answers in a thread; none when it was deleted a moment ago."""
        found: list[Comment] = []
        token = ""
        for _ in range(PAGES_OF_A_THREAD):
            reading.reread += 1
            try:
                page = await self._client.replies(top.id, token)
            except Refused:
                return found
            found += reading.reader.comments(page, top.id, top.video)
            token = next_token(page)
            if not token:
                return found
        log.warning("youtube_replies_left_unread", account=self._account.name, read=len(found))
        return found

    async def held_ids(self) -> frozenset[str]:
        """What is held for review now, and so is not gone; nothing where the sign-in may not see that."""
        reader = Reader(self._account.channel_id, self._account.web_url, self._clock.now())
        try:
            threads = reader.threads(await self._client.threads(status="heldForReview"))
        except Refused:
            return frozenset()
        return frozenset(one.id for thread in threads for one in held_in(thread))

    async def _held(self, reading: Reading) -> tuple[str, ...]:
        """Brings what YouTube holds for review; the ids of all that is held now."""
        if not self._account.held_comments:
            return ()
        try:
            threads = reading.reader.threads(await self._client.threads(status="heldForReview"))
        except Refused as error:
            if self._told != str(error):
                log.warning("youtube_held_not_read", account=self._account.name, reason=str(error))
            self._told = str(error)
            return reading.cursor.held
        self._told = ""
        held = [one for thread in threads for one in held_in(thread)]
        for one in held:
            if one.id not in reading.cursor.held and seconds(one.at) >= reading.cursor.began and not one.ours:
                reading.items.append(reading.reader.incoming(one, kind="held comment"))
        return tuple(one.id for one in held[:MOST_HELD])


def held_in(thread: Thread) -> list[Comment]:
    """What of a thread is held: its first comment unless it says otherwise, and the answers that say so."""
    first = [thread.top] if thread.top.status in ("", "heldForReview") else []
    return first + [one for one in thread.replies if one.status == "heldForReview"]


def seconds(at: datetime) -> int:
    """A time as a count of seconds."""
    return int(at.timestamp())


def said_at(item: Item) -> datetime:
    """What items are sorted by."""
    return item.posted_at if isinstance(item, Incoming) else item.at

"""Reads one account: who named, answered or quoted it, and what it answered from elsewhere.

The list of notifications is in the order of the times that posts claim, and its pages lose posts of the same moment at their
edges: https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications, and as measured on a real server.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import OutsideError, Refused, SignInAgain
from bot.ports import Answered, Incoming, Item, Page
from integrations.bluesky import parse, tid
from integrations.bluesky.client import POST
from integrations.bluesky.cursor import LOOK_BACK, Cursor, Stretch, millis
from integrations.bluesky.ours import Ours
from integrations.bluesky.parse import Reader, Seen, moment

log = structlog.get_logger()

LIST = "app.bsky.notification.listNotifications"
A_PAGE = 100
MOST_PAGES = 20
"""At a time: the rest is read at once after what was found is kept."""
MOST_SMALL_PAGES = 3
"""The same while posts are so large that only a few are read at once."""
MOST_OWN_PAGES = 5
SWEEP_EVERY = timedelta(days=7)
LOOK_CLOSELY_EVERY = timedelta(hours=1)
"""In a surge a post whose author's clock is slow stands below a page of newer ones that are all known."""
OWN_OVERLAP = timedelta(hours=1)
REASONS = tuple(("reasons", reason) for reason in parse.TOLD)
SLOWER = 4
MILLISECOND = timedelta(milliseconds=1)


class Reading:
    """What one account reads."""

    def __init__(self, ours: Ours, a_page: int = A_PAGE) -> None:
        self._ours = ours
        self._a_page = a_page
        self._client = ours.client

    async def page(self, stored: str | None) -> Page:
        """Everything new, the first time of the last 24 hours. The cursor moves only past what was read."""
        reader = await self._ours.reader()
        known = self._known(stored)
        start = known or Cursor.first(reader.now)
        self._ours.versions.resume(start)
        sweeping = known is not None and start.rest is None and reader.now - start.swept_at >= SWEEP_EVERY
        closely = known is not None and start.rest is None and reader.now - start.looked_at >= LOOK_CLOSELY_EVERY
        listed = await self._listed(start, reader, sweeping=sweeping, looking_closely=closely, first=known is None)
        if closely:
            start = replace(start, looked_at=reader.now)
        if sweeping:
            for post in await self._named(start, reader):
                listed.found.setdefault(post.uri, post)
            start = replace(start, swept_at=reader.now)
        seen = [post for post in listed.found.values() if post.did != reader.me]
        self._ours.versions.learn(seen)
        self._ours.addresses.learn(seen)
        fresh = [post for post in seen if is_new(post, start, reader.now, first=known is None)]
        items: list[Item] = [*await self._whole(fresh, reader)]
        items += [reader.edited(post) for post in seen if start.is_other_version(post)]
        items.sort(key=when)
        told, own = await self._own(start, reader)
        after = replace(start.after(listed.found.values(), now=reader.now, rest=listed.rest, lowest=listed.lowest), own=own)
        return self._paced(Page((*items, *told), str(after), more=listed.rest is not None))

    def _known(self, stored: str | None) -> Cursor | None:
        """The stored cursor; none when it is another network's: better to read a day again than to stand still."""
        try:
            return Cursor.read(stored) if stored else None
        except ValueError:
            log.warning("bluesky_cursor_unreadable", account=self._ours.name)
            return None

    def _paced(self, page: Page) -> Page:
        """The page, with a longer wait after it while most of a limit is used up."""
        left = self._client.limits.scarce("read")
        if left is None:
            return page
        wait = min(self._ours.account.poll_every * SLOWER, max(left, self._ours.account.poll_every))
        return replace(page, wait=wait, slowed="Bluesky's limit on calls from this address is nearly used up")

    # --- the list of notifications

    async def _listed(
        self, start: Cursor, reader: Reader, *, sweeping: bool, looking_closely: bool, first: bool
    ) -> "Listed":
        """The posts that are listed, down to what is known; ``looking_closely``: down to what is two days old."""
        stretch = start.stretch()
        since = reader.now - LOOK_BACK if first else moment(stretch.since, reader.now)
        found: dict[str, Seen] = {}
        after, read = "", 0
        is_old = is_known = False
        async for posts, following in self._pages(stretch.after, reader):
            after = following
            found.update({post.uri: post for post in posts})
            read += 1
            is_old = bool(posts) and all(post.sorted_at < since for post in posts)
            is_known = bool(posts) and not first and all(start.knows(post) for post in posts)
            most = MOST_SMALL_PAGES if self._client.is_reading_little(LIST) else MOST_PAGES
            if read >= most or ((is_old or (is_known and not looking_closely)) and not sweeping):
                break
        if first:
            return Listed(found, lowest=lowest(found.values()) if after else 0)
        is_unfinished = after and not (sweeping or is_old or (is_known and not looking_closely))
        return Listed(found, Stretch(since.isoformat(), stretch.floor, after) if is_unfinished else None)

    async def _pages(self, after: str, reader: Reader) -> AsyncIterator[tuple[Sequence[Seen], str]]:
        """Each page, newest first, with where the next begins; that is empty after the last."""
        while True:
            body = await self._client.page(LIST, *REASONS, *((("cursor", after),) if after else ()), most=self._a_page)
            told = str(body.get("cursor") or "")
            following = turned(told, after)
            is_last = not following or following == after
            yield reader.posts(body, "notifications"), "" if is_last else following
            if is_last:
                return
            after = following

    async def _named(self, start: Cursor, reader: Reader) -> Sequence[Seen]:
        """Posts that name us by the search, since the last sweep, should the list have left one out."""
        since = (start.swept_at - LOOK_BACK).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        asked = (
            ("q", self._ours.account.handle),
            ("mentions", reader.me),
            ("sort", "latest"),
            ("since", since),
        )
        try:
            body = await self._client.page("app.bsky.feed.searchPosts", *asked, most=A_PAGE)
        except SignInAgain:
            raise
        except OutsideError as error:
            log.warning("bluesky_sweep_incomplete", account=self._ours.name, reason=str(error))
            return ()
        return [post for post in reader.posts(body) if post.names(reader.me)]

    # --- the posts themselves

    async def _whole(self, posts: Sequence[Seen], reader: Reader) -> list[Incoming]:
        """Posts with what they answer or quote, their labels and pictures."""
        views = await self._ours.views(parse.uris(posts))
        newest = [replace(views.get(post.uri, post), reason=post.reason) for post in posts]
        self._ours.versions.learn(newest)
        return [reader.incoming(post, views.get(post.parent or post.quoted)) for post in newest]

    async def _own(self, start: Cursor, reader: Reader) -> tuple[list[Answered], tuple[str, ...]]:
        """Our replies since the last read, from wherever they were sent; and the names of those told lately."""
        since = tid.at(start.read_at - (LOOK_BACK if start.read_at == start.began else OWN_OVERLAP))
        found: list[Answered] = []
        after = since
        for _ in range(MOST_OWN_PAGES):
            which = (("repo", reader.me), ("collection", POST), ("limit", str(A_PAGE)), ("reverse", "true"))
            try:
                body = await self._client.get("com.atproto.repo.listRecords", *which, ("cursor", after))
            except Refused as error:
                log.warning("bluesky_own_posts_unread", account=self._ours.name, reason=str(error))
                break
            found += reader.answered(body)
            following, rows = str(body.get("cursor") or ""), body.get("records")
            if following <= after or not isinstance(rows, list) or len(rows) < A_PAGE:
                break
            after = following
        names = tuple(parse.rkey(one.native_id) for one in found)
        told = [one for one in found if parse.rkey(one.native_id) not in start.own]
        return told, tuple(dict.fromkeys((*(name for name in start.own if name > since), *names)))


@dataclass(frozen=True, slots=True)
class Listed:
    """Posts that were listed, by their addresses. ``rest``: still to be read; below ``lowest`` all counts as known."""

    found: dict[str, Seen]
    rest: Stretch | None = None
    lowest: int = 0


def is_new(post: Seen, start: Cursor, now: datetime, *, first: bool) -> bool:
    """Whether it has come since the account was last read.

    Below the floor, where not every post is remembered, by when its record was named: that tells a post which came late.
    """
    if first:
        return post.sorted_at >= now - LOOK_BACK
    if start.knows(post):
        return False
    if millis(post.sorted_at) > start.stretch().floor:
        return True
    named = tid.made_at(parse.rkey(post.uri))
    return named is not None and start.began <= named <= now


def turned(told: str, used: str) -> str:
    """Where to ask for the next page: a millisecond before where the server says, so that no post of a moment is lost.

    As it says, where that would bring the same page again.
    """
    try:
        moment = datetime.fromisoformat(told).astimezone(UTC) + MILLISECOND
    except (ValueError, OverflowError):
        return told
    nudged = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return told if nudged == used else nudged


def lowest(posts: Iterable[Seen]) -> int:
    """The time of the oldest of the posts."""
    return min((millis(post.sorted_at) for post in posts), default=0)


def when(item: Item) -> datetime:
    """What items are put in order by."""
    return item.posted_at if isinstance(item, Incoming) else item.at

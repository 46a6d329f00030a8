"""Reads lists of one account forwards without gaps: its notifications, and what watches look for."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.ports import Clock, Incoming, Item, Page
from integrations.mastodon import cursor as cursors
from integrations.mastodon.client import Client, Pairs
from integrations.mastodon.cursor import Window
from integrations.mastodon.failures import TooMuch, Unreadable
from integrations.mastodon.parse import Reader, ident, kind_of, mapping, mappings
from integrations.mastodon.settings import MastodonAccount
from integrations.mastodon.threads import Threads

log = structlog.get_logger()

NOTIFICATIONS = "notifications"
OF_MENTIONS = (("types[]", "mention"), ("types[]", "quote"), ("include_filtered", "true"))
KINDS = frozenset({"mention", "quote"})
LEFT_OUT = "too large"
LOOK_BACK = timedelta(hours=24)
A_PAGE, LARGEST_PAGE = 40, 80
MOST_PAGES = 25
"""How many pages a list is read back where nothing was read before."""

TOO_LARGE = "a mention is larger than anything that is read, and was left out; look for it on the server"

Entry = Mapping[str, Any]


class Reading:
    """What comes in for one account."""

    def __init__(self, account: MastodonAccount, client: Client, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._clock = clock
        self._threads = Threads(client)

    @property
    def searches_words(self) -> bool:
        """Whether watches may look for words."""
        return self._account.searches_words

    async def reader(self) -> Reader:
        """Reads posts as of now."""
        me = await self._client.me()
        return Reader(me.id, me.username, self._clock.now())

    async def page(self, kept: str | None) -> Page:
        """The next notifications, the first time of the last 24 hours. ``more`` while a whole page was new."""
        reader, cursor = await self.reader(), cursors.read(kept)
        window = cursor.window(NOTIFICATIONS, self._clock.now() - LOOK_BACK)
        listed, more = await listed_after(self._client, "/api/v1/notifications", OF_MENTIONS, window)
        new = window.unseen(listed)
        items = [item for one in new if (item := await self._item(one, reader))]
        is_cut = any(one.get("type") == LEFT_OUT for one in new)
        after = window.after(listed, self._clock.now())
        wait, slowed = self._client.slowed()
        more = more and bool(new) and not slowed
        slowed = slowed or (TOO_LARGE if is_cut else "")
        return Page(tuple(items), str(cursor.with_window(NOTIFICATIONS, after)), more, wait, slowed)

    async def _item(self, notification: Entry, reader: Reader) -> Item | None:
        """One notification; none for what is no post of somebody else's."""
        await asyncio.sleep(0)  # a page may take seconds to be understood: others have their turn between its posts
        status = notification.get("status")
        if notification.get("type") not in KINDS:
            return None
        if not isinstance(status, dict) or not ident(status.get("id")):
            log.warning("mastodon_mention_without_post_left_out", account=self._account.name)
            return None
        if reader.is_left_out(status):
            return None
        return reader.incoming(status, kind_of(notification), await self._threads.of(status, reader))

    async def hit(self, status: dict[str, Any], reader: Reader, kind: str) -> Incoming:
        """A post that a watch found."""
        return reader.incoming(status, kind, await self._threads.of(status, reader))


async def listed_after(client: Client, path: str, params: Pairs, window: Window) -> tuple[list[Entry], bool]:
    """The entries after a window's anchor, oldest first, at most a page of new ones; and whether there may be more."""
    if not window.anchor:
        listed = await listed_since(client, path, params, window)
        known = [number for number, one in enumerate(listed) if window.unseen([one])]
        end = known[A_PAGE - 1] + 1 if len(known) > A_PAGE else len(listed)
        return listed[:end], end < len(listed)
    asked = (*params, ("min_id", window.anchor))
    page, length, most = await page_of(client, path, asked, A_PAGE)
    return list(reversed(page)), length >= most


async def listed_since(client: Client, path: str, params: Pairs, window: Window) -> list[Entry]:
    """Every entry since a moment, oldest first, read backwards from the newest."""
    found: list[Entry] = []
    asked: Pairs = ()
    for _ in range(MOST_PAGES):
        page, length, most = await page_of(client, path, (*params, *asked), LARGEST_PAGE)
        recent = [one for one in page if cursors.moment(one) >= window.since]
        found += [one for one in recent if ident(one.get("id")) not in {ident(other.get("id")) for other in found}]
        if len(recent) < len(page) or length < max(most // 4, 1) or not window.unseen(recent):
            break
        asked = (("max_id", ident(page[-1].get("id"))),)
    else:
        log.warning("mastodon_older_posts_left_out", read=len(found))
    return list(reversed(found))


async def page_of(client: Client, path: str, params: Pairs, most: int) -> tuple[list[Entry], int, int]:
    """The entries of a page, newest first, how many there were, and how many were asked for.

    One that is too large all by itself would stop the reading for ever: in its place comes one without a post.
    """
    try:
        page, asked = await client.page(path, params, most)
    except TooMuch as error:
        if not ident(error.first):
            raise
        log.warning("mastodon_too_large_left_out", account=client.account.name)
        long_since = client.clock.now() - timedelta(hours=1)
        return [{"id": error.first, "type": LEFT_OUT, "created_at": long_since.isoformat()}], 1, 1
    good, length = entries(page)
    return good, length, asked


def entries(wild: object) -> tuple[list[Entry], int]:
    """The entries of a page that have an id, newest first, and how many there were. Raises TryLater when it is no page."""
    if not isinstance(wild, list):
        raise Unreadable("the server's answer is no list", timedelta(minutes=1))
    good: list[Entry] = [one for one in mappings(wild) if ident(one.get("id"))]
    if len(good) < len(wild):
        log.warning("mastodon_entries_without_id_left_out", left_out=len(wild) - len(good))
    return good, len(wild)


def recent(posts: Sequence[Entry], since: datetime) -> list[Entry]:
    """Those made since a moment, as far as they say."""
    return [one for one in posts if cursors.moment(one) >= since]


def is_public(status: Entry) -> bool:
    """Whether everybody may read it: only then a watch shows it."""
    return mapping(status).get("visibility") in ("public", "unlisted")

"""Reads one account: what mentions it, what its searches find, and what became of the last day's posts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from bot.errors import OutsideError, SignInAgain, TryLater
from bot.ports import Clock, Edited, Gone, Incoming, Item, Page
from integrations.http import TooMuch
from integrations.x import parse
from integrations.x.client import Body, XClient
from integrations.x.cursor import Cursor, Line
from integrations.x.meter import Meter, next_day
from integrations.x.settings import XAccount, wrong_account
from integrations.x.snowflake import first_at

log = structlog.get_logger()

LOOK_BACK = timedelta(hours=24)
SEARCHABLE = timedelta(days=7) - timedelta(minutes=5)
"""X's recent search takes no ``since_id`` older than 7 days."""
A_PAGE = 100
A_SHORT_PAGE = 5
A_SHORT_SEARCH = 10
"""The most and the fewest posts X gives in one answer."""
MOST_PAGES = 40
"""X shows at most 800 mentions and 3,200 own posts; more pages than this is something gone wrong."""
SEARCH_PAGES = 5
"""How much of one search is read at a time; a broad one goes on at once, after what was found is kept."""
SEARCH_FOR = timedelta(seconds=40)
"""How long to begin new pages of searches in one go, so that a slow X lets what was read be kept."""
SLOWER = 5
"""How many times longer to wait between reads once the budget is nearly used."""
LONGEST_PAUSE = timedelta(hours=1)


class Reading:
    """What one account reads."""

    def __init__(self, account: XAccount, client: XClient, meter: Meter, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._meter = meter
        self._clock = clock
        self._read_at: datetime | None = None
        self._failing: set[str] = set()

    async def page(self, cursor: str | None) -> Page:
        """Everything new. Raises TryLater when the day's budget is used up: then only deletions are still looked for."""
        now = self._clock.now()
        known = self._known(cursor)
        start = known or Cursor(Line(first_at(now - LOOK_BACK)))
        self._meter.resume(start.today, start.watched)
        due = start.is_due(self._account.recheck_every, now)
        if self._meter.is_used_up:
            if not due:
                raise self._used_up(start, now)
            return await self._looked((), start, now)
        if known and not due and self._goes_easy(now):
            return Page((), cursor)
        me = await self._client.me()
        if wrong := wrong_account(me.handle, self._account):
            raise SignInAgain(wrong)
        reader = parse.Reader(me.id, self._account.web_url, me.handle)
        which = {"since_id": start.mentions.since} if known else {"start_time": now - LOOK_BACK}
        pages = [page async for page in all_pages(self._counted_mentions, me.id, **which)]
        items = reader.items(pages)
        after = replace(start, mentions=start.mentions.after(parse.newest_id(pages), now))
        hits, after, more = await self._search_all(after, reader, now)
        items = (*items, *without(hits, items))
        self._read_at = now
        return await self._looked(items, after, now, more=more)

    async def _counted_mentions(self, user_id: str, **which: Any) -> Body:
        page = await self._client.mentions(user_id, **which)
        self._meter.count_read("mentions", parse.ids(page))
        return page

    def _known(self, cursor: str | None) -> Cursor | None:
        """The stored cursor; none when it is another network's: better to read a day again than to stand still."""
        try:
            return Cursor.read(cursor) if cursor else None
        except ValueError:
            log.warning("x_cursor_unreadable", account=self._account.name)
            return None

    def _goes_easy(self, now: datetime) -> bool:
        """Whether to leave this read out, as most of the budget is used."""
        wait = min(self._account.poll_every * SLOWER, LONGEST_PAUSE)
        return self._meter.is_nearly_used and self._read_at is not None and now - self._read_at < wait

    def _used_up(self, cursor: Cursor, now: datetime) -> TryLater:
        """Until the day ends, or a look for deleted posts is due; at most an hour."""
        moments = [next_day(now), now + LONGEST_PAUSE]
        if self._account.recheck_every and cursor.looked_at:
            moments.append(cursor.due_at(self._account.recheck_every))
        return TryLater(
            f"read_budget_per_day = {self._meter.budget} is used up: reading X goes on at 00:00 UTC, "
            "or at once with a larger one and a restart",
            max(min(moments) - now, timedelta(seconds=1)),
        )

    # --- searches

    async def _search_all(
        self, cursor: Cursor, reader: parse.Reader, now: datetime
    ) -> tuple[tuple[Item, ...], Cursor, bool]:
        """What every search found; whether one has more at once."""
        found: tuple[Item, ...] = ()
        more, cursor = False, cursor.only(self._account.searches)
        for number, query in enumerate(self._account.searches, 1):
            if self._clock.now() - now >= SEARCH_FOR:
                break
            before = cursor.search(query, now - LOOK_BACK)
            pages = await self._search(number, query, before)
            after = moved(before, pages, now)
            cursor = cursor.searched(query, after)
            found = (*found, *without(reader.hits(pages), found))
            more |= len(pages) == SEARCH_PAGES and after.until not in {0, before.until}
        return found, cursor, more and self._meter.left_for_searches(A_PAGE) > 0

    async def _search(self, number: int, query: str, line: Line) -> list[Body]:
        """The next pages of a search, as far as the budget goes and X answers. The mentions are read all the same."""
        which: dict[str, Any] = {"since_id": max(line.since, first_at(self._clock.now() - SEARCHABLE))}
        which |= {"until_id": line.until} if line.until else {}
        pages: list[Body] = []
        try:
            while len(pages) < SEARCH_PAGES and (size := self._meter.left_for_searches(A_PAGE)):
                search = partial(self._client.search, query)
                page = await as_many_as_fit(search, max(size, A_SHORT_SEARCH), A_SHORT_SEARCH, **which)
                self._meter.count_read("searched", parse.ids(page))
                pages.append(page)
                if not (token := next_token(page)):
                    break
                which["next_token"] = token
            self._failing.discard(query)
        except OutsideError as error:
            if query not in self._failing:
                self._failing.add(query)
                log.error("x_search_failed", account=self._account.name, search=number, reason=str(error))
        return pages

    async def faults(self) -> list[str]:
        """Which searches X does not take. Asks for the last minute only, since every post found is paid for."""
        since, found = self._clock.now() - timedelta(minutes=1), []
        for number, query in enumerate(self._account.searches, 1):
            try:
                page = await self._client.search(query, max_results=A_SHORT_SEARCH, start_time=since)
                self._meter.count_read("searched", parse.ids(page))
            except OutsideError as error:
                found.append(f"search {number} does not work: {error}")
        return found

    # --- what became of the last day's posts

    async def _looked(self, items: tuple[Item, ...], cursor: Cursor, now: datetime, *, more: bool = False) -> Page:
        """The page, with what was edited or deleted meanwhile when it is time to ask. Its failure keeps no post back."""
        every = self._account.recheck_every
        if every:
            cursor = cursor.watching((one.native_id for one in items if isinstance(one, Incoming)), now)
        changed: tuple[Item, ...] = ()
        if cursor.is_due(every, now):
            try:
                changed = await self._changed(cursor.watched, now)
                cursor = cursor.looked((one.native_id for one in changed if isinstance(one, Gone)), now)
            except OutsideError as error:
                log.warning("x_look_for_deleted_posts_failed", account=self._account.name, reason=str(error))
                cursor = cursor.look_failed(every, now)
        return Page(until(now, (*items, *changed)), str(replace(cursor, today=self._meter.today)), more)

    async def _changed(self, post_ids: Sequence[str], now: datetime) -> tuple[Item, ...]:
        """Which posts have other words, and which are gone: deleted, or their author is suspended or protected now.

        X wants what is kept of a deleted post removed within 24 hours.
        """
        me = await self._client.me()
        reader = parse.Reader(me.id, self._account.web_url, me.handle)
        changed: list[Item] = []
        for first in range(0, len(post_ids), A_PAGE):
            page = await self._client.look_up(post_ids[first : first + A_PAGE])
            self._meter.count_read("looked_at", parse.ids(page))
            if newer := parse.edited_since(page):
                whole = await self._whole(newer)
                self._meter.count_read("looked_at", (post_id for page in whole for post_id in parse.ids(page)))
                changed += [item for item in reader.items(whole) if isinstance(item, Edited)]
            changed += parse.gone(page, now, len(post_ids[first : first + A_PAGE]))
        return tuple(changed)

    async def _whole(self, post_ids: Sequence[str]) -> list[Body]:
        """Posts with everything, in parts where they are more than can be taken in at once."""
        try:
            return [await self._client.look_up_whole(post_ids)]
        except TooMuch:
            if len(post_ids) == 1:
                raise
        half = len(post_ids) // 2
        return [*await self._whole(post_ids[:half]), *await self._whole(post_ids[half:])]


def until(now: datetime, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items; what says it was posted later than now was posted now."""
    return tuple(replace(one, posted_at=now) if isinstance(one, Incoming) and one.posted_at > now else one for one in items)


def without(items: Iterable[Item], known: Iterable[Item]) -> tuple[Item, ...]:
    """The items of posts that are not among the known."""
    ids = {one.native_id for one in known}
    return tuple(one for one in items if one.native_id not in ids)


def moved(line: Line, pages: Sequence[Body], now: datetime) -> Line:
    """How far a search is read after these pages."""
    newest = parse.newest_id(pages)
    if pages and not next_token(pages[-1]):
        return line.after(newest, now)
    read = [int(post_id) for page in pages for post_id in parse.ids(page)]
    return line.part(min(read), newest) if read else line


def next_token(page: Body) -> str:
    """Where the page after this one is; empty after the last."""
    return str(parse.mapping(page.get("meta")).get("next_token") or "")


async def as_many_as_fit(read: Callable[..., Awaitable[Body]], size: int, least: int, **which: Any) -> Body:
    """A page of ``size`` posts, or of fewer where those are more than can be taken in: long posts may be very long."""
    while True:
        try:
            return await read(max_results=size, **which)
        except TooMuch:
            if size <= least:
                raise
            size = max(size // 4, least)


class ReadPage(Protocol):
    """Reads one page of a user's posts."""

    async def __call__(self, user_id: str, **which: Any) -> Body:
        """The page: posts newest first, ``meta.next_token`` while there are more."""
        ...


async def all_pages(read_page: ReadPage, user_id: str, **which: Any) -> AsyncIterator[Body]:
    """Every page there is, newest first. Raises TryLater when X names ever more."""
    for _ in range(MOST_PAGES):
        page = await as_many_as_fit(partial(read_page, user_id), A_PAGE, A_SHORT_PAGE, **which)
        yield page
        if not (token := next_token(page)):
            return
        which["pagination_token"] = token
    raise TryLater(f"X gave more than {MOST_PAGES} pages")

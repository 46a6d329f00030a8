"""What watches look for on X: the query, and the posts it finds. Each post that is read is paid for."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import OutsideError, Refused
from bot.exchange import Incoming, Item, Page, Query
from bot.ports import Clock
from bot.reply import Searches
from integrations.x import parse
from integrations.x.client import Body, XClient
from integrations.x.cursor import Line
from integrations.x.meter import Meter, next_day
from integrations.x.reading import A_PAGE, A_SHORT_SEARCH, LONGEST_PAUSE, SEARCHABLE, as_many_as_fit, moved, next_token
from integrations.x.settings import LONGEST_QUERY, XAccount, wrong_account
from integrations.x.snowflake import first_at

EVERY = timedelta(minutes=5)
LOOK_BACK = timedelta(hours=1)
"""How far back a new watch looks: what has just begun is what it is made for, and everything older is paid for too."""
PAGES = 3
HANDLE = re.compile(r"@\w{1,15}")
TAG = re.compile(r"#\w+")


def searches_of(account: XAccount) -> Searches:
    """What watches can look for, how often, and what it costs by the price list of the settings."""
    budget = account.read_budget_per_day
    share = f"; searches stop for the day at {budget // 2} posts" if budget else ""
    return Searches(every=EVERY, cost=f"about {account.cost_post_read.normalize():f} dollars for each post found{share}.")


def query_for(query: Query, handle: str) -> str:
    """The query in X's language, without reposts, our own posts and what names us. Raises Refused when it is too long.

    https://docs.x.com/x-api/posts/search/integrate/build-a-query
    """
    us = f"@{handle}".lower()
    wanted = [term for term in (*map(quoted, query.words), *(f"#{tag}" for tag in query.tags)) if term.lower() != us]
    if not wanted:
        return ""
    parts = [f"({' OR '.join(wanted)})", *(f"-{quoted(term)}" for term in query.without)]
    parts += [f"lang:{query.language}"] if re.fullmatch(r"[a-z]{2,3}", query.language) else []
    found = " ".join([*parts, "-is:retweet", f"-from:{handle}", f"-@{handle}"])
    if len(found) > LONGEST_QUERY:
        raise Refused(f"the search has {len(found)} characters, and X takes {LONGEST_QUERY}: leave out some words")
    return found


def quoted(term: str) -> str:
    """Words as words, whatever they look like: only a hashtag and a handle are asked for as such."""
    if HANDLE.fullmatch(term) or TAG.fullmatch(term):
        return term
    bare = term.replace('"', " ").replace("\\", " ")
    return f'"{" ".join(bare.split())}"'


class Searching:
    """Looks for what one account's watches look for."""

    def __init__(self, account: XAccount, client: XClient, meter: Meter, clock: Clock) -> None:
        self._account = account
        self._client = client
        self._meter = meter
        self._clock = clock

    async def page(self, query: Query, cursor: str | None) -> Page:
        """What is new since the cursor. Raises Refused for a query that X would not take."""
        asked = query_for(query, self._account.handle)
        if not asked:
            return Page((), cursor)
        now = self._clock.now()
        me = await self._client.me()
        if wrong := wrong_account(me.handle, self._account):
            raise Refused(wrong)
        if not self._meter.left_for_searches(A_PAGE):
            wait = min(next_day(now) - now, LONGEST_PAUSE)
            return Page((), cursor, wait=wait, slowed="the day’s share of read_budget_per_day for searches is used up")
        before = line_of(cursor) or Line(first_at(now - LOOK_BACK))
        pages = await self._pages(asked, before, now)
        after = moved(before, pages, now)
        reader = parse.Reader(me.id, self._account.web_url, me.handle)
        more = bool(pages and next_token(pages[-1])) and after.until not in {0, before.until}
        return Page(hits(reader, pages, now), json.dumps(asdict(after)), more and self._meter.left_for_searches(A_PAGE) > 0)

    async def _pages(self, asked: str, line: Line, now: datetime) -> list[Body]:
        """The next pages, newest first, as far as the budget goes; of what was paid for nothing is thrown away."""
        which: dict[str, Any] = {"since_id": max(line.since, first_at(now - SEARCHABLE))}
        which |= {"until_id": line.until} if line.until else {}
        pages: list[Body] = []
        while len(pages) < PAGES and (size := self._meter.left_for_searches(A_PAGE)):
            try:
                search = partial(self._client.search, asked)
                page = await as_many_as_fit(search, max(size, A_SHORT_SEARCH), A_SHORT_SEARCH, **which)
            except OutsideError:
                if pages:
                    break
                raise
            self._meter.count_read("searched", parse.ids(page))
            pages.append(page)
            if not (token := next_token(page)):
                break
            which["next_token"] = token
        return pages


def hits(reader: parse.Reader, pages: Iterable[Body], now: datetime) -> tuple[Item, ...]:
    """Posts as what a watch found, oldest first. One that names us comes by reading the mentions."""
    pages = list(pages)
    naming_us = {parse.first_id(post) for page in pages for post in parse.posts(page) if reader.is_named_in(post)}
    return tuple(
        replace(item, kind="watch", posted_at=min(item.posted_at, now)) if isinstance(item, Incoming) else item
        for item in reader.items(pages)
        if getattr(item, "native_id", "") not in naming_us
    )


def line_of(cursor: str | None) -> Line | None:
    """Where a search carries on; None for a new one, or a cursor of something else."""
    try:
        return Line.read(json.loads(cursor)) if cursor else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None

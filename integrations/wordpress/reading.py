"""Reads a site's comments: what is new, changed or gone, with marks of what was told kept in the cursor."""

from asyncio import to_thread
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from bot.errors import TryLater
from bot.exchange import Answered, Edited, Gone, Item, Page, Parent
from bot.ports import Clock
from integrations.http import TooMuch
from integrations.wordpress.client import Client
from integrations.wordpress.parse import Comment, comments, digest

log = structlog.get_logger()

A_PAGE, MOST_CALLS, LOOK_BACK, FIRST_LOOK = 100, 40, timedelta(days=3), timedelta(hours=24)
OVERLAP, FURTHEST, MOST_HELD = timedelta(hours=1), timedelta(days=90), 100
HELD = "hold"
"""The mark of a comment that waits for approval: it was not told yet."""


class Listed(NamedTuple):
    """Comments that are shown or held, oldest first; ``ids``: also of what could not be read; whether those are all."""

    comments: list[Comment]
    ids: frozenset[str]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """``marks``: the digest of each comment's words, or HELD; ``read_at``: when it was last read."""

    marks: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None

    @classmethod
    def read(cls, stored: str | None) -> "Cursor":
        """The cursor in a stored string."""
        parts = (stored or "").split()
        at = next((one[1:] for one in parts if one.startswith("@")), "")
        read_at = datetime.fromtimestamp(int(at), UTC) if at.isascii() and at.isdigit() and len(at) < 12 else None
        return cls(dict(one.split(":", 1) for one in parts if ":" in one), read_at)

    def __str__(self) -> str:
        at = [f"@{int(self.read_at.timestamp())}"] if self.read_at else []
        return " ".join([*at, *(f"{native_id}:{mark}" for native_id, mark in self.marks.items())])

    def after(self, now: datetime) -> datetime:
        """From when on comments are listed: since the last read, and always the last days, as they may change."""
        last = (self.read_at or now) - OVERLAP
        return max(min(last, now - LOOK_BACK), now - FURTHEST)


class Reading:
    """Reads one site."""

    def __init__(self, client: Client, clock: Clock, account: str) -> None:
        self._client, self._clock, self._account = client, clock, account

    async def page(self, stored: str | None) -> Page:
        """What is new, changed or gone. What waits for approval is told once it has it, however long that took."""
        now, before = self._clock.now(), Cursor.read(stored)
        listed = await self.listed(after=before.after(now).isoformat())
        told = [one for one in listed.comments if stored is not None or one.said.posted_at > now - FIRST_LOOK]
        gone: list[Item] = []
        older: list[Comment] = []
        if listed.is_whole and (missing := set(before.marks) - listed.ids):
            there = await self.of(missing)
            older = [one for one in there.comments if before.marks[one.said.native_id] == HELD]
            lost = missing - there.ids if there.is_whole else set()
            gone = [Gone(one, now) for one in sorted(lost) if before.marks[one] != HELD]
        every = [*older, *listed.comments]
        items = [item for one in [*older, *told] for item in news(one, before.marks, every)]
        unread = {one: mark for one, mark in before.marks.items() if one in listed.ids}
        return Page((*items, *gone), str(Cursor(unread | marks_of(every, before.marks), now)))

    async def listed(self, **which: object) -> Listed:
        """Those that a question finds; of a great many, the newest. What is too large at once is asked for in parts."""
        me = await self._client.me()
        found, ids, size, is_whole = list[Comment](), set[str](), A_PAGE, True
        at = 0
        for _ in range(MOST_CALLS):
            asked = {"status": "all", "context": "edit", "per_page": size, "offset": at, **which}
            try:
                answer = await self._client.call("GET", "comments", params=asked)
            except TooMuch:
                log.warning("wordpress_comments_too_large", account=self._account, comments=size)
                at, is_whole = (at, is_whole) if size > 1 else (at + 1, False)  # this one is stepped over
                size = max(size // 2, 1)
                continue
            found += await to_thread(read_all, answer, me, self._clock.now())
            ids |= {str(one.get("id")) for one in answer if isinstance(one, dict)}
            if len(answer) < size:
                return Listed(in_order(found), frozenset(ids), is_whole)
            at, size = at + len(answer), min(size * 2, A_PAGE)
        log.warning("wordpress_comments_left_unread", account=self._account, read=len(found))
        return Listed(in_order(found), frozenset(ids), is_whole=False)

    async def of(self, ids: Collection[str]) -> Listed:
        """Those of some numbers, asked for in parts: an address has only so much room."""
        wanted = sorted(ids)
        parts = [
            await self.listed(include=",".join(wanted[first : first + A_PAGE])) for first in range(0, len(wanted), A_PAGE)
        ]
        found = in_order([one for part in parts for one in part.comments])
        return Listed(found, frozenset().union(*(part.ids for part in parts)), all(part.is_whole for part in parts))

    async def one(self, native_id: str) -> Comment | None:
        """One comment; None when it is not there. Raises TryLater when it is, but cannot be read."""
        listed = await self.listed(include=native_id)
        if listed.comments or (listed.is_whole and not listed.ids):
            return next(iter(listed.comments), None)
        raise TryLater("the site's comment cannot be read")


def read_all(answer: Sequence[Any], me: int, now: datetime) -> list[Comment]:
    """What can be read of an answer; in a thread, as HTML that somebody made for it takes a while."""
    return list(comments(answer, me, now))


def in_order(found: Sequence[Comment]) -> list[Comment]:
    """Oldest first, each once: while pages are read, new comments move the others."""
    once = {one.said.native_id: one for one in found}
    return sorted(once.values(), key=lambda one: (one.said.posted_at, int(one.said.native_id)))


def marks_of(found: Sequence[Comment], before: Mapping[str, str]) -> dict[str, str]:
    """What is told now, and the newest that wait for approval."""
    waiting = [one.said.native_id for one in found if one.status == HELD and before.get(one.said.native_id, HELD) == HELD]
    told = {one.said.native_id: digest(one.said.text) for one in found if one.said.native_id not in set(waiting)}
    return dict.fromkeys(waiting[-MOST_HELD:], HELD) | told


def news(one: Comment, known: Mapping[str, str], listed: Sequence[Comment]) -> list[Item]:
    """What a comment is to those who know some already."""
    said = one.said
    mark = known.get(said.native_id, HELD)
    if one.status == HELD or mark == digest(said.text):
        return []
    if one.is_ours:
        return [Answered(said.native_id, said.in_reply_to, said.text, said.posted_at, said.url)] if said.in_reply_to else []
    if mark != HELD:
        return [Edited(said.native_id, said.text, said.posted_at)]
    above: Any = next((other for other in listed if other.said.native_id == said.in_reply_to), None)
    parent = above and Parent(said.in_reply_to, above.said.author, above.said.text, above.said.url, above.is_ours)
    return [replace(said, parent=parent)]

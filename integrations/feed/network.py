"""One feed, as the core sees it: it is read, and its entries are answered by hand where they stand."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.errors import OutsideError, Refused, TryLater
from bot.ports import Clock, Edited, Guarantee, Incoming, Outgoing, Page, Receipt
from bot.reply import TextLimits
from integrations.feed import parse, reader
from integrations.feed.calling import LONGEST_WAIT, Answer, Known, ask
from integrations.feed.cursor import Cursor, short
from integrations.feed.reader import Feed, NotAFeed
from integrations.feed.settings import FeedAccount
from integrations.http import Http
from integrations.plain import PlainNetwork

log = structlog.get_logger()

READ_WITHIN = 10.0
"""Seconds that understanding one document may take: what was made to be slow may need more, and is not read."""
TOO_OLD = timedelta(days=30)
"""What turns up for the first time with such a date is an archive that was put in order, no news."""
TOO_OLD_MARK, UNWANTED_MARK = ".", "-"
LIMITS = TextLimits(10_000, "characters", len)
NOT_YET = timedelta(minutes=15)


def build(account: FeedAccount, *, http: Http, clock: Clock, tokens: object = None) -> "FeedNetwork":  # noqa: ARG001
    """The network for one account. It opens its own connections, and needs neither ``http`` nor ``tokens``."""
    return FeedNetwork(account, clock=clock)


class FeedNetwork(PlainNetwork):
    """One RSS or Atom feed."""

    limits = LIMITS
    guarantee = Guarantee.NONE
    by_hand = True

    def __init__(self, account: FeedAccount, *, clock: Clock) -> None:
        self.poll_every: timedelta | None = account.poll_every
        self.speaks_as = account.title or f"the feed of {account.host}"
        self._account = account
        self._clock = clock
        self._pages: dict[str, str] = {}
        self._is_broken = False

    async def fetch(self, cursor: str | None) -> Page:
        """The entries that were not there before, the first time those of the last hours; and changed words."""
        before = Cursor.read(cursor, self._account.url)
        here = before or Cursor(short(self._account.url))
        answer = await self._ask(here.moved, Known(here.at, here.etag, here.modified))
        if answer.body is None:
            return self._page((), replace(here, moved=answer.moved), answer.wait)
        read = await self._read(answer, here, is_first=before is None)
        items, present = self._sorted_out(read, before)
        wait = max(answer.wait, ttl(read.feed))
        after = replace(
            here.knowing(present).sharing(short(entry.shared) for entry in read.entries if entry.shared),
            moved=answer.moved,
            at=answer.at,
            etag=answer.etag,
            modified=answer.modified,
            seconds=int(wait.total_seconds()),
        )
        return self._page(items, after, wait)

    async def _ask(self, start: str, known: Known) -> Answer:
        return await ask(self._account.url, start, known, inside=self._account.inside)

    def _page(self, items: Sequence[Incoming | Edited], cursor: Cursor, wait: timedelta) -> Page:
        asked = max(wait, timedelta(seconds=min(max(cursor.seconds, 0), LONGEST_WAIT.total_seconds())))
        return Page(tuple(items), str(cursor), wait=asked if asked > self._account.poll_every else None)

    async def _read(self, answer: Answer, here: Cursor, *, is_first: bool) -> "Understood":
        """The document, read in a thread of its own. Raises TryLater, and Refused where there was never a feed."""
        try:
            async with asyncio.timeout(READ_WITHIN):
                found = await asyncio.to_thread(understood, answer, frozenset(here.shared))
        except TimeoutError as error:
            raise TryLater("the feed took too long to be understood", NOT_YET) from error
        except NotAFeed as error:
            if is_first:
                raise Refused(f"what stands at the address is not a feed that can be read: {error}") from error
            raise TryLater(f"what stands at the address is no feed at the moment: {error}", NOT_YET) from error
        if found.feed.is_whole is self._is_broken:
            self._is_broken = not found.feed.is_whole
            level = logging.WARNING if self._is_broken else logging.INFO
            log.log(level, "feed_read_in_part" if self._is_broken else "feed_read_whole_again", account=self._account.name)
        return found

    def _sorted_out(self, read: "Understood", before: Cursor | None) -> tuple[list[Incoming | Edited], dict[str, str]]:
        """What is news, oldest first, and everything that stands there with its mark."""
        now = self._clock.now()
        since = now - (timedelta(hours=self._account.first_hours) if before is None else TOO_OLD)
        known = before.known if before else {}
        items: list[Incoming | Edited] = []
        present: dict[str, str] = {}
        self._pages = {entry.native_id: entry.url for entry in read.entries}
        named = named_before(read.entries, before)
        for entry in reversed(read.entries):
            key = short(entry.native_id)
            was = known.get(key, named.get(entry.native_id))
            present[key] = self._mark(entry, was, since=since, is_first=before is None)
            if present[key] != entry.digest:
                continue
            if was is None or was.startswith(UNWANTED_MARK):
                items.append(self._incoming(entry, read, now))
            elif was != entry.digest:
                items.append(Edited(entry.native_id, entry.words, changed_at(entry, now)))
        return sorted(items, key=said_at), present

    def _incoming(self, entry: parse.Entry, read: "Understood", now: datetime) -> Incoming:
        return parse.incoming(entry, of=read.name, language=read.feed.language, kind=self._account.kind, now=now)

    def _mark(self, entry: parse.Entry, was: str | None, *, since: datetime, is_first: bool) -> str:
        """What is kept of an entry: the digest of its words, with a mark before it when it is not brought in."""
        if was is None and (entry.posted_at < since if entry.posted_at else is_first):
            return TOO_OLD_MARK
        if was == TOO_OLD_MARK:
            return was
        is_new = was is None or was.startswith(UNWANTED_MARK)
        if is_new and not parse.matches(entry.words, self._account.words):
            return UNWANTED_MARK
        return entry.digest

    async def publish(self, reply: Outgoing) -> Receipt:
        """A feed only tells: nothing can be sent to it."""
        page = self.reply_page(reply.in_reply_to, reply.text)
        raise Refused("A feed cannot be answered through Tolbooth: answer on the page itself.", page)

    def reply_page(self, native_id: str, text: str) -> str:  # noqa: ARG002  # no page takes a text
        """The page an entry leads to, as far as it is known since the last read; else the core's own link to it."""
        return self._pages.get(native_id) or parse.of_the_web(native_id)

    async def check(self) -> Sequence[str]:
        """Whether there is a feed at the address, read once."""
        account = f"Account {self._account.name!r}"
        try:
            answer = await self._ask("", Known())
            read = await self._read(answer, Cursor(""), is_first=True)
        except OutsideError as error:
            return [f"{account}: {error}. Mend url in the settings."]
        faults = []
        if answer.moved:
            faults.append(f"{account}: the feed has moved for good; it is read at its new address. Put that in url.")
        if not read.feed.is_whole:
            faults.append(f"{account}: the feed is no well-formed XML and is read as far as it can be: tell its publisher.")
        if read.entries and not any(entry.posted_at for entry in read.entries):
            faults.append(f"{account}: its entries have no dates: what is there at the first read is not brought in.")
        return faults


@dataclass(frozen=True, slots=True)
class Understood:
    """A document, its entries read, and what it calls itself."""

    feed: Feed
    entries: Sequence[parse.Entry]
    name: str


def understood(answer: Answer, shared: Collection[str]) -> Understood:
    """All that takes time with a document, which may be made to take much. Raises NotAFeed."""
    feed = reader.read(answer.body or b"", answer.charset)
    entries = parse.entries(feed, answer.at, lambda native_id: short(native_id) in shared)
    return Understood(feed, entries, parse.name_of(feed))


def named_before(entries: Sequence[parse.Entry], before: Cursor | None) -> dict[str, str]:
    """The marks of those that came in by an id which turns out to be shared: the oldest with the same words is the one."""
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        was = before.known.get(short(entry.shared), "") if before and entry.shared else ""
        if before and entry.digest == was and short(entry.shared) not in before.shared:
            found[entry.shared] = entry.native_id, was
    return dict(found.values())


def ttl(feed: Feed) -> timedelta:
    """How long the feed says it stays as it is: RSS counts minutes."""
    text = feed.ttl.strip()
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return min(timedelta(minutes=minutes), LONGEST_WAIT)


def changed_at(entry: parse.Entry, now: datetime) -> datetime:
    """When an entry's words changed."""
    return min(entry.changed_at or now, now)


def said_at(item: Incoming | Edited) -> datetime:
    """What items are sorted by."""
    return item.posted_at if isinstance(item, Incoming) else item.at

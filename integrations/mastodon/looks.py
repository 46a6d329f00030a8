"""What became of posts we hold: edited, deleted, answered elsewhere; and what a watch finds."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Clock, Edited, Gone, Held, Incoming, Item, Page, Query
from integrations.mastodon import cursor as cursors
from integrations.mastodon.client import Client, Pairs
from integrations.mastodon.failures import Call, TooMuch
from integrations.mastodon.parse import WATCH, Reader, ident, mapping, mappings, shown, text
from integrations.mastodon.reading import Entry, Reading, entries, is_public, listed_after, recent

AT_ONCE = 20
"""https://github.com/mastodon/mastodon, Api::V1::StatusesController: more ids are refused."""
MANY_GONE = 3
OWN_PAGES = 3
TAGS_AT_ONCE = 5
"""One in the address and four beside it: https://docs.joinmastodon.org/methods/timelines/#tag"""
A_LITTLE_BEFORE = timedelta(hours=1)
LATE = timedelta(hours=1)
"""A post from another server may come so much later than it was written."""


class Looks:
    """Looks at posts of one account's network a second time, and for posts that nobody told us of."""

    def __init__(self, client: Client, reading: Reading, clock: Clock) -> None:
        self._client = client
        self._reading = reading
        self._clock = clock

    # --- once more

    async def look_up(self, posts: Sequence[Held]) -> tuple[Item, ...]:
        """Edits and deletions of these posts, and our own answers to them."""
        reader = await self._reading.reader()
        ids = [post.native_id for post in posts[:AT_ONCE] if ident(post.native_id)]
        if not ids:
            return ()
        there = await self._there(ids)
        edits = [edit for status in there.values() if (edit := await self._edited(status, reader))]
        gone = [Gone(post_id, self._clock.now()) for post_id in await self._gone(ids, there)]
        return (*edits, *gone, *await self._answers(posts, reader))

    async def _edited(self, status: Entry, reader: Reader) -> Edited | None:
        """The words a post has now; others have their turn between one post and the next."""
        await asyncio.sleep(0)
        return reader.edited(status)

    async def _there(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Those of the posts that can be read."""
        if (await self._client.server()).gives_many:
            with suppress(TooMuch):
                page, _ = entries(await self._client.get("/api/v1/statuses", [("id[]", post_id) for post_id in ids]))
                return {ident(one.get("id")): one for one in page if ident(one.get("id")) in ids}
        found = [await self._one(post_id) for post_id in ids]
        return {post_id: one for post_id, one in zip(ids, found, strict=True) if one}

    async def _one(self, post_id: str) -> Entry | None:
        """A post; None when the server says that it is not there, and an empty one when that cannot be told now."""
        try:
            status = mapping(await self._client.get(f"/api/v1/statuses/{post_id}", call=Call.ASIDE))
        except NotThere:
            return None
        except Refused:
            return {}
        except TryLater as error:
            if error.bucket:
                raise
            return {}
        return status if ident(status.get("id")) else {}

    async def _gone(self, ids: Sequence[str], there: Mapping[str, Entry]) -> list[str]:
        """Posts that are gone for certain: the server says so of each by itself.

        When that is most of what was asked for, the server may be ill or have cut us off, and erasing what residents said
        for that would be wrong: then it has to say so a second time, and still show something of the account's own.
        """
        missing = [post_id for post_id in ids if post_id not in there and await self._one(post_id) is None]
        if len(missing) < MANY_GONE or 2 * len(missing) <= len(ids):
            return missing
        me = await self._client.whoever()
        own, _ = entries(await self._client.get(f"/api/v1/accounts/{me.id}/statuses", (("limit", "1"),)))
        return [post_id for post_id in missing if own and await self._one(post_id) is None]

    async def _answers(self, posts: Sequence[Held], reader: Reader) -> list[Item]:
        """What the account itself answered to these posts, from wherever: its newest posts say it in one call or three."""
        held, since = {post.native_id for post in posts}, min(post.posted_at for post in posts)
        found: list[Item] = []
        asked: Pairs = (("limit", "40"), ("exclude_reblogs", "true"))
        more: Pairs = ()
        for _ in range(OWN_PAGES):
            page, _ = entries(await self._client.get(f"/api/v1/accounts/{reader.me}/statuses", (*asked, *more)))
            found += [
                reader.answered(one) for one in page if reader.is_ours(one) and ident(one.get("in_reply_to_id")) in held
            ]
            if not page or len(recent(page, since)) < len(page):
                break
            more = (("max_id", ident(page[-1].get("id"))),)
        return found

    # --- watches

    async def search(self, query: Query, kept: str | None) -> Page:
        """Posts with any of the tags, or of the words where the server has full-text search."""
        reader, cursor = await self._reading.reader(), cursors.read(kept)
        if not (query.tags or (query.words and self._reading.searches_words)):
            raise Refused("on this server a watch can look for hashtags only: give it some, or set searches_words")
        found: dict[str, dict[str, Any]] = {}
        more = False
        for name, path, params in self._lists(query):
            window = cursor.window(name, self._clock.now() - A_LITTLE_BEFORE)
            listed, is_more = await listed_after(self._client, path, params, window)
            new = window.unseen(listed)
            found |= {str(one["id"]): dict(one) for one in new if is_hit(one, query, reader)}
            cursor = cursor.with_window(name, window.after(listed, self._clock.now(), late=LATE))
            more |= is_more and bool(new)
        for word in query.words if self._reading.searches_words else ():
            window = cursor.window(f"word:{word}", self._clock.now() - A_LITTLE_BEFORE)
            listed = await self._with_words(word, window.since)
            found |= {str(one["id"]): dict(one) for one in window.unseen(listed) if is_hit(one, query, reader)}
            seen = cursors.Window(self._clock.now() - LATE, "", tuple(ident(one.get("id")) for one in listed))
            cursor = cursor.with_window(f"word:{word}", seen)
        hits = [await self._reading.hit(one, reader, WATCH) for one in found.values()]
        wait, slowed = self._client.slowed()
        return Page(by_time(hits), str(cursor), more and not slowed, wait, slowed)

    def _lists(self, query: Query) -> list[tuple[str, str, Pairs]]:
        """Timelines of tags: name, path and parameters."""
        tags = [tag.lstrip("#") for tag in query.tags if tag.lstrip("#").isidentifier() or tag.lstrip("#").isalnum()]
        chunks = [tags[first : first + TAGS_AT_ONCE] for first in range(0, len(tags), TAGS_AT_ONCE)]
        return [(f"tag:{' '.join(some)}", tag_path(some[0]), [("any[]", tag) for tag in some[1:]]) for some in chunks]

    async def _with_words(self, word: str, since: datetime) -> list[Entry]:
        """https://docs.joinmastodon.org/methods/search/: the words in a row, newest first."""
        bare = " ".join(word.replace('"', " ").split())
        asked = (("q", f'"{bare}"' if " " in bare else bare), ("type", "statuses"))
        found, _ = await self._client.page("/api/v2/search", asked, 40)
        page, _ = entries(mapping(found).get("statuses"))
        return list(reversed(recent(page, since)))


def tag_path(tag: str) -> str:
    """The timeline of one tag."""
    return f"/api/v1/timelines/tag/{tag}"


def is_hit(status: Entry, query: Query, reader: Reader) -> bool:
    """Whether a watch shows it: public, nobody's reshare, not ours, not naming us, without what is to be left out."""
    if not is_public(status) or reader.is_left_out(status) or reader.names_us(status):
        return False
    if query.language and text(status.get("language"))[:2] not in ("", query.language[:2]):
        return False
    words = f"{text(status.get('spoiler_text'))} {shown(status)}".casefold()
    tags = {text(one.get("name")).casefold() for one in mappings(status.get("tags"))}
    return not any(one.casefold() in words or one.casefold().lstrip("#") in tags for one in query.without if one)


def by_time(hits: Sequence[Incoming]) -> tuple[Incoming, ...]:
    """Oldest first."""
    return tuple(sorted(hits, key=lambda one: one.posted_at))

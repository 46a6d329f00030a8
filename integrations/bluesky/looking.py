"""Looks again at posts we hold, and for posts that a watch wants."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import NotThere, Refused, TryLater
from bot.ports import Gone, Held, Item, Page, Query
from bot.reply import LookUps, Searches
from integrations.bluesky import parse
from integrations.bluesky.client import AT_ONCE, TooMuch
from integrations.bluesky.cursor import digest
from integrations.bluesky.ours import Ours
from integrations.bluesky.parse import Seen
from integrations.bluesky.settings import BlueskyAccount
from integrations.bluesky.wild import mapping

log = structlog.get_logger()

SEARCHES = Searches(every=timedelta(minutes=5))
A_LITTLE_BEFORE = timedelta(hours=1)
MOST_TERMS = 25
A_PAGE = 100
MOST_PAGES = 3
"""Of one term at a time: what is more than 300 in one go is beyond what anybody reads."""
MOST_KNOWN = 500


def look_ups_of(account: BlueskyAccount) -> LookUps:
    """How often a post is looked at once more."""
    return LookUps(account.recheck_every, AT_ONCE)


class Looking:
    """What one account looks at besides what comes to it."""

    def __init__(self, ours: Ours) -> None:
        self._ours = ours
        self._client = ours.client

    async def again(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What became of posts: Edited, and Gone only where the network says so of that very post."""
        settled: dict[str, str] = {}
        gone: list[Item] = []
        for held in posts:
            try:
                settled[held.native_id] = await self._ours.addresses.settled(held.native_id)
            except NotThere:
                gone.append(Gone(held.native_id, self._ours.now()))
            except Refused:
                log.warning("bluesky_held_post_has_no_address", account=self._ours.name)
        views = await self._ours.views(dict.fromkeys(settled.values()))
        changed = [await self._changed(native_id, uri, views.get(uri)) for native_id, uri in settled.items()]
        return [*gone, *(item for item in changed if item)]

    async def _changed(self, native_id: str, uri: str, view: Seen | None) -> Item | None:
        """What became of one post; None when it is as it was, or when it only hides from us."""
        if view is None:
            return Gone(native_id, self._ours.now()) if await self.is_gone(uri) else None
        is_other = self._ours.versions.is_other(view, unknown=True)
        self._ours.versions.learn([view])
        return (await self._ours.reader()).edited(view, native_id) if is_other else None

    async def is_gone(self, uri: str) -> bool:
        """Whether a post that is not shown to us was deleted; not when its author and we block one another."""
        asked = (("uri", uri), ("depth", "0"), ("parentHeight", "0"))
        try:
            body = await self._client.get("app.bsky.feed.getPostThread", *asked)
        except NotThere:
            return True
        except TooMuch:
            return False
        except Refused as error:
            raise TryLater(f"Bluesky did not say whether a post is still there: {error}") from error
        thread = mapping(body.get("thread"))
        return thread.get("notFound") is True or str(thread.get("$type")).endswith("#notFoundPost")

    # --- watches

    async def search(self, query: Query, stored: str | None) -> Page:
        """The newest posts that hold any of the words or tags; each term is a search of its own, as there is no *or*."""
        reader = await self._ours.reader()
        since, known = read_cursor(stored, reader.now)
        found: dict[str, Seen] = {}
        for asked in terms(query):
            found |= await self._found(asked, query.language, since - A_LITTLE_BEFORE)
        wanted = [post for post in found.values() if is_wanted(post, query, reader.me) and digest(post.uri) not in known]
        items = sorted((reader.incoming(post, kind="watch") for post in wanted), key=lambda item: item.posted_at)
        self._ours.versions.learn(wanted)
        self._ours.addresses.learn(wanted)
        kept = (*known, *(digest(uri) for uri in found if digest(uri) not in known))[-MOST_KNOWN:]
        cursor = json.dumps({"since": reader.now.isoformat(), "known": kept})
        return Page(tuple(items), cursor)

    async def _found(self, asked: str, language: str, since: datetime) -> dict[str, Seen]:
        """The posts of one term, newest first."""
        when = since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        which = [("q", asked), ("sort", "latest"), ("since", when)]
        which += [("lang", language)] if language else []
        found: dict[str, Seen] = {}
        after = ""
        for _ in range(MOST_PAGES):
            more = (("cursor", after),) if after else ()
            body = await self._client.page("app.bsky.feed.searchPosts", *which, *more, most=A_PAGE)
            posts = parse.seen(body, "posts", self._ours.now())
            found |= {post.uri: post for post in posts if post.sorted_at >= since}
            after = str(body.get("cursor") or "")
            if not after or not posts:
                break
        return found


def terms(query: Query) -> list[str]:
    """What is searched for, one at a time. Raises Refused when it is too much."""
    words = (" ".join(word.replace('"', " ").split()) for word in query.words)
    tags = (tag.strip().lstrip("#") for tag in query.tags)
    found = [*(f'"{word}"' if " " in word else word for word in words if word), *(f"#{tag}" for tag in tags if tag)]
    if len(found) > MOST_TERMS:
        raise Refused(f"A watch on Bluesky can have {MOST_TERMS} words and tags: each is a search of its own.")
    return list(dict.fromkeys(found))


def is_wanted(post: Seen, query: Query, me: str) -> bool:
    """Whether it is what a watch looks for: not ours, not what comes to us anyway, and with none of the words left out."""
    if me in {post.did, parse.owner(post.parent), parse.owner(post.root), parse.owner(post.quoted)} or post.names(me):
        return False
    return not any(
        re.search(rf"(?<!\w){re.escape(word.strip())}(?!\w)", post.text, re.IGNORECASE)
        for word in query.without
        if word.strip()
    )


def read_cursor(stored: str | None, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """Since when to search, and the posts found already."""
    try:
        kept = json.loads(stored) if stored else {}
        return datetime.fromisoformat(kept["since"]).astimezone(UTC), tuple(map(str, kept["known"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return now, ()

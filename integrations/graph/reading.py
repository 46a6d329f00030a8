"""How wild JSON of the Graph API is read: ids, times, people, pages of lists, and which words a post had when last seen."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from bot.clean import clean
from bot.errors import TryLater
from bot.mention import Author
from integrations.graph.client import Body, GraphClient, mapping, mappings
from integrations.graph.errors import TooMuch

NUMBER = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40})?")
WORD = re.compile(r"[^\s/?#&\\]{1,500}")
FIRST_YEAR = 2004
IN_MILLISECONDS = 10**11
MOST_HELD = 5_000
FEWEST, SMALLER_PAGES = 3, 9
MOST_FURTHER, MOST_BELOW_ONE = 40, 20


def moment(value: object, now: datetime) -> datetime:
    """A time in seconds, milliseconds or ISO 8601; never later than ``now``, which takes the place of what is no time."""
    try:
        found = read_moment(value)
    except (ValueError, OverflowError, OSError):
        return now
    return min(found, now) if found.year >= FIRST_YEAR else now


def read_moment(value: object) -> datetime:
    """The time in a value. Raises ValueError, OverflowError or OSError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no time")
    if isinstance(value, str) and not value.isdigit():
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    seconds = float(value)
    return datetime.fromtimestamp(seconds / 1000 if seconds > IN_MILLISECONDS else seconds, UTC)


def number(value: object) -> str:
    """An id made of figures; empty when it is none."""
    found = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return found if NUMBER.fullmatch(found) else ""


def word(value: object) -> str:
    """An id of a message or a person; empty when it is none."""
    found = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return found if WORD.fullmatch(found) else ""


def text(value: object) -> str:
    """Words; empty when there are none."""
    return clean(value) if isinstance(value, str) else ""


def link(value: object) -> str:
    """A web address; empty when it is none."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) and len(found) <= 4000 else ""


def person(value: object, place: str) -> Author:
    """Who wrote something; nameless when Meta leaves them out, as it does for people an app may not see."""
    given = mapping(value)
    handle = text(given.get("username"))[:200]
    name = (text(given.get("name")) or handle)[:200]
    return Author(word(given.get("id")), name or f"Somebody on {place}", handle)


class Seen:
    """The words each post had when last seen, as digests: at most ``MOST_HELD``, of this copy of the bot, for no longer."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, bytes] = OrderedDict()

    def note(self, native_id: str, words: str) -> None:
        """These are its words now."""
        self._digests[native_id] = digest(words)
        self._digests.move_to_end(native_id)
        if len(self._digests) > MOST_HELD:
            self._digests.popitem(last=False)

    def is_known(self, native_id: str, words: str) -> bool:
        """Whether it had these very words."""
        return self._digests.get(native_id) == digest(words)

    def is_changed(self, native_id: str, words: str) -> bool:
        """Whether it had others."""
        return native_id in self._digests and not self.is_known(native_id, words)


def digest(words: str) -> bytes:
    """What stands for the words."""
    return blake2b(words.encode("utf-8", "replace"), digest_size=12).digest()


def is_older(nodes: list[Body], since: datetime, field: str) -> bool:
    """Whether a list, newest first, goes back beyond a moment, or is empty."""
    times = [moment(node.get(field), since + timedelta(days=36_500)) for node in nodes]
    return not times or min(times) < since


def following(body: object) -> str:
    """Where the next page of a list begins; empty after the last."""
    paging = mapping(mapping(body).get("paging"))
    return text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else ""


async def listed(client: GraphClient, path: str, most: int, **asked: object) -> tuple[list[Body], bool]:
    """The nodes of a list, page by page, and whether that is all. ``until`` and ``by``: go no further back.

    Raises TryLater too for an answer that is no list: nothing is proved by it.
    """
    nodes, after = await some_of(client, path, most, **asked)
    return nodes, not after


async def some_of(client: GraphClient, path: str, most: int, **asked: object) -> tuple[list[Body], str]:
    """As ``listed``, with where the list goes on; empty when that is all. ``after``: begin there."""
    since, field = asked.pop("until", None), str(asked.pop("by", "created_time"))
    size = asked.get("limit")
    allowed = most * (size if isinstance(size, int) else FEWEST)
    found: list[Body] = []
    for _ in range(most * SMALLER_PAGES):
        body = await smaller(client, path, asked)
        if not isinstance(body.get("data"), list):
            raise TryLater("Meta's answer could not be read")
        nodes = mappings(body)
        found += nodes
        asked["after"] = following(body)
        if not asked["after"] or (isinstance(since, datetime) and is_older(nodes, since, field)):
            return found, ""
        if len(found) >= allowed:
            break
    return found, str(asked["after"])


class Further:
    """Reads further down what lies below posts, for all of them together no more than ``MOST_FURTHER`` pages in one read.

    A read that took too long would bring nothing at all, and so would the next.
    """

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._left = MOST_FURTHER

    def begin(self) -> None:
        """A read begins."""
        self._left = MOST_FURTHER

    @property
    def is_over(self) -> bool:
        """Whether this read had as many as it may."""
        return self._left <= 0

    async def below(self, path: str, after: str, size: int, asked: Mapping[str, object]) -> tuple[list[Body], str]:
        """What follows a place in a list, by pages of a size, and where that goes on; empty at its end."""
        if self.is_over:
            return [], after
        most = min(self._left, MOST_BELOW_ONE)
        nodes, rest = await some_of(self._client, path, most, **asked, after=after, limit=size)
        self._left -= 1 + len(nodes) // size
        return nodes, rest


async def smaller(client: GraphClient, path: str, asked: dict[str, object]) -> Body:
    """A page of a list, of fewer nodes where Meta gives no more; ``asked`` keeps how many. Raises what ``get`` raises."""
    while True:
        try:
            return await client.get(path, **asked)
        except TooMuch:
            most = asked.get("limit")
            if not isinstance(most, int) or most <= FEWEST:
                raise
            asked["limit"] = max(most // 2, FEWEST)


def pictures(value: object) -> Iterator[str]:
    """Addresses of pictures and films in a node's ``attachment`` or ``attachments``."""
    for one in [mapping(value), *mappings(value)]:
        image = mapping(mapping(one.get("media")).get("image")).get("src")
        payload = mapping(one.get("payload")).get("url")
        direct = (
            one.get("file_url") or mapping(one.get("image_data")).get("url") or mapping(one.get("video_data")).get("url")
        )
        if found := link(image) or link(payload) or link(direct):
            yield found

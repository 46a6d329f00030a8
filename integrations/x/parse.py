"""X's JSON → what the core knows: posts, edits and deletions. Wild data ends here."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.mention import Author, Media
from bot.ports import Edited, Gone, Incoming, Item, NotFound, Parent
from integrations.x.snowflake import made_at

log = structlog.get_logger()

ID = re.compile(r"[0-9]{1,19}")
DELETED = "resource-not-found"
HIDDEN = "not-authorized-for-resource"
MANY_HIDDEN = 3
MENTIONS_AT_THE_HEAD = re.compile(r"^(?:@\w{1,15}\s+)+")
SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads posts for the account ``me`` (X's id of it), called ``handle``; ``web_url`` begins the links."""

    me: str
    web_url: str
    handle: str = ""

    def items(self, pages: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
        """What the pages of a timeline hold, oldest first, without our own posts and without reposts.

        An edited post is told twice: as a post, for those who never saw the first version, and as an edit.
        """
        found: dict[str, tuple[Item, ...]] = {}
        for page in pages:
            included = Included(page)
            for post in posts(page):
                if str(post.get("author_id", "")) != self.me and not is_repost(post):
                    found[post["id"]] = tuple(self.read(post, included))
        return tuple(item for post_id in sorted(found, key=int) for item in found[post_id])

    def hits(self, pages: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
        """What the pages of a search hold. A post that names us is a mention, whichever way it was found first."""
        pages = list(pages)
        naming_us = {first_id(post) for page in pages for post in posts(page) if self.is_named_in(post)}
        return tuple(
            replace(item, kind="search") if isinstance(item, Incoming) and item.native_id not in naming_us else item
            for item in self.items(pages)
        )

    def is_named_in(self, post: Mapping[str, Any]) -> bool:
        """Whether a post names the account, or answers it."""
        named = mappings(mapping(post.get("entities")).get("mentions"))
        return self.me in {str(post.get("in_reply_to_user_id", "")), *(str(one.get("id", "")) for one in named)}

    def read(self, post: Mapping[str, Any], included: "Included") -> Iterator[Item]:
        """One post: what came in, and its edit if it is one."""
        incoming = self.incoming(post, included)
        yield incoming
        if incoming.native_id != post["id"]:
            yield Edited(incoming.native_id, incoming.text, made(post), incoming.raw)

    def incoming(self, post: Mapping[str, Any], included: "Included") -> Incoming:
        """One post. Its ``native_id`` is the id of its first version, which later versions keep in their history."""
        first = first_id(post)
        author = included.author(str(post.get("author_id") or ""))
        return Incoming(
            native_id=first,
            text=words(post) + self.quoted_words(post, included),
            author=author,
            posted_at=made(post) if first == post["id"] else made_at(first),
            conversation=str(post.get("conversation_id") or ""),
            url=f"{self.web_url}/{author.handle or 'i/web'}/status/{post['id']}",
            in_reply_to=included.first_of(referenced(post, "replied_to")),
            language=str(post.get("lang") or ""),
            kind=kind_of(post),
            media=included.media(post),
            raw=json.dumps({"data": post, "author": included.users.get(author.id)}).encode(),
            parent=self.parent(post, included),
        )

    def parent(self, post: Mapping[str, Any], included: "Included") -> Parent | None:
        """What a post answers, when that is a post of our own; of anybody else's, see ``quoted_words``."""
        source = included.posts.get(referenced(post, "replied_to"))
        if source is None or str(source.get("author_id", "")) != self.me:
            return None
        url = f"{self.web_url}/{self.handle or 'i/web'}/status/{source['id']}"
        said = MENTIONS_AT_THE_HEAD.sub("", words(source)) if referenced(source, "replied_to") else words(source)
        return Parent(first_id(source), Author(self.me, self.handle, self.handle), said, url, ours=True)

    def quoted_words(self, post: Mapping[str, Any], included: "Included") -> str:
        """What a quote quotes, when that is a post of our own, below its author's words.

        Of anybody else's post only X's link to it is shown: their words must go when they delete it, and nobody would
        look for them here.
        """
        source = included.posts.get(referenced(post, "quoted"))
        if source is None or str(source.get("author_id", "")) != self.me:
            return ""
        return f"\n\nquoting {'@' + self.handle if self.handle else 'us'}: “{words(source)}”"


class Included:
    """The people, pictures and other posts a page names by id."""

    def __init__(self, page: Mapping[str, Any]) -> None:
        includes = mapping(page.get("includes"))
        self.users = {str(user.get("id")): user for user in mappings(includes.get("users"))}
        self.pictures = {str(picture.get("media_key")): picture for picture in mappings(includes.get("media"))}
        self.posts = {post["id"]: post for post in posts({"data": mappings(includes.get("tweets"))})}

    def first_of(self, post_id: str) -> str:
        """The id of the first version of another post, as far as the page knows its history."""
        return first_id(self.posts[post_id]) if post_id in self.posts else post_id

    def author(self, user_id: str) -> Author:
        """The author with this id; nameless when X left them out."""
        user = self.users.get(user_id, {})
        return Author(user_id, html.unescape(str(user.get("name") or "")), str(user.get("username") or ""))

    def media(self, post: Mapping[str, Any]) -> tuple[Media, ...]:
        """What came with a post, with the words its author put in its place."""
        keys = mapping(post.get("attachments")).get("media_keys")
        known = (self.pictures.get(str(key)) for key in (keys if isinstance(keys, list) else ()))
        return tuple(
            Media(
                str(picture.get("type") or "photo"),
                str(picture.get("url") or picture.get("preview_image_url") or ""),
                html.unescape(str(picture.get("alt_text") or "")),
            )
            for picture in known
            if picture
        )


def posts(page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The posts of a page that have an id; X leaves ``data`` out when there are none, and gives one post bare."""
    given = page.get("data")
    for post in [given] if isinstance(given, dict) else mappings(given):
        post_id = str(post.get("id", ""))
        if ID.fullmatch(post_id):
            yield {**post, "id": post_id}
        else:
            log.warning("x_post_without_id_left_out", keys=sorted(post))


def newest_id(pages: Iterable[Mapping[str, Any]]) -> int:
    """The highest number on the pages, also of posts that are left out; 0 when there is none."""
    pages = list(pages)
    numbers = [int(post["id"]) for page in pages for post in posts(page)]
    told = (str(mapping(page.get("meta")).get("newest_id", "")) for page in pages)
    return max(numbers + [int(number) for number in told if ID.fullmatch(number)], default=0)


def ids(page: Mapping[str, Any]) -> list[str]:
    """The ids of the posts on a page, also of those that are left out: they cost as much."""
    return [post["id"] for post in posts(page)]


def edited_since(page: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the newest versions of posts that a look-up by older ids gave in their old words."""
    return tuple(newest for post in posts(page) if (newest := str(max(map(int, versions(post))))) != post["id"])


def gone(page: Mapping[str, Any], at: datetime, asked: int) -> tuple[Gone, ...]:
    """The posts that a look-up of ``asked`` ids says are deleted, or no longer ours to see.

    When most of them are suddenly not ours to see, it is our rights that changed and not the posts: then none of those is
    taken for gone, for that would erase what residents said.
    """
    found = tuple(problems(page))
    hidden = {post_id for post_id, problem in found if problem.endswith(HIDDEN)}
    if len(hidden) >= MANY_HIDDEN and 2 * len(hidden) > asked:
        log.warning("x_hides_most_posts", hidden=len(hidden), asked=asked)
        hidden = set()
    return tuple(Gone(post_id, at) for post_id, problem in found if problem.endswith(DELETED) or post_id in hidden)


def problems(page: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """``(id, type)`` of each part of a request that X answered with an error inside a 200."""
    for error in mappings(page.get("errors")):
        yield str(error.get("resource_id") or error.get("value") or ""), str(error.get("type") or "")


def words(post: Mapping[str, Any]) -> str:
    """The whole text as its author wrote it: long posts in full, HTML undone, t.co links as where they lead."""
    long = mapping(post.get("note_tweet"))
    whole = long if isinstance(long.get("text"), str) else post
    text = html.unescape(str(whole.get("text") or ""))
    for link in mappings(mapping(whole.get("entities")).get("urls")):
        short, leads_to = link.get("url"), link.get("expanded_url")
        if isinstance(short, str) and short and isinstance(leads_to, str):
            text = text.replace(short, "" if link.get("media_key") else leads_to)
    return text.strip()


def alike(text: str) -> str:
    """A text with what X changes in a reply undone: names at its head, link schemes, spacing, Unicode form."""
    bare = MENTIONS_AT_THE_HEAD.sub("", unicodedata.normalize("NFC", text).strip() + " ")
    return " ".join(word.rstrip("/") for word in SCHEME.sub("", bare).split())


def reply_among(pages: Iterable[Mapping[str, Any]], in_reply_to: str, text: str) -> str:
    """The id of the post that answers ``in_reply_to`` with this text; empty when there is none."""
    wanted = alike(text)
    for page in pages:
        included = Included(page)
        for post in posts(page):
            answers = referenced(post, "replied_to")
            if in_reply_to in {answers, included.first_of(answers)} and alike(words(post)) == wanted:
                return str(post["id"])
    return ""


def messages(page: Mapping[str, Any], sender: str) -> list[dict[str, Any]]:
    """The direct messages of a page that ``sender`` wrote, newest first."""
    return [one for one in posts(page) if one.get("event_type") == "MessageCreate" and str(one.get("sender_id")) == sender]


def why_not(page: Mapping[str, Any]) -> NotFound:
    """What it means that one thing which was asked for is not on the page: gone only when X says so."""
    gone = any(problem.endswith(DELETED) for _, problem in problems(page))
    return NotFound.ABSENT if gone else NotFound.CANNOT_TELL


def referenced(post: Mapping[str, Any], how: str) -> str:
    """The id of the post this one is ``replied_to``, ``quoted`` or ``retweeted``; empty when it is none."""
    for other in mappings(post.get("referenced_tweets")):
        if other.get("type") == how:
            return str(other.get("id") or "")
    return ""


def is_repost(post: Mapping[str, Any]) -> bool:
    """Whether it only passes on another post."""
    return bool(referenced(post, "retweeted"))


def kind_of(post: Mapping[str, Any]) -> str:
    """What staff see it called."""
    if referenced(post, "replied_to"):
        return "reply"
    return "quote" if referenced(post, "quoted") else "mention"


def versions(post: Mapping[str, Any]) -> list[str]:
    """The ids of every version of a post."""
    history = post.get("edit_history_tweet_ids")
    ids = [str(one) for one in history if ID.fullmatch(str(one))] if isinstance(history, list) else []
    return [*ids, str(post["id"])]


def first_id(post: Mapping[str, Any]) -> str:
    """The id of the first version of a post: the one that stays when it is edited."""
    return min(versions(post), key=int)


def made(post: Mapping[str, Any]) -> datetime:
    """When this version was made: as X says, else from its number."""
    try:
        said = datetime.fromisoformat(str(post.get("created_at")))
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return made_at(post["id"])


def mapping(wild: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return wild if isinstance(wild, dict) else {}


def mappings(wild: object) -> list[dict[str, Any]]:
    """The objects of a list, or none."""
    return [one for one in wild if isinstance(one, dict)] if isinstance(wild, list) else []

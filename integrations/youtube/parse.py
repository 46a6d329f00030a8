"""YouTube's JSON → comments and what the core knows of them. Wild data ends here."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog

from bot.mention import Author, Media
from bot.ports import Answered, Edited, Incoming, Parent

log = structlog.get_logger()

ID = re.compile(r"[A-Za-z0-9_.=-]{5,200}")
VIDEO = re.compile(r"[A-Za-z0-9_-]{5,40}")
HANDLE_AT_THE_HEAD = re.compile(r"\u200b?@([\w.·-]{1,60})[\s\u00a0,:]")
SITES = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. ``thread`` is the id of the top-level comment, its own if it is that; ``status`` is not told of what was
    asked for by its id."""

    id: str
    thread: str
    text: str
    author: Author
    at: datetime
    updated: datetime
    video: str = ""
    ours: bool = False
    status: str = ""
    image: str = ""

    @property
    def is_reply(self) -> bool:
        """Whether it answers another."""
        return self.id != self.thread

    @property
    def is_edited(self) -> bool:
        """Whether its words are others than the first."""
        return self.updated > self.at


@dataclass(frozen=True, slots=True)
class Thread:
    """A top-level comment, how many answers it has, and those that came along."""

    top: Comment
    count: int
    replies: tuple[Comment, ...]
    can_reply: bool = True
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the channel ``me``; links begin with ``web_url``; nothing is later than ``now``."""

    me: str
    web_url: str
    now: datetime

    def threads(self, page: Mapping[str, Any]) -> list[Thread]:
        """The threads of a page that can be read, in its order."""
        found = []
        for one in items(page):
            snippet = mapping(one.get("snippet"))
            top = self.comment(mapping(snippet.get("topLevelComment")), one.get("id"), video=snippet.get("videoId"))
            if top is None:
                log.warning("youtube_thread_left_out", keys=sorted(map(str, one)))
                continue
            inline = mapping(one.get("replies")).get("comments")
            replies = tuple(self._all(inline if isinstance(inline, list) else (), top.id, top.video))
            allowed = (snippet.get("canReply") is not False, snippet.get("isPublic") is not False)
            found.append(Thread(top, count(snippet.get("totalReplyCount")), replies, *allowed))
        return found

    def comments(self, page: Mapping[str, Any], thread: str = "", video: str = "") -> list[Comment]:
        """The comments of a page that can be read."""
        return list(self._all(page.get("items", ()), thread, video))

    def _all(self, given: Iterable[Any], thread: str, video: str) -> Iterator[Comment]:
        for one in given:
            found = self.comment(mapping(one), thread, video=video)
            if found:
                yield found
            else:
                log.warning("youtube_comment_left_out")

    def comment(self, one: Mapping[str, Any], thread: object, *, video: object = "") -> Comment | None:
        """One comment; None when it has no id or says nothing."""
        snippet = mapping(one.get("snippet"))
        comment_id = one.get("id")
        if not isinstance(comment_id, str) or not ID.fullmatch(comment_id) or not snippet:
            return None
        above = text(snippet.get("parentId")) or text(thread) or comment_id.partition(".")[0]
        author_id = text(mapping(snippet.get("authorChannelId")).get("value"))
        name = text(snippet.get("authorDisplayName")).strip()[:200]
        at = self.moment(snippet.get("publishedAt")) or self.now
        where = text(snippet.get("videoId")) or text(video)
        words = ("textDisplay", "textOriginal")  # what is displayed has titles in place of links, so ours is read as written
        words = words[::-1] if author_id == self.me else words
        return Comment(
            id=comment_id,
            thread=above if ID.fullmatch(above) else comment_id,
            text=text(snippet.get(words[0])) or text(snippet.get(words[1])),
            author=Author(author_id or f"name:{name}", name.removeprefix("@"), name[1:] if name.startswith("@") else ""),
            at=at,
            updated=max(self.moment(snippet.get("updatedAt")) or at, at),
            video=where if VIDEO.fullmatch(where) else "",
            ours=author_id == self.me,
            status=text(snippet.get("moderationStatus")),
            image=picture if (picture := text(snippet.get("imageUrl"))).startswith("https://") else "",
        )

    def moment(self, written: object) -> datetime | None:
        """When something happened, at the latest now."""
        try:
            found = datetime.fromisoformat(text(written))
            found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return min(found, self.now) if found >= EARLIEST else None

    def url(self, comment: Comment) -> str:
        """Where people read a comment."""
        if not comment.video:
            return f"{self.web_url}/channel/{self.me}"
        return f"{self.web_url}/watch?v={comment.video}&lc={comment.id}"

    def incoming(self, comment: Comment, thread: Iterable[Comment] = (), *, kind: str = "") -> Incoming:
        """The comment as a post; ``thread`` is all that stands in it, its first comment first."""
        to = answers(comment, thread)
        return Incoming(
            native_id=comment.id,
            text=comment.text,
            author=comment.author,
            posted_at=comment.at,
            conversation=comment.thread,
            url=self.url(comment),
            in_reply_to=to.id if to else comment.thread if comment.is_reply else "",
            kind=kind or ("reply" if comment.is_reply else "comment"),
            media=(Media("photo", comment.image),) if comment.image else (),
            parent=Parent(to.id, to.author, to.text, self.url(to), ours=to.ours) if to else None,
        )

    def answered(self, comment: Comment, thread: Iterable[Comment]) -> Answered:
        """Our own answer, without the name at its head where that says to whom it is."""
        to = answers(comment, thread)
        named = HANDLE_AT_THE_HEAD.match(comment.text)
        said = comment.text[named.end() :].strip() if named and to and to.is_reply else comment.text
        return Answered(comment.id, to.id if to else comment.thread, said, comment.at, self.url(comment))


def answers(comment: Comment, thread: Iterable[Comment]) -> Comment | None:
    """What an answer answers: YouTube has one level, and puts the @handle of whom an answer in it is to at its head.

    The newest earlier one by whom that names, else the thread's first.
    """
    if not comment.is_reply:
        return None
    whole = list(thread)
    named = HANDLE_AT_THE_HEAD.match(comment.text)
    handle = named.group(1).lower() if named else ""
    earlier = [one for one in whole if one.at <= comment.at and one.id != comment.id]
    meant = [one for one in earlier if handle and one.author.handle.lower() == handle]
    return max(meant, key=lambda one: one.at) if meant else whole[0] if whole else None


def edited(comment: Comment) -> Edited:
    """The comment's words as they are now."""
    return Edited(comment.id, comment.text, comment.updated)


def items(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a page lists, as far as they are objects."""
    listed = page.get("items")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def next_token(page: Mapping[str, Any]) -> str:
    """Where the next page begins; empty at the end."""
    token = text(page.get("nextPageToken"))
    return token if len(token) <= 2000 and token.isprintable() else ""


def mapping(wild: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return wild if isinstance(wild, dict) else {}


def text(wild: object) -> str:
    """The text, or none."""
    return wild if isinstance(wild, str) else ""


def count(wild: object) -> int:
    """The number, within reason."""
    return max(0, min(wild, 1_000_000)) if isinstance(wild, int) and not isinstance(wild, bool) else 0


def alike(written: str) -> str:
    """A text as it can be compared: YouTube trims, and changes the spaces."""
    return " ".join(written.replace("\u200b", "").split())


def may_be(ours: str, written: str, others: Collection[str]) -> bool:
    """Whether it has these words and is not for one of the ``others``, whose name (lower case) would stand at its head."""
    heads = [HANDLE_AT_THE_HEAD.match(one) for one in (ours, written)]
    bare = [alike(one[head.end() :] if head else one) for one, head in zip((ours, written), heads, strict=True)]
    return bare[0] == bare[1] and (heads[1] is None or heads[1].group(1).lower() not in others)


def comment_at(url: str) -> str:
    """The comment at an address such as ``…/watch?v=…&lc=…``; empty when it is none."""
    try:
        parts = urlsplit(url.strip())
        given = parse_qs(parts.query).get("lc", [""])[0]
    except ValueError:
        return ""
    return given if (parts.hostname or "") in SITES and ID.fullmatch(given) else ""

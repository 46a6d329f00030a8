"""Flickr's JSON → comments and what the core knows of them. Wild data ends here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.mention import Author
from bot.ports import Answered, Incoming
from integrations.plain_text import text_of

log = structlog.get_logger()

COMMENT_ID = re.compile(r"\d{1,20}-(\d{1,20})-\d{1,25}")
PHOTO_ID = re.compile(r"\d{1,20}")
PERSON = re.compile(r"[A-Za-z0-9@_.-]{1,60}")
COMMENT_AT = re.compile(r"comment(\d{1,25})")
A_NAME = re.compile(r"\w[\w '’.-]{0,39}")
EARLIEST, LATEST = 1_000_000_000, 100_000_000_000


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on a photo."""

    id: str
    photo: str
    text: str
    author: Author
    at: datetime
    url: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the account ``me``; links begin with ``web_url``; nothing is later than ``now``."""

    me: str
    web_url: str
    now: datetime

    def photos(self, page: Mapping[str, Any], since: datetime) -> list[str]:
        """The photos of a page of activity that somebody commented on since."""
        found = []
        for one in listed(mapping(page.get("items")).get("item")):
            photo = text(one.get("id"))
            if not PHOTO_ID.fullmatch(photo) or one.get("type") not in (None, "photo"):
                log.warning("flickr_photo_left_out", kind=type(one.get("type")).__name__)
            elif self._has_comments(one, since):
                found.append(photo)
        return found

    def _has_comments(self, photo: Mapping[str, Any], since: datetime) -> bool:
        """Whether a comment since is among what is shown of a photo's activity, or may be among what is not."""
        events = listed(mapping(photo.get("activity")).get("event"))
        times = [self.moment(event.get("dateadded")) for event in events if event.get("type") == "comment"]
        return number(photo.get("more")) > 0 or any(at is None or at >= since for at in times)

    def comments(self, page: Mapping[str, Any]) -> list[Comment]:
        """The comments of a list that can be read, oldest first."""
        found = []
        for one in listed(mapping(page.get("comments")).get("comment")):
            comment = self.comment(one)
            if comment:
                found.append(comment)
            else:
                log.warning("flickr_comment_left_out", keys=sorted(map(str, one)))
        return sorted(found, key=lambda comment: comment.at)

    def comment(self, one: Mapping[str, Any]) -> Comment | None:
        """One comment; None when it has no id that is one."""
        comment_id = text(one.get("id"))
        named = COMMENT_ID.fullmatch(comment_id)
        if not named:
            return None
        author, name = text(one.get("author")), text_of(text(one.get("authorname")))[:200]
        author = author if PERSON.fullmatch(author) else f"name:{name}"
        return Comment(
            id=comment_id,
            photo=named.group(1),
            text=text_of(text(one.get("_content"))),
            author=Author(author, name or author, text(one.get("path_alias"))[:100]),
            at=self.moment(one.get("datecreate")) or self.now,
            url=self._url(text(one.get("permalink"))),
            ours=author == self.me,
        )

    def _url(self, given: str) -> str:
        """A link of Flickr's own, over https; none of anybody else's."""
        try:
            parts = urlsplit(given.strip())
        except ValueError:
            return ""
        host = (parts.hostname or "").lower()
        if host not in {"flickr.com", "www.flickr.com", urlsplit(self.web_url).hostname} or not given.isprintable():
            return ""
        return f"{self.web_url}{parts.path}" + (f"#{parts.fragment}" if parts.fragment else "")

    def moment(self, seconds: object) -> datetime | None:
        """A time given as a count of seconds, at the latest now."""
        written = text(seconds)
        if written.isascii() and written.isdigit() and len(written) < 13:
            seconds = int(written)
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not EARLIEST <= seconds <= LATEST:
            return None
        return min(datetime.fromtimestamp(seconds, UTC), self.now)

    def incoming(self, comment: Comment) -> Incoming:
        """The comment as a post: all on one photo belong together."""
        return Incoming(
            native_id=comment.id,
            text=comment.text,
            author=comment.author,
            posted_at=comment.at,
            conversation=comment.photo,
            url=comment.url,
            kind="comment",
        )


def answered(ours: Comment, earlier: Sequence[Comment], web_url: str) -> Answered | None:
    """Our own comment as an answer: to whom it names at its head, else to the one person who spoke since ours before.

    None where that is not certain: what is called answered is looked at no more.
    """
    others = [one for one in earlier if not one.ours and one.at <= ours.at]
    for one in reversed(others):
        for head in heads(one.author, web_url):
            if ours.text.lower().startswith(head.lower()):
                return Answered(ours.id, one.id, ours.text[len(head) :].strip(), ours.at, ours.url)
    before = [number for number, one in enumerate(earlier) if one.ours and one.at <= ours.at]
    since = [one for one in earlier[before[-1] + 1 if before else 0 :] if not one.ours and one.at <= ours.at]
    if len({one.author.id for one in since}) != 1:
        return None
    return Answered(ours.id, since[-1].id, ours.text, ours.at, ours.url)


def heads(author: Author, web_url: str) -> tuple[str, ...]:
    """How a comment may begin that is meant for somebody: by name, by link."""
    links = tuple(f"[{web_url}/photos/{name}" for name in (author.id, author.handle) if name)
    return (f"@{author.name}:", *(f"{link}{end}" for link in links for end in ("/]", "]")), f"@{author.name}")


def addressed(comment: Comment, text: str, *, by: str, web_url: str) -> str:
    """A reply with whom it is for at its head: by name only where that is one, for people choose their own."""
    if by == "link" or not A_NAME.fullmatch(comment.author.name):
        return f"[{web_url}/photos/{comment.author.id}/] {text}"
    return f"@{comment.author.name}: {text}"


def may_be(ours: str, written: str, others: Iterable[Author], web_url: str) -> bool:
    """Whether it ends in these words and is not for one of the ``others``, who would stand at its head."""
    if not alike(written).endswith(alike(ours)):
        return False
    return not any(written.lower().startswith(head.lower()) for one in others for head in heads(one, web_url))


def photo_of(comment_id: str) -> str:
    """The photo that a comment is on; empty for what is no comment's id."""
    named = COMMENT_ID.fullmatch(comment_id)
    return named.group(1) if named else ""


def alike(written: str) -> str:
    """A text as it can be compared: Flickr makes links of addresses, and changes spaces."""
    return re.sub(r"\s+|https?://|/(?=\s|$)", "", written)


def listed(wild: object) -> Iterable[Mapping[str, Any]]:
    """The objects of a list; of one object, itself."""
    several = wild if isinstance(wild, list) else [wild]
    return [one for one in several if isinstance(one, dict)]


def mapping(wild: object) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return wild if isinstance(wild, dict) else {}


def text(wild: object) -> str:
    """The text, or none; Flickr wraps some in ``_content``."""
    found = wild.get("_content") if isinstance(wild, dict) else wild
    return found if isinstance(found, str) else ""


def number(wild: object) -> int:
    """The number, also where it is written as text."""
    written = str(wild) if isinstance(wild, int | str) and not isinstance(wild, bool) else ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0

"""WordPress's JSON → what the core knows. Of those who comment only their name is kept, and a digest to know them by."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any, NamedTuple

import structlog

from bot.mention import Author
from bot.ports import Incoming
from integrations.plain_text import text_of

log = structlog.get_logger()


class Comment(NamedTuple):
    """A comment as it would come in. ``status``: approved or hold."""

    said: Incoming
    is_ours: bool
    status: str


def digest(text: str) -> str:
    """Short, and not to be read backwards."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def comments(answer: Any, me: int, now: datetime) -> Iterator[Comment]:
    """The comments of an answer. What is no comment is left out."""
    for one in answer if isinstance(answer, list) else [answer]:
        try:
            yield comment(one, me, now)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            log.warning("wordpress_comment_left_out", reason=type(error).__name__)


def comment(given: Mapping[str, Any], me: int, now: datetime) -> Comment:
    """One comment. Raises KeyError, TypeError, ValueError, OverflowError or AttributeError for what is none."""
    content, name, user = given["content"], unescape(str(given.get("author_name") or "")), int(given.get("author") or 0)
    text = text_of(str(content.get("raw") or content["rendered"]).replace("\r\n", "\n").replace("\n", "<br>"))
    at = datetime.fromisoformat(str(given["date_gmt"])).replace(tzinfo=UTC)
    author = Author(f"user-{user}" if user else f"guest-{digest(str(given.get('author_email') or name))}", name)
    number, post, parent, link = int(given["id"]), int(given["post"]), int(given.get("parent") or 0), str(given.get("link"))
    url = link if link.startswith(("https://", "http://")) else ""
    said = Incoming(str(number), text, author, min(at, now), str(post), url, str(parent or ""), kind="comment")
    return Comment(said, user == me, str(given.get("status")))

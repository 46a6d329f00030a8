"""Reads texts as Twilio gives them: the fields of a call, or a list of messages, newest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import structlog

from bot.mention import Author, Media
from bot.ports import Incoming, WebhookRefused
from integrations.telephone import masked, moment, sender
from integrations.twilio.client import read_time
from integrations.twilio.signature import Sent

log = structlog.get_logger()
LONGEST_ID, MOST_FIELDS, MOST_MEDIA = 100, 300, 10
KINDS = frozenset({"image", "video", "audio"})
Together = Callable[[str], str]
"""The conversation of an author's texts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One message of a list. ``at`` is when it came; None where Twilio does not say so in a way that can be read."""

    id: str
    at: datetime | None
    item: Incoming | None
    has_media: bool = False


def fields(body: bytes) -> Sent:
    """What a form holds. Raises WebhookRefused for what is none."""
    try:
        return parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise WebhookRefused(422, "the body is no form that can be read", ["body"]) from error


def called(form: Mapping[str, str], now: datetime, together: Together) -> Incoming:
    """The text a call brings. Raises WebhookRefused for one that nobody could tell apart or say whom it is from.

    Twilio does not repeat a call that is refused: what was cut on its way comes by the list instead.
    """
    native_id = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid")
    text = {"sid": native_id, "from": form.get("From"), "body": form.get("Body")}
    found = incoming(text, now, together)
    if found is None:
        raise WebhookRefused(422, "these fields are missing or not as they should be", ["From", "MessageSid"])
    named = [media_at(form.get(f"MediaUrl{n}", ""), form.get(f"MediaContentType{n}", "")) for n in range(MOST_MEDIA)]
    return replace(found, media=tuple(one for one in named if one))


def listed(given: Mapping[str, Any], now: datetime, together: Together) -> list[Listed] | None:
    """What a page holds, in its order, without what we sent; None when it is no page. What cannot be read is left out."""
    messages = given.get("messages")
    if not isinstance(messages, list):
        return None
    each = [one_listed(message, now, together) for message in messages]
    if unread := sum(one is None for one in each):
        log.warning("texts_not_read", count=unread)
    read = [one for one in each if one is not None]
    return read if read or not messages else None


def one_listed(message: object, now: datetime, together: Together) -> Listed | None:
    """One message of a page; None for what cannot be read."""
    if not isinstance(message, dict) or not (native_id := identifier(message.get("sid"))):
        return None
    at = read_time(message.get("date_sent")) or read_time(message.get("date_created"))
    known = moment(at, now) if at else None
    if str(message.get("direction")) != "inbound":
        return Listed(native_id, known, None)
    found = incoming(message, known or now, together)
    has_media = str(message.get("num_media") or "0") != "0"
    return Listed(native_id, known, found, has_media) if found else None


def media_in(given: Mapping[str, Any], top: str) -> tuple[Media, ...]:
    """The pictures of a message, as links for whoever may sign in to Twilio."""
    entries = given.get("media_list")
    if not isinstance(entries, list):
        return ()
    known = [one for one in entries[:MOST_MEDIA] if isinstance(one, dict) and str(one.get("uri", "")).startswith("/2010-")]
    named = [media_at(top + str(one["uri"]).removesuffix(".json"), str(one.get("content_type", ""))) for one in known]
    return tuple(one for one in named if one)


def media_at(url: str, content_type: str) -> Media | None:
    """Something that came with a text, as a link; nothing is fetched."""
    if not url.startswith(("https://", "http://")) or len(url) > 2000 or not url.isprintable():
        return None
    kind = content_type.partition("/")[0].strip().lower()
    return Media(kind if kind in KINDS else "file", url)


def incoming(text: Mapping[str, Any], at: datetime, together: Together) -> Incoming | None:
    """A text as the core knows it; None when nobody could tell it apart or say whom it is from."""
    native_id, author_id = identifier(text.get("sid")), sender(text.get("from"))
    if not native_id or not author_id:
        return None
    return Incoming(
        native_id=native_id,
        text=text["body"] if isinstance(text.get("body"), str) else "",
        author=Author(author_id, masked(author_id)),
        posted_at=at,
        conversation=together(author_id),
        kind="text",
        private=True,
    )


def identifier(value: object) -> str:
    """An id as text; empty for what is none."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable() else ""

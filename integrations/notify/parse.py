"""Reads the texts of the public as GOV.UK Notify gives them: one in a call, or a list of them, newest first."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.mention import Author
from bot.ports import Incoming, WebhookRefused
from integrations.telephone import masked, moment, sender

log = structlog.get_logger()
LONGEST_ID = 100
Together = Callable[[str], str]
"""The conversation of an author's texts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One text of a list. ``at`` is when Notify took it in; None where it does not say so in a way that can be read."""

    id: str
    at: datetime | None
    item: Incoming | None


def called(body: bytes, now: datetime, together: Together) -> Incoming | None:
    """The text a call brings; None for a receipt. Raises WebhookRefused for what is neither.

    Notify does not repeat a call that is refused: what was cut on its way comes by the list instead.
    """
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookRefused(422, "the body is not JSON", ["body"]) from error
    if not isinstance(call, dict):
        raise WebhookRefused(422, "the body is no text that came in", ["body"])
    if "notification_type" in call:
        return None
    text = {"id": call.get("id"), "from": call.get("source_number"), "text": call.get("message")}
    found = incoming(text | {"at": call.get("date_received")}, now, together)
    if found is None:
        raise WebhookRefused(422, "these fields are missing or not as they should be", ["id", "source_number"])
    return found


def listed(given: Mapping[str, Any], now: datetime, together: Together) -> list[Listed] | None:
    """What a page holds, in its order; None when it is no page of texts. What cannot be read is left out."""
    texts = given.get("received_text_messages")
    if not isinstance(texts, list):
        return None
    each = [one_listed(text, now, together) for text in texts]
    if unread := sum(one is None or one.item is None for one in each):
        log.warning("texts_not_read", count=unread)
    read = [one for one in each if one is not None]
    return read if read or not texts else None


def one_listed(text: object, now: datetime, together: Together) -> Listed | None:
    """One text of a page; None for what has no id."""
    if not isinstance(text, dict) or not (native_id := identifier(text.get("id"))):
        return None
    at = read_time(text.get("created_at"))
    known = {"id": native_id, "from": text.get("user_number"), "text": text.get("content"), "at": text.get("created_at")}
    return Listed(native_id, moment(at, now) if at else None, incoming(known, now, together))


def incoming(text: Mapping[str, Any], now: datetime, together: Together) -> Incoming | None:
    """A text as the core knows it; None when nobody could tell it apart or say whom it is from."""
    native_id, author_id = identifier(text["id"]), sender(text["from"])
    if not native_id or not author_id:
        return None
    return Incoming(
        native_id=native_id,
        text=text["text"] if isinstance(text["text"], str) else "",
        author=Author(author_id, masked(author_id)),
        posted_at=moment(read_time(text["at"]), now),
        conversation=together(author_id),
        kind="text",
        private=True,
    )


def identifier(value: object) -> str:
    """An id as text; empty for what is none."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable() else ""


def read_time(value: object) -> datetime | None:
    """A time as Notify writes it (ISO 8601); None for anything else."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

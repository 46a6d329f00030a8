"""Reads the body of a call: ``{"type", "data"}``. Unknown types and fields are accepted and ignored."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.mention import Author, Media
from bot.ports import Edited, Gone, Incoming, Item, WebhookRefused

PRIVATE_KINDS = frozenset({"dm", "direct", "direct_message", "private", "private_message"})
"""However they are spelled: ``DM``, ``direct message`` and ``Direct-Message`` are meant too."""


def aware(at: datetime) -> datetime:
    """A time without a zone, or one nobody can have posted at, is refused; the rest become UTC."""
    if at.tzinfo is None:
        raise ValueError("needs a zone, for example 2026-11-20T09:00:00Z")
    if not 1990 <= at.year <= 2990:
        raise ValueError("is not a likely time")
    return at.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(aware)]
Identifier = Annotated[str, Field(min_length=1, max_length=500)]


class Lenient(BaseModel):
    """Fields added later by a sender are no fault."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class AuthorIn(Lenient):
    """Who wrote it."""

    id: Identifier
    name: str = Field(max_length=500)


class MediaIn(Lenient):
    """What came with it."""

    url: str = Field(max_length=4000, pattern=r"^https?://")
    alt: str = Field("", max_length=10_000)


class Created(Lenient):
    """``mention.created``."""

    id: Identifier
    text: str
    author: AuthorIn
    posted_at: Moment
    url: str = Field("", max_length=4000, pattern=r"^(https?://.*)?$")
    in_reply_to: str = Field("", max_length=500)
    language: str = Field("", max_length=35)
    kind: str = Field("webchat", max_length=40)
    media: list[MediaIn] = Field(default_factory=list, max_length=50)


class Changed(Lenient):
    """``mention.edited``."""

    id: Identifier
    text: str


class Deleted(Lenient):
    """``mention.deleted``."""

    id: Identifier


class Envelope(Lenient):
    """What every call is."""

    type: str
    data: dict[str, Any]


class CreatedCall(Lenient):
    """So that a fault is named ``data.author.id``, as the sender knows it."""

    type: Literal["mention.created"]
    data: Created


class ChangedCall(Lenient):
    """See CreatedCall."""

    type: Literal["mention.edited"]
    data: Changed


class DeletedCall(Lenient):
    """See CreatedCall."""

    type: Literal["mention.deleted"]
    data: Deleted


def items_in(body: bytes, now: datetime) -> tuple[Item, ...]:
    """What a call tells us; nothing for a type we do not know. Raises WebhookRefused(422) naming the fields."""
    call = read(body)
    try:
        match Envelope.model_validate(call).type:
            case "mention.created":
                return (incoming(CreatedCall.model_validate(call).data, body, now),)
            case "mention.edited":
                changed = ChangedCall.model_validate(call).data
                return (Edited(changed.id, changed.text, now, raw=body),)
            case "mention.deleted":
                return (Gone(DeletedCall.model_validate(call).data.id, now),)
            case _:
                return ()
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors()})
        raise WebhookRefused(422, "these fields are missing or not as they should be", fields) from error


def read(body: bytes) -> object:
    """The body as JSON, half characters replaced: many a site cuts a text in the middle of an emoji."""
    try:
        return whole(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise WebhookRefused(422, "the body is not JSON in UTF-8", ["body"]) from error


def whole(value: object) -> object:
    """The value with U+FFFD for each lone surrogate in its texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {str(whole(name)): whole(item) for name, item in value.items()}
    return value


def incoming(post: Created, body: bytes, now: datetime) -> Incoming:
    """A post as the core knows it. ``in_reply_to`` ties it to a conversation; without it, it begins one."""
    return Incoming(
        native_id=post.id,
        text=post.text,
        author=Author(post.author.id, post.author.name),
        posted_at=min(post.posted_at, now),
        url=post.url,
        in_reply_to=post.in_reply_to,
        language=post.language,
        kind=post.kind,
        private=re.sub(r"[\s_-]+", "_", post.kind.strip().casefold()) in PRIVATE_KINDS,
        media=tuple(Media("image", media.url, media.alt) for media in post.media),
        raw=body,
    )

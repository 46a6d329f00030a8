"""What passes between the core and the networks: posts in, replies out, and what each may turn out to be."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.mention import Author, Media
from bot.reply import Attachment, Audience

ADDED = "added"
"""The kind of what staff brought in themselves, which no feed told us of."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The post that another answers, for staff to read beside it. ``ours``: the account itself wrote it. What not all can
    read is ``private``, and does not stand beside what they can.
    """

    native_id: str
    author: Author
    text: str
    url: str = ""
    ours: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A post to or about us. ``conversation`` is the same for posts that belong together; ``native_id`` is for ever."""

    native_id: str
    text: str
    author: Author
    posted_at: datetime
    conversation: str = ""
    url: str = ""
    in_reply_to: str = ""
    language: str = ""
    kind: str = "mention"
    private: bool = False
    media: tuple[Media, ...] = ()
    raw: bytes = b""
    parent: Parent | None = None
    """What it answers, where the network lets us read that; ``in_reply_to`` is set too."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A post we were told of has other words now."""

    native_id: str
    text: str
    at: datetime
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Gone:
    """A post we were told of was deleted by its author or the network."""

    native_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """The account itself answered a post outside Tolbooth, such as from a colleague's phone. Our own replies come back this
    way too: whoever takes it in tells them apart by ``native_id``.
    """

    native_id: str
    in_reply_to: str
    text: str
    at: datetime
    url: str = ""


Item = Incoming | Edited | Gone | Answered


@dataclass(frozen=True, slots=True)
class Page:
    """What a read brought: oldest first, and where to carry on. ``more`` asks for the next page at once."""

    items: tuple[Item, ...]
    cursor: str | None
    more: bool = False
    wait: timedelta | None = None
    """The least time before the next page, longer than ``poll_every``: the network or a budget asks for it."""
    slowed: str = ""
    """Why it is read more slowly, in words for staff; empty while it is read at its own pace."""


@dataclass(frozen=True, slots=True)
class Held:
    """A post we hold, to be looked at once more."""

    native_id: str
    conversation: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """What a watch looks for: any of ``words`` (each one or more words in a row) or ``tags`` (without #), none of
    ``without``. Places are words.
    """

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A call to ``/hooks/{account}``, untouched."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What a call held and the answer to give once the items are stored. ``delivery_id`` is the same for a repeat."""

    items: tuple[Item, ...] = ()
    delivery_id: str = ""
    status: int = 202
    answer: Mapping[str, object] | str = field(default_factory=dict)
    content_type: str = "text/plain"
    """Of an ``answer`` in words."""
    others: tuple[str, ...] = ()
    """The ``own_id`` of other accounts that the call tells of, as one address is called for all of an app: each of them is
    given the call too, and believes it or not by its own secret and settings.
    """


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply on its way. ``key`` is the same on every try. It may first have arrived at ``first_sent_at``: a look begins
    a little before; and last at ``last_sent_at``: from then on a network may still be about to show it.
    """

    key: str
    text: str
    in_reply_to: str
    conversation: str
    created_at: datetime
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    audience: Audience = Audience.AS_ASKED
    """With AUTHOR it goes to ``author_id`` alone, or not at all."""
    author_id: str = ""
    media: tuple[Attachment, ...] = ()
    language: str = ""
    others: frozenset[str] = frozenset()
    """What our other replies in the conversation are known by on the network: none of them is this one."""
    private: bool = False
    """What it answers was said in private: it goes there in private too, or not at all, whatever ``audience`` says."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that a member of staff gave to the chat."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What a caller of one of our addresses is told."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Route:
    """An address a chat wants to be called at. ``limit`` is the largest body taken, in bytes."""

    method: str
    path: str
    answer: Callable[[Webhook], Awaitable[WebAnswer]]
    limit: int = 1 << 20


class Verdict(StrEnum):
    """What a look before sending found."""

    OK = "ok"
    GONE = "gone"
    CHANGED = "changed"
    NOT_ALLOWED = "not allowed"


@dataclass(frozen=True, slots=True)
class Preflight:
    """Whether the reply can go; ``reason`` is for staff, ``by_hand`` links to where a person can do it.

    ``items`` is what the look found out about the post: with CHANGED an Edited, with GONE a Gone.
    """

    verdict: Verdict
    reason: str = ""
    by_hand: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network gave back for what we sent."""

    native_id: str = ""
    url: str = ""


class Guarantee(StrEnum):
    """What makes a second try harmless, best first. OWN_ID and NATIVE_KEY may be repeated; the others must be looked up.

    Only with LOOKUP is ABSENT believed; with the last two a person decides about whatever is not found.
    """

    NATIVE_KEY = "native key"
    OWN_ID = "own id"
    LOOKUP = "lookup"
    EVIDENCE_ONLY = "evidence only"
    NONE = "none"


REPEATABLE = frozenset({Guarantee.NATIVE_KEY, Guarantee.OWN_ID})


@dataclass(frozen=True, slots=True)
class Found:
    """It is there."""

    receipt: Receipt


class NotFound(StrEnum):
    """ABSENT: proved not there, counting what may still appear. CANNOT_TELL: no evidence either way."""

    ABSENT = "absent"
    CANNOT_TELL = "cannot tell"


class WebhookRefused(Exception):
    """A call that is not believed or cannot be read: ``status`` is the answer, ``fields`` names what is wrong."""

    def __init__(self, status: int, reason: str, fields: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.fields = tuple(fields)

"""What the core asks of the outside: a network, a chat, the other copies of the bot, and a clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.card import Answer, Card, Notice
from bot.command import Command, Staff
from bot.form import Form
from bot.mention import Author, Media
from bot.reply import TextLimits


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Now: aware, UTC."""
        ...


# --- what a network tells us -------------------------------------------------------------------------------------


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


Item = Incoming | Edited | Gone


@dataclass(frozen=True, slots=True)
class Page:
    """What a read brought: oldest first, and where to carry on. ``more`` asks for the next page at once."""

    items: tuple[Item, ...]
    cursor: str | None
    more: bool = False


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply on its way. ``key`` is the same on every try; ``first_sent_at`` is when it may first have arrived."""

    key: str
    text: str
    in_reply_to: str
    conversation: str
    created_at: datetime
    first_sent_at: datetime | None = None


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
    NOT_ALLOWED = "not allowed"


@dataclass(frozen=True, slots=True)
class Preflight:
    """Whether the reply can go; ``reason`` is for staff, ``by_hand`` links to where a person can do it."""

    verdict: Verdict
    reason: str = ""
    by_hand: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network gave back for what we sent."""

    native_id: str = ""
    url: str = ""


class Guarantee(StrEnum):
    """What makes a second try harmless, best first. OWN_ID and NATIVE_KEY may be repeated; the others must be looked up."""

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


class Network(Protocol):
    """One account on one network. Every call may raise TryLater, Refused or SignInAgain; ``publish`` also Unsure."""

    limits: TextLimits
    guarantee: Guarantee
    settle: timedelta
    """How long a reply that cannot be seen may still appear."""
    poll_every: timedelta | None
    """How often to fetch; None for an account that only receives."""
    by_hand: bool
    """Replies are sent by a person on the network's own page."""
    speaks_as: str
    """The account as the public sees it, with the network: ``@harrowmere on X``."""

    async def fetch(self, cursor: str | None) -> Page:
        """What is new since ``cursor`` (None: the first time). Nothing is lost if the page is asked for again."""
        ...

    def receive(self, request: Webhook) -> Received:
        """Verify a call over its raw bytes and read it. Raises WebhookRefused."""
        ...

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Whether the reply can still go where it is meant to."""
        ...

    async def publish(self, reply: Outgoing) -> Receipt:
        """Send it, once. Raises Unsure when it may have arrived."""
        ...

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """Whether an earlier try arrived."""
        ...

    def reply_page(self, native_id: str, text: str) -> str:
        """Where a person can send this text by hand; empty where there is no such page."""
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with this account's settings and rights, each with its cure. Sends nothing."""
        ...


class WebhookRefused(Exception):
    """A call that is not believed or cannot be read: ``status`` is the answer, ``fields`` names what is wrong."""

    def __init__(self, status: int, reason: str, fields: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.fields = tuple(fields)


# --- a chat ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in a chat."""

    channel: str
    id: str


Run = Callable[[Command], Awaitable[Answer | Form]]
"""What a chat's listener is handed: one thing asked in, one answer or question out. Never raises UserError."""


class Chat(Protocol):
    """A chat product. The calls may raise TryLater, Refused, SignInAgain; those that post also Unsure."""

    name: str

    async def start(self, run: Run) -> None:
        """Sign in and begin to listen. Raises SettingsError when the credentials are not accepted."""
        ...

    async def stop(self) -> None:
        """Stop taking new work, finish what is in hand."""
        ...

    async def post(self, channel: str, what: Card | Notice, key: str, thread: MessageRef | None = None) -> MessageRef:
        """Say something in a channel, or under a message. ``channel`` is an id or a name."""
        ...

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Put a card in the place of what is there; saying the same again is harmless."""
        ...

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """Say something to one person, privately."""
        ...

    async def find_posted(self, channel: str, key: str, since: datetime) -> Found | NotFound:
        """Whether a post whose answer was lost is there."""
        ...

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles, at most 5 minutes old. Raises NotYours for anyone who is not full staff."""
        ...

    async def is_member(self, channel: str, staff: str) -> bool:
        """Whether the person is in the channel, at most 5 minutes old. False on doubt."""
        ...

    async def link_to(self, message: MessageRef) -> str:
        """Where a person can open this message; empty if unknown."""
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with the settings and rights here, each with its cure. Posts nothing."""
        ...

    def routes(self) -> Sequence[Route]:
        """Addresses this chat is called at; none when it holds the connection itself."""
        ...

    def health(self) -> Mapping[str, object]:
        """Whether it is listening, for /readyz. Calls nobody."""
        ...


# --- the other copies --------------------------------------------------------------------------------------------


class Peers(Protocol):
    """Hints between copies of the bot. Losing all of it loses nothing but a second."""

    async def lease(self, what: str, ttl: timedelta) -> bool:
        """Whether this copy may do ``what`` until ``ttl`` has passed; asking again renews. Saves work; never a lock."""
        ...

    async def spend(self, budget: str, per: timedelta, burst: int = 1) -> timedelta:
        """Take one from a budget that refills one each ``per``: zero when it was there, else how long to wait."""
        ...

    async def wake(self, loop: str) -> None:
        """Somebody has work for a loop, in whichever copy."""
        ...

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Return when woken, or after ``timeout`` (at most 1 s is waited: a lost wake-up costs a poll)."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

    def health(self) -> Mapping[str, object]:
        """Whether the others can be reached, for /readyz."""
        ...

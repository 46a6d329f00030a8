"""What the core asks of the outside: a network, a chat, the other copies of the bot, and a clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat import EVERYBODY, Chat, Known, Manner, Memory, MessageRef, Pace, Paper, Run
from bot.exchange import (
    REPEATABLE,
    Answered,
    Edited,
    File,
    Found,
    Gone,
    Guarantee,
    Held,
    Incoming,
    Item,
    NotFound,
    Outgoing,
    Page,
    Parent,
    Preflight,
    Query,
    Receipt,
    Received,
    Route,
    Verdict,
    WebAnswer,
    Webhook,
    WebhookRefused,
)
from bot.messenger import Message, Messenger, Way
from bot.reply import Abilities, Act, TextLimits

__all__ = [
    "EVERYBODY",
    "REPEATABLE",
    "Answered",
    "Chat",
    "Clock",
    "Edited",
    "File",
    "Found",
    "Gone",
    "Guarantee",
    "Held",
    "Incoming",
    "Item",
    "Known",
    "Manner",
    "Memory",
    "Message",
    "MessageRef",
    "Messenger",
    "Network",
    "NotFound",
    "Outgoing",
    "Pace",
    "Page",
    "Paper",
    "Parent",
    "Peers",
    "Preflight",
    "Query",
    "Receipt",
    "Received",
    "Route",
    "Run",
    "Verdict",
    "Way",
    "WebAnswer",
    "Webhook",
    "WebhookRefused",
]


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Now: aware, UTC."""
        ...


class Network(Protocol):
    """One account on one network. Every call may raise TryLater, Refused or SignInAgain; ``publish`` also Unsure."""

    limits: TextLimits
    abilities: Abilities
    """What else its replies can be: private, threads, with pictures; and what else can be done in public."""
    guarantee: Guarantee
    settle: timedelta
    """How long a reply that cannot be seen may still appear, from its last try on. ABSENT before that is not believed."""
    repeat_within: timedelta | None
    """How long after its first try a repeat with the same key is known for one; None: for ever, or there is no such key."""
    poll_every: timedelta | None
    """How often to fetch; None for an account that only receives."""
    by_hand: bool
    """Replies are sent by a person on the network's own page."""
    speaks_as: str
    """The account as the public sees it, with the network: ``@harrowmere on X``."""
    own_id: str
    """What its network calls the account, where one address is called for all accounts of an app; else empty."""

    async def fetch(self, cursor: str | None) -> Page:
        """What is new since ``cursor`` (None: the first time). Nothing is lost if the page is asked for again."""
        ...

    def receive(self, request: Webhook) -> Received:
        """Verify a call over its raw bytes and read it. Raises WebhookRefused."""
        ...

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What became of posts we hold: Edited with the words they have now, Gone, Answered; nothing of those that are as
        they were. Only where ``abilities.look_ups``, and at most ``at_once`` of them.
        """
        ...

    async def search(self, query: Query, cursor: str | None) -> Page:
        """Posts of the public that a watch looks for, as Incoming of kind ``watch``; None: from now on, or a little before.

        Our own posts, reshares, and what names the account (that comes by ``fetch``) stay out. Only where
        ``abilities.searches``.
        """
        ...

    async def ends_at(self) -> datetime | None:
        """When its sign-in ends unless a person renews it; None: never, or nobody can tell."""
        ...

    def post_at(self, url: str) -> str:
        """The native id of the post at an address that staff pasted; empty when it is none of this account's network."""
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

    async def read_back(self, native_id: str) -> Found | NotFound:
        """Whether a reply that was taken shows, looked at as anybody sees it. Only where ``abilities.reads_back``.

        Raises NotDelivered when it never will, and the network says so.
        """
        ...

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Hide, like, delete or edit a post; ``text`` is the new text of an edit. Only what ``abilities.acts`` has.

        Doing it twice is harmless: what is so already is done.
        """
        ...

    def reply_page(self, native_id: str, text: str) -> str:
        """Where a person can send this text by hand; empty where there is no such page."""
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with this account's settings and rights, each with its cure. Sends nothing."""
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

    async def pause(self, budget: str, wait: timedelta) -> None:
        """Let nobody take from a budget for so long: the other side asked for it. The longer of two pauses counts."""
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

    async def check(self) -> Sequence[str]:
        """What is wrong with what the copies agree through, each with its cure."""
        ...

    def health(self) -> Mapping[str, object]:
        """Whether the others can be reached, for /readyz."""
        ...

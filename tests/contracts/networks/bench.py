"""What a network brings to the contract: its adapter as it ships, and somebody else's side of it over a socket."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.clock import MovableClock
from bot.errors import OutsideError
from bot.ports import Network, Outgoing, Webhook
from integrations.http import Http


class Offers(StrEnum):
    """What a network has that some lack; the contract's tests for it run only where it is offered, and the table says so."""

    POLL = "poll"  # fetch brings posts
    CALLS = "calls"  # webhooks bring posts
    REPLIES = "replies"  # publish is possible through the API
    THREADS = "threads"  # posts answer posts, and a post's parent can be read
    EDITS = "edits"  # edits are followed: told, or found by look_up
    DELETIONS = "deletions"  # the same for deletions
    ELSEWHERE = "elsewhere"  # answers given outside are noticed
    BACKDATED = "backdated"  # a post may turn up later than its own time says
    PREFLIGHT = "preflight"  # a look before sending sees that the post is gone
    LOOKS = "looks"  # find_sent finds a reply whose answer was lost, or a repeat is harmless
    READ_BACK = "read back"
    LIMIT = "limit"  # the other side counts too, and refuses what is too long
    SEARCHES = "searches"


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """One row of a network's error table: the other side's answer to one call, and what it must be taken for."""

    name: str
    on: str
    """``read`` (fetch) or ``write`` (publish)."""
    status: int
    body: bytes
    raises: type[OutsideError]
    headers: Mapping[str, str] = field(default_factory=dict)
    at_least: timedelta | None = None
    """Of TryLater: how long must be waited."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply as the public sees it."""

    native_id: str
    text: str
    in_reply_to: str


@dataclass(frozen=True, slots=True)
class Calls:
    """How a network that calls us is tried: the same call as it should be, and spoilt."""

    made: Sequence[Webhook]
    """Calls for what happened since they were last asked for, signed as the network signs."""
    forged: Sequence[Webhook]
    """The same with another signature, with none, with a changed byte."""
    stale: Sequence[Webhook] = ()
    """The same, signed well, but too old to be believed, where the network's scheme has a time."""


class NetworkBench(Protocol):
    """One network under test. ``offers`` decides which tests run."""

    name: str
    offers: frozenset[Offers]
    errors: Sequence[ErrorCase]
    clock: MovableClock
    network: Network

    @property
    def settings(self) -> Mapping[str, object]:
        """The account's section of ``tolbooth.toml``: ``network`` is built from it, and ``api_url`` is its stand-in."""
        ...

    async def restart(self) -> Network:
        """The adapter built anew from the same settings, as after a restart; also kept as ``network``."""
        ...

    async def says(self, text: str, *, by: str = "ann", at: datetime | None = None, in_reply_to: str = "") -> str:
        """Somebody posts to us; the native id. ``at``: the time the post claims, if another than now."""
        ...

    async def edits(self, native_id: str, text: str) -> None:
        """Its author changes a post."""
        ...

    async def deletes(self, native_id: str) -> None:
        """Its author deletes a post."""
        ...

    async def answers_elsewhere(self, native_id: str, text: str) -> str:
        """A colleague answers from the network's own app; the native id of that answer."""
        ...

    def calls(self) -> Calls:
        """The calls the network would have made since this was last asked. Only with CALLS."""
        ...

    async def goes_wrong(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, on: str) -> None:
        """The next call that reads or writes (``on``) is answered so, and does nothing."""
        ...

    async def loses_the_answer(self) -> None:
        """The next write is carried out, and the line is cut before its answer."""
        ...

    def public(self) -> Sequence[Shown]:
        """Every reply of ours that the public can see, oldest first."""
        ...

    def outgoing(self, native_id: str, text: str, key: str = "r1") -> Outgoing:
        """A reply to a post, with whatever the network needs of it."""
        ...

    def finds(self, text: str) -> Awaitable[str]:
        """Somebody posts words that a watch would find, without naming us; the native id. Only with SEARCHES."""
        ...


Opened = Callable[[Http, MovableClock], AbstractAsyncContextManager[NetworkBench]]
"""What a network's module in this folder has as ``open_bench``: starts its stand-in, and stops it."""

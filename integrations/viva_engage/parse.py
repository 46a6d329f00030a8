"""What Viva Engage sends, as plain values; ``reading_json`` makes them of wild JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

POLL = timedelta(seconds=60)
PAGE = 20
"""How many messages Viva Engage gives at once."""
A_GUEST = -1
"""In the place of a home network: Viva Engage says it is a guest."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, as Viva Engage has them. ``network`` is their home network: another than ours is a guest's, 0 not told."""

    id: int
    name: str
    email: str
    """Lower case; empty where it is not told."""
    is_active: bool
    network: int


@dataclass(frozen=True, slots=True)
class Community:
    """A community. ``is_private``: only its members can read it; False on doubt."""

    id: int
    name: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Ids run upwards through all of a network's messages and pass 2^53."""

    id: int
    sender: int
    thread: int
    """The id of the message that began the thread: its own, where it began it."""
    group: int | None
    """The community; None outside any."""
    at: datetime
    plain: str
    parsed: str
    """The same with people as ``[[user:123]]``."""
    replied_to: int | None = None
    attachments: tuple[str, ...] = ()
    """Their names."""
    is_direct: bool = False
    between: frozenset[int] = frozenset()
    """Everybody in its private conversation, where the page tells."""
    is_system: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One page, oldest first."""

    messages: tuple[Message, ...]
    people: Mapping[int, User] = field(default_factory=dict)
    starters: Mapping[int, int] = field(default_factory=dict)
    """Who began which thread, where the page tells."""
    older: bool = False
    """Whether there are older ones still."""
    me: int = 0
    poll_each: timedelta = POLL
    """How often it asks to be read, at least POLL."""
    oldest: int = 0
    """The lowest id on the page, that of a message which could not be read too; 0 on an empty one."""
    unread: int = 0
    """How many messages on it could not be read."""

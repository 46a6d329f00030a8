"""What the core asks of a chat product, and what a chat may say of how it is used."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.card import Answer, Card, Digest, Notice
from bot.command import Command, Staff
from bot.exchange import File, NotFound, Route
from bot.form import Form


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in a chat. ``shared``: it holds several cards, so that what is said under it has to name the mention."""

    channel: str
    id: str
    shared: bool = False


Run = Callable[[Command], Awaitable[Answer | Form]]
"""What a chat's listener is handed: one thing asked in, one answer or question out. Never raises UserError."""


class Known(StrEnum):
    """What a chat has under somebody's id. Only CLOSED proves by itself that they left: UNKNOWN may be another workspace."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pace:
    """One each ``per``, and up to ``burst`` at once after a rest."""

    per: timedelta
    burst: int


def anybody(_staff: str) -> bool:
    """Every id may be one of its people."""
    return True


@dataclass(frozen=True, slots=True)
class Manner:
    """How a chat is used. As it stands: it hears at once, takes words channel by channel, and has forms."""

    reads_each: timedelta = timedelta(0)
    """How long what staff write may lie until it is read. Above zero, a ping takes its person's other ways at once too."""
    pace: Pace | None = None
    """One pace for all that is said in it, wherever; None: channel by channel, person by person, as the core has it."""
    together: int = 1
    """How many cards one message may hold when many wait."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """What is typed for ``mention`` and each short command; empty: as the settings call them."""
    reaches: Callable[[str], bool] = anybody
    """Whether an id can be one of its people: by its looks and the settings, without asking."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page for staff says of a chat in which all is typed: how, how soon it is read, how a card looks there."""

    commands: Mapping[str, str]
    reads_each: timedelta
    draws: Callable[[Card], str]


EVERYBODY = Manner()
"""A chat that is used as most are."""


class Memory(Protocol):
    """What a chat keeps through a restart: small texts by name. What is about one mention goes when that is erased."""

    async def recall(self, name: str) -> str | None:
        """What was last kept under a name; None when nothing is. Raises Busy."""
        ...

    async def recall_all(self, beginning: str) -> Mapping[str, str]:
        """Everything whose name begins so. Raises Busy."""
        ...

    async def keep(self, name: str, value: str, ref: str = "") -> None:
        """Keep this in the place of what was there, as being about a mention if one is named. Raises Busy."""
        ...

    async def forget(self, name: str) -> None:
        """Keep nothing under a name. Raises Busy."""
        ...


class Chat(Protocol):
    """A chat product. The calls may raise TryLater, Refused, SignInAgain; those that post also Unsure."""

    name: str
    manner: Manner

    async def start(self, run: Run | None) -> None:
        """Sign in and begin to listen; with None only to speak. Raises SettingsError when the credentials are refused."""
        ...

    async def stop(self) -> None:
        """Stop taking new work, finish what is in hand."""
        ...

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Say something in a channel, or under a message. ``channel`` is an id or a name.

        A Digest only where ``manner.together`` is above one; each of its cards is then to be found by its own key.
        """
        ...

    async def redraw(self, message: MessageRef, card: Card) -> MessageRef | None:
        """Have a card say what is so now; saying the same again is harmless. Where it is from now on, if somewhere else."""
        ...

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """Say something to one person, privately."""
        ...

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """Where a post whose answer was lost is, in the channel or under a message."""
        ...

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles, at most 5 minutes old. Raises NotYours for anyone who is not full staff."""
        ...

    async def knows(self, staff: str) -> Known:
        """Whether there is such an account, asked anew. Raises OutsideError whenever that cannot be said for certain."""
        ...

    async def keep_group(self, group: str, people: Sequence[str]) -> None:
        """Have a user group hold these people and nobody else, but for those who have left. Never Unsure, and never emptied.

        Raises Refused where that cannot be done here at all.
        """
        ...

    async def file(self, file_id: str, largest: int) -> File:
        """A file that staff gave with a form. Raises Refused when it is larger than ``largest`` bytes, or gone."""
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

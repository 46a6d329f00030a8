"""What a chat brings to the contract: its adapter as it ships, and the side of its people over a socket."""

from asyncio import Task
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.clock import MovableClock
from bot.ports import Chat, MessageRef
from tests.contracts.chats.desk import Desk

CHANNEL, SHUT_OUT = "mentions", "elsewhere"
"""Where cards appear, and a channel the bot is not in."""


class ChatOffers(StrEnum):
    """What a chat has that some lack; the contract's tests for it run only where it is offered."""

    FINDS = "finds"  # a post whose answer was lost can be looked for
    IN_PLACE = "in place"  # a card is changed where it stands
    DIGESTS = "digests"  # one message may hold several cards
    OVERHEARS = "overhears"  # words under a card are heard without naming the bot
    READS = "reads"  # it is read now and then, and reading may go wrong


class Trouble(StrEnum):
    """What goes wrong with a call."""

    WAIT = "asked to wait 17 seconds"
    TOKEN = "token not accepted"
    BROKEN = "broken, and nothing was done"
    HALF = "done, and answered as broken"
    LOST = "done, and the line is cut before the answer"
    UNHEARD = "the line is cut before anything is done"
    GARBAGE = "a web page in place of an answer"


class On(StrEnum):
    """Which calls it goes wrong with."""

    POST = "post"
    REDRAW = "redraw"
    PERSON = "person"
    MEMBERS = "members"
    LOOK = "look"
    SIGN_IN = "sign in"


class Wrong(StrEnum):
    """What is wrong with the settings a chat is built from."""

    NOTHING = ""
    TOKEN = "token"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours as colleagues see it."""

    id: str
    text: str
    under: str = ""
    """The message it stands under."""
    links: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    """The verbs it shows that can be pressed, or typed."""


class Person(Protocol):
    """Somebody at the keyboard. How they do it is the chat's business."""

    id: str

    async def asks(self, line: str, *, under: MessageRef | None = None, privately: bool = False) -> str:
        """Ask for something, as ``claim 142``, in the channel, under a message or in private; what they see come of it."""
        ...

    async def says(self, words: str, *, under: MessageRef | None = None) -> None:
        """Say something to colleagues, in the channel or under a message."""
        ...

    async def presses(self, label: str, on: MessageRef | None = None) -> str:
        """Press a button on a message in the channel, else on what they see; what they see come of it."""
        ...

    async def fills_in(self, answers: Mapping[str, str]) -> str:
        """Answer the questions before them, by label (a choice by its label too), and send them in."""
        ...

    def sees(self) -> list[str]:
        """What was put before them since they last did something, oldest first."""
        ...

    def was_told(self) -> list[str]:
        """All that was ever said to them alone, oldest first."""
        ...


class ChatBench(Protocol):
    """One chat under test, listening. Priya and Dev are colleagues, Morag leads; Gus is a guest, Zoe strange, Lee gone."""

    name: str
    offers: frozenset[ChatOffers]
    clock: MovableClock
    chat: Chat
    desk: Desk

    @property
    def secrets(self) -> Sequence[str]:
        """What nobody may ever read in a log."""
        ...

    @property
    def calls(self) -> int:
        """How many calls of ours there were so far."""
        ...

    def another(self, wrong: Wrong = Wrong.NOTHING) -> Chat:
        """The adapter built anew, not started: from the same settings, or with something wrong in them."""
        ...

    async def faults(self, wrong: Wrong = Wrong.NOTHING) -> list[str]:
        """What a check finds wrong, but for the stand-in's machine having another time than the clock."""
        ...

    def person(self, name: str) -> Person:
        """Somebody, by the first name in small letters."""
        ...

    def adds(self, name: str, shown_as: str) -> Person:
        """A new colleague; others may be called the same."""
        ...

    def nobody(self) -> str:
        """An id as ids look here, which nobody has."""
        ...

    def ourselves(self) -> str:
        """The id the chat gives to our own account."""
        ...

    def leaves(self, name: str) -> None:
        """Somebody's account is closed, and nobody tells us."""
        ...

    def shown(self, channel: str = CHANNEL) -> list[Shown]:
        """All of ours that is to be seen in a channel, oldest first, what stands under messages too."""
        ...

    def notified(self) -> list[str]:
        """The ids of whom words of ours named or called, in the channel."""
        ...

    def deletes(self, message: MessageRef) -> None:
        """A colleague with the right to do it deletes a message of ours."""
        ...

    def copies(self, text: str) -> None:
        """A colleague writes these very words into the channel, for whatever reason."""
        ...

    def shuts(self, channel: str) -> None:
        """The channel is no longer there to be written to."""
        ...

    def goes_wrong(self, trouble: Trouble, on: On, times: int = 1) -> None:
        """The next calls of this kind go wrong."""
        ...

    def calms(self) -> None:
        """Nothing more goes wrong."""
        ...

    async def restarts(self) -> None:
        """The chat stops, and another begins where it was."""
        ...

    async def heard(self) -> None:
        """A while passes in which whatever was said is heard, also what has to be delivered again."""
        ...

    async def idles(self) -> None:
        """Some minutes pass with nothing to do."""
        ...

    async def passes(self, work: Task[None]) -> None:
        """As much time passes as some work takes that waits for the clock. Raises what it raises."""
        ...

    async def delivers_again(self) -> None:
        """What was said is delivered once more, and in another order where there is one."""
        ...


Opened = Callable[[MovableClock], AbstractAsyncContextManager[ChatBench]]
"""What a chat's module in this folder has as ``open_bench``: starts its stand-in and the chat, and stops them."""

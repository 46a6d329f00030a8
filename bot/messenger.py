"""Another way to a member of staff than the chat: a short message of ours, by text or e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.exchange import Found, NotFound


class Way(StrEnum):
    """How a person is reached when the chat does not reach them."""

    TEXT = "text"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Message:
    """A short message of ours to one member of staff. ``key`` is the same on every try; ``subject`` is for e-mail."""

    to: str = field(repr=False)
    subject: str
    text: str
    key: str


class Messenger(Protocol):
    """A service that carries such messages one way. Never the public’s words: others see it on a locked screen."""

    name: str
    way: Way

    async def send(self, message: Message) -> str:
        """Send it, once, and return its id there. Raises TryLater, Refused, SignInAgain, or Unsure when it may have left."""
        ...

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:
        """Whether an earlier try left."""
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with the settings and rights here, each with its cure. Sends nothing."""
        ...

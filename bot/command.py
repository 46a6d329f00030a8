"""What a person asked of the bot, whichever way they asked: typed, pressed or sent in on a form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import NeedsMore
from bot.words import typed


class Role(StrEnum):
    """What a person may do beyond what every responder may."""

    LEAD = "lead"
    DUTY = "duty"
    APPROVER = "approver"
    ADMIN = "admin"
    TRAINEE = "trainee"
    """Whose replies a colleague approves."""
    PUBLISHER = "publisher"
    """Named in ``staff.may_reply``."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A full member of the organisation's workspace, as the chat named them when they acted."""

    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()
    """Groups, of those whose replies need approval, that the person is in; one that cannot be looked up counts."""

    def has(self, *roles: Role) -> bool:
        """Whether the person has any of these roles."""
        return not self.roles.isdisjoint(roles)


class Way(StrEnum):
    """How it was asked. A form can be opened from all but a message."""

    TYPED = "typed"
    PRESSED = "pressed"
    SENT_IN = "sent in"
    SAID = "said"
    HAPPENED = "happened"
    """Nobody asked: the chat itself says that it is so."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was asked. ``thread`` is the chat's id of the message it was said under; ``ref`` the mention that is."""

    chat: str
    channel: str
    thread: str = ""
    ref: str = ""
    message: str = ""
    """The chat's id of the message whose button was pressed; empty for one that only this person sees."""
    said_at: datetime | None = field(default=None, compare=False)
    """When that message was posted, where the chat tells."""


REFERENCE = re.compile(r"^[#]?(?:m-?)?(\d{1,9})$", re.IGNORECASE)


def reference(word: str) -> str | None:
    """``142``, ``#142``, ``m142`` and ``M-142`` are all ``M-142``; anything else is None."""
    found = REFERENCE.match(word.strip().rstrip(".,:;"))
    return f"M-{int(found.group(1))}" if found else None


SAID_THERE = "said there"
"""In the context of a note that stands in its mention's thread already: it is not said there again."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked. ``key`` is the same when the chat delivers the same thing again."""

    verb: str
    text: str
    by: Staff
    at: Place
    key: str
    way: Way = Way.TYPED
    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)

    def ref_and_rest(self) -> tuple[str, str]:
        """The mention meant and the words after it. Raises NeedsMore when no mention is named and none is at hand.

        Under a card, a bare number before other words is one of the words: ``close 2 streets have this`` closes that card.
        """
        first, _, rest = self.text.strip().partition(" ")
        ref = reference(first)
        counts_something = self.at.ref and rest and first.isdigit()
        if ref and not counts_something:
            return ref, rest.strip()
        if self.at.ref:
            return self.at.ref, self.text.strip()
        example = typed(self.verb, 142)
        if first:
            raise NeedsMore(f"“{first[:40]}” is not a mention. Write its number, for example: {example}")
        raise NeedsMore(f"Which mention? Write its number, for example: {example}")

    def word(self) -> tuple[str, "Command"]:
        """The first word, lower case, and the same command without it."""
        first, _, rest = self.text.strip().partition(" ")
        return first.lower(), replace(self, text=rest.strip())

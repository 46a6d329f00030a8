"""What one copy of the bot does: everything, or some of the roles that several copies share."""

from collections.abc import Sequence
from enum import StrEnum

from bot.errors import SettingsError


class CopyRole(StrEnum):
    """A part of the work that a copy may have to itself. Every copy says how it is, and stops when it is out of date."""

    WEB = "web"
    """Takes webhooks, and the calls of a chat that calls us."""
    LISTEN = "listen"
    """Reads the accounts that are asked, and holds the connection of a chat that does not call us."""
    DELIVER = "deliver"
    """Tells staff and the public."""
    ESCALATE = "escalate"
    """Pings, seals the record, and notes what a restore is noticed by."""


ALL = frozenset(CopyRole)


def roles_of(given: Sequence[str]) -> frozenset[CopyRole]:
    """The roles of a copy, each word one or several with commas between; all when none is named. Raises SettingsError."""
    named = [word.strip().lower() for words in given for word in words.split(",") if word.strip()]
    if unknown := [word for word in named if word not in ALL]:
        raise SettingsError(f"--role: {unknown[0]!r} is not one of {', '.join(CopyRole)}")
    return frozenset(CopyRole(word) for word in named) or ALL

"""Who is in a stand-in workspace, and what each of them may let the app do for a moment."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Member:
    """Somebody in the workspace, or in one it shares a channel with (``team`` is then another's id)."""

    id: str
    handle: str
    name: str
    team: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    email: str | None = None


@dataclass(slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    members: list[str]


@dataclass(slots=True)
class Trigger:
    """Leave to open one view, for three seconds."""

    id: str
    user: str
    until: datetime
    used: bool = False

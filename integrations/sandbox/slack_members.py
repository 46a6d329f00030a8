"""Who is in a stand-in workspace, what each put there, and may let the app do for a moment."""

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class StoredFile:
    """A file somebody put in. ``is_ready`` is false until Slack has taken all of it."""

    id: str
    name: str
    mimetype: str
    user: str
    content: bytes = field(repr=False)
    is_ready: bool = True
    is_deleted: bool = False
    told: dict[str, object] = field(default_factory=dict)
    """What apps are told of it that is not so."""

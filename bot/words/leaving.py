"""What leads read of how far the handing on of a leaver's things has come, and of what hangs on one person. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line
from bot.words import excerpt, typed, when

SHOWN = 12
WHO = f"Say who leaves: {typed('leaver', '@name')}"
NOBODY_YET = "Nobody has handed on what they have. To see it, and to do so: "
SEEN_BY = (
    "Done: Tolbooth sees that it is. Claimed, not verified: the settings name somebody else, and nobody has signed in "
    "since. Their name stays in the record of all they did."
)
VERIFY = f"When somebody has signed in to an account and looked round: {typed('accounts', 'verified NAME')}"
NOTHING_HANGS = "Nothing hangs on one person, as far as Tolbooth can see."
ABOUT_RISK = "This is about what would be lost, not about who did how much. To see what one person has: "


def nobody_called(person: str) -> str:
    """A name that nobody has who was ever met."""
    return f"Tolbooth has met nobody called {excerpt(person, 40)}. {WHO}"


def not_handed_on(person: str) -> Line:
    """Nobody has."""
    return (NOBODY_YET, typed("leaver", f"<@{person}>"))


def handed_on_when(at: datetime, by: str, why: str, zone: ZoneInfo) -> Line:
    """When and by whom."""
    reason = f": {why}" if why else ""
    return (f"Handed on by {by} on ", when(at, zone), reason)


def some(items: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more


def still_theirs(name: str, person: str, left: Sequence[tuple[str, Sequence[str]]]) -> str:
    """To the leads, once, some days after a last day."""
    each = "\n".join(f"{what}{f': {some(about)}' if about else ''}" for what, about in left)
    look = typed("leaver", f"<@{person}> check")
    return f"Some days after {name}'s things were handed on, these are theirs still:\n{each}\nTo see all of it: {look}"

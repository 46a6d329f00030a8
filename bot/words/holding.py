"""What staff read about holds: what is kept although its time is over, why, and until when. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.words import excerpt, typed

S77 = (
    "Deleting what somebody asked for, so that they do not get it, is an offence (section 77 of the Freedom of Information "
    "Act 2000; section 65 of the Scottish Act of 2002; section 173 of the Data Protection Act 2018)."
)
"""Beside a preview of what would be erased."""
NOTHING_HELD = f"Nothing is on hold. To keep the words of a mention: {typed('keep', '142 why')}"
DELETED_BUT_KEPT = "Deleted by its author; its words are kept here, under a hold or for a right · "
"""On the card of what its author deleted while something keeps it."""
GONE_BUT_KEPT = (
    "The author deleted the post. Its words are kept here all the same, under a hold or because a right was claimed in it: "
    "deleting what has been asked for is an offence."
)
GOES_TOO = "Its author deleted it. Nothing else keeps its words: once this ends they are erased at once, for good."
ENDS_WHY = "Say why it can end, for whoever asks later."
WENT_TOO = "What its author had deleted is erased now."
ANOTHER = "Nothing has ended yet. To put a hold there instead, begin its reason with another word than “end”."
STAYS = "Its words are kept all the same:"
PAST = "That day is past. Write one ahead, such as 2027-03-31"
TIME_OVER = "its time was over"
DEEDS = {"keep": "put a hold on its words", "let_go": "ended the hold on its words"}
"""In the record."""


def held_until(why: str, until: datetime | None) -> str:
    """A hold, in a list of why something stays."""
    return f"on hold until {until:%Y-%m-%d}: {why}" if until else f"on hold until somebody ends it: {why}"


def held_by_right(kind: str, due_on: str) -> str:
    """A right, in the same list; ``kind`` is its id in the data of clocks."""
    return f"an open right ({kind}), answer by {date.fromisoformat(due_on):%Y-%m-%d}: kept until its outcome is noted"


def until_when(until: datetime | None, zone: ZoneInfo) -> str:
    """``until 31 Jan 2027``, or until somebody ends it."""
    local = until.astimezone(zone) if until else None
    return f"until {local.day} {local:%b %Y}" if local else "until somebody ends it"


def line(ref: str, row: Mapping[str, object], name: str, zone: ZoneInfo) -> Line:
    """A hold on a line."""
    until = row["until"] if isinstance(row["until"], datetime) else None
    why = excerpt(str(row["why"]), 120) or "(words erased)"
    return (Strong(f"{ref}"), f" · {until_when(until, zone)} · {name}: {why}")


def kept(ref: str, until: datetime | None, zone: ZoneInfo) -> str:
    """To the one who put it there."""
    stays = f"The words of {ref} are kept {until_when(until, zone)}, also if its author deletes them."
    return f"{stays} A team lead can end that."


def ended(ref: str) -> str:
    """To the one who ended it."""
    return f"The hold on {ref} is over: its words are kept as long as any other."


def every_hold(ref: str) -> str:
    """Above what a team lead is about to end."""
    return f"This ends every hold on {ref}:"


def to_keep(ref: str) -> str:
    """Beside what would go."""
    return f"To keep them: {typed('keep', f'{ref[2:]} why')}"


def not_as_shown(ref: str) -> str:
    """More would end, or be erased, than was shown."""
    return f"Nothing has ended: something about {ref} changed since you looked. Look at it again, as it is now."


def too_long(length: int, most: int) -> str:
    """A reason that is a story."""
    return f"That reason has {length} letters, and {most} is the most. Say it shorter; a note holds the rest."


def not_on_hold(ref: str) -> str:
    """Nothing to end."""
    return f"{ref} is not on hold. What is: {typed('keep')}"


def erased_already(ref: str) -> str:
    """Too late."""
    return f"The words of {ref} are erased already, so there is nothing to keep. The record of what was done stays."


def no_such_day(text: str) -> str:
    """A day that cannot be read."""
    return f"“{text[:20]}” is not a day. Write one such as 2027-03-31"


def needs_why(number: str) -> str:
    """A hold is explained."""
    return f"Say why it must be kept, for whoever asks later: {typed('keep', f'{number} why until 2027-03-31')}"

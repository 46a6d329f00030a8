"""Every sentence of looking for something in what was said and answered."""

from collections.abc import Sequence

from bot.words import excerpt, typed

EXAMPLES = f"For example: {typed('find', 'mill road bins')}, or {typed('find', 'flood* -film network:x from:monday')}"
NO_WORDS = f"Say what to look for, in words. {EXAMPLES}"
ONLY_WITHOUT = f"Say what to look for besides what to leave out. {EXAMPLES}"
NO_TIME_BETWEEN = "There is no time between those two days: from: is the first day, until: the last."
NEEDS_REASON = (
    "Looking for a member of the public needs a reason, which goes on the record: write it at the end, for example: "
    f"{typed('find', 'author:loutranter because they ask what we hold about them')}"
)
SHORT_NAME = "Two letters are in half of all names. Write three or more of the name or handle."
REASON_NAMES = "The reason stays on the record, and the person’s name need not. Write the reason without their name."
NOTHING = "Nothing you can read holds all of that."
NEAREST = "Nothing you can read holds all of that. Nearest to it:"
AS_FAR = "Nothing among the newest. Older ones are looked through with the button."
KEPT = "(deleted by its author, and kept by a hold or a right)"
NOTHING_LIKE = "Nothing else that you can read is like it."
FILTERS = (
    '"a phrase" · -without · begin* · network: · account: · topic: · by: (a colleague) · from: · until: · state: · '
    "author: … because …"
)
ON_RECORD = "That you looked for this person, and why, is on the record."
IN_A_FORM = "Finding has a form, with a box for each filter."
WHERE = {"added": "added later: ", "replied": "our reply: ", "noted": "a note: "}
"""What stands before an excerpt that is not from the mention's own words."""
FORM_NOTE = "Fill in what you know and leave the rest empty."
AUTHOR_HINT = "A name or handle. Needs the reason below; both that you looked and why go on the record."
WORDS_HINT = '"a phrase" in quotes; -word leaves out; begin* finds beginnings'
DAY_HINT = "Such as 2026-11-17, 17 Nov, monday or 7d"


def unread(count: int) -> str:
    """What came in is not all read yet."""
    return f"{count:,} of the newest changes are still being read, and cannot be found yet. Look again in a while."


def too_long(used: int, most: int) -> str:
    """More than anybody types."""
    return f"That is {used:,} characters, and {most:,} can be looked for. Use the few words that matter most."


def too_many(most: int) -> str:
    """More words than are looked for."""
    return f"That is more than {most} words. Use the few that matter most."


def no_filter(name: str, near: str, names: Sequence[str]) -> str:
    """A filter there is not."""
    meant = f"Did you mean {near}:? " if near else ""
    filters = ", ".join(f"{one}:" for one in names)
    return f"There is no filter {excerpt(name, 20)}: here. {meant}There are {filters}. Words with a colon go in quotes."


def not_without(name: str) -> str:
    """A filter with a minus sign before it."""
    return f"Only words can be left out with -, not {name}: filters."


def which_value(name: str) -> str:
    """A filter with nothing after it."""
    return f"Say which, right after {name}: and without a blank. Words with blanks go in quotes."


def none_called(what: str, value: str, near: str, names: Sequence[str]) -> str:
    """A value that a filter cannot have."""
    meant = f" Did you mean {near}?" if near else ""
    return f"There is no {what} “{excerpt(value, 40)}” here.{meant} There are {', '.join(names)}."


def no_day(value: str) -> str:
    """A day that cannot be read."""
    return f"“{excerpt(value, 30)}” is no day. {DAY_HINT}."


def no_colleague(value: str) -> str:
    """A person nobody knows."""
    return f"“{excerpt(value, 40)}” is nobody’s name here, or more than one’s. Name a colleague with @ after by:"


def like(ref: str) -> str:
    """The heading of what is like a mention."""
    return f"Most like {ref}:"

"""Questions put to a person: a chat draws them as its own kind of form, or asks them one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.card import Body, Button
from bot.reply import MediaRules

BOX = 3000
"""What a box for words holds, in units of UTF-16, as chats count it: an emoji is two of them or more."""


def units(text: str) -> int:
    """How much of a box a text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str) -> bool:
    """Whether a box holds all of it. What it cannot hold whole is never put into one: what came back would be cut."""
    return units(text) <= BOX


@dataclass(frozen=True, slots=True)
class Field:
    """One answer wanted. ``choices`` maps value to label; without them it is words, on ``lines`` lines.

    ``several``: any number of the choices, given back with commas between. ``files``: pictures, given back as the chat's ids
    with commas between. ``keeps``: what is typed is sent as it is typed, with step ``keep``, so that nothing is lost when
    the form is closed.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    lines: int = 1
    max_length: int = BOX
    several: bool = False
    files: MediaRules | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Submitting it runs ``verb`` with ``step``, the values by field name, and ``context`` given back unchanged.

    Without ``submit`` there is nothing to send in: it only tells, and may carry buttons.
    """

    verb: str
    step: str
    title: str
    submit: str = ""
    body: Body = ()
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    only_shows: bool = False
    """Sent in it changes nothing: what was filled in is shown first. A chat that asks one by one need not ask whether to."""
    buttons_first: bool = False
    """The buttons fill in the fields, so they stand above them."""

"""What staff see, in no product's terms: a chat draws these its own way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's own zone where the chat can; ``local`` is the organisation's local time in words."""

    at: datetime
    local: str


@dataclass(frozen=True, slots=True)
class Ping:
    """A member of staff named so that the chat notifies them."""

    staff: str
    name: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of ours that carry weight."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go. ``url`` may come from outside: a chat draws it only if it is http or https."""

    url: str
    label: str


Part = str | When | Ping | Strong | Link
"""A plain ``str`` may hold anybody's words: a chat must never parse it as markup."""
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, set apart; may run over many lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words to be read letter by letter: set in a fixed width."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture with words beside it, such as an account's own. ``url`` is from the settings, never the public's."""

    url: str
    alt: str
    beside: Line = ()


Body = Sequence[Line | Quote | Code | Picture]


class Weight(StrEnum):
    """How a button stands out: one PRIMARY a message at most."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it runs ``verb`` on ``ref`` (``argument`` follows), or opens ``url`` if there is one."""

    label: str
    verb: str
    ref: str = ""
    argument: str = ""
    weight: Weight = Weight.PLAIN
    confirm: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A mention as drawn in a channel: at most six lines and four buttons."""

    ref: str
    version: int
    heading: Line
    quote: str
    answers: Line = ()
    """What the post is an answer to, where that stands elsewhere; drawn before the quote."""
    media: Line = ()
    status: Line = ()
    footer: Line = ()
    buttons: tuple[Button, ...] = ()
    summary: str = ""
    full_text_in_thread: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """Several cards in one message, for a chat that takes few messages: each with the key it is looked for by."""

    cards: tuple[tuple[Card, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said to staff: in a thread, a channel or privately."""

    body: Body
    buttons: tuple[Button, ...] = ()

    @property
    def plain(self) -> str:
        """The words without layout, for a notification or a terminal."""
        return "\n".join(plain(piece) for piece in self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is told, privately, about what they asked for."""

    body: Body
    buttons: tuple[Button, ...] = ()
    card: Card | None = None
    card_says_it: bool = field(default=False)
    """The card in the channel will show this: a press on that card needs no answer of its own."""
    replaces: bool = False
    """The message whose button was pressed has done its work: put this in its place."""

    @property
    def plain(self) -> str:
        """The words without layout, for a terminal."""
        return "\n".join(plain(piece) for piece in self.body)


def plain(piece: Line | Quote | Code | Picture | Part) -> str:
    """The words of one piece, without layout."""
    match piece:
        case str():
            return piece
        case When():
            return piece.local
        case Ping():
            return piece.name
        case Link():
            return piece.label
        case Strong() | Code():
            return piece.text
        case Picture():
            return plain(piece.beside)
        case Quote():
            return "> " + piece.text.replace("\n", "\n> ")
        case _:
            return "".join(plain(part) for part in piece)

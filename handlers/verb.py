"""What a verb is: its name, what runs it, and what help says of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.card import Answer
from bot.form import Form
from bot.house import House


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to ask for. ``deed`` verbs come first in help; ``more`` ones are
    listed by ``help more``; ``hidden`` ones are reached by buttons."""

    name: str
    run: Callable[..., Awaitable[Answer | Form]] | Callable[..., Any]
    usage: str = ""
    summary: str = ""
    deed: bool = False
    hidden: bool = False
    more: bool = False
    shown_if: Callable[[House], bool] | None = None
    """Whether help lists it in this organisation: what nobody set up is left out, but answers all the same."""

    ways: Sequence[tuple[str, str]] = ()
    """For a verb that does several things: what to type after it for each, and what comes of it."""

    def is_listed(self, house: House) -> bool:
        """Whether help shows it."""
        return not self.hidden and (self.shown_if is None or self.shown_if(house))

"""What a verb is: its name, what runs it, and what help says of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.card import Answer
from bot.form import Form


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

"""``tolbooth staff-page``: the side of paper for staff, for the chat that is set up."""

from bot.registry import found
from bot.settings.file import Loaded
from bot.wiring import REGISTERED, STAFF_PAGES, TYPED


def staff_page(loaded: Loaded) -> str:
    """Where the only chat is one in which all is typed, how that is done; else what to press, and what to type."""
    pressed, typed = STAFF_PAGES
    only = next(iter(loaded.chats)) if len(loaded.chats) == 1 else ""
    paper = REGISTERED.chats[only].paper if only else ""
    return typed(loaded.core, found(paper)(loaded.chats[only], TYPED)) if paper else pressed(loaded.core)

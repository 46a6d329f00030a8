"""A button that only opens a page: nothing is to be done here."""

from bot.card import Answer
from bot.command import Command
from bot.desk import Desk


async def look(_command: Command, _desk: Desk) -> Answer:
    """The page has opened in the person's browser."""
    return Answer((), card_says_it=True)

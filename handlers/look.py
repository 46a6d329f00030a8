"""A button that only opens a page: nothing is to be done here."""

from bot import words
from bot.card import Answer
from bot.command import Command, Way
from bot.desk import Desk


async def look(command: Command, _desk: Desk) -> Answer:
    """The page has opened in the person's browser; words typed have opened nothing."""
    if command.way is Way.PRESSED:
        return Answer((), card_says_it=True)
    return Answer(((f"That is a button that opens a page. To read a mention here: {words.typed('show', 142)}",),))

"""The bare command - what waits now, and the things most often done next."""

from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from handlers.queue import body

SHOWN = 8


async def menu(_command: Command, desk: Desk) -> Answer:
    """The head of the queue with buttons."""
    lines = tuple(body(await desk.report()))[:SHOWN]
    buttons = (
        Button("Show Next", "next", weight=Weight.PRIMARY),
        Button("Whole Queue", "queue"),
        Button("Handover", "handover"),
        Button("Help", "help"),
    )
    return Answer(lines, buttons)

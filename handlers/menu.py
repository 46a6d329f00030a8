"""The bare command - what waits now, and the things most often done next."""

from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from handlers.queue import body

SHOWN = 8


async def menu(command: Command, desk: Desk) -> Answer:
    """The head of the queue with buttons."""
    report = await desk.report()
    lines = tuple(body(report, await desk.readable(command, report.open[:SHOWN])))[:SHOWN]
    buttons = (
        Button("Show Next", "next", weight=Weight.PRIMARY),
        Button("Whole Queue", "queue"),
        Button("Handover", "handover"),
        Button("Help", "help"),
    )
    return Answer(lines, buttons)

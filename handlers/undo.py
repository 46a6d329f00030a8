"""``undo 142`` - stop a reply that has not left yet."""

from bot import words
from bot.card import Answer, Button
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move


async def undo(command: Command, desk: Desk) -> Answer:
    """What was written is a draft again."""
    ref, _ = command.ref_and_rest()
    await desk.admitted(command, ref)
    overrides = desk.overrides(command.by)
    await desk.make(Move(ref, Action.WITHDRAW, by=command.by.id, key=command.key, overrides=overrides))
    return Answer(((words.withdrawn(ref),),), (Button("Open the Draft", "reply", ref),))

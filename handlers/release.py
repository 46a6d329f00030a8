"""``release 142`` - put a mention back in the queue."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move


async def release(command: Command, desk: Desk) -> Answer:
    """The owner, or a lead, lets go of it."""
    ref, why = command.ref_and_rest()
    await desk.admitted(command, ref)
    overrides = await desk.may_release(command.by)
    made = await desk.make(Move(ref, Action.RELEASE, by=command.by.id, note=why, key=command.key, overrides=overrides))
    return Answer(((words.released(made.mention),),), card_says_it=True)

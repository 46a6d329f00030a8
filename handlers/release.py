"""``release 142`` - put a mention back in the queue."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move
from handlers.approve_look import ended


async def release(command: Command, desk: Desk) -> Answer:
    """The owner, or a lead, lets go of it."""
    ref, why = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    overrides = await desk.may_release(command.by)
    made = await desk.make(Move(ref, Action.RELEASE, by=command.by.id, note=why, key=command.key, overrides=overrides))
    also = ended(story, command.by.id)
    return Answer(((words.released(made.mention),), *also), card_says_it=not also)

"""``claim 142`` - take a mention, so that everyone sees who has it."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move


async def claim(command: Command, desk: Desk) -> Answer:
    """One winner; whoever comes second is told who has it and what is next."""
    ref, _ = command.ref_and_rest()
    await desk.admit(command, await desk.find(ref))
    made = await desk.make(Move(ref, Action.CLAIM, by=command.by.id, key=command.key))
    text = words.claimed(ref) if made.changed else words.have_it(ref)
    return Answer(((text,),), card_says_it=made.changed)

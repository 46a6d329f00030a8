"""``unavailable 142`` - say that you cannot look now: whoever is next is asked at once."""

from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.words import asked as words_asked


async def unavailable(command: Command, desk: Desk) -> Answer:
    """Nobody is waited for who has said so; that they were asked, and what they said, is on the record."""
    ref, _ = command.ref_and_rest()
    mention = await desk.find(ref)
    if not await desk.concerns(mention, command.by.id):
        await desk.admitted(command, ref)
    if mention.owner == command.by.id:
        raise NotAllowed(words_asked.owner_unavailable(ref))
    passed = await desk.pass_on(ref, command.by.id, command.key)
    if not passed.was_asked:
        return Answer(((words_asked.nobody_waits(ref),),), replaces=True)
    has_leads = any(lead != command.by.id for lead in desk.house.leads)
    said = words_asked.passed_on(passed.names, is_last=passed.is_last, has_leads=has_leads)
    return Answer(((said,),), replaces=True)

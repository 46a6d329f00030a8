"""``acknowledge 142`` - say that you are looking, so that nobody else is pinged."""

from bot import words
from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move


async def acknowledge(command: Command, desk: Desk) -> Answer:
    """Pings stop for one response target; the mention still needs somebody to claim it."""
    ref, _ = command.ref_and_rest()
    story = await desk.story(ref)
    if command.by.id not in desk.house.pinged_for(story.mention):
        await desk.admitted(command, ref)
    made = await desk.make(Move(ref, Action.ACKNOWLEDGE, by=command.by.id, key=command.key))
    again = words.when(desk.house.respond_by(desk.house.account_of(made.mention), desk.now()), desk.house.zone)
    if owner := made.mention.owner:
        return Answer((words.acknowledged(ref, story.name(owner), again),), replaces=True)
    claim = Button("Claim", "claim", ref, weight=Weight.PRIMARY)
    return Answer((words.acknowledged(ref, "", again),), (claim,), replaces=True)

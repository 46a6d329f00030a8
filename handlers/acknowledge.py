"""``acknowledge 142`` - say that you are looking, so that nobody else is pinged."""

from bot import words
from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move
from bot.words import asked as words_asked


async def acknowledge(command: Command, desk: Desk) -> Answer:
    """Pings stop for one response target; the mention still needs somebody to claim it. Only who may read it can say so."""
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    before = await desk.next_ping(story.mention)
    was_said = any(event["action"] == Action.ACKNOWLEDGE for event in await desk.events(ref))
    made = await desk.make(Move(ref, Action.ACKNOWLEDGE, by=command.by.id, key=command.key))
    after = await desk.next_ping(made.mention)
    again = words.when(after or desk.now(), desk.house.zone)
    owner = made.mention.owner
    claim = () if owner else (Button("Claim", "claim", ref, weight=Weight.PRIMARY),)
    if made.changed and was_said and after == before:
        return Answer((words_asked.acknowledged_again(ref, again),), claim, replaces=True)
    return Answer((words_asked.acknowledged(ref, story.name(owner) if owner else "", again),), claim, replaces=True)

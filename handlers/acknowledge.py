"""``acknowledge 142`` - say that you are looking, so that nobody else is pinged."""

from bot import words
from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move


async def acknowledge(command: Command, desk: Desk) -> Answer:
    """Pings stop for one response target; the mention still needs somebody to claim it."""
    ref, _ = command.ref_and_rest()
    made = await desk.make(Move(ref, Action.ACKNOWLEDGE, by=command.by.id, key=command.key))
    again = desk.house.respond_by(desk.house.account_of(made.mention), desk.now())
    buttons = (Button("Claim", "claim", ref, weight=Weight.PRIMARY),) if made.mention.owner is None else ()
    return Answer((words.acknowledged(ref, words.when(again, desk.house.zone)),), buttons, replaces=True)

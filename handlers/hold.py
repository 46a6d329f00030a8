"""For how long what was let go can still be stopped, by where it was let go."""

from datetime import timedelta

from bot.command import Command
from bot.desk import Desk
from bot.store.replying.answering import HELD_FOR


def hold_here(command: Command, desk: Desk) -> timedelta:
    """As the house has it; longer in a chat that is read now and then, where an undo would come too late otherwise."""
    return desk.house.hold_in(command.at.chat)


def held_for(command: Command, desk: Desk) -> dict[str, str]:
    """The same, for a move that lets a reply go; nothing where it is as the house has it."""
    hold = hold_here(command, desk)
    return {HELD_FOR: str(int(hold.total_seconds()))} if hold != desk.house.hold else {}

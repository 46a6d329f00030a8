"""``heard`` - the button of the weekly test ping."""

from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.store.duty import test_pings
from bot.words.pings import NO_TEST, TEST_HEARD


async def heard(command: Command, desk: Desk) -> Answer:
    """It says that the person can be reached, and nothing else."""
    was_waited_for = await desk.db.write(test_pings.answered, command.by.id, desk.now())
    return Answer(((TEST_HEARD if was_waited_for else NO_TEST,),), replaces=True)

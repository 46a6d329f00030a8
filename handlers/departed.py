"""``departed`` - the chat says that somebody's account was closed: nobody can type it."""

from bot import words
from bot.card import Answer
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import NotYours
from bot.store.duty import departed as departures


async def departed(command: Command, desk: Desk) -> Answer:
    """Put back what they had, and tell the leads. Raises NotYours for anybody who asks for it."""
    if command.way is not Way.HAPPENED:
        leaver = words.typed("leaver", "@name")
        raise NotYours(f"Only the chat itself says who has left. To hand on what a colleague still has: {leaver}")
    person = command.text.strip()
    await desk.db.write(departures.depart, person, house=desk.house, now=desk.now())
    desk.forget(person)
    await desk.peers.wake("deliver")
    return Answer(())

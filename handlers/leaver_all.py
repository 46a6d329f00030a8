"""``leaver all`` - what hangs on one person, whoever that is, so that a second one learns it in time."""

from bot import words
from bot.card import Answer, Line, Strong
from bot.desk import Desk
from bot.store.reading.hangs_on_one import Hanging, hanging
from bot.words import leaving

NOBODY = "nobody who is here"


async def bus_factor(desk: Desk) -> Answer:
    """For team leads; what would be lost first comes first. Nobody is ranked, and nobody's answers are counted."""
    found = await desk.db.read(hanging, desk.house, desk.now())
    lines = shown(found)
    about: Line = (leaving.ABOUT_RISK, words.typed("leaver", "@name"))
    return Answer(((Strong("What hangs on one person"),), *(lines or [(leaving.NOTHING_HANGS,)]), about))


def shown(found: Hanging) -> list[Line]:
    """A line for each kind there is."""
    names = found.names
    accounts = [f"{name} ({', '.join(names.get(who, who) for who in held) or NOBODY})" for name, held in found.accounts]
    topics = [f"{topic} ({names.get(person, person)})" for topic, person in found.topics]
    groups = (
        ("Accounts with fewer than two holders: ", accounts),
        ("Rights whose owner has left: ", found.rights),
        ("Promises and tasks whose person has left: ", found.owed),
        ("Topics that one person alone answered in the last year: ", topics),
        ("Saved replies without an owner: ", found.saved),
        ("Watches whose owner has left: ", found.watched),
        ("Roles with one person: ", found.roles),
    )
    return [(Strong(title), leaving.some(items)) for title, items in groups if items]

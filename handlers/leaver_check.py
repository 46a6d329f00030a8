"""``leaver @person check`` - what of a leaver's things has been handed on, as far as can be seen from here."""

from bot.card import Answer, Line, Strong
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import SYSTEM
from bot.store.duty import handed_on
from bot.store.duty.handed_on import Found, Step
from bot.words import leaving as words


async def check(person: str, name: str, desk: Desk) -> Answer:
    """From the record of the day it was handed on, and from what is so today. Raises NeedsMore for one nobody knows."""
    before = await desk.db.read(handed_on.handing, person)
    steps = await desk.db.read(handed_on.steps, person, house=desk.house, now=desk.now())
    if name == person and not before.at and not steps:
        raise NeedsMore(words.nobody_called(person))
    by = "Tolbooth" if before.by == SYSTEM else (await desk.names({before.by})).get(before.by, before.by)
    handed = words.handed_on_when(before.at, by, before.why, desk.house.zone) if before.at else None
    first = handed or words.not_handed_on(person)
    nothing: list[Line] = [(f"{name} has nothing here, and had nothing when it was handed on.",)]
    told: list[Line] = [(words.SEEN_BY,)] if steps else []
    if any(step.found is Found.CLAIMED for step in steps):
        told.append((words.VERIFY,))
    return Answer(((Strong(f"What was {name}’s"),), first, *([line(step) for step in steps] or nothing), *told))


def line(step: Step) -> Line:
    """One thing, and how far it has come."""
    about = f" ({words.some(step.about)})" if step.about else ""
    return (Strong(f"{step.what}: "), f"{step.found}{about}")

"""``approvals`` - every reply that waits for approval, the longest waiting first."""

from bot import words as common_words
from bot.card import Answer, Button, Line
from bot.command import Command
from bot.desk import Desk
from bot.store.replying import asking
from bot.words import approvals as words

SHOWN, BUTTONS = 20, 4


async def approvals(command: Command, desk: Desk) -> Answer:  # noqa: ARG001 - by number only, so that anybody may ask
    """By reference, with who wrote it and who is asked; nobody's words."""
    found = await desk.db.read(asking.listed)
    if not found:
        return Answer((("No reply waits for approval.",),))
    now = desk.now()
    names = await desk.names({person for one in found for person in (one.writer, *one.asked)})
    lines: list[Line] = []
    for one in found[:SHOWN]:
        says = words.waits_for(names[one.writer], [names[person] for person in one.asked])
        lines.append((f"{one.ref} · {says} · {common_words.age(now - one.since)}",))
    if len(found) > SHOWN:
        lines.append((f"and {len(found) - SHOWN} more",))
    looks = tuple(Button(f"Look at {one.ref}", "approve", one.ref) for one in found[:BUTTONS])
    return Answer(tuple(lines), looks)

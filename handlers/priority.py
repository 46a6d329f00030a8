"""``priority 142 P1 [why]`` - say how soon somebody must look. Lowering it needs a reason, and a person."""

from bot import words
from bot.card import Answer, Line
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Action, Move
from bot.triage import PRIORITIES

MEANS = {"P0": "look now", "P1": "within the hour", "P2": "today", "P3": "routine", "P4": "no reply needed"}


async def priority(command: Command, desk: Desk) -> Answer:
    """Anyone who may act on it may raise it."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    wanted, _, why = rest.partition(" ")
    wanted = wanted.upper()
    if wanted not in PRIORITIES:
        kinds = ", ".join(f"{name} ({means})" for name, means in MEANS.items())
        raise NeedsMore(f"Say which: {kinds}. For example: {words.typed('priority', f'{ref[2:]} P1 road closed')}")
    lowered = PRIORITIES.index(wanted) > PRIORITIES.index(story.mention.priority)
    if lowered and not why.strip():
        example = words.typed("priority", f"{ref[2:]} {wanted} checked, it is a joke")
        raise NeedsMore(f"Say why it is less urgent than it looked: {example}")
    move = Move(ref, Action.PRIORITY, by=command.by.id, note=why.strip(), priority=wanted, key=command.key)
    made = await desk.make(move)
    if not made.changed:
        return Answer(((f"{ref} is {wanted} already.",),))
    due = made.mention.respond_by
    by: Line = (" An answer is due by ", words.when(due, desk.house.zone), ".") if due else ()
    return Answer(((f"{ref} is {wanted} now: {MEANS[wanted]}.", *by),), card_says_it=True)

"""``snooze 142 tomorrow why`` - let a mention sleep until something is known; it wakes by itself."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Action, Move
from bot.times.until import read_until
from handlers.approve_look import ended


async def snooze(command: Command, desk: Desk) -> Answer:
    """Needs a moment and a reason, so that the next person knows what is being waited for."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    example = words.typed("snooze", f"{ref[2:]} tomorrow highways will know")
    try:
        until, why = read_until(rest, desk.now(), desk.house.zone)
    except NeedsMore as unread:
        raise NeedsMore(f"{str(unread).rstrip('.')}. For example: {example}") from unread
    if not why:
        raise NeedsMore(f"Say what it waits for, so that the next person knows: {example}")
    by, overrides = command.by.id, desk.overrides(command.by)
    await desk.make(Move(ref, Action.SNOOZE, by=by, note=why, until=until, key=command.key, overrides=overrides))
    also = ended(story, by)
    return Answer((words.snoozed(ref, words.when(until, desk.house.zone)), *also), card_says_it=not also)

"""``done 142 [link]`` - record that a mention was answered by hand, outside Tolbooth."""

import re

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move

LINK = re.compile(r"<?(https?://[^\s|>]+)")


async def done(command: Command, desk: Desk) -> Answer:
    """The words of the person's draft, if there is one, are kept as the reply."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    draft = story.draft_by(command.by.id)
    link = LINK.search(rest)
    move = Move(
        ref,
        Action.ANSWERED,
        by=command.by.id,
        text=draft.text if draft else "",
        key=command.key,
        overrides=desk.overrides(command.by),
        detail={"url": link.group(1)} if link else {},
    )
    await desk.make(move)
    return Answer(((words.answered(ref),),), replaces=True)

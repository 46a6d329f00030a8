"""``done 142 [link]`` - record that a mention was answered by hand, outside Tolbooth."""

import re

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Move
from handlers.reply import draft_mark

LINK = re.compile(r"<?(https?://[^\s|>]+)")


async def done(command: Command, desk: Desk) -> Answer:
    """The words are kept as the reply when it is known which were copied; else only that it was answered."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    draft = story.draft_by(command.by.id)
    copied = draft.text if draft and draft_mark(draft.text) in rest.split() else ""
    link = LINK.search(rest)
    move = Move(
        ref,
        Action.ANSWERED,
        by=command.by.id,
        text=copied,
        key=command.key,
        overrides=desk.overrides(command.by),
        detail={"url": link.group(1)} if link else {},
    )
    await desk.make(move)
    return Answer(((words.answered(ref),),), replaces=True)

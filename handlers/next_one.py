"""``next`` - show the mention that has waited longest against its target, and mark it seen."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotYours
from bot.mention import Action, Move
from bot.portray import card_of
from bot.store.queue import Report


async def next_one(command: Command, desk: Desk) -> Answer:
    """The first nobody has claimed and this person may read."""
    report = await desk.report()
    for mention in report.open:
        if mention.owner:
            continue
        try:
            await desk.admitted(command, mention.ref)
        except NotYours:
            continue
        await desk.make(Move(mention, Action.SEE, by=command.by.id))
        story = await desk.story(mention.ref)
        return Answer((headline(report),), card=card_of(story, desk.house, desk.now()))
    return Answer((headline(report), (words.NOTHING_FREE if report.open else words.NOTHING_OPEN,)))


def headline(report: Report) -> tuple[str]:
    """The first line of every list."""
    return (words.oldest_unseen(report.oldest_unseen, report.unseen_for),)

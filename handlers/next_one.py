"""``next`` - show the mention that has waited longest against its target, and mark it seen."""

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Mention, Move
from bot.portray import card_of
from bot.store.reading.queue import Report

AT_ONCE = 50


async def next_one(command: Command, desk: Desk) -> Answer:
    """The first nobody has claimed and this person may read, however many others are open."""
    report = await desk.report()
    mention = await first_readable(command, desk)
    if mention is None:
        return Answer((*headline(report), (words.NOTHING_FREE if report.total else words.NOTHING_OPEN,)))
    await desk.make(Move(mention, Action.SEE, by=command.by.id))
    story = await desk.story(mention.ref)
    return Answer(headline(report), card=card_of(story, desk.house, desk.now()))


async def first_readable(command: Command, desk: Desk) -> Mention | None:
    """Look through all that nobody has."""
    after = 0
    while found := await desk.unclaimed(after, AT_ONCE):
        for mention in found:
            if await desk.may_read(command, mention):
                return mention
        after += len(found)
    return None


def headline(report: Report) -> tuple[Line, ...]:
    """The first line of every list; the second says so when nothing public goes out."""
    first: Line = (words.oldest_unseen(report.oldest_unseen, report.unseen_for, hits=report.unseen),)
    if not report.stopped_by:
        return (first,)
    return (first, (Strong("Publishing is stopped. "), f"Replies wait until the team leads say {words.typed('start')}."))

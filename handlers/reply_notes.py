"""What whoever writes a reply should know first: publishing is stopped, the post is gone, the account does not work."""

from collections.abc import AsyncIterator, Iterator

from bot.approvals import approvers_for, needs_approval
from bot.card import Body, Line, Strong
from bot.command import Staff
from bot.desk import Desk
from bot.house import Account
from bot.reply import ReplyState
from bot.store.reading import queue
from bot.story import Story
from bot.words import promised
from bot.words import replying as words

MOST_OTHERS = 3
"""Colleagues named who write a reply to the same: with more of them one asks in the thread anyway."""


async def notes(desk: Desk, story: Story, by: str) -> Body:
    """First the most pressing. Also said to those who answer by hand: they are not stopped, but should know.

    ``by``: the id of whoever writes, who is told who else does.
    """
    owed = promised.lines(story.promises, desk.now(), desk.house.zone)
    return (*[line async for line in all_notes(desk, story)], *owed, *others(desk, story, by))


def others(desk: Desk, story: Story, by: str) -> Iterator[Line]:
    """Whose drafts of a reply to the same there are, the newest first."""
    drafts = [one for one in story.replies if one.state is ReplyState.DRAFT and one.by != by and (one.text or one.second)]
    for one in sorted(drafts, key=lambda one: one.updated_at, reverse=True)[:MOST_OTHERS]:
        yield words.writes_too(story.name(one.by), one.created_at, one.updated_at, desk.now())


async def approved_first(by: Staff, desk: Desk, story: Story) -> Body:
    """Before a word is written: that somebody looks at it first, and who."""
    if not await needs_approval(desk, by, story):
        return ()
    asked = await approvers_for(desk, by, story=story)
    names = await desk.names(set(asked))
    return ((words.approved_first([names[one] for one in asked]),),)


async def all_notes(desk: Desk, story: Story) -> AsyncIterator[Line]:
    """Each as a line."""
    if stop := await desk.stopped():
        names = await desk.names({stop.by})
        says = Strong(f"Publishing is stopped by {names[stop.by]}.")
        yield (says, " What you write is kept as a draft until it goes on.")
    mention = story.mention
    if mention.gone_at:
        yield words.deleted(mention.ref, mention.gone_at, desk.house.zone)
    account = desk.house.account_of(mention)
    if reason := dict(await desk.db.read(queue.troubles)).get(account.name):
        yield words.trouble(account, reason, await holders(desk, account))


async def holders(desk: Desk, account: Account) -> list[str]:
    """Whom to tell of an account that does not work: who holds it by the register, else the leads."""
    kept = next((one for one in desk.house.register if one.name == account.name), None)
    ids = (kept.holders if kept else ()) or desk.house.leads
    names = await desk.names(set(ids))
    return [names[one] for one in ids]

"""``done 142 [link]`` - record that a mention was answered by hand, outside Tolbooth."""

import re
from dataclasses import replace

from bot import words
from bot.approvals import needs_approval
from bot.card import Answer
from bot.command import Command, Staff
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.mention import Action, Move
from bot.reply import Post, Reply
from bot.replying.posts import compose
from bot.story import Story
from bot.words.approvals import UNAPPROVED, by_hand_alone, not_answered_yet
from handlers.reply_by_hand import draft_mark, promised
from handlers.reply_looked import initials

LINK = re.compile(r"<?(https?://[^\s|>]+)")


async def done(command: Command, desk: Desk) -> Answer:
    """The words are kept as the reply when it is known which were copied; else only that it was answered."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    if waits := story.waiting_reply:
        asked = [story.name(one) for one in story.asked]
        raise NotAllowed(not_answered_yet(ref, story.name(waits.by), asked, own=waits.by == command.by.id))
    draft = story.draft_by(command.by.id)
    posts = copied(command.by, desk, story, draft) if draft else ()
    link = LINK.search(rest)
    known = draft is not None and draft_mark(posts) in rest.split()
    overrode = command.context.get("overrode", "") if known else ""
    alone = UNAPPROVED if await needs_approval(desk, command.by, story) else ""
    detail = {"url": link.group(1) if link else "", "overrode": overrode, "approval": alone}
    move = Move(
        ref,
        Action.ANSWERED,
        by=command.by.id,
        note=command.context.get("why", "") if overrode else "",
        text=draft.text if draft and known else "",
        key=command.key,
        overrides=desk.overrides(command.by),
        written=replace(draft.as_written, promise_by=promised(rest)) if draft and known else None,
        posts=posts if known else (),
        detail={name: value for name, value in detail.items() if value},
    )
    await desk.make(move)
    by_hand = desk.house.account_of(story.mention).by_hand
    after = ((by_hand_alone(),),) if alone else ()
    return Answer(((words.answered(ref),), *after, *(() if by_hand else ((nothing_sent(ref),),))), replaces=True)


def nothing_sent(ref: str) -> str:
    """Of an account that replies from here: so that nobody takes it for a way of sending."""
    return f"Tolbooth itself sent nothing to the public. To reply from here all the same: {words.typed('reply', ref[2:])}"


def copied(by: Staff, desk: Desk, story: Story, draft: Reply) -> tuple[Post, ...]:
    """The words as they were given out to be pasted: composed and signed."""
    return compose(draft.as_written, desk.house.account_of(story.mention), initials(desk, by)).posts

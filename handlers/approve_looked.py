"""A reply that waits, looked over anew as its approver is shown it: what the settings and the author say by now counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.command import Staff
from bot.desk import Desk
from bot.reply import Reply
from bot.replying.look_over import look_over
from bot.replying.posts import compose
from bot.store.replying import media
from bot.store.replying.completing import completes
from bot.story import Story
from bot.words import approvals as words
from handlers.reply_boxes import boxed
from handlers.reply_filled import spoken
from handlers.reply_looked import Looked, initials, problem_of, to_look_over
from handlers.reply_saved import held_to


async def looked_at(desk: Desk, story: Story, reply: Reply, values: Mapping[str, str] | None = None) -> Looked:
    """The words as they wait or as they were filled in, composed as their writer’s and looked over."""
    filled = values or {}
    text, second = spoken(boxed(filled, "text", reply.text)), spoken(boxed(filled, "second", reply.second))
    is_same = (text, second) == (reply.text, reply.second)
    gap = reply.one_language and (is_same or not (text and second))
    saved = await held_to(desk, replace(reply, text=text, second=second, one_language=gap))
    draft, account = saved.draft, desk.house.account_of(story.mention)
    writer = Staff(reply.by, story.name(reply.by))
    pictures = await desk.db.read(media.listed, reply.id)
    composed = compose(draft.as_written, account, initials(desk, writer))
    if is_same:
        composed = replace(composed, posts=reply.posts)
    findings = look_over(to_look_over(desk, story, draft, pictures), desk.house.rules)
    looked = Looked(writer, story, account, draft, composed, findings=findings, pictures=pictures)
    looked = replace(looked, cannot=saved.cannot, says=saved.says)
    done = await desk.db.read(completes, story.mention, draft.as_written, account.languages)
    looked = replace(looked, completes=done)
    if is_same:
        return looked
    return replace(looked, draft=replace(draft, promise_by=still_promised(reply.promise_by, looked.promises)))


def still_promised(due: datetime | None, found: Sequence[datetime]) -> datetime | None:
    """When the promise that was tracked is due in the words as they are now; None where they promise nothing any more."""
    return min(found, key=lambda one: abs(one - due), default=None) if due else None


def in_its_way(looked: Looked, overrode: str) -> str:
    """Why words that nobody changed cannot go as they are; empty when they can. ``overrode``: what there is a reason for."""
    problem = problem_of(looked)[1]
    if problem:
        return words.not_as_it_is(problem)
    without = sorted(set(looked.to_justify) - set(overrode.split(",")))
    return words.without_reason(without) if without else ""

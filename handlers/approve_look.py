"""A reply that waits for approval, as whoever asks is shown it: all that would go out, and what they can do about it."""

from bot.about import About
from bot.approvals import standing_in
from bot.authority import Deed, permits, subject_of
from bot.card import Answer, Body, Button, Line, Picture, Quote, Strong
from bot.command import Command, Staff
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.notices.approvals import as_it_goes, as_justified, decisions, what_it_answers
from bot.reply import Reply
from bot.store.replying import asking, media
from bot.story import Story
from bot.words import approvals as words
from bot.words.replying import found, picture
from handlers.approve_looked import in_its_way, looked_at

CHANGED: Line = (Strong("Something changed since that was put before you."), " Nothing was sent. Look again:")


async def admitted(command: Command, desk: Desk, ref: str) -> Story:
    """The mention, for one who may read it; of what is public also for one who was asked to look at its reply."""
    story = await desk.story(ref)
    if story.mention.private or command.by.id not in story.asked:
        await desk.admit(command, story.mention)
    return story


def waiting(story: Story) -> Reply:
    """The reply that waits. Raises NotAllowed, which says what became of it."""
    if reply := story.waiting_reply:
        return reply
    live, ref = story.live_reply, story.mention.ref
    if live and live.approved_by:
        raise NotAllowed(words.approved_already(ref, story.name(live.approved_by)))
    raise NotAllowed(words.nothing_waits(ref))


async def may_approve(staff: Staff, desk: Desk, story: Story, reply: Reply) -> bool:
    """Whether this person may let this reply go, change it or send it back."""
    about = subject_of(story.mention, writer=reply.by)
    return permits(await standing_in(desk, staff, story), Deed.APPROVE, about)


async def require_approver(staff: Staff, desk: Desk, story: Story, reply: Reply) -> None:
    """Raise NotYours, which says who can, for one who may not."""
    desk.require(await standing_in(desk, staff, story), Deed.APPROVE, subject_of(story.mention, writer=reply.by))


async def look(command: Command, desk: Desk, story: Story, reply: Reply, *, first: Body = ()) -> Answer:
    """All of it; with the buttons that decide for those who may, and Take It Back for its writer."""
    about, looked = await about_it(desk, story, reply), await looked_at(desk, story, reply)
    why_not = in_its_way(looked, str(about.payload["overrode"]))
    names = [story.name(one) for one in story.asked]
    says: Line = (Strong(f"{words.waits_for(story.name(reply.by), names)}."), " Nothing is public yet.")
    pictures = [(picture(n, one),) for n, one in enumerate(await desk.db.read(media.listed, reply.id), 1)]
    body: list[Line | Quote | Picture] = [says, *what_it_answers(about), *as_it_goes(about, reply), *pictures]
    body += found(as_justified(looked.findings, str(about.payload["overrode"])))
    body += [(one,) for one in looked.says]
    if await may_approve(command.by, desk, story, reply):
        body += [(Strong(why_not),)] if why_not else []
        return Answer((*first, *body), decisions(about, reply)[1 if why_not else 0 :])
    return Answer((*first, *body), take_back(story, reply) if reply.by == command.by.id else ())


async def about_it(desk: Desk, story: Story, reply: Reply) -> About:
    """What its request is drawn from."""
    request, note = await desk.db.read(asking.sent_in, story.mention, reply)
    payload = {"reply": reply.id, "overrode": request.overrode}
    return About(story, payload, desk.house, desk.now(), note=note, by=story.name(reply.by))


def take_back(story: Story, reply: Reply) -> tuple[Button, ...]:
    """For its writer."""
    return (Button("Take It Back", "recall", story.mention.ref, reply.id[:8]),)


def ended(story: Story, by: str) -> Body:
    """What to say besides to one whose move took the mention from the hands of a writer whose reply waited until then."""
    reply = story.waiting_reply
    return ((words.waits_no_more(story.name(reply.by), own=reply.by == by),),) if reply else ()


async def require_going(desk: Desk, ref: str) -> None:
    """Raise NotAllowed while publishing is stopped: what waits goes on waiting."""
    if stop := await desk.stopped():
        names = await desk.names({stop.by})
        raise NotAllowed(words.is_stopped(names[stop.by], ref))

"""``settle 142 there|absent|again`` - a person's word on a reply nobody else can account for."""

from bot import words
from bot.approvals import has_approval, needs_approval
from bot.authority import Deed, Subject
from bot.card import Answer, Button, Quote, Weight
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore, NotAllowed
from bot.mention import SYSTEM, Action, Move
from bot.portray import is_all_gone
from bot.reply import Reply
from bot.store.replying.as_shown import AS_OF, SAID
from bot.story import Story
from bot.words import excerpt
from handlers.hold import held_for
from handlers.reply_marks import asked
from handlers.undo import require_same

LETS_GO = (Action.REPLY, Action.APPROVE, Action.RESEND)
WORDS = {"there": Action.SENT, "absent": Action.NOT_SENT, "again": Action.RESEND}


async def settle(command: Command, desk: Desk) -> Answer:
    """*There* ends it; *absent* makes the reply a draft again; *again* sends it anew, whatever became of the first try."""
    ref, rest = command.ref_and_rest()
    which, reply_id, seen = (*rest.strip().lower().split(), "", "", "")[:3]
    action = WORDS.get(which)
    if action is None:
        example = words.typed("settle", f"{ref[2:]} there")
        raise NeedsMore(f"Look whether the reply to {ref} is public, then say so on its card, or type {example}")
    story = await desk.admitted(command, ref)
    require_same(story, command, reply_id)
    desk.require_publisher(command.by, ref)
    if action is Action.RESEND:
        await require_to_resend(command, desk, story)
        if first := await said_since(desk, story, seen):
            return first
    by = command.by
    reason = "a colleague looked and it is not there" if action is Action.NOT_SENT else ""
    detail = {"reason": reason} if reason else {}
    if action is Action.RESEND:
        detail |= {AS_OF: str(story.mention.version), **held_for(command, desk)}
    await desk.make(Move(ref, action, by=by.id, key=command.key, overrides=desk.overrides(by), detail=detail))
    if action is Action.SENT:
        return Answer(((there(story, await desk.story(ref)),),), card_says_it=True)
    if action is Action.RESEND:
        undo = Button("Undo", "undo", ref, story.live_reply.id[:8] if story.live_reply else "", weight=Weight.DANGER)
        return Answer(((f"The reply to {ref} goes out again in a moment. Until then it can be undone.",),), (undo,))
    again = f"Thank you. {lost(ref, story.live_reply)} If it is sent again, the first may turn up too."
    return Answer(((again,),))


async def require_to_resend(command: Command, desk: Desk, story: Story) -> None:
    """Raise NotYours for one whose words a colleague looks at, and NotAllowed while publishing is stopped."""
    ref, by = story.mention.ref, command.by
    is_trusted = has_approval(desk.house) and not await needs_approval(desk, by, story)
    desk.require(by, Deed.PUBLISH, Subject(ref, is_restricted=desk.restricted, is_trusted=is_trusted))
    if await desk.stopped():
        raise NotAllowed(f"Publishing is stopped, so the reply to {ref} is not sent again. It waits for a person's word.")


async def said_since(desk: Desk, story: Story, seen: str) -> Answer | None:
    """What the author says now, where that is not what the reply was let go for, until somebody has ``seen`` it."""
    live = story.live_reply
    if live is None:
        return None
    newest = 0
    for event in await desk.events(story.mention.ref):
        if event["action"] in LETS_GO and event["actor"] != SYSTEM:
            newest = 0
        elif event["action"] in SAID:
            newest = int(str(event["seq"]))
    if not newest or seen == str(newest):
        return None
    which, confirm = f"again {live.id[:8]} {newest}", "If the first one turns up too, the public sees both."
    again = Button("Send Again", "settle", story.mention.ref, which, weight=Weight.DANGER, confirm=confirm)
    return Answer(
        (
            (f"What the reply to {story.mention.ref} answers was changed after it was let go. Its author says now:",),
            Quote(words.DELETED if is_all_gone(story) else excerpt(asked(story), 600)),
            ("The reply that would go again:",),
            Quote(live.public_text),
        ),
        (again,),
    )


def there(before: Story, after: Story) -> str:
    """What its being public means: the mention is answered, or more posts are to follow it."""
    ref, was = after.mention.ref, before.live_reply
    if was is None or len(was.posts) < 2:
        return f"Thank you. {ref} is answered."
    said = f"Thank you. Post {was.part} of {was.parts} is public"
    if following := after.live_reply:
        return f"{said}, and post {following.part} goes after it. {ref} is answered once all are."
    rest = f"that is a draft of {after.name(was.by)} again, and {ref} is not answered yet"
    return f"{said}, but the rest could not follow it: {rest}."


def lost(ref: str, was: Reply | None) -> str:
    """What its not being public means."""
    if was is None or was.part == 1:
        return f"The reply to {ref} is a draft again."
    return f"Post {was.part} of {was.parts} to {ref} is a draft again, and all before it is public."

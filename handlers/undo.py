"""``undo 142`` - stop a reply that has not left yet."""

from bot import words
from bot.card import Answer, Button
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.mention import Action, Move
from bot.story import Story
from bot.words.approvals import has_not_left
from bot.words.replying import stopped_midway


def require_same(story: Story, command: Command, which: str) -> None:
    """An old button speaks of an old reply; what is typed speaks of the reply there is. Raises NotAllowed."""
    live = story.live_reply
    if which and live and command.way is Way.PRESSED and not live.id.startswith(which):
        raise NotAllowed(f"That is about an earlier reply to {story.mention.ref}. Look at its card as it is now.")


async def undo(command: Command, desk: Desk) -> Answer:
    """What was written is a draft again; a second try is not made, and the first stays in doubt."""
    ref, which = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    require_same(story, command, which)
    if (waits := story.waiting_reply) and not story.live_reply:
        asked = [story.name(one) for one in story.asked]
        raise NotAllowed(has_not_left(ref, story.name(waits.by), asked, own=waits.by == command.by.id))
    if story.again:
        await desk.make(Move(ref, Action.UNSURE, by=command.by.id, key=command.key))
        return Answer(((f"The reply to {ref} is not sent again. Whether the first try went out is still to be said.",),))
    live = story.live_reply
    overrides = desk.overrides(command.by) or (live is not None and live.approved_by == command.by.id)
    await desk.make(Move(ref, Action.WITHDRAW, by=command.by.id, key=command.key, overrides=overrides))
    said = stopped_midway(ref, live.part, live.parts) if live and live.part > 1 else words.withdrawn(ref)
    return Answer(((said,),), (Button("Open the Draft", "reply", ref),))

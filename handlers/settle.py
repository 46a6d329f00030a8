"""``settle 142 there|absent|again`` - a person's word on a reply nobody else can account for."""

from bot import words
from bot.card import Answer, Button, Weight
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore, NotAllowed
from bot.mention import Action, Move
from handlers.undo import require_same

WORDS = {"there": Action.SENT, "absent": Action.NOT_SENT, "again": Action.RESEND}


async def settle(command: Command, desk: Desk) -> Answer:
    """*There* ends it; *absent* makes the reply a draft again; *again* sends it anew, whatever became of the first try."""
    ref, rest = command.ref_and_rest()
    which, _, reply_id = rest.strip().lower().partition(" ")
    action = WORDS.get(which)
    if action is None:
        example = words.typed("settle", f"{ref[2:]} there")
        raise NeedsMore(f"Look whether the reply to {ref} is public, then press the button on its card, or type {example}")
    story = await desk.admitted(command, ref)
    require_same(story, command, reply_id)
    desk.require_publisher(command.by, ref)
    if action is Action.RESEND and await desk.stopped():
        raise NotAllowed(f"Publishing is stopped, so the reply to {ref} is not sent again. It waits for a person's word.")
    by = command.by
    reason = "a colleague looked and it is not there" if action is Action.NOT_SENT else ""
    detail = {"reason": reason} if reason else {}
    await desk.make(Move(ref, action, by=by.id, key=command.key, overrides=desk.overrides(by), detail=detail))
    if action is Action.SENT:
        return Answer(((f"Thank you. {ref} is answered.",),), card_says_it=True)
    if action is Action.RESEND:
        undo = Button("Undo", "undo", ref, story.live_reply.id[:8] if story.live_reply else "", weight=Weight.DANGER)
        return Answer(((f"The reply to {ref} goes out again in a moment. Until then it can be undone.",),), (undo,))
    again = f"Thank you. The reply to {ref} is a draft again. If it is sent again, the first may turn up too."
    return Answer(((again,),))

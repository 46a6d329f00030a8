"""``settle 142 there|absent`` - a person's word on a reply nobody else can account for."""

from bot import words
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Action, Move
from handlers.undo import require_same

WORDS = {"there": Action.SENT, "absent": Action.NOT_SENT}


async def settle(command: Command, desk: Desk) -> Answer:
    """*There* ends it; *absent* makes the reply a draft again, to be sent anew only by a person."""
    ref, rest = command.ref_and_rest()
    which, _, reply_id = rest.strip().lower().partition(" ")
    action = WORDS.get(which)
    if action is None:
        example = words.typed("settle", f"{ref[2:]} there")
        raise NeedsMore(f"Look whether the reply to {ref} is public, then press the button on its card, or type {example}")
    require_same(await desk.admitted(command, ref), command, reply_id)
    desk.require_publisher(command.by, ref)
    by = command.by
    reason = "a colleague looked and it is not there" if action is Action.NOT_SENT else ""
    detail = {"reason": reason} if reason else {}
    await desk.make(Move(ref, action, by=by.id, key=command.key, overrides=desk.overrides(by), detail=detail))
    if action is Action.SENT:
        return Answer(((f"Thank you. {ref} is answered.",),), card_says_it=True)
    again = f"Thank you. The reply to {ref} is a draft again. If it is sent again, the first may turn up too."
    return Answer(((again,),))

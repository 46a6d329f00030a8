"""``settle 142 there|absent`` - a person's word on a reply nobody else can account for."""

from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.mention import Action, Move

WORDS = {"there": Action.SENT, "absent": Action.NOT_SENT}


async def settle(command: Command, desk: Desk) -> Answer:
    """*There* ends it; *absent* makes the reply a draft again, to be sent anew only by a person."""
    ref, which = command.ref_and_rest()
    action = WORDS.get(which.strip().lower())
    if action is None:
        raise NeedsMore(f"Say whether the reply to {ref} is there or absent, or press the button on its card.")
    await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    by = command.by
    reason = "a colleague looked and it is not there" if action is Action.NOT_SENT else ""
    detail = {"reason": reason} if reason else {}
    await desk.make(Move(ref, action, by=by.id, key=command.key, overrides=desk.overrides(by), detail=detail))
    if action is Action.SENT:
        return Answer(((f"Thank you. {ref} is answered.",),), card_says_it=True)
    again = f"Thank you. Your reply to {ref} is a draft again. If you send it again, the first may turn up too."
    return Answer(((again,),))

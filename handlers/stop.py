"""``stop why`` and ``start`` - freeze everything public at once; two leads let it go on."""

from bot import words
from bot.card import Answer
from bot.command import Command, Role
from bot.desk import Desk
from bot.errors import NeedsMore, NotYours

WHO = (Role.LEAD, Role.ADMIN, Role.DUTY, Role.APPROVER)


async def stop(command: Command, desk: Desk) -> Answer:
    """Replies wait; nothing else changes. Anyone with a role may, or anyone at all where nobody has one."""
    has_roles = desk.house.has_leads or bool(desk.house.officers or (await desk.rota()).plan.people)
    if has_roles and not (command.by.has(*WHO) or await desk.is_on_duty(command.by)):
        raise NotYours("Team leads and duty officers can stop publishing. Ask one now; to stop your own reply, press Undo.")
    why = command.text.strip()
    if not why:
        raise NeedsMore(f"Say why, so that everyone knows: {words.typed('stop', 'wrong figures went out')}")
    if not await desk.stop(command.by.id, why):
        return Answer((("Publishing is stopped already; nothing public goes out.",),))
    who = "two team leads say" if desk.house.has_two_leads else "a team lead says"
    again = words.typed("start")
    return Answer(((f"Stopped. Nothing public goes out from any account until {who} {again}.",),))


async def start(command: Command, desk: Desk) -> Answer:
    """The first lead asks, the second agrees."""
    if not await desk.stopped():
        return Answer((("Publishing is not stopped: replies go out as usual.",),))
    if desk.house.has_leads and not desk.overrides(command.by):
        raise NotYours("Team leads say when publishing may go on. Ask one, if it should.")
    if await desk.start(command.by.id):
        return Answer(((f"One more team lead has to say {words.typed('start')}, then publishing goes on.",),))
    return Answer((("Publishing goes on. Replies that waited go out in 2 minutes; until then each can be undone.",),))

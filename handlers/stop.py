"""``stop why`` and ``start`` - freeze everything public at once; two leads let it go on."""

from bot import words
from bot.authority import Deed, Subject
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore


async def stop(command: Command, desk: Desk) -> Answer:
    """Replies wait; nothing else changes. Anyone with a role may, or anyone at all where nobody has one."""
    has_roles = desk.house.has_leads or bool(desk.house.officers or (await desk.rota()).plan.people)
    is_on_duty = await desk.is_on_duty(command.by)
    desk.require(command.by, Deed.STOP, Subject(is_on_duty=is_on_duty, none_named=not has_roles))
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
    desk.require(command.by, Deed.START, Subject(none_named=not desk.house.has_leads))
    if await desk.start(command.by.id):
        return Answer(((f"One more team lead has to say {words.typed('start')}, then publishing goes on.",),))
    return Answer((("Publishing goes on. Replies that waited go out in 2 minutes; until then each can be undone.",),))

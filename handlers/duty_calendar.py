"""``duty calendar`` - a secret address at which a calendar program reads your turns; for team leads everybody's."""

from bot.card import Answer, Button, Code, Weight
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.store.duty import calendars
from bot.store.duty.calendars import EVERYBODY
from handlers.people import require_lead

NOT_SET_UP = (
    "Calendar links are not set up here: the setting shifts.public_url has to say where Tolbooth is reached from outside. "
    "Ask whoever looks after it."
)


async def calendar(command: Command, desk: Desk) -> Answer:
    """``duty calendar [all] [new | revoke]``. The address is shown once: only what stands for it is kept."""
    words = command.text.lower().split()
    if not desk.house.public_url:
        raise NeedsMore(NOT_SET_UP)
    all_of_it = words[:1] == ["all"]
    if all_of_it:
        require_lead(command, desk)
    person, of = (EVERYBODY, "all ") if all_of_it else (command.by.id, "")
    asked = words[1:] if all_of_it else words
    if asked == ["revoke"]:
        return await revoked(person, command, desk)
    if asked not in ([], ["new"]):
        raise NeedsMore("Say calendar, calendar new or calendar revoke; before that all, for everybody’s turns.")
    if not asked and await desk.db.read(calendars.has_link, person):
        return there_is_one(of)
    key = await desk.db.write(calendars.make_link, person, by=command.by.id, now=desk.now())
    whose = "everybody’s turns" if all_of_it else "your turns"
    return Answer(
        (
            (f"Subscribe to this address in your calendar to see {whose}. It is shown only now; treat it as a password.",),
            Code(f"{desk.house.public_url.rstrip('/')}/rota/{key}.ics"),
        ),
        (revoke_button(of),),
    )


def there_is_one(of: str) -> Answer:
    """The address cannot be shown a second time."""
    again = Button("New Address", "duty", argument=f"calendar {of}new", weight=Weight.PRIMARY)
    text = "There is such an address already. It cannot be shown again: a new one takes its place, and the old one ends."
    return Answer(((text,),), (again, revoke_button(of)))


def revoke_button(of: str) -> Button:
    """For an address that others may have seen."""
    return Button("Revoke", "duty", argument=f"calendar {of}revoke", weight=Weight.DANGER)


async def revoked(person: str, command: Command, desk: Desk) -> Answer:
    """Nobody can read the turns there any more."""
    had = await desk.db.write(calendars.revoke, person, by=command.by.id, now=desk.now())
    return Answer((("Revoked: nobody can read the turns there any more.",) if had else ("There was no such address.",),))

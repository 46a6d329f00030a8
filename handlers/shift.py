"""The buttons of a change of shift: ``ready ID yes|no``, and ``shift write|accept ID``; a form sends what was written."""

from bot.authority import Deed, Subject, permits
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.duty.shifts import Stage
from bot.errors import NeedsMore, NotAllowed, NotYours
from bot.form import Field, Form
from bot.store.duty import handovers
from bot.words import handover as told

ONLY_BUTTONS = "That is offered in the messages you get at a change of shift."


async def ready(command: Command, desk: Desk) -> Answer:
    """Whether the incoming person is there."""
    id, _, says = command.text.strip().partition(" ")
    if says not in ("yes", "no"):
        raise NeedsMore(ONLY_BUTTONS)
    text = await desk.db.write(handovers.answer_ready, id, command.by, yes=says == "yes", house=desk.house, now=desk.now())
    await desk.peers.wake("deliver")
    return Answer(((text,),), replaces=True)


async def shift(command: Command, desk: Desk) -> Answer | Form:
    """Write it, send it, accept it."""
    if command.step == "send":
        return await send(command, desk)
    deed, rest = command.word()
    if deed == "write":
        return await write(rest.text, command, desk)
    if deed == "accept":
        return await accept(rest.text, command, desk)
    raise NeedsMore(ONLY_BUTTONS)


async def write(id: str, command: Command, desk: Desk) -> Form:
    """The draft, to be edited. Raises NotYours and NotAllowed."""
    one = await desk.db.read(handovers.find, id)
    about = await desk.db.read(handovers.telling, one, desk.house)
    if not permits(command.by, Deed.HAND_OVER, Subject(concerned=frozenset({one.from_person}))):
        raise NotYours(told.not_yours_to_write(about))
    if one.is_over or one.stage is Stage.COMING:
        raise NotAllowed(told.over(about) if one.is_over else told.not_drafted_yet(about))
    note = Field(
        "note",
        f"What {about.incoming} must know",
        value=await desk.db.read(handovers.note_of, id),
        hint=f"At most {told.MOST_LINES} lines. It is kept for ever, so name nobody of the public: numbers are enough.",
        lines=told.MOST_LINES,
        max_length=told.MOST_CHARACTERS,
    )
    first = f"{about.role.capitalize()}, from {about.outgoing} to {about.incoming} at {about.at}."
    return Form("shift", "send", "Handover", "Send Handover", ((first,),), (note,), context={"id": id})


async def send(command: Command, desk: Desk) -> Answer:
    """It goes to the incoming person at once."""
    id, note = command.context.get("id", ""), command.values.get("note", "")
    text = await desk.db.write(handovers.send, id, command.by, note, house=desk.house, now=desk.now())
    await desk.peers.wake("deliver")
    return Answer(((text,),))


async def accept(id: str, command: Command, desk: Desk) -> Answer:
    """The duty is the incoming person's, by their own word or a lead's. Raises NotAllowed for one who has left."""
    is_lead = desk.overrides(command.by)
    one = await desk.db.read(handovers.find, id)
    if is_lead and one.to_person != command.by.id and not one.is_over and await desk.has_left(one.to_person):
        raise NotAllowed(told.has_left(await desk.db.read(handovers.telling, one, desk.house)))
    text = await desk.db.write(handovers.accept, id, command.by, is_lead=is_lead, house=desk.house, now=desk.now())
    await desk.peers.wake("deliver")
    return Answer(((text,),))

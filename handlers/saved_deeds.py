"""What is done with a saved reply: approved, renewed, given to a colleague, ended, or its approval taken back."""

from bot.authority import Deed, Subject
from bot.card import Answer, Line, Strong
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed, NotYours, OutsideError
from bot.form import Field, Form
from bot.saving.saved import Saved
from bot.store.replying import saved as store
from bot.store.replying import saved_owners
from bot.times.until import read_until
from bot.words import saving as words
from bot.words import typed
from handlers.give import PERSON
from handlers.saved_whose import FARTHEST, about, anybody_approves, colleagues, staffed

LONGEST_WHY = 300


def is_usable(found: Saved, desk: Desk) -> str:
    """What to say once it was looked after."""
    until = words.end(found.expires_at, desk.house.zone) if found.expires_at else ""
    return f"{found.ref} can be sent until {until}." if until else f"{found.ref} can be used."


async def approve(command: Command, desk: Desk, found: Saved, since: int) -> Answer:
    """As it was shown, and by somebody else than whoever wrote it."""
    desk.require(command.by, Deed.APPROVE_SAVED, about(found, await staffed(desk), command.by))
    now = desk.now()
    after: Saved = await desk.db.write(store.approve, found.number, command.by.id, since=since, now=now)
    await desk.db.write(saved_owners.tell_writer, after, house=desk.house, now=now)
    await desk.peers.wake("deliver")
    return Answer(((Strong("Approved. "), is_usable(after, desk)),))


async def renew(command: Command, desk: Desk, found: Saved) -> Answer:
    """It still holds: for as long again, or for as long as was said."""
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    now = desk.now()
    review_at, expires_at = now + desk.house.saving.review, found.expires_at
    if expires_at:
        expires_at = now + (expires_at - found.changed_at)
    if command.text.strip():
        until, rest = read_until(command.text, now, desk.house.zone, FARTHEST)
        if rest:
            raise NeedsMore(f"Say only until when: {typed('saved', f'renew {found.ref} 30d')}")
        review_at, expires_at = (review_at, until) if expires_at else (until, None)
    if expires_at and expires_at <= now:
        raise NeedsMore(f"Say until when it holds: {typed('saved', f'renew {found.ref} 4h')}")
    write = desk.db.write(store.renew, found.number, command.by.id, review_at=review_at, expires_at=expires_at, now=now)
    after: Saved = await write
    return Answer((renewed(after, desk),))


def renewed(after: Saved, desk: Desk) -> Line:
    """Until when it holds now; and that it is approved no more than it was."""
    zone = desk.house.zone
    until = words.end(after.expires_at, zone) if after.expires_at else words.day(after.review_at, zone)
    what = " can be sent until " if after.expires_at else " is looked at again by "
    waits = "" if after.approved_by else " It still waits for approval."
    return (Strong("Renewed. "), after.ref, what, until, f".{waits}")


# --- a colleague owns it -----------------------------------------------------------------------------------------


async def give(command: Command, desk: Desk, found: Saved) -> Answer | Form:
    """Typed with a name it is theirs; without one a form asks."""
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    named = PERSON.search(command.text)
    if named:
        return await handed(command, desk, found, named.group(1))
    if command.way is Way.SAID:
        raise NeedsMore(f"Say to whom: {typed('saved', f'give {found.ref} @name')}")
    to = Field("to", "To which colleague?", choices=await colleagues(desk, besides=found.owner or ""))
    if not to.choices:
        raise NotAllowed("There is nobody else here yet to give it to.")
    return Form("saved", "give", f"Give {found.ref}", "Give It", fields=(to,), context={"saved": str(found.number)})


async def given(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    found = await desk.db.read(store.find, int(command.context["saved"]))
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    try:
        return await handed(command, desk, found, command.values.get("to", ""))
    except NotYours as refused:
        raise FormProblem("to", str(refused)) from refused


async def handed(command: Command, desk: Desk, found: Saved, to: str) -> Answer:
    """A colleague owns it from now on, and hears so."""
    try:
        person = await desk.person(to, command.at)
    except OutsideError as error:
        raise NotYours("That person cannot be looked up just now. Try again in a minute.") from error
    await desk.meet(person)
    house, now = desk.house, desk.now()
    await desk.db.write(saved_owners.give, found.number, person.id, command.by.id, house=house, now=now)
    await desk.peers.wake("deliver")
    return Answer(((f"{person.name} owns {found.ref} now.",),))


# --- with a reason -----------------------------------------------------------------------------------------------


async def end(command: Command, desk: Desk, found: Saved) -> Answer | Form:
    """Typed with a reason it is used no more; without one a form asks."""
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    if found.ended_at:
        raise NeedsMore(words.over(found.ref))
    return await end_it(desk, found, command) if command.text.strip() else why_form(command, found, "end", "End It")


async def ended(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    found = await desk.db.read(store.find, int(command.context["saved"]))
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    return await end_it(desk, found, command)


async def end_it(desk: Desk, found: Saved, command: Command) -> Answer:
    """It is not used any more."""
    await desk.db.write(store.end, found.number, command.by.id, why=reason(command), now=desk.now())
    return Answer(((f"{found.ref} is ended. {words.STAYS}",),))


async def withdraw(command: Command, desk: Desk, found: Saved) -> Answer | Form:
    """Those who approve take that back: what began with it and has not left does not go."""
    desk.require(command.by, Deed.APPROVE_SAVED, Subject(found.ref, none_named=not anybody_approves(desk.house)))
    if not any((await desk.db.read(store.editions, found)).values()):
        raise NeedsMore(f"{found.ref} is not approved now.")
    return (
        await take_back(desk, found, command) if command.text.strip() else why_form(command, found, "withdraw", "Take Back")
    )


async def withdrawn(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    found = await desk.db.read(store.find, int(command.context["saved"]))
    desk.require(command.by, Deed.APPROVE_SAVED, Subject(found.ref, none_named=not anybody_approves(desk.house)))
    return await take_back(desk, found, command)


async def take_back(desk: Desk, found: Saved, command: Command) -> Answer:
    """It waits for approval again."""
    await desk.db.write(store.withdraw, found.number, command.by.id, why=reason(command), now=desk.now())
    return Answer(((f"{found.ref} is not approved any more, so nothing that begins with it is sent.",),))


def why_form(command: Command, found: Saved, step: str, press: str) -> Form:
    """Asks for the reason. Raises NeedsMore where no form can open."""
    if command.way is Way.SAID:
        raise NeedsMore(f"{words.WHY_ASKED} {typed('saved', f'{step} {found.ref} why')}")
    why = Field("why", "Why?", hint="On the record, and shown to everybody who looks at it.", max_length=LONGEST_WHY)
    body: Line = (Strong(f"{found.ref}: "), found.title)
    return Form("saved", step, f"{press}: {found.ref}", press, (body,), (why,), context={"saved": str(found.number)})


def reason(command: Command) -> str:
    """Why, as it was typed or filled in. Raises FormProblem for nothing."""
    why = command.values.get("why", "").strip() if command.step else command.text.strip()
    if not why:
        raise FormProblem("why", words.WHY_ASKED)
    return why[:LONGEST_WHY]

"""``duty cover``, ``duty swap`` and ``duty put`` - what would change is spelled out on a form, which makes the change."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Staff, Way
from bot.desk import Desk
from bot.duty.rota import DutyRole, Override, Rota, Why
from bot.duty.stretch import read_stretch
from bot.errors import FormProblem, NeedsMore, NotAllowed, NotYours
from bot.form import Field, Form
from bot.store.duty import covers, rota
from bot.store.duty.covers import Cover
from bot.words import typed
from bot.words.rota import NO_REASON, UNREAD, not_on_then, only_part, spelled_out, title, turns_as, turns_of
from handlers.people import first_named, full_member, require_lead

WHOLE_TURN = re.compile(r"^(?:my|their|the|his|her) (?:next )?(?:shift|turn)\b[\s,]*", re.IGNORECASE)
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A role for a while, and the words that came after it."""

    role: DutyRole
    start: datetime
    end: datetime
    rest: str = ""
    after: datetime | None = None
    """When the person has it again, where somebody else has it in between."""


async def written(desk: Desk, unit: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Change the rota, and let those it is about be told."""
    made = await desk.db.write(unit, *args, house=desk.house, now=desk.now(), **more)
    await desk.peers.wake("deliver")
    return made


# --- cover -------------------------------------------------------------------------------------------------------


async def cover(command: Command, desk: Desk) -> Answer | Form:
    """``duty cover me fri 18:00 to sat 09:00 dentist``; a team lead may name somebody else in the place of ``me``."""
    who, text = await whose(command, desk)
    if not text and command.way is not Way.SAID:
        return when_form(who)
    asked = turn_within(text, await desk.rota(), who, desk)
    body = (
        about(who, asked.role),
        *when_lines(asked, desk),
        (f"Everybody else on the rota and the team leads are asked. Until one of them accepts it stays with {who.name}.",),
    )
    return shown(command, Form("duty", "cover", "Ask for cover", "Ask Them", body, context=kept(who, asked)), asked.rest)


async def whose(command: Command, desk: Desk) -> tuple[Staff, str]:
    """Whose turn it is about, and the words after: the asker's own, or for a lead that of whoever is named."""
    named, rest = first_named(command.text)
    if not named:
        first, _, after = command.text.strip().partition(" ")
        return command.by, after.strip() if first.lower() == "me" else command.text.strip()
    if named != command.by.id:
        require_lead(command, desk)
    return await full_member(command, desk, named), rest


def when_form(who: Staff) -> Form:
    """Asked for without a word: when, and why."""
    fields = (Field("when", "When?", "my shift", hint=UNREAD), why_field(""))
    context = {"person": who.id}
    return Form("duty", "when", "Ask for cover", "Look It Over", (about(who),), fields, context=context, only_shows=True)


async def when_given(command: Command, desk: Desk) -> Answer | Form:
    """The first form sent in: the same as typed."""
    person = command.context["person"]
    text = f"<@{person}> {command.values.get('when', '')}"
    try:
        form = await cover(replace(command, text=text), desk)
    except (NeedsMore, NotAllowed) as unread:
        raise FormProblem("when", str(unread)) from unread
    return replace(form, fields=(why_field(command.values.get("reason", "")),)) if isinstance(form, Form) else form


async def cover_asked(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    person, asked = read_kept(command)
    if person != command.by.id:
        require_lead(command, desk)
    wanted = Cover("", asked.role, person, asked.start, asked.end, reason_given(command), command.by.id)
    made: Cover = await written(desk, covers.ask_cover, wanted)
    line = f"Asked everybody else on the rota, and the team leads. {kept_by(person, command)} until one of them accepts."
    return Answer(((line,), (f"To take it back: {typed('duty', f'withdraw {made.id}')}",)))


def kept_by(person: str, command: Command) -> str:
    """Whose it is meanwhile."""
    return "It stays yours" if person == command.by.id else "It stays where it is"


# --- swap --------------------------------------------------------------------------------------------------------


async def swap(command: Command, desk: Desk) -> Answer | Form:
    """``duty swap @name WHEN for WHEN why``: mine first, then theirs. Nothing changes until they accept."""
    named, text = first_named(command.text)
    example = typed("duty", "swap @name my shift for their shift")
    if not named:
        raise NeedsMore(f"Say with whom, and what for what: {example}")
    other = await full_member(command, desk, named)
    now = await desk.rota()
    mine = turn_within(text, now, command.by, desk)
    given, _, rest = mine.rest.partition(" ")
    if given.lower() != "for":
        raise NeedsMore(f"Say which turn of {other.name}’s you would take for it: {example}")
    theirs = turn_within(rest, now, other, desk)
    if theirs.role is not mine.role:
        raise NotAllowed(f"Those are turns of two kinds, {title(mine.role)} and {title(theirs.role)}. Swap like for like.")
    body = (
        (Strong(f"{other.name} would take: "), spelled_out(mine.start, mine.end, desk.house.zone)),
        (Strong("You would take: "), spelled_out(theirs.start, theirs.end, desk.house.zone)),
        *(line for one in (mine, theirs) for line in only_lines(one, desk)),
        (f"As {title(mine.role)}. Nothing changes until {other.name} accepts; then both do.",),
    )
    back = {"other": other.id, "back_start": theirs.start.isoformat(), "back_end": theirs.end.isoformat()}
    form = Form("duty", "swap", "Offer a swap", "Offer It", body, context={**kept(command.by, mine), **back})
    return shown(command, form, theirs.rest)


async def swap_offered(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    person, mine = read_kept(command)
    if person != command.by.id:
        raise NotYours("That was not your form.")
    back = datetime.fromisoformat(command.context["back_start"]), datetime.fromisoformat(command.context["back_end"])
    about_it = reason_given(command), person, command.context["other"], back
    made: Cover = await written(desk, covers.ask_cover, Cover("", mine.role, person, mine.start, mine.end, *about_it))
    name = (await desk.names({made.offered_to}))[made.offered_to]
    return Answer(((f"Offered to {name}. To take it back: {typed('duty', f'withdraw {made.id}')}",),))


# --- put somebody on ---------------------------------------------------------------------------------------------


async def put(command: Command, desk: Desk) -> Answer | Form:
    """``duty put @name on duty tonight why``: at once, by a team lead."""
    require_lead(command, desk)
    named, text = first_named(command.text)
    if not named:
        raise NeedsMore(f"Say whom: {typed('duty', 'put @name on duty tonight why')}")
    who = await full_member(command, desk, named)
    role, text = role_first(text.removeprefix("on "))
    start, end, rest = read_stretch(text, desk.now(), desk.house.zone)
    asked = Stretch(role or DutyRole.DUTY, *rota.coming(start, end, desk.now()), rest)
    before = await desk.rota()
    relieved = {turn.person for turn in before.turns(asked.role, asked.start, asked.end) if turn.person} - {who.id}
    names = await desk.names(relieved)
    instead = f"In the place of {' and '.join(sorted(names.values()))}; all of you are told." if names else "Nobody had it."
    body = (about(who, asked.role), *when_lines(asked, desk), (instead,))
    return shown(command, Form("duty", "put", "Put on duty", "Put On", body, context=kept(who, asked)), rest)


async def put_on(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    require_lead(command, desk)
    person, asked = read_kept(command)
    wanted = Override("", asked.role, person, asked.start, asked.end, reason_given(command), command.by.id)
    made: Override = await written(desk, rota.add_override, wanted)
    name, when = (await desk.names({person}))[person], spelled_out(made.start, made.end, desk.house.zone)
    line = f"{name} is {title(made.role)}: {when}. To take it back: {typed('duty', f'withdraw {made.id}')}"
    return Answer(((line,),))


# --- what they share ---------------------------------------------------------------------------------------------


def turn_within(text: str, now: Rota, who: Staff, desk: Desk) -> Stretch:
    """What the words say, within the turns the person has then; ``my shift`` is their next one. Raises NotAllowed.

    It ends where somebody else has the role, even if the person has it again later: nobody gives away a colleague's turn.
    """
    role, text = role_first(text)
    whole = WHOLE_TURN.match(text)
    turns = turns_of(now, who.id, desk.now(), most=SHOWN)
    if whole:
        found = [turn for turn in turns if role in (None, turn.role)][:1]
        start, end, rest = desk.now(), found[0].end if found else desk.now(), text[whole.end() :].strip()
    else:
        start, end, rest = read_stretch(text, desk.now(), desk.house.zone)
        start, end = rota.coming(start, end, desk.now())
        roles = (role,) if role else tuple(DutyRole)
        found = next(filter(None, (turns_as(now, one, who.id, (start, end)) for one in roles)), [])
    if not found:
        raise NotAllowed(not_on_then(who.name, turns, desk.house.zone))
    here = now if found[0].why is Why.HOLD else replace(now, holds=())
    another = here.first_of_another(found[0].role, who.id, found[0].start, end) or end
    last = [turn for turn in found if turn.end <= another][-1]
    after = next((turn.start for turn in found if turn.start > another), None)
    return Stretch(found[0].role, max(start, found[0].start), min(end, last.end), rest, after)


def role_first(text: str) -> tuple[DutyRole | None, str]:
    """The role the words begin with, if any, and the rest."""
    first, _, rest = text.strip().removeprefix("as ").partition(" ")
    return (DutyRole(first.lower()), rest.strip()) if first.lower() in tuple(DutyRole) else (None, text.strip())


def about(who: Staff, role: DutyRole | None = None) -> Line:
    """Who, and as what."""
    return (Strong(who.name), f", {title(role)}" if role else "")


def when_lines(asked: Stretch, desk: Desk) -> tuple[Line, ...]:
    """From when to when, so that nobody has to guess."""
    return ((Strong(spelled_out(asked.start, asked.end, desk.house.zone)),), *only_lines(asked, desk))


def only_lines(asked: Stretch, desk: Desk) -> tuple[Line, ...]:
    """That more was asked for than can be given away at once, if so."""
    return ((only_part(asked.end, asked.after, desk.house.zone),),) if asked.after else ()


def why_field(reason: str) -> Field:
    """Why, which is on the record."""
    return Field("reason", "Why?", reason, hint="A word or two. Those who are asked read it, and it is on the record.")


def shown(command: Command, form: Form, reason: str) -> Answer | Form:
    """The form; where none can open, what it would say and a button for it."""
    if command.way is Way.SAID:
        again = Button("Look It Over", "duty", argument=f"{form.step} {command.text}", weight=Weight.PRIMARY)
        return Answer(form.body, (again,))
    return replace(form, fields=(why_field(reason),))


def kept(who: Staff, asked: Stretch) -> Mapping[str, str]:
    """What the form gives back."""
    span = {"start": asked.start.isoformat(), "end": asked.end.isoformat()}
    return {"person": who.id, "role": str(asked.role), **span}


def read_kept(command: Command) -> tuple[str, Stretch]:
    """The same again."""
    given = command.context
    start, end = datetime.fromisoformat(given["start"]), datetime.fromisoformat(given["end"])
    return given["person"], Stretch(DutyRole(given["role"]), start, end)


def reason_given(command: Command) -> str:
    """Why. Raises FormProblem without."""
    reason = command.values.get("reason", "").strip()
    if not reason:
        raise FormProblem("reason", NO_REASON)
    return reason


STEPS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {
    "when": when_given,
    "cover": cover_asked,
    "swap": swap_offered,
    "put": put_on,
}

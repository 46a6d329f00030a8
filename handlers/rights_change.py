"""``rights 142 end|pause|resume|extend|give`` - what becomes of a right: whoever has it says so, or a team lead."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.authority import Deed, Subject
from bot.card import Answer, Body, Button, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.rights.kinds import Kind
from bot.rights.right import Outcome, Right
from bot.store.duty.leaver import everybody
from bot.store.proof import holds, mirrored
from bot.story import Story
from bot.words import holding, rights_refused
from bot.words import rights as words
from handlers.give import PERSON, colleague_for

MOST_COLLEAGUES = 99
DONE = {"pause": "paused", "resume": "resumed", "extend": "extended"}
TITLES = {"pause": "Let It Stand Still", "resume": "Go On", "extend": "Take Longer"}
WITHOUT_WHY = frozenset({"resume"})


async def colleagues(desk: Desk) -> Mapping[str, str]:
    """Everybody there is, to choose from."""
    return dict(list((await desk.db.read(everybody)).items())[:MOST_COLLEAGUES])


def meant(command: Command, desk: Desk, story: Story, text: str) -> tuple[Right, Kind, str]:
    """The right a form was opened for, that is named, or the only one, with its kind and what follows. Raises NotAllowed."""
    rules, running, ref = desk.house.rights, story.running_rights, story.mention.ref
    label, _, rest = text.partition(" ")
    label = command.context.get("label", "") or label
    word, shown = label.lower().rstrip(".,:;"), command.context.get("right", "")
    named = [one for one in running if (shown == one.id if shown else word in (one.kind, rules.kind(one.kind).label))]
    if named:
        found, after = named[0], text if command.step else rest.strip()
    elif len(running) > 1 and not shown:
        raise NotAllowed(rights_refused.which(ref, [rules.kind(one.kind).label for one in running]))
    elif not running or shown or (label and rules.called(label)):
        raise NotAllowed(rights_refused.over_already(ref))
    else:
        found, after = running[0], text
    desk.require(command.by, Deed.TICK, Subject(ref, concerned=frozenset({found.owner})))
    return found, rules.kind(found.kind), after


async def end(command: Command, desk: Desk, story: Story, text: str) -> Answer | Form:
    """With its outcome; that it was none after all needs a reason."""
    right, kind, after = meant(command, desk, story, text)
    word, _, why = after.partition(" ")
    if command.step:
        word, why = command.values.get("outcome", ""), command.values.get("why", "")
    outcome = words.SAID.get(word.lower().rstrip(",:"))
    if outcome is None and not command.step and (command.way is Way.SAID or word):
        raise NeedsMore(rights_refused.needs_outcome(right.ref[2:]))
    goes = await desk.db.read(mirrored.goes_with, right.number, desk.now(), right.id)
    if outcome is None or (goes and command.context.get("shown", "") != mirrored.mark(goes)):
        return shown_first(command, end_form(right, kind, (outcome, why.strip()), goes=goes), kind)
    if outcome is Outcome.NOT_ONE and not why.strip():
        refuse(command, rights_refused.needs_reason(right.ref[2:], f"end {kind.label} not"))
    detail = {"right": right.id, "deed": "ended", "ended_as": outcome.value}
    move = Move(right.ref, Action.RIGHT, by=command.by.id, note=why.strip(), detail=detail, key=command.key)
    await desk.make(replace(move, shown=mirrored.mark(goes)))
    held = await desk.db.read(holds.reasons, right.number, desk.now())
    stays = [(f"{holding.STAYS} {'; '.join(held)}.",)] if held else [(holding.WENT_TOO,)] if goes else []
    return Answer(((words.over(kind, right.ref, outcome),), *stays), replaces=True)


def shown_first(command: Command, form: Form, kind: Kind) -> Answer | Form:
    """A form that ends it; where none can be opened, a button for one."""
    ends = Button("End It", "rights", form.context["ref"], f"end {kind.label}", weight=Weight.DANGER)
    return Answer(form.body, (ends,)) if command.way is Way.SAID else form


def end_form(right: Right, kind: Kind, said: tuple[Outcome | None, str], *, goes: Sequence[str]) -> Form:
    """How it ended, with what was typed of that; and what goes with it, where its author deleted the words it was in."""
    outcome, why = said
    chosen = next((word for word, meant in words.SAID.items() if meant is outcome), "")
    body: Body = ((kind.name,), *(((holding.GOES_TOO,), (holding.to_keep(right.ref),)) if goes else ()))
    choices = {word: words.ENDS[outcome] for word, outcome in words.SAID.items() if word != "mistake"}
    fields = (
        Field("outcome", "How did it end?", chosen, choices=choices),
        Field(
            "why",
            "Anything to add?",
            why[:300],
            hint="Why it was not one after all. Never published.",
            optional=True,
            max_length=300,
        ),
    )
    seen = {**context(right, kind), "shown": mirrored.mark(goes)}
    return Form("rights", "end", f"End: {right.ref}", "End It", body, fields, (), seen)


def context(right: Right, kind: Kind) -> dict[str, str]:
    """Which one a form is about."""
    return {"ref": right.ref, "label": kind.label, "right": right.id}


def refuse(command: Command, why: str) -> None:
    """Raise NeedsMore, or FormProblem for a form."""
    if command.step:
        raise FormProblem("why", why)
    raise NeedsMore(why)


async def change(command: Command, desk: Desk, story: Story, text: str) -> Answer | Form:
    """A pause, its end, or an extension; a button asks for the reason in a form."""
    step = command.step or command.ref_and_rest()[1].partition(" ")[0].lower()
    right, kind, why = meant(command, desk, story, text)
    why = command.values.get("why", "").strip() if command.step else why
    if not why and step not in WITHOUT_WHY:
        if command.step or command.way is not Way.PRESSED:
            refuse(command, rights_refused.needs_reason(right.ref[2:], f"{step} {kind.label}"))
        field = Field("why", "Why?", hint="Kept in the record; never published.", max_length=300)
        return Form("rights", step, f"{right.ref}: {kind.label}", TITLES[step], (), (field,), (), context(right, kind))
    deed = DONE[step]
    detail = {"right": right.id, "deed": deed}
    await desk.make(Move(right.ref, Action.RIGHT, by=command.by.id, note=why, detail=detail, key=command.key))
    after = next(one for one in (await desk.story(right.ref)).running_rights if one.id == right.id)
    return Answer(((words.changed(deed, after, kind, now=desk.now(), zone=desk.house.zone),),))


async def give(command: Command, desk: Desk, story: Story, text: str) -> Answer | Form:
    """To a colleague who can see the mention. A button asks for whom in a form."""
    named = PERSON.search(text)
    right, kind, _ = meant(command, desk, story, PERSON.sub("", text).strip())
    to = command.values.get("to", "") if command.step else named.group(1) if named else ""
    if not to:
        if command.step or command.way is Way.SAID:
            raise NeedsMore(rights_refused.needs_whom(right.ref[2:]))
        choices = {one: name for one, name in (await colleagues(desk)).items() if one != right.owner}
        if not choices:
            raise NeedsMore(rights_refused.needs_whom(right.ref[2:]))
        field = Field("to", "To which colleague?", choices=choices)
        return Form("rights", "give", f"Give: {right.ref}", "Give It", ((kind.name,),), (field,), (), context(right, kind))
    person = await colleague_for(command, desk, story.mention, to)
    detail = {"right": right.id, "deed": "given"}
    await desk.make(Move(right.ref, Action.RIGHT, by=command.by.id, to=person.id, detail=detail, key=command.key))
    return Answer(((words.given_to(kind, right.ref, person.name),),), replaces=True)


DEEDS: Mapping[str, Callable[[Command, Desk, Story, str], Awaitable[Answer | Form]]] = {
    "end": end,
    "pause": change,
    "resume": change,
    "extend": change,
    "give": give,
}

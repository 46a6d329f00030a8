"""``rota edit``, ``rota add`` and ``rota end`` - for team leads: a form, the next turns it would give, then it counts."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.duty.rota import DutyRole, Plan, Rota, Rotation, switched
from bot.duty.rota_read import body_of, plan_from, rotation_from
from bot.errors import FormProblem, NotAllowed, NotYours
from bot.form import Field, Form
from bot.store.duty import plans, relief
from bot.words import typed
from bot.words.rota import TITLES, TURNS_SHOWN, from_now_on, next_turns
from handlers.duty_changes import reason_given, why_field, written
from handlers.people import on_lines

Row = Mapping[str, object]
NEW: Row = {"role": "duty", "change": "weekly", "layer": 0}
HINTS = {
    "people": "In the order of their turns, one a line: @name, or a name as staff see it.",
    "change": "daily, weekly, monthly, every 3 days, every 2 weeks",
    "starts": "The first hand-off, as 2026-11-23 09:00. Every other is at that time of day.",
    "ends": "Written the same way; empty: it goes on.",
    "hours": "The hours it covers, as mon-fri 17:00-09:00, sat-sun 09:00-09:00; empty: all of them.",
    "zone": "The time zone of these clocks, as Europe/London; empty: the organisation’s.",
    "layer": "From 0 to 9: of two that cover the same moment the higher has it.",
}
LABELS = {"name": "What is it called?", "role": "What are these people there for?", "people": "Who, in turn?"}
LABELS |= {"change": "How long is a turn?", "starts": "When is the first hand-off?", "ends": "When does it end?"}
LABELS |= {"hours": "Which hours?", "zone": "By which clocks?", "layer": "Which layer?"}
OPTIONAL = frozenset({"ends", "hours", "zone", "layer"})


async def add(command: Command, desk: Desk) -> Answer | Form:
    """``rota add``: a rotation there is not yet."""
    return await form(command, desk, NEW, "")


async def edit(command: Command, desk: Desk) -> Answer | Form:
    """``rota edit NAME``."""
    plan = (await desk.rota()).plan
    one = named(plan, command.text)
    (row,) = (row for row in body_of(plan) if row["name"] == one.name)
    return await form(command, desk, row, one.name)


async def form(command: Command, desk: Desk, row: Row, was: str) -> Answer | Form:
    """All there is to say of a rotation."""
    if command.way is Way.SAID:
        return in_a_form(f"edit {was}" if was else "add")
    people = row.get("people")
    names = await desk.names(set(people) if isinstance(people, list) else set())
    listed = "\n".join(f"{names[one]} ({one})" for one in people) if isinstance(people, list) else ""
    values = {**{name: str(value) for name, value in row.items()}, "people": listed}
    fields = tuple(field(name, values.get(name, "")) for name in LABELS)
    context = {"was": was, "since": str(await desk.db.read(plans.version))}
    return Form("rota", "look", "A rotation", "Look It Over", (), (*fields, why_field("")), context=context, only_shows=True)


def in_a_form(text: str) -> Answer:
    """Asked for where no form can open: a button opens it."""
    return Answer((("It is changed in a form.",),), (Button("Open It", "rota", argument=text, weight=Weight.PRIMARY),))


def field(name: str, value: str) -> Field:
    """One question."""
    choices = {str(role): TITLES[role] for role in DutyRole} if name == "role" else {}
    lines = 6 if name == "people" else 1
    return Field(name, LABELS[name], value, HINTS.get(name, ""), choices, optional=name in OPTIONAL, lines=lines)


async def look(command: Command, desk: Desk) -> Form:
    """The form sent in: what is wrong with which field, or the turns it would give."""
    reason = reason_given(command)
    said = {name: command.values.get(name, "") for name in LABELS}
    row: Row = {**said, "people": await people_given(command, desk)}
    one = read(row, desk)
    here = await desk.rota()
    plan = with_rotation(here.plan, command.context["was"], one)
    refuse_a_clash(plan, desk)
    names = await desk.names(set(one.people))
    turns = next_turns(one, desk.now(), TURNS_SHOWN, names=names, zone=desk.house.zone)
    kind = (Strong(one.name), f", {TITLES[one.role].lower()}. Its next turns would be:")
    body: tuple[Line, ...] = (kind, *((turn,) for turn in turns), *await at_once(here, plan, desk), (f"Why: {reason}",))
    context = {**command.context, "row": json.dumps(row, ensure_ascii=False), "reason": reason}
    return Form("rota", "change", "Change the rota", "Put It in Force", body, context=context)


async def at_once(here: Rota, plan: Plan, desk: Desk) -> list[Line]:
    """Who has a role from now on in whose place, once the plan is in force; nothing where nobody is put on at once."""
    found = switched(here, replace(here, plan=plan), desk.now())
    names = await desk.names({person for one in found for person in (*one.had, *one.has)})
    return [(Strong(from_now_on(one, names)), " They are told.") for one in found]


async def people_given(command: Command, desk: Desk) -> list[str]:
    """Ids, in order. Raises FormProblem for anybody who is no full member of staff."""
    try:
        return [person.id for person in await on_lines(command, desk, command.values.get("people", ""))]
    except NotYours as unknown:
        raise FormProblem("people", str(unknown)) from unknown


def read(row: Row, desk: Desk) -> Rotation:
    """The rotation a row says. Raises FormProblem at the field that cannot be read."""
    try:
        return rotation_from(row, desk.house.zone, "")
    except ValueError as error:
        raise problem(str(error)) from error


def refuse_a_clash(plan: Plan, desk: Desk) -> None:
    """Raise FormProblem where two rotations say who has a role at one moment."""
    try:
        plan_from(body_of(plan), plan.standing, desk.house.zone)
    except ValueError as error:
        raise problem(str(error)) from error


def problem(fault: str) -> FormProblem:
    """``rota 2 (late): hours: …`` as what is wrong with the field ``hours``."""
    parts = fault.split(": ")
    at = next((place for place, part in enumerate(parts[:2]) if part.strip() in LABELS), None)
    return FormProblem("name", fault) if at is None else FormProblem(parts[at].strip(), ": ".join(parts[at + 1 :]))


def with_rotation(plan: Plan, was: str, one: Rotation | None) -> Plan:
    """The plan with a rotation in the place of the one that was called so; without one that place is empty."""
    here = [one if each.name == was else each for each in plan.rotations]
    added = [] if was else [one]
    return replace(plan, rotations=tuple(each for each in (*here, *added) if each))


async def change(command: Command, desk: Desk) -> Answer:
    """Looked over and sent in."""
    one, was = read(json.loads(command.context["row"]), desk), command.context["was"]
    plan = with_rotation((await desk.rota()).plan, was, one)
    await put_in_force(command, desk, plan, command.context["reason"])
    return Answer(((f"In force from now on: {one.name}. To see it: {typed('rota')}",),))


async def end(command: Command, desk: Desk) -> Answer | Form:
    """``rota end NAME``: nobody takes it in turn any more."""
    here = await desk.rota()
    one = named(here.plan, command.text)
    if command.way is Way.SAID:
        return in_a_form(f"end {one.name}")
    body: tuple[Line, ...] = (
        (Strong(one.name), f", {TITLES[one.role].lower()}: from now on nobody takes it in turn."),
        *await at_once(here, with_rotation(here.plan, one.name, None), desk),
        ("To end it at another time, edit it and say when it ends.",),
    )
    context = {"was": one.name, "since": str(await desk.db.read(plans.version))}
    return Form("rota", "end", "End a rotation", "End It", body, (why_field(""),), context=context)


async def ended(command: Command, desk: Desk) -> Answer:
    """Sent in."""
    was = command.context["was"]
    plan = with_rotation((await desk.rota()).plan, was, None)
    await put_in_force(command, desk, plan, reason_given(command))
    return Answer(((f"Ended: {was}. To see what there is: {typed('rota')}",),))


async def put_in_force(command: Command, desk: Desk, plan: Plan, why: str) -> None:
    """A new version of the plan, if nobody made one since this was opened."""
    await written(desk, relief.change_plan, plan, by=command.by.id, why=why, since=int(command.context["since"]))


def named(plan: Plan, text: str) -> Rotation:
    """The rotation of that name. Raises NotAllowed, naming those there are."""
    found = next((one for one in plan.rotations if one.name.casefold() == text.strip().casefold()), None)
    if found is None:
        there = ", ".join(one.name for one in plan.rotations)
        raise NotAllowed(f"Say which: {there}." if there else f"There is no rotation yet. To begin: {typed('rota', 'add')}")
    return found


WORDS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {"edit": edit, "add": add, "end": end}
STEPS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {"look": look, "change": change, "end": ended}

"""``rota`` - who takes which role in turn, what is not covered, how the load is shared; team leads change it in a form."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.card import Answer, Button, Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.duty.rota import Plan, Rota, Rotation
from bot.duty.rota_read import change_words
from bot.duty.rota_report import heavy_lines, load_lines
from bot.errors import NeedsMore
from bot.form import Form
from bot.words import typed
from bot.words.rota import TITLES, TURNS_SHOWN, gap_line, next_turns, title
from handlers import rota_form
from handlers.people import require_lead

EDITS, GAPS = 4, 5
"""Buttons to change a rotation, and gaps that are written out; the others are named when typed, and counted."""
AHEAD = timedelta(days=14)
WAYS: Sequence[tuple[str, str]] = (
    ("", "who takes turns, who is next, what is not covered, how it is shared"),
    ("edit NAME", "for team leads: change a rotation, in a form"),
    ("add", "for team leads: a new one"),
    ("end NAME", "for team leads: nobody takes it in turn any more"),
)


async def rota(command: Command, desk: Desk) -> Answer | Form:
    """Everybody may look."""
    if command.step:
        require_lead(command, desk)
        return await rota_form.STEPS[command.step](command, desk)
    word, rest = command.word()
    if not word:
        return await overview(command, desk)
    if word not in rota_form.WORDS:
        raise NeedsMore(f"There is no “{word[:40]}” here. To see what there is: {typed('rota', 'help')}")
    require_lead(command, desk)
    return await rota_form.WORDS[word](rest, desk)


async def overview(command: Command, desk: Desk) -> Answer:
    """Each rotation with its next turns, then what is missing, then who has how much."""
    now = await desk.rota()
    names = await desk.names({*now.plan.people, *(one.person for one in now.overrides)})
    lines: list[Line] = []
    for one in now.plan.rotations:
        lines += described(one, desk, names)
    lines += always(now.plan, names)
    lines += missing(now, desk, names)
    lines += [*load_lines(now, desk.now(), names, desk.house.zone), *heavy_lines(now, desk.now(), names, desk.house.zone)]
    buttons = (*(lead_buttons(now.plan) if desk.overrides(command.by) else ()), Button("Who Is On Now", "duty"))
    return Answer(tuple(lines) or (("Nobody takes turns, and nobody is always on duty.",),), buttons)


def missing(now: Rota, desk: Desk, names: Mapping[str, str]) -> list[Line]:
    """The gaps of the next two weeks, the soonest first."""
    gaps = now.gaps(desk.now(), desk.now() + AHEAD)
    lines: list[Line] = [(Strong("Gap: "), gap_line(gap, names, desk.house.zone)) for gap in gaps[:GAPS]]
    return [*lines, (f"and {len(gaps) - GAPS} more gaps in the next 14 days",)] if len(gaps) > GAPS else lines


def described(one: Rotation, desk: Desk, names: Mapping[str, str]) -> list[Line]:
    """What it is, who takes it in which order, and its next turns."""
    zone = f" · by the clocks of {one.zone.key}" if one.zone != desk.house.zone else ""
    hours = f" · {one.hours.words}" if one.hours.words else ""
    layer = f" · layer {one.layer}" if one.layer else ""
    what = f" · {title(one.role)} · {change_words(one.count, one.unit)} from {one.first:%a %H:%M}{hours}{layer}{zone}"
    turns = "; ".join(next_turns(one, desk.now(), TURNS_SHOWN, names=names, zone=desk.house.zone))
    return [(Strong(one.name), what), (f"In turn: {', '.join(names.get(i, i) for i in one.people)}",), (f"Next: {turns}",)]


def always(plan: Plan, names: Mapping[str, str]) -> list[Line]:
    """Those who have a role that nobody takes in turn."""
    return [
        (Strong(f"{TITLES[role]}, always: "), ", then ".join(names.get(i, i) for i in people))
        for role, people in plan.standing.items()
        if people
    ]


def lead_buttons(plan: Plan) -> tuple[Button, ...]:
    """To change what there is, and to add to it."""
    edits = [Button(f"Edit {one.name}", "rota", argument=f"edit {one.name}") for one in plan.rotations[:EDITS]]
    return (*edits, Button("Add a Rotation", "rota", argument="add"))

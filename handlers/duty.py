"""``duty`` - who is on duty until when and who is next, what is not covered, and the changes anybody can ask for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Staff, Way
from bot.desk import Desk
from bot.duty.rota import DutyRole, Override, Rota
from bot.errors import NeedsMore
from bot.form import Form
from bot.house import House
from bot.store.duty import covers
from bot.store.duty.covers import Cover
from bot.words import typed
from bot.words.rota import TITLES, spelled_out, stretch, title, turn_line, turns_of, who_has
from handlers import duty_changes
from handlers.duty_calendar import calendar
from handlers.duty_changes import written
from handlers.rota import missing

TURNS, CHANGES, BUTTONS = 4, 6, 3
WAYS: Sequence[tuple[str, str]] = (
    ("", "who is on duty, until when, who is next, and your own turns"),
    ("cover me fri 18:00 to sat 09:00 dentist", "ask who can take it; the first to accept has it"),
    ("cover me my shift dentist", "the same for the whole of your next turn"),
    ("swap @name my shift for their shift why", "offer a turn of yours for one of theirs"),
    ("withdraw NAME", "take back a request, or a change you made"),
    ("cover @name tonight why", "for team leads: ask in somebody’s place"),
    ("put @name on duty tonight why", "for team leads: put somebody on at once"),
)


def has_duty(house: House) -> bool:
    """Whether anybody is on duty here, or could be put down for it."""
    return bool(house.officers or house.plan.people or house.has_leads)


async def duty(command: Command, desk: Desk) -> Answer | Form:
    """Everybody may look; what changes the rota is shown first, and sent in on a form."""
    if command.step:
        return await STEPS[command.step](command, desk)
    word, rest = command.word()
    if word in WORDS:
        return await WORDS[word](rest, desk)
    if word:
        raise NeedsMore(f"There is no “{word[:40]}” here. To see what there is: {typed('duty', 'help')}")
    return await overview(command, desk)


async def overview(command: Command, desk: Desk) -> Answer:
    """Who has each role, your turns, what is wanted of whom, what was changed, and what is not covered."""
    rota, now, me = await desk.rota(), desk.now(), command.by.id
    asked = [one for one in await desk.db.read(covers.open_covers, now) if one.offered_to in ("", me) or one.person == me]
    names = await desk.names({*rota.plan.people, *(o.person for o in rota.overrides), *(c.person for c in asked), me})
    lines = [*on_now(rota, desk, names), *yours(rota, desk, me)]
    lines += [(Strong("Cover wanted: "), cover_line(one, desk, names)) for one in asked]
    lines += [*changed(rota, desk, names, command.by), *missing(rota, desk, names)]
    mine = turns_of(rota, me, now, most=1)
    buttons = [take_button(one, names) for one in asked if one.person != me][:BUTTONS]
    buttons += [Button("Ask for Cover", "duty", argument="cover me")] if mine else []
    buttons += [Button("My Calendar", "duty", argument="calendar")] if mine and desk.house.public_url else []
    return Answer(tuple(lines), (*buttons, Button("Whole Rota", "rota")))


def on_now(rota: Rota, desk: Desk, names: Mapping[str, str]) -> list[Line]:
    """A line for each role that anybody has."""
    each = {role: who_has(rota, role, desk.now(), names=names, zone=desk.house.zone) for role in DutyRole}
    found: list[Line] = [(Strong(f"{TITLES[role]}: "), who) for role, who in each.items() if who]
    return found or [("Nobody is on duty: a mention that waits too long is only raised in its channel.",)]


def yours(rota: Rota, desk: Desk, me: str) -> list[Line]:
    """The next turns of whoever asks."""
    turns = turns_of(rota, me, desk.now(), most=TURNS)
    return [(Strong("Your turns: "), "; ".join(turn_line(turn, desk.house.zone) for turn in turns))] if turns else []


def cover_line(one: Cover, desk: Desk, names: Mapping[str, str]) -> str:
    """Who wants what, and what it is called."""
    back = f", for {stretch(*one.back, desk.house.zone)}" if one.back else ""
    return f"{names[one.person]}, {title(one.role)}, {stretch(one.start, one.end, desk.house.zone)}{back} ({one.id})"


def take_button(one: Cover, names: Mapping[str, str]) -> Button:
    """To take it at once."""
    label = covers.TAKE_SWAP if one.back else f"Cover {names[one.person]}"
    return Button(label, "duty", argument=f"take {one.id}", weight=Weight.PLAIN)


def changed(rota: Rota, desk: Desk, names: Mapping[str, str], reader: Staff) -> list[Line]:
    """The overrides that stand, the soonest first, with what each is called.

    Why is for those of the rota, the leads and whoever it is about: it may be somebody's illness.
    """
    now, zone = desk.now(), desk.house.zone
    standing = sorted((one for one in rota.overrides if one.end > now), key=lambda one: one.start)
    all_why = desk.overrides(reader) or reader.id in rota.plan.people
    return [
        (Strong("Changed: "), f"{names[one.person]} is {title(one.role)}, {stretch(one.start, one.end, zone)}"
         f"{f': {one.reason}' if all_why or reader.id in (one.person, one.made_by) else ''} ({one.id})")
        for one in standing[:CHANGES]
    ]  # fmt: skip


# --- pressed, or typed -------------------------------------------------------------------------------------------


async def take(command: Command, desk: Desk) -> Answer:
    """``duty take NAME``: the first to press has it. For those on the rota, and team leads."""
    ref, by = command.text.strip(), command.by
    asked: Cover = await written(desk, covers.take_cover, ref, by=by.id, leads=desk.overrides(by))
    name = (await desk.names({asked.person}))[asked.person]
    when = stretch(asked.start, asked.end, desk.house.zone)
    back = f" {name} takes {stretch(*asked.back, desk.house.zone)} for you." if asked.back else ""
    return Answer(((f"Thank you. You are {title(asked.role)} for {name}: {when}.{back}",),), replaces=True)


async def decline(command: Command, desk: Desk) -> Answer:
    """``duty decline NAME``: a swap is not taken."""
    asked: Cover = await written(desk, covers.decline, command.text.strip(), by=command.by.id)
    name = (await desk.names({asked.person}))[asked.person]
    return Answer(((f"Thank you for saying. {name} is told; nothing changes.",),), replaces=True)


async def withdraw(command: Command, desk: Desk) -> Answer | Form:
    """``duty withdraw NAME``: a request nobody has taken, or a change that stands, once it has been looked at."""
    ref, now = command.text.strip().lower(), desk.now()
    every: list[Cover | Override] = [*await desk.db.read(covers.open_covers, now), *(await desk.rota()).overrides]
    found = next((one for one in every if one.id == ref and one.end > now), None)
    if found is None or command.way is Way.SAID:
        return await withdrawn(replace(command, context={"ref": ref}), desk)
    name = (await desk.names({found.person}))[found.person]
    body: tuple[Line, ...] = (
        (Strong(name), f", {title(found.role)}"),
        (Strong(spelled_out(found.start, found.end, desk.house.zone)),),
        ("Withdrawn, the turns are as the rota has them; those it is about are told.",),
    )
    return Form("duty", "withdraw", "Take it back", "Withdraw", body, context={"ref": ref})


async def withdrawn(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    ref, by = command.context["ref"], command.by
    gone = await written(desk, covers.withdraw, ref, by=by.id, leads=desk.overrides(by))
    when = stretch(gone.start, gone.end, desk.house.zone)
    return Answer(((f"Withdrawn: {title(gone.role)}, {when}. The turns are as the rota has them.",),))


STEPS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {**duty_changes.STEPS, "withdraw": withdrawn}
WORDS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {
    "cover": duty_changes.cover,
    "swap": duty_changes.swap,
    "put": duty_changes.put,
    "take": take,
    "decline": decline,
    "withdraw": withdraw,
    "calendar": calendar,
}

"""``promise 142 Friday 5pm what`` - keep track of something the public was promised, until it is done."""

from datetime import timedelta

from bot import words as said
from bot.card import Answer
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.times.until import read_until
from bot.words import tasks as words

AHEAD = timedelta(days=366)
"""How far off a promise may be."""


async def promise(command: Command, desk: Desk) -> Answer | Form:
    """It is the promiser's until they give it away. A pressed button asks for it in a form."""
    if command.step:
        ref, rest = command.context["ref"], f"{command.values.get('when', '')} {command.values.get('what', '')}"
    else:
        ref, rest = command.ref_and_rest()
    await desk.admitted(command, ref)
    if not rest.strip() and command.way is Way.PRESSED:
        return form(ref)
    try:
        until, what = read_until(rest, desk.now(), desk.house.zone, AHEAD)
    except NeedsMore as unread:
        why = words.by_what_time(str(unread))
        if command.step:
            raise FormProblem("when", why) from unread
        raise NeedsMore(words.needs_when(ref[2:], why)) from unread
    if not what:
        if command.step:
            raise FormProblem("what", words.SAY_WHAT)
        raise NeedsMore(words.needs_when(ref[2:], words.SAY_WHAT))
    await desk.make(Move(ref, Action.OWE, by=command.by.id, text=what, until=until, to=command.by.id, key=command.key))
    return Answer((words.promised(ref, what, said.when(until, desk.house.zone)),))


def form(ref: str) -> Form:
    """What was promised, and by when."""
    fields = (
        Field("when", "By when?", hint="tomorrow, fri 17:00, 3d or 2026-11-20"),
        Field("what", "What was promised?", hint="You are asked about it then. Never published.", max_length=300, lines=2),
    )
    return Form("promise", "note", f"Promise on {ref}", "Keep Track", fields=fields, context={"ref": ref})

"""``rights 142 foi [@name]`` - a person says that a mention claims a right; words alone never do."""

from datetime import datetime, timedelta

from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.rights.guess import guess
from bot.rights.kinds import Kind, Unit
from bot.store.duty import gone
from bot.story import Story
from bot.times.until import read_until
from bot.words import rights as words
from bot.words import rights_refused
from handlers.give import PERSON, channel_of
from handlers.rights_change import colleagues
from handlers.rights_shown import buttons, reasons

AHEAD = timedelta(days=366)
"""How far off the time may be that a journalist names."""


async def blank(desk: Desk, story: Story) -> Form:
    """Which, and whose it is."""
    mention, rules = story.mention, desk.house.rights
    likely = guess(mention.text, frozenset(mention.flags), rules)
    labels = {one.label: f"{one.name}{f' ({one.takes})' if one.takes else ''}" for one in rules.offered}
    fields = (
        Field("label", "Which right?", value=likely.label if likely else "", choices=labels),
        Field("to", "Whose is it?", hint="Left empty, it is yours.", choices=await colleagues(desk), optional=True),
        Field("when", "By when, for a press enquiry?", hint="fri 17:00 or 2026-11-20", optional=True),
    )
    body = ((words.NOT_ADVICE,),)
    return Form("rights", "put", f"Right on {mention.ref}", "Put It There", body, fields, (), {"ref": mention.ref})


async def put(command: Command, desk: Desk, story: Story, rest: str) -> Answer:
    """Raises NeedsMore for a right there is not, and for a press enquiry without its time."""
    ref = story.mention.ref
    label, _, after = rest.partition(" ")
    named = PERSON.search(after)
    values = {"label": label, "to": named.group(1) if named else "", "when": PERSON.sub("", after).strip()}
    values = dict(command.values) if command.step else values
    kind = desk.house.rights.called(values.get("label", ""))
    if kind is None:
        raise NeedsMore(rights_refused.NO_SUCH)
    to = await whose(command, desk, story, chosen=(values.get("to", ""), kind.label))
    until = stated(command, desk, values.get("when", ""), kind) if kind.unit is Unit.STATED else None
    detail = {"deed": "put", "label": kind.label}
    await desk.make(Move(ref, Action.RIGHT, by=command.by.id, to=to, until=until, detail=detail, key=command.key))
    return await done(command, desk, ref, kind)


async def whose(command: Command, desk: Desk, story: Story, *, chosen: tuple[str, str]) -> str:
    """Who is named; or has such rights by the settings, and is still here; or whoever puts it there."""
    person, label = chosen
    if person:
        return (await desk.colleague(command, person, await channel_of(story.mention, desk, command.at))).id
    usual = desk.house.rights.owners.get(label, "")
    return usual if usual and not await desk.db.read(gone.has_left, usual) else command.by.id


def stated(command: Command, desk: Desk, text: str, kind: Kind) -> datetime:
    """The time that was named. Raises NeedsMore, or FormProblem for a form."""
    try:
        return read_until(text, desk.now(), desk.house.zone, AHEAD)[0]
    except NeedsMore as unread:
        if command.step:
            raise FormProblem("when", str(unread)) from unread
        raise NeedsMore(rights_refused.needs_time("142", kind.label, str(unread))) from unread


async def done(command: Command, desk: Desk, ref: str, kind: Kind) -> Answer:
    """By when, and what to know about it."""
    story = await desk.story(ref)
    right = next(one for one in story.running_rights if one.kind == kind.id)
    owner = "" if right.owner == command.by.id else story.name(right.owner)
    lines = words.put_on(right, kind, owner, now=desk.now(), zone=desk.house.zone)
    return Answer((*lines, *reasons(right, desk)), buttons([right], desk.house.rights))

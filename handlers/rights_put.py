"""``rights 142 foi [@name]`` - a person says that a mention claims a right; words alone never do."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.card import Answer, Body
from bot.command import Command
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotYours
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.rights.guess import guess
from bot.rights.kinds import Kind, Unit
from bot.store.duty import gone
from bot.story import Story
from bot.times.until import read_until
from bot.words import rights as words
from bot.words import rights_refused
from handlers.give import PERSON, colleague_for
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
    to, why = await whose(command, desk, story, chosen=(values.get("to", ""), kind.label))
    until, unread = when(command, desk, story, (values.get("when", ""), kind))
    if unread and not command.step:
        raise NeedsMore(rights_refused.not_understood(ref[2:], kind.label, unread))
    detail = {"deed": "put", "label": kind.label}
    await desk.make(Move(ref, Action.RIGHT, by=command.by.id, to=to, until=until, detail=detail, key=command.key))
    answer = await done(command, desk, ref, kind)
    return replace(answer, body=(*answer.body, *why))


async def whose(command: Command, desk: Desk, story: Story, *, chosen: tuple[str, str]) -> tuple[str, Body]:
    """Who is named; or has such rights by the settings, and is here and may read it; or whoever puts it there, and why."""
    person, label = chosen
    if person:
        return (await colleague_for(command, desk, story.mention, person)).id, ()
    usual = desk.house.rights.owners.get(label, "")
    if usual in ("", command.by.id) or await desk.db.read(gone.has_left, usual):
        return command.by.id, ()
    try:
        return (await colleague_for(command, desk, story.mention, usual)).id if story.mention.private else usual, ()
    except NotYours:
        name = (await desk.names({usual}))[usual]
        return command.by.id, ((rights_refused.usual_cannot_read(story.mention.ref, name),),)


def when(command: Command, desk: Desk, story: Story, named: tuple[str, Kind]) -> tuple[datetime | None, str]:
    """The time that was named, where such a right needs one, and what follows it. Raises NeedsMore or FormProblem."""
    text, kind = named
    if kind.unit is not Unit.STATED:
        return None, text
    try:
        return read_until(text, desk.now(), desk.house.zone, AHEAD)
    except NeedsMore as unread:
        if command.step:
            raise FormProblem("when", str(unread)) from unread
        raise NeedsMore(rights_refused.needs_time(story.mention.ref[2:], kind.label, str(unread))) from unread


async def done(command: Command, desk: Desk, ref: str, kind: Kind) -> Answer:
    """By when, and what to know about it."""
    story = await desk.story(ref)
    right = next(one for one in story.running_rights if one.kind == kind.id)
    owner = "" if right.owner == command.by.id else story.name(right.owner)
    lines = words.put_on(right, kind, owner, now=desk.now(), zone=desk.house.zone)
    return Answer((*lines, *reasons(right, desk)), buttons([right], desk.house.rights))

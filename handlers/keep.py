"""``keep 142 why [until 2027-03-31]`` - put a hold on the words of a mention, so that nothing erases them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import RowMapping

from bot.authority import Deed, NotPermitted, Subject
from bot.card import Answer, Body, Button, Line, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed, NotYours
from bot.form import Field, Form
from bot.mention import Action, Mention, Move
from bot.store.proof import keeping
from bot.store.proof.keeping import Ending
from bot.words import holding as words

SHOWN, LOOKED_AT, LONGEST = 20, 500, 300
END = "end"
UNTIL = re.compile(r"[\s,]*\buntil\s+(\d{4}-\d{2}-\d{2})[\s.]*$", re.IGNORECASE)
LAST_WORDS = re.compile(r"\buntil\s+(\S+(?:\s+\S+){0,3})$", re.IGNORECASE)
OF_A_DAY = re.compile(
    r"\d|\b(today|tonight|tomorrow|next|week|month|year|(mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    r"|jan|january|feb|february|mar|march|apr|april|may|june?|july?|aug|august|sept?|september|oct|october|nov|november"
    r"|dec|december)\b",
    re.IGNORECASE,
)
LAST_MOMENT = time(23, 59)
WAYS: Sequence[tuple[str, str]] = (
    ("", "what is on hold, why, and until when"),
    ("142 why", "keep its words until a team lead ends the hold"),
    ("142 why until 2027-03-31", "keep them until the end of that day"),
    ("142 end", "for team leads: see what is on hold, and end it"),
)


async def keep(command: Command, desk: Desk) -> Answer | Form:
    """Anybody who may read it puts a hold on it; a team lead ends it."""
    if not (command.step or command.text.strip() or command.at.ref):
        return await listed(command, desk)
    ref, rest = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    word, _, after = rest.partition(" ")
    if command.step == END or (word.lower() == END and not UNTIL.search(after)):
        return await let_go(command, desk, story.mention, after.strip())
    values = command.values
    why, until = (values.get("why", ""), values.get("until", "").strip()) if command.step else split(rest)
    if not why.strip():
        if not command.step and command.way is not Way.SAID:
            return form(ref)
        refuse(command, "why", words.needs_why(ref[2:]))
    ends = read_day(command, desk, until) if until else None
    if len(reason := why.strip()) > LONGEST:
        refuse(command, "why", words.too_long(len(reason), LONGEST))
    move = Move(ref, Action.KEEP, by=command.by.id, note=reason, text=reason, until=ends, key=command.key)
    await desk.make(move)
    return Answer(((words.kept(ref, ends, desk.house.zone),),))


def split(text: str) -> tuple[str, str]:
    """The reason, and the day at its end, or what was meant for one."""
    found = UNTIL.search(text)
    if not found and (meant := LAST_WORDS.search(text)) and OF_A_DAY.search(meant.group(1)):
        return text[: meant.start()] or text, meant.group(1)
    return (text[: found.start()], found.group(1)) if found else (text, "")


def read_day(command: Command, desk: Desk, text: str) -> datetime:
    """The end of that day where the organisation is. Raises NeedsMore, or FormProblem for a form."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse(command, "until", words.no_such_day(text))
        raise
    if day < desk.now().astimezone(desk.house.zone).date():
        refuse(command, "until", words.PAST)
    return datetime.combine(day, LAST_MOMENT, tzinfo=desk.house.zone).astimezone(UTC)


def refuse(command: Command, field: str, why: str) -> None:
    """Raise NeedsMore, or FormProblem for a form."""
    if command.step:
        raise FormProblem(field, why)
    raise NeedsMore(why)


def form(ref: str) -> Form:
    """Why, and until when."""
    fields = (
        Field("why", "Why must it be kept?", hint="Kept in the record; never published.", max_length=300, lines=2),
        Field("until", "Until which day?", hint="2027-03-31; left empty, until a team lead ends it", optional=True),
    )
    return Form("keep", "put", f"Keep {ref}", "Keep", fields=fields, context={"ref": ref})


async def let_go(command: Command, desk: Desk, mention: Mention, why: str) -> Answer | Form:
    """For team leads, who first see what ends and what goes with it, as it is when they send it."""
    ref, instead = mention.ref, f" {words.ANOTHER}" if why else ""
    try:
        desk.require(command.by, Deed.LET_GO, Subject(ref))
    except NotPermitted as refusal:
        raise NotYours(f"{await desk.told(refusal, command.by.id)}{instead}") from refusal
    ends = await desk.db.read(keeping.ending, mention.number, desk.now())
    if not ends.holds:
        raise NotAllowed(f"{words.not_on_hold(ref)}{instead}")
    said = command.values.get("why", "").strip() if command.step else why
    if not command.step or command.context.get("shown", "") != ends.mark:
        names = await desk.names({row["by"] for row in ends.holds})
        each = [words.line(ref, dict(row), names[row["by"]], desk.house.zone) for row in ends.holds]
        return ending(command, ref, said, (ends, ((words.every_hold(ref),), *each)))
    if not said:
        raise FormProblem("why", words.ENDS_WHY)
    await desk.make(Move(ref, Action.LET_GO, by=command.by.id, note=said, key=command.key, shown=ends.mark))
    return Answer(((words.ended(ref),), *(((words.WENT_TOO,),) if ends.goes else ())), replaces=True)


def ending(command: Command, ref: str, why: str, seen: tuple[Ending, Body]) -> Answer | Form:
    """What would end, and a form that ends it; where none can be opened, a button for it."""
    ends, body = seen
    body = (*body, *(((words.GOES_TOO,),) if ends.goes else ()))
    if command.step:
        body = ((words.not_as_shown(ref),), *body)
    elif why:
        body = (*body, (words.ANOTHER,))
    if command.way is Way.SAID:
        return Answer(body, (Button("End It", "keep", ref, END, weight=Weight.DANGER),))
    field = Field("why", "Why can it end?", why[:300], hint="Kept in the record; never published.", max_length=300, lines=2)
    return Form("keep", END, f"End: {ref}", "End It", body, (field,), (), {"ref": ref, "shown": ends.mark})


async def listed(command: Command, desk: Desk) -> Answer:
    """Those of mentions that the person may read: a reason may say what the mention is about."""
    rows: list[RowMapping] = []
    for row in await desk.db.read(keeping.listed, LOOKED_AT):
        if len(rows) <= SHOWN and await desk.may_read(command, await desk.find(f"M-{row['number']}")):
            rows.append(row)
    names = await desk.names({row["by"] for row in rows})
    lines: list[Line] = [
        words.line(f"M-{row['number']}", dict(row), names[row["by"]], desk.house.zone) for row in rows[:SHOWN]
    ]
    lines += [(f"The newest {SHOWN} are shown.",)] if len(rows) > SHOWN else []
    return Answer(tuple(lines) or ((words.NOTHING_HELD,),))

"""``keep 142 why [until 2027-03-31]`` - put a hold on the words of a mention, so that nothing erases them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from bot.authority import Deed, Subject
from bot.card import Answer, Line
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.store.proof import keeping
from bot.words import holding as words

SHOWN = 20
UNTIL = re.compile(r"[\s,]*\buntil\s+(\d{4}-\d{2}-\d{2})[\s.]*$", re.IGNORECASE)
LAST_MOMENT = time(23, 59)
WAYS: Sequence[tuple[str, str]] = (
    ("", "what is on hold, why, and until when"),
    ("142 why", "keep its words until a team lead ends the hold"),
    ("142 why until 2027-03-31", "keep them until the end of that day"),
    ("142 end why", "for team leads: end the hold"),
)


async def keep(command: Command, desk: Desk) -> Answer | Form:
    """Anybody who may read it puts a hold on it; a team lead ends it."""
    if not (command.step or command.text.strip() or command.at.ref):
        return await listed(command, desk)
    ref, rest = (command.context["ref"], "") if command.step else command.ref_and_rest()
    await desk.admitted(command, ref)
    word, _, after = rest.partition(" ")
    if word.lower() == "end":
        return await let_go(command, desk, ref, after.strip())
    values = command.values
    why, until = (values.get("why", ""), values.get("until", "").strip()) if command.step else split(rest)
    if not why.strip():
        if not command.step and command.way is not Way.SAID:
            return form(ref)
        refuse(command, "why", words.needs_why(ref[2:]))
    ends = read_day(command, desk, until) if until else None
    reason = why.strip()
    move = Move(ref, Action.KEEP, by=command.by.id, note=reason, text=reason, until=ends, key=command.key)
    await desk.make(move)
    return Answer(((words.kept(ref, ends, desk.house.zone),),))


def split(text: str) -> tuple[str, str]:
    """The reason, and the day at its end."""
    found = UNTIL.search(text)
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


async def let_go(command: Command, desk: Desk, ref: str, why: str) -> Answer:
    """For team leads."""
    desk.require(command.by, Deed.LET_GO, Subject(ref))
    await desk.make(Move(ref, Action.LET_GO, by=command.by.id, note=why, key=command.key))
    return Answer(((words.ended(ref),),), replaces=True)


async def listed(command: Command, desk: Desk) -> Answer:
    """Those of mentions that the person may read: a reason may say what the mention is about."""
    rows = await desk.db.read(keeping.listed, SHOWN + 1)
    found = {row["number"]: await desk.find(f"M-{row['number']}") for row in rows}
    readable = await desk.readable(command, list(found.values()))
    names = await desk.names({row["by"] for row in rows})
    lines: list[Line] = [
        words.line(ref, dict(row), names[row["by"]], desk.house.zone)
        for row in rows[:SHOWN]
        if (ref := found[row["number"]].ref) in readable
    ]
    lines += [(f"The newest {SHOWN} are shown.",)] if len(rows) > SHOWN else []
    return Answer(tuple(lines) or ((words.NOTHING_HELD,),))

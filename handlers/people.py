"""Who is meant by ``@name``: full members of staff only, so that nobody is put down who could not act."""

import re

from bot import words
from bot.authority import Deed
from bot.command import Command, Staff
from bot.desk import Desk
from bot.errors import NotYours, OutsideError
from bot.store import mentions

PERSON = re.compile(r"<?@([A-Za-z0-9._-]+)(?:\|[^>]*)?>?")
BY_ID = re.compile(r"\(([A-Za-z0-9._-]+)\)\s*$")


def first_named(text: str) -> tuple[str, str]:
    """The person the words begin with, and the words after; empty when they begin with none."""
    found = PERSON.match(text.strip())
    return (found.group(1), text.strip()[found.end() :].strip()) if found else ("", text.strip())


async def full_member(command: Command, desk: Desk, staff: str) -> Staff:
    """The person as a chat knows them: this one, or another. Raises NotYours, in words for whoever named them."""
    try:
        person = await desk.person(staff, command.at)
    except NotYours as error:
        raise NotYours(f"{words.excerpt(staff, 40)} is no full member of staff here. Name a colleague with @.") from error
    except OutsideError as error:
        raise NotYours(f"The chat could not say just now who {staff} is. Nothing was changed; try again.") from error
    await desk.meet(person)
    return person


async def on_lines(command: Command, desk: Desk, text: str) -> list[Staff]:
    """The people named one a line: by @name, by id, as ``Dev Rao (U0DEV)`` or by a name staff have. Raises NotYours."""
    lines = [line.strip() for line in text.replace(",", "\n").split("\n")]
    return [await full_member(command, desk, await id_of(line, desk)) for line in lines if line]


async def id_of(line: str, desk: Desk) -> str:
    """The id a line names; the line itself where it names none that is known."""
    if found := BY_ID.search(line) or PERSON.match(line):
        return found.group(1)
    return await desk.db.read(mentions.called, line) or line


def require_lead(command: Command, desk: Desk) -> None:
    """Raise NotYours for one who may not change the rota, or the turns of others."""
    desk.require(command.by, Deed.CHANGE_ROTA)

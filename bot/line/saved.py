"""``tolbooth saved export`` and ``tolbooth saved import``: saved replies as a file, and out of one, all of it or nothing."""

import asyncio
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy import Connection, select

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.line.forgetting import opened
from bot.line.ledger import database_in_use, named_file
from bot.line.taking import actor, ended_well, one_view, put_on_record, sha256_of
from bot.saving.exchanged import Place, Sorted, Unreadable, read, rows_of, sort_out, write_csv, write_json
from bot.store import schema
from bot.store.duty import gone
from bot.store.proof.exported import Taken
from bot.store.replying import saved as store
from bot.store.replying import saved_owners
from bot.wiring import Bot

Say = Callable[[str], object]
WRITERS: Mapping[str, Callable[..., int]] = {"csv": write_csv, "json": write_json}
FAULTS_SHOWN, TWICE_SHOWN = 40, 20
NOTHING = "Nothing was imported."


def export(config: Path | None, shape: str, out: Path | None, *, because: str = "", by: str = "") -> int:
    """Write those in use; a file appears whole or not at all, once that is on the record. Returns how many."""
    database, now = database_in_use(config), SystemClock().now()
    try:
        with ended_well(), one_view(database) as conn, named_file(out) as file:
            found, staff = store.in_use(conn), people(conn)
            uses = store.uses(conn, [one.ref for one in found])
            stream = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            count = WRITERS[shape](rows_of(found, staff, uses, now), stream)
            stream.detach()
            taken = Taken("saved", actor(by), because, count, sha256_of(file), of=f"saved replies, as {shape}")
            asyncio.run(put_on_record(database, taken, now))
            return count
    finally:
        database.close()


def people(conn: Connection) -> dict[str, str]:
    """Everybody who was met, by id."""
    return {row.id: row.name for row in conn.execute(select(schema.staff.c.id, schema.staff.c.name))}


def import_(config: Path | None, file: Path, shape: str, *, preview: bool, by: str, say: Say) -> bool:
    """Save what a file holds, or say what that would be; False when it cannot be. Raises SettingsError."""
    shape = shape or ("json" if file.suffix.lower() == ".json" else "csv")
    try:
        rows = read(file.read_bytes(), shape)
    except Unreadable as error:
        raise SettingsError(f"{file}: {error}. {NOTHING}") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}. {NOTHING}") from error

    async def work() -> bool:
        async with opened(config) as bot:
            return await taken_in(bot, rows, preview=preview, by=by, say=say)

    return asyncio.run(work())


async def taken_in(bot: Bot, rows: list[tuple[str, dict[str, str]]], *, preview: bool, by: str, say: Say) -> bool:
    """All of the rows or none."""
    database, house, now = bot.database, bot.desk.house, bot.clock.now()
    here = await database.read(staff_here)
    person = named(by, here) if by else ""
    titles = {one.title.lower(): one.ref for one in await database.read(store.in_use)}
    found = sort_out(rows, titles, Place(here, now, house.zone, house.saving.review, person or None))
    for line in found.faults[:FAULTS_SHOWN]:
        say(line)
    if found.faults:
        more = len(found.faults) - FAULTS_SHOWN
        say(f"{f'and {more:,} more. ' if more > 0 else ''}{NOTHING} Mend these and try again.")
        return False
    say_twice(found, say)
    if preview:
        say(f"{len(found.wishes):,} would be imported, and wait for approval. Nothing was changed.")
        return True
    made = await database.write(store.make_all, found.wishes, person or actor(""), now=now)
    await database.write(saved_owners.say_imported, len(made), by=person, house=house, now=now)
    say(f"{len(made):,} imported. Each waits for approval: `saved` in the chat lists them.")
    return True


def say_twice(found: Sorted, say: Say) -> None:
    """Which rows are left out, and why."""
    for line in found.twice[:TWICE_SHOWN]:
        say(f"left out: {line}")
    if len(found.twice) > TWICE_SHOWN:
        say(f"left out: {len(found.twice) - TWICE_SHOWN:,} more, for the same reason")


def staff_here(conn: Connection) -> dict[str, str]:
    """Everybody who was met and has not left."""
    left = gone.everybody(conn)
    return {one: name for one, name in people(conn).items() if one not in left}


def named(by: str, here: Mapping[str, str]) -> str:
    """The id of whoever is meant. Raises SettingsError."""
    found = [one for one, name in here.items() if by.casefold() in (one.casefold(), name.casefold())]
    if len(found) != 1:
        why = "is nobody who was met here" if not found else "is the name of two people; write the id"
        raise SettingsError(f"--by {by}: {why}. {NOTHING}")
    return found[0]

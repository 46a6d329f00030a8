"""What a start makes sure of before anything runs: the schema, the kind of database, and a rota that can be used."""

import asyncio

import structlog

from bot.desk import Desk
from bot.errors import ServerAway, SettingsError
from bot.store import migrate
from bot.store.duty import rota_fault
from bot.store.executor import Database
from bot.store.switch import is_of_other_kind

log = structlog.get_logger()
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0
"""Seconds between looks whether the database's server is there."""


async def bring_up_to_date(database: Database) -> None:
    """Migrate; wait for as long as the database's server is not there. Raises SettingsError."""
    wait = FIRST_WAIT
    while True:
        try:
            before, after = await asyncio.to_thread(migrate.upgrade, database)
        except ServerAway as error:
            if wait == FIRST_WAIT:
                log.warning("database_not_there", reason=str(error).replace("\n", " "), cure="it is waited for")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            continue
        if before != after:
            log.info("database_migrated", before=before or "empty", after=after)
        return


async def refuse_the_other_kind(database: Database, *, practice: bool) -> None:
    """A practice database is for practice, a real one is not. Raises SettingsError."""
    if await database.write(is_of_other_kind, practice=practice):
        kinds = ("a real", "practice") if practice else ("a practice", "real work")
        raise SettingsError(f"This is {kinds[0]} database: it is not to be used for {kinds[1]}. Name another file.")


async def keep_the_last_good_rota(desk: Desk) -> None:
    """A rota in the settings that cannot be used stops only a bot that has none in force. Raises SettingsError."""
    if not (fault := desk.house.rota_fault):
        return
    if not await desk.db.write(rota_fault.stays_in_force, desk.house, desk.now()):
        raise SettingsError(fault)
    log.error("rota_not_used", reason=fault)

"""What a start makes sure of before anything runs: the schema, the kind of database, and a rota that can be used."""

import asyncio

import structlog

from bot.desk import Desk
from bot.errors import ServerAway, SettingsError
from bot.ports import Clock
from bot.settings import CoreSettings
from bot.store import migrate
from bot.store.duty import rota_fault
from bot.store.executor import Database
from bot.store.intake.arrivals import announce_missing
from bot.store.sealed import SealedTokens
from bot.store.sending import left_off
from bot.store.switch import is_of_other_kind
from bot.vault import Vault, key_from

log = structlog.get_logger()
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0
"""Seconds between looks whether the database's server is there."""


def kept_sign_ins(database: Database, core: CoreSettings, clock: Clock) -> SealedTokens | None:
    """Where sign-ins that change are kept, sealed; None without a key to seal them with."""
    key = core.secrets_key
    return SealedTokens(database, Vault([key_from(key.get_secret_value())]), clock) if key else None


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


async def show_what_is_open(desk: Desk) -> None:
    """Each chat that is set up has a card for what is open, and nothing waits for one that is not any more."""
    settled = await desk.db.write(left_off.settle_chats, desk.house.chats, desk.now())
    for chat, count in settled.over.items():
        log.warning("chat_not_set_up_any_more", chat=chat, cancelled=count, cure="its section back, what is open is shown")
    if settled.redrawn:
        log.info("cards_drawn_again", count=settled.redrawn, reason="their chat is set up again")
    shown = await desk.db.write(announce_missing, desk.house, desk.now())
    if shown:
        log.info("cards_made_up_for", count=shown)

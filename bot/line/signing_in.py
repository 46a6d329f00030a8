"""``tolbooth sign-in``: a person signs a chat or an account in where that cannot be done by settings alone."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import starting
from bot.clock import SystemClock
from bot.errors import OutsideError, SettingsError
from bot.registry import found
from bot.settings.file import Loaded
from bot.store import migrate
from bot.wiring import REGISTERED, calling, load_settings, open_database

Say = Callable[[str], object]
NOTHING = "Nothing in the settings is signed in by hand. Set it up first: `tolbooth config` shows what there is."


def sign_in(config: Path | None, name: str, *, say: Say) -> bool:
    """Sign it in, saying what is to be done; whether that came to a good end. Raises SettingsError."""
    loaded = load_settings(config)
    section, where = chosen(loaded, name)
    try:
        asyncio.run(signed_in(loaded, section, where, say=say))
    except OutsideError as error:
        say(str(error))
        return False
    return True


def chosen(loaded: Loaded, name: str) -> tuple[Any, str]:
    """The settings of what is meant, and where its sign-in is. Raises SettingsError, which says what there is."""
    there = {
        **{chat: (section, REGISTERED.chats[chat].sign_in) for chat, section in loaded.chats.items()},
        **{one.name: (one, REGISTERED.networks[one.network].sign_in) for one in loaded.accounts},
    }
    there = {one: pair for one, pair in there.items() if pair[1]}
    if not there:
        raise SettingsError(NOTHING)
    if not name and len(there) == 1:
        return next(iter(there.values()))
    if name not in there:
        said = f"{name!r} is not signed in by hand" if name else "There are several to sign in"
        raise SettingsError(f"{said}: write one of {', '.join(sorted(there))}.")
    return there[name]


async def signed_in(loaded: Loaded, section: Any, where: str, *, say: Say) -> None:
    """Sign in, with a database to keep it in. Raises OutsideError, SettingsError."""
    clock, database = SystemClock(), open_database(loaded)
    try:
        tokens = starting.kept_sign_ins(database, loaded.core, clock)
        if tokens is not None:
            await asyncio.to_thread(migrate.upgrade, database)
        async with calling() as http:
            await found(where)(section, tokens=tokens, http=http, clock=clock, say=say)
    finally:
        await asyncio.to_thread(database.close)

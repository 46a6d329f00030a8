"""``tolbooth run``: start the bot, and stop it cleanly when asked."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from bot import logs
from bot.copies import ALL, roles_of
from bot.errors import SettingsError
from bot.ports import Clock
from bot.wiring import REGISTERED, Bot, load_settings

log = structlog.get_logger()
SETTLED = 2.0
"""Seconds after which what stops a run at its beginning has stopped it, so that this stands alone."""
NOTHING_SET = """Nothing is set up in {where}: there is no chat to show mentions in, and no account to read.
Set {chat} (with its other keys) and an [[accounts]] table in a file, and name it with --config or TOLBOOTH_CONFIG.
Every setting: tolbooth config. To see it work first, with no accounts: tolbooth demo"""


def run(config: Path | None, roles: Sequence[str] = (), *, recovered: bool = False) -> int:
    """Run until SIGTERM or SIGINT. Raises SettingsError when something cannot be used."""
    mine = roles_of(roles)
    loaded = load_settings(config)
    if not loaded.accounts and not loaded.chats:
        raise SettingsError(NOTHING_SET.format(where=loaded.path or "the environment", chat=chat_settings()))
    logs.configure(loaded.core.log_level, quiet=REGISTERED.quiet)
    return asyncio.run(until_stopped(Bot(loaded, roles=mine, recovered=recovered)))


def chat_settings() -> str:
    """What each chat cannot do without: ``chat.token``."""
    needs = [
        f"{name}.{field}"
        for name, entry in REGISTERED.chats.items()
        for field, about in entry.settings_class().model_fields.items()
        if about.is_required()
    ]
    return " or ".join(needs)


def warn_of_gaps(bot: Bot) -> None:
    """What is allowed but leaves the bot with little to do, or its copies apart."""
    loaded = bot.loaded
    if not loaded.accounts:
        log.warning("no_accounts", cure="add an [[accounts]] table to the settings")
    if not loaded.chats:
        log.warning("no_chat", cure="add a chat's section to the settings; until then nobody is shown anything")
    if bot.roles != ALL and bot.database.is_sqlite:
        log.warning("copies_share_a_file", cure="several copies need PostgreSQL: set database_url")
    elif bot.roles != ALL and not loaded.core.redis_url:
        log.warning(
            "copies_do_not_hear_each_other", cure="set redis_url; until then each paces itself and looks once a second"
        )


def demo(**chosen: Any) -> int:
    """``tolbooth demo``: the same bot between stand-ins, on this machine only. ``chosen`` are the command's options."""
    logs.configure("error", quiet=REGISTERED.quiet)

    def make(settings: Path, clock: Clock) -> Bot:
        return Bot(load_settings(settings), clock, practice=True)

    status: int = REGISTERED.demo.build()(make, options=REGISTERED.demo.settings_class()(**chosen))
    return status


async def until_stopped(bot: Bot) -> int:
    """Start, wait for a signal or for a part that cannot go on, stop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    asked = asyncio.create_task(stopping.wait())
    starting = asyncio.create_task(bot.start())
    try:
        await asyncio.wait({asked, starting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await until_asked(bot, asked)
    finally:
        asked.cancel()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await bot.stop()
    return 0


async def until_asked(bot: Bot, asked: "asyncio.Task[bool]") -> None:
    """Return when the bot is asked to stop; raise what stopped a part that cannot go on."""
    broken = asyncio.create_task(bot.stay())
    try:
        over, _ = await asyncio.wait({asked, broken}, return_when=asyncio.FIRST_COMPLETED, timeout=SETTLED)
        if not over:
            warn_of_gaps(bot)
            await asyncio.wait({asked, broken}, return_when=asyncio.FIRST_COMPLETED)
        if broken.done():
            broken.result()
    finally:
        broken.cancel()
        await asyncio.gather(broken, return_exceptions=True)

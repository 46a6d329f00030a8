"""``tolbooth run``: start the bot, and stop it cleanly when asked."""

import asyncio
import signal
from pathlib import Path

import structlog

from bot import logs
from bot.ports import Clock
from bot.wiring import REGISTERED, Bot, load_settings

log = structlog.get_logger()


def run(config: Path | None) -> int:
    """Run until SIGTERM or SIGINT. Raises SettingsError when something cannot be used."""
    loaded = load_settings(config)
    logs.configure(loaded.core.log_level, quiet=REGISTERED.quiet)
    if not loaded.accounts:
        log.warning("no_accounts", cure="add an [[accounts]] table to the settings")
    if not loaded.chats:
        log.warning("no_chat", cure="add a chat's section to the settings; until then nobody is shown anything")
    return asyncio.run(until_stopped(Bot(loaded)))


def demo(*, headless: bool, once: bool, keep: Path | None) -> int:
    """``tolbooth demo``: the same bot between stand-ins, on this machine only."""
    logs.configure("error", quiet=REGISTERED.quiet)

    def make(settings: Path, clock: Clock) -> Bot:
        return Bot(load_settings(settings), clock)

    status: int = REGISTERED.demo.build()(make, headless=headless, once=once, keep=keep)
    return status


async def until_stopped(bot: Bot) -> int:
    """Start, wait for a signal or for a part that cannot go on, stop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    asked = asyncio.create_task(stopping.wait())
    try:
        await bot.start()
        broken = asyncio.create_task(bot.stay())
        await asyncio.wait({asked, broken}, return_when=asyncio.FIRST_COMPLETED)
        if broken.done():
            broken.result()
        broken.cancel()
        await asyncio.gather(broken, return_exceptions=True)
    finally:
        asked.cancel()
        await bot.stop()
    return 0

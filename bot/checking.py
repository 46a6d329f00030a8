"""``tolbooth check``: every fault that can be found without posting anything, each with its cure."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from bot.errors import OutsideError, SettingsError
from bot.ports import Chat, Network
from bot.settings_file import Loaded
from bot.store import migrate
from bot.wiring import Bot, load_settings

LIMIT = 20.0


def check(config: Path | None, say: Callable[[str], object]) -> int:
    """Print what is well and what is not; returns how many faults there are. Raises SettingsError."""
    loaded = load_settings(config)
    return asyncio.run(checked(loaded, say))


async def checked(loaded: Loaded, say: Callable[[str], object]) -> int:
    """Look at each part in turn."""
    faults = 0
    say(f"ok: settings read from {loaded.path or 'the environment'}")
    bot = Bot(loaded)
    try:
        async for part, found in parts(bot):
            faults += len(found)
            say(f"ok: {part}") if not found else None
            for fault in found:
                say(f"fault: {fault}")
    finally:
        await close(bot)
    for remark in remarks(loaded):
        say(f"note: {remark}")
    say(
        f"{faults} fault{'' if faults == 1 else 's'} found"
        if faults
        else "Everything that can be checked from here is well."
    )
    return faults


async def parts(bot: Bot) -> AsyncIterator[tuple[str, Sequence[str]]]:
    """Each part with its faults."""
    try:
        await asyncio.to_thread(migrate.upgrade, bot.database)
        yield "database opens and is up to date", ()
    except SettingsError as error:
        yield "database", (str(error).replace("\n", " "),)
    if not bot.chats:
        yield "chat", ("no chat is set up: see deploy/INSTALL.md, and `tolbooth config` for its settings",)
    for name, chat in bot.chats.items():
        yield f"{name} accepts the tokens, scopes and channels", await faults_of(chat, name)
    if not bot.networks:
        yield "accounts", ("no account is set up: add an [[accounts]] table",)
    for name, network in bot.networks.items():
        yield f"account {name} can be used", await faults_of(network, name)


async def faults_of(part: Chat | Network, name: str) -> Sequence[str]:
    """What a part says of itself, within a time limit."""
    try:
        return await asyncio.wait_for(part.check(), LIMIT)
    except TimeoutError:
        return (f"{name}: did not answer within {LIMIT:.0f} seconds; check the network and HTTPS_PROXY",)
    except OutsideError as error:
        return (f"{name}: {error}",)


def remarks(loaded: Loaded) -> list[str]:
    """What is allowed but worth knowing."""
    core = loaded.core
    found = []
    if not core.staff.may_reply:
        found.append("staff.may_reply is empty: every full member of a mention's channel may publish replies to it")
    if not core.duty.officers:
        found.append("duty.officers is empty: a mention that waits too long is only raised in its channel")
    if not core.roles.lead:
        found.append("roles.lead is empty: nobody is told when an account stops working")
    found += [
        f"accounts.{account.name}.private_channel is empty: private messages are held and only leads are told"
        for account in loaded.accounts
        if not account.private_channel
    ]
    return found


async def close(bot: Bot) -> None:
    """Let go of what was opened."""
    for chat in bot.chats.values():
        await chat.stop()
    await bot.http.close()
    await bot.peers.close()
    await asyncio.to_thread(bot.database.close)

"""``tolbooth check``: every fault that can be found without posting anything, each with its cure."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.errors import OutsideError, SettingsError
from bot.line.checking_accounts import notes_on_sign_ins
from bot.line.checking_reach import notes_on_reach
from bot.line.checking_replying import faults_in_replying, notes_on_replying, tells_languages
from bot.line.checking_retention import notes_on_classes
from bot.line.ledger import database_in_use, file_of, looking, revisions
from bot.ports import Chat, Messenger, Network, Way
from bot.settings import AccountSettings
from bot.settings.file import PREFIX, Loaded, in_environment, read_toml, without_overruled_files
from bot.settings.ways import SAID
from bot.store.executor import Database
from bot.store.proof import invariants
from bot.store.proof.invariants import Invariant
from bot.wiring import Bot, load_settings

LIMIT = 60.0
CARRIERS = {Way.TEXT: "see [notify] and [twilio]", Way.EMAIL: "see [smtp] and [notify]"}
HAS = {Way.TEXT: "phone", Way.EMAIL: "mailbox"}


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
        now, zone = SystemClock().now(), bot.desk.house.zone
        ends = [note async for note in notes_on_sign_ins(bot.networks, zone, now)]
        classes = await asyncio.to_thread(notes_on_classes, bot.database, bot.desk.house.classes)
    finally:
        await close(bot)
    today = now.astimezone(zone).date()
    for remark in (
        *remarks(loaded),
        *notes_on_reach(bot.desk),
        *ends,
        *classes,
        *notes_on_replying(loaded.core, bot.desk.house, today),
    ):
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
        yield await asyncio.to_thread(standing, bot.database), ()
    except SettingsError as error:
        yield "database", (str(error).replace("\n", " "),)
    if bot.loaded.core.redis_url:
        yield "redis can be used", await bot.peers.check()
    unusable_rota = [bot.desk.house.rota_fault] if bot.desk.house.rota_fault else []
    unsayable = faults_in_replying(bot.loaded.core, bot.desk.house, can_tell=tells_languages())
    for found in (*readable_by_others(bot.loaded), *unreachable(bot.loaded), *unusable_rota, *unsayable):
        yield "settings", (found,)
    if not bot.chats:
        yield "chat", ("no chat is set up: see deploy/INSTALL.md, and `tolbooth config` for its settings",)
    for name, chat in bot.chats.items():
        yield f"{name} accepts the tokens, scopes and channels", await faults_of(chat, name)
    for way, messenger in bot.desk.messengers.items():
        yield f"{messenger.name} can send {SAID[way]}", await faults_of(messenger, messenger.name)
    if not bot.networks:
        yield "accounts", ("no account is set up: add an [[accounts]] table",)
    for name, network in bot.networks.items():
        yield f"account {name} can be used", await faults_of(network, name)


def standing(database: Database) -> str:
    """How the database stands; it is only looked at, and none is made. Raises SettingsError for one that is no use."""
    path = file_of(database)
    if path and not path.exists():
        if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
            raise SettingsError(f"database_url: cannot use {path}: its folder is not there, or not this user's to write in")
        return f"database will be created by run at {path}"
    if path and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise SettingsError(f"database_url: cannot use {path}: this user may not write to it, or not in its folder")
    return described(*revisions(database))


def described(now: str, newest: str) -> str:
    """A database by its revision."""
    if now == newest:
        return "database opens and is up to date"
    return f"database opens; run will bring it from revision {now} to {newest}" if now else "database is empty; run fills it"


def check_invariants(config: Path | None, *, say: Callable[[str], object]) -> int:
    """Print what must always be so of the database and whether it is, the whole history too; returns how many are broken.

    It only looks, also beside a running bot. Raises SettingsError when there is no database of this release.
    """
    database, now, faults = database_in_use(config), SystemClock().now(), 0
    try:
        for invariant in invariants.asked(deep=True):
            with looking(database) as conn:
                if not database.is_sqlite:
                    conn.exec_driver_sql("SET LOCAL statement_timeout = 0")  # the whole history may take a while
                refs = invariants.breakers(conn, invariant, now)
            faults += bool(refs)
            say(judged(invariant, refs))
    finally:
        database.close()
    count = f"{faults} {'is' if faults == 1 else 'are'} broken: deploy/RUNBOOK.md says what to do"
    say(count if faults else "Everything that must be so is so.")
    return faults


def judged(invariant: Invariant, refs: Sequence[str]) -> str:
    """One invariant, and what breaks it."""
    if not refs:
        return f"ok: {invariant.name}: {invariant.sentence}"
    why = " (so it is, for a while, when Tolbooth was stopped)" if invariant.prompt else ""
    return f"broken: {invariant.name}: {invariant.sentence}. Not so of {', '.join(refs)}{why}"


def readable_by_others(loaded: Loaded) -> list[str]:
    """Files of secrets that more than this bot may read. One that is another user's may be shared with our group."""
    found = []
    for setting, path in secret_files(loaded.path):
        about = path.stat()
        ours = about.st_uid == os.geteuid()
        if about.st_mode & (0o077 if ours else 0o007):
            found.append(f"{setting}: others on this machine can read {path}: chmod {600 if ours else 640} {path}")
    return found


def secret_files(settings: Path | None) -> list[tuple[str, Path]]:
    """Each ``x_file`` that is in force, from the file or the environment."""
    tables = without_overruled_files(read_toml(settings), "") if settings else {}
    named = dict(files_in(tables, ""))
    for name, value in in_environment().items():
        if name.endswith("_FILE"):
            named[name.removeprefix(PREFIX).replace("__", ".").lower()] = value
    return [(setting, Path(value)) for setting, value in named.items() if Path(value).is_file()]


def files_in(tables: Mapping[str, Any], under: str) -> Iterator[tuple[str, str]]:
    """Every ``x_file`` of the tables, by its full name."""
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from files_in(value, f"{under}{key}.")
        elif key.endswith("_file") and isinstance(value, str):
            yield f"{under}{key}", value


def unreachable(loaded: Loaded) -> list[str]:
    """People who are to be told something and cannot be."""
    core = loaded.core
    found = [
        f"duty.officers: {officer} is a user group; officers are pinged one after another: name people by their user ids"
        for officer in core.duty.officers
        if is_group(officer)
    ]
    told = [one for one in (*core.roles.lead, *core.roles.admin, *core.duty.officers) if not is_group(one)]
    found += [
        f"accounts.{account.name}.private_channel is empty, and nobody would be told of a private message: "
        "set it, or name a person in roles.lead"
        for account in loaded.accounts
        if not told and holds_private(account)
    ]
    return found


def is_group(holder: str) -> bool:
    """Whether an id is that of a group, whose members the core does not know."""
    return holder.startswith("S")


def holds_private(account: AccountSettings) -> bool:
    """Whether private messages may come in and be shown nowhere."""
    return account.brings_private and not account.private_channel


async def faults_of(part: Chat | Network | Messenger, name: str) -> Sequence[str]:
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
        if holds_private(account)
    ]
    found += unused_ways(loaded)
    if loaded.path and loaded.path.stat().st_mode & 0o004 and holds_secrets(loaded):
        found.append(f"{loaded.path} holds secrets and anybody on this machine can read it: chmod 600 {loaded.path}")
    return found


def unused_ways(loaded: Loaded) -> list[str]:
    """Ways that would reach people if the other half of them were set up."""
    set_up = {way for section in loaded.messengers.values() for way in section.ways}
    having = {
        Way.TEXT: [one.id for one in loaded.core.people if one.phone],
        Way.EMAIL: [one.id for one in loaded.core.people if one.email],
    }
    found = [
        f"people: {', '.join(having[way])} can be reached by {SAID[way]}, and nothing is set up for it: {CARRIERS[way]}"
        for way in Way
        if having[way] and way not in set_up
    ]
    return found + [
        f"{SAID[way]} can be sent, and nobody under [[people]] has a {HAS[way]}: one the chat does not reach hears nothing"
        for way in Way
        if way in set_up and not having[way]
    ]


def holds_secrets(loaded: Loaded) -> bool:
    """Whether a secret stands in the settings file itself."""
    text = loaded.path.read_text(encoding="utf-8") if loaded.path else ""
    return any(secret in text for secret in loaded.secrets if secret)


async def close(bot: Bot) -> None:
    """Let go of what was opened."""
    for chat in bot.chats.values():
        await chat.stop()
    await bot.http.close()
    await bot.peers.close()
    await asyncio.to_thread(bot.database.close)

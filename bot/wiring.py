"""Settings → desk → loops: the one file that knows every name. Only the command line imports it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from pydantic import BaseModel, SecretStr

import handlers
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.audit import Audit
from bot.engine.deliver import Deliver
from bot.engine.escalate import Escalate
from bot.engine.listen import Listen
from bot.engine.supervise import Supervisor
from bot.errors import Busy, NotYours, OutsideError, SettingsError
from bot.house import BY_HAND, Account, House, gone_account
from bot.logs import REDACTOR
from bot.ports import Chat, Clock, Network, Peers
from bot.registry import Entry, found
from bot.settings import AccountSettings
from bot.settings_file import Loaded, load
from bot.store import migrate
from bot.store.arrivals import announce_missing
from bot.store.executor import Database
from bot.store.record import newest_event
from bot.store.sealed import SealedTokens
from bot.store.switch import is_of_other_kind
from bot.store.verify import verify
from bot.triage import Rule, read_rules
from bot.vault import Vault, key_from
from bot.web import Web
from integrations import CHATS, DEMO, NETWORKS, PEERS, QUIET
from integrations.http import Http

log = structlog.get_logger()
VERSION = version("tolbooth")


@dataclass(frozen=True, slots=True)
class Registered:
    """What can be set up, by name."""

    networks: Mapping[str, Entry]
    chats: Mapping[str, Entry]
    demo: Entry
    quiet: Mapping[str, int]


REGISTERED = Registered(NETWORKS, CHATS, DEMO, QUIET)
STAFF_PAGE = handlers.PAGE


def load_settings(path: Path | None) -> Loaded:
    """The settings, and the promise that none of their secrets is ever logged. Raises SettingsError."""
    loaded = load(path, networks=NETWORKS, chats=CHATS)
    for section in (loaded.core, *loaded.chats.values(), *loaded.accounts):
        REDACTOR.learn(secrets_in(section))
    return loaded


def secrets_in(section: BaseModel) -> list[str]:
    """Every secret of a section."""
    values = [getattr(section, name) for name in type(section).model_fields]
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def open_database(loaded: Loaded) -> Database:
    """The database of these settings."""
    password = loaded.core.database_password
    return Database(loaded.core.database_url, password.get_secret_value() if password else None)


def channels_of(loaded: Loaded) -> tuple[str, ...]:
    """Every channel the settings name."""
    named = [loaded.core.by_hand_channel, loaded.core.record.seal_channel]
    named += [channel for account in loaded.accounts for channel in (account.channel, account.private_channel)]
    return tuple(dict.fromkeys(channel for channel in named if channel))


def account_of(settings: AccountSettings, network: Network) -> Account:
    """An account as the core knows it."""
    return Account(
        name=settings.name,
        network=settings.network,
        channel=settings.channel,
        private_channel=settings.private_channel,
        label=settings.label or settings.name,
        respond_within=settings.respond_within,
        speaks_as=network.speaks_as,
        by_hand=network.by_hand,
        limits=network.limits,
    )


def triage_rules(setting: str) -> tuple[Rule, ...]:
    """The word list in force: the one that ships, a file of your own, or none. Raises SettingsError."""
    if setting == "none":
        return ()
    try:
        return read_rules(Path(setting)) if setting else read_rules()
    except ValueError as error:
        raise SettingsError(f"triage_words: {error}") from error


def house_of(loaded: Loaded, networks: Mapping[str, Network]) -> House:
    """The organisation's rules."""
    core = loaded.core
    accounts = {settings.name: account_of(settings, networks[settings.name]) for settings in loaded.accounts}
    channel = core.by_hand_channel or next((settings.channel for settings in loaded.accounts), "")
    if channel:
        brought_in = gone_account(BY_HAND, BY_HAND)
        accounts[BY_HAND] = replace(brought_in, channel=channel, label="added by staff", speaks_as=core.organisation or "us")
    return House(
        accounts=accounts,
        zone=ZoneInfo(core.zone),
        hours=core.hours,
        chats=tuple(loaded.chats),
        officers=core.duty.officers,
        leads=tuple(i for i in dict.fromkeys((*core.roles.lead, *core.roles.admin)) if not i.startswith("S")),
        lead_groups=any(i.startswith("S") for i in (*core.roles.lead, *core.roles.admin)),
        acknowledge_within=core.duty.acknowledge_within,
        hold=core.replies.hold,
        organisation=core.organisation,
        triage=triage_rules(core.triage_words),
        commands=core.commands.model_dump(),
    )


class Bot:
    """A whole running bot: what ``tolbooth run`` starts, and tests and the demo too."""

    def __init__(self, loaded: Loaded, clock: Clock | None = None, *, practice: bool = False) -> None:
        self.loaded = loaded
        self.practice = practice
        self.clock: Clock = clock or SystemClock()
        self.http = Http()
        self.database = open_database(loaded)
        key = loaded.core.secrets_key
        vault = Vault([key_from(key.get_secret_value())]) if key else None
        tokens = SealedTokens(self.database, vault, self.clock) if vault else None
        self.networks: dict[str, Network] = {
            account.name: NETWORKS[account.network].build()(account, http=self.http, clock=self.clock, tokens=tokens)
            for account in loaded.accounts
        }
        core = loaded.core
        self.peers: Peers = PEERS["redis" if core.redis_url else "alone"].build()(core, clock=self.clock)
        house = house_of(loaded, self.networks)
        self.desk = Desk(self.database, self.clock, house=house, peers=self.peers, restricted=bool(core.staff.may_reply))
        self.desk.networks = self.networks
        self.chats: dict[str, Chat] = {
            name: CHATS[name].build()(
                section, core=core, clock=self.clock, channels=channels_of(loaded), peers=self.peers
            )
            for name, section in loaded.chats.items()
        }
        self.desk.chats = self.chats
        self.deliver = Deliver(self.desk)
        self.web = Web(self.desk, self.health, VERSION)
        self.supervisor = Supervisor(self.loops())
        self.port = 0

    def loops(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Everything that runs until it is stopped."""
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "escalate": Escalate(self.desk).run,
            "audit": Audit(self.desk, self.loaded.core.record.seal_channel).run,
        }
        if self.chats:
            loops["deliver"] = self.deliver.run
        for name, network in self.networks.items():
            if network.poll_every is not None:
                loops[f"listen {name}"] = Listen(self.desk, name, network).run
        for name, chat in self.chats.items():
            loops[f"chat {name}"] = partial(self.chat, chat)
        return loops

    async def chat(self, chat: Chat) -> None:
        """Sign in to a chat and stay."""
        await chat.start(partial(handlers.run, desk=self.desk))
        log.info("chat_listening", chat=chat.name)
        await self.meet_officers(chat)
        await asyncio.Event().wait()

    async def meet_officers(self, chat: Chat) -> None:
        """Learn the names of those who are pinged; one who cannot be pinged is said in the log, and by ``check``."""
        for staff in dict.fromkeys((*self.desk.house.officers, *self.desk.house.leads)):
            try:
                await self.desk.meet(await chat.person(staff))
            except (NotYours, OutsideError, Busy) as error:
                log.warning("officer_not_known", staff=staff, reason=str(error))

    async def start(self) -> None:
        """Bring the database up to date, then begin. Raises SettingsError when something cannot be used."""
        before, after = await asyncio.to_thread(migrate.upgrade, self.database)
        if before != after:
            log.info("database_migrated", before=before or "empty", after=after)
        web = self.loaded.core.web
        try:
            self.port = await self.web.start(web.host, web.port)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SettingsError(f"web.port: cannot listen on {web.host}:{web.port}: {reason}. Set another.") from error
        await self.refuse_the_other_kind()
        shown = await self.database.write(announce_missing, self.desk.house, self.clock.now())
        if shown:
            log.info("cards_made_up_for", count=shown)
        await self.supervisor.start()
        log.info("started", version=VERSION, host=web.host, port=self.port, accounts=sorted(self.networks))

    async def refuse_the_other_kind(self) -> None:
        """A practice database is for practice, a real one is not. Raises SettingsError."""
        if await self.database.write(is_of_other_kind, practice=self.practice):
            kinds = ("a real", "practice") if self.practice else ("a practice", "real work")
            raise SettingsError(f"This is {kinds[0]} database: it is not to be used for {kinds[1]}. Name another file.")

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, let go of everything."""
        await self.web.stop()
        await self.supervisor.stop()
        for chat in self.chats.values():
            await chat.stop()
        await self.http.close()
        await self.peers.close()
        await asyncio.to_thread(self.database.close)
        log.info("stopped")

    async def stay(self) -> None:
        """Return only when a part cannot go on: raises what it raised."""
        await self.supervisor.stay()

    async def wake(self) -> None:
        """Time was moved on, or much has happened: every loop looks again at once."""
        for loop in ("deliver", "escalate", "audit", *(f"listen:{name}" for name in self.networks)):
            await self.peers.wake(loop)

    @property
    def is_busy(self) -> bool:
        """Whether it is telling the world something just now."""
        return self.deliver.is_busy

    async def newest(self) -> datetime | None:
        """When the newest event of the record was."""
        return await self.database.read(newest_event)

    async def verified(self) -> str:
        """What ``tolbooth verify`` prints."""
        return (await self.database.read(verify)).line

    def typed(self) -> Sequence[tuple[str, str, str]]:
        """What can be typed, deeds first: the words as these settings spell them, what follows them, what comes of it."""
        shown = sorted((verb for verb in handlers.VERBS.values() if not verb.hidden), key=lambda verb: not verb.deed)
        commands = self.desk.house.commands
        many = commands.get("mention", "")
        return [(commands.get(verb.name) or f"{many} {verb.name}", verb.usage, verb.summary) for verb in shown]

    def manifest(self) -> Mapping[str, Any]:
        """The app manifest of the first chat that has one; empty without."""
        entries = (CHATS[name] for name in self.loaded.chats)
        made: Mapping[str, Any] = next((found(one.manifest)(self.loaded.core) for one in entries if one.manifest), {})
        return made

    def health(self) -> dict[str, object]:
        """Each part's state, for /readyz. Calls nobody."""
        return {
            "loops": {"ok": True, "broken_before": self.supervisor.broken},
            "peers": self.peers.health(),
            **{name: chat.health() for name, chat in self.chats.items()},
        }

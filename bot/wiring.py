"""Settings → desk → loops: the one file that knows every name. Only the command line imports it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog

import handlers
from bot import starting
from bot.chats import reaching
from bot.clock import SystemClock
from bot.copies import ALL, CopyRole
from bot.desk import Desk
from bot.engine.absences import Absences
from bot.engine.by_the_clock import by_the_clock
from bot.engine.deliver import Deliver
from bot.engine.departures import Departures
from bot.engine.escalate import Escalate
from bot.engine.hearing import hearing
from bot.engine.listen import Listen
from bot.engine.selfcheck import SelfCheck
from bot.engine.shifts import Shifts
from bot.engine.supervise import Supervisor
from bot.engine.upkeep import Upkeep
from bot.engine.watches import WatchReader
from bot.errors import Busy, NotYours, OutsideError, SettingsError
from bot.housing import channels_of, house_of, suited_to
from bot.logs import REDACTOR
from bot.ports import Chat, Clock, Messenger, Network, Peers, Way
from bot.registry import Entry, found
from bot.settings.file import Loaded, load
from bot.store.duty import relief
from bot.store.executor import Database
from bot.store.proof.record import newest_event
from bot.store.proof.verify import verify
from bot.store.remembered import Remembered
from bot.store.sending import recovery
from bot.web import Web
from integrations import CHATS, DEMO, MESSENGERS, NETWORKS, PEERS, QUIET, outside
from integrations.http import Http

log = structlog.get_logger()
VERSION = version("tolbooth")


@dataclass(frozen=True, slots=True)
class Registered:
    """What can be set up, by name."""

    networks: Mapping[str, Entry]
    chats: Mapping[str, Entry]
    messengers: Mapping[str, Entry]
    demo: Entry
    quiet: Mapping[str, int]


REGISTERED = Registered(NETWORKS, CHATS, MESSENGERS, DEMO, QUIET)
STAFF_PAGES, TYPED = (handlers.PAGE, handlers.PAGE_TYPED), handlers.TYPED


def load_settings(path: Path | None) -> Loaded:
    """The settings, and the promise that none of their secrets is ever logged. Raises SettingsError."""
    loaded = load(path, networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)
    REDACTOR.learn(loaded.secrets)
    return loaded


def calling() -> Http:
    """What calls other people's servers, for a command that runs no bot."""
    return Http()


def open_database(loaded: Loaded) -> Database:
    """The database of these settings."""
    password, limits = loaded.core.database_password, loaded.core.database
    return Database(
        loaded.core.database_url,
        password.get_secret_value() if password else None,
        pool=limits.pool,
        statement_seconds=limits.statement_seconds,
    )


class Bot:
    """A whole running bot: what ``tolbooth run`` starts, and tests and the demo too."""

    def __init__(
        self,
        loaded: Loaded,
        clock: Clock | None = None,
        *,
        practice: bool = False,
        roles: frozenset[CopyRole] = ALL,
        recovered: bool = False,
    ) -> None:
        self.loaded, self.practice, self.roles, self.recovered = loaded, practice, roles, recovered
        self.clock: Clock = clock or SystemClock()
        self.http = Http()
        self.database = open_database(loaded)
        core = loaded.core
        self.peers: Peers = PEERS["redis" if core.redis_url else "alone"].build()(core, clock=self.clock)
        self.tokens = starting.kept_sign_ins(self.database, core, self.clock)
        self.networks = self.networks_of(loaded)
        house = house_of(loaded, self.networks)
        self.desk = Desk(self.database, self.clock, house=house, peers=self.peers, restricted=bool(core.staff.may_reply))
        self.desk.networks = self.networks
        self.desk.messengers = self.messengers_of(loaded)
        self.chats = self.desk.chats = self.chats_of(loaded)
        self.desk.house = house = replace(house, **suited_to(house, list(self.chats.values())))
        self.deliver = Deliver(self.desk)
        note = None if practice else recovery.side_file(self.database, core.recovery_file)
        self.upkeep = Upkeep(self.desk, note, writes=CopyRole.ESCALATE in roles)
        self.watch = None if practice else self.self_check()
        self.web = Web(self.desk, self.health, VERSION, self.watch, calls=CopyRole.WEB in roles)
        self.supervisor = Supervisor(self.loops())
        self.port = 0

    def networks_of(self, loaded: Loaded) -> dict[str, Network]:
        """Each account, ready to be used."""
        given = {"http": self.http, "clock": self.clock, "tokens": self.tokens}
        shared = {one: {"peers": self.peers, "beside": loaded.chats.get(one)} for one in NETWORKS if NETWORKS[one].shares}
        return {
            account.name: NETWORKS[account.network].build()(account, **given, **shared.get(account.network, {}))
            for account in loaded.accounts
        }

    def chats_of(self, loaded: Loaded) -> dict[str, Chat]:
        """Each chat, ready to be started."""
        given = {
            "core": loaded.core,
            "channels": channels_of(loaded),
            "private": frozenset(one.private_channel for one in loaded.accounts if one.private_channel),
            "others": len(loaded.chats) > 1,
            "pictures": loaded.takes_pictures,
            "verbs": handlers.TYPED,
            "clock": self.clock,
            "peers": self.peers,
            "http": self.http,
            "tokens": self.tokens,
        }
        return {
            name: CHATS[name].build()(section, memory=Remembered(self.database, self.clock, name), **given)
            for name, section in loaded.chats.items()
        }

    def messengers_of(self, loaded: Loaded) -> dict[Way, Messenger]:
        """What carries messages to staff besides the chat, by its way."""
        given = [(MESSENGERS[name].build(), section) for name, section in loaded.messengers.items()]
        return {one.way: one for build, section in given for one in build(section, http=self.http, clock=self.clock)}

    def self_check(self) -> SelfCheck:
        """What looks at the live database. Not in practice, where time jumps."""
        url = self.loaded.core.watch.heartbeat_url
        loops = ("deliver", "escalate") if self.chats else ("escalate",)
        heartbeat = url.get_secret_value() if url else ""
        return SelfCheck(self.desk, self.desk.pulse, http=self.http, heartbeat=heartbeat, loops=loops)

    def loops(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Everything that this copy runs until it is stopped."""
        loops: dict[str, Callable[[], Awaitable[None]]] = {"upkeep": self.upkeep.run}
        if self.watch:
            loops["self-check"] = self.watch.run
        if CopyRole.ESCALATE in self.roles:
            loops["escalate"] = Escalate(self.desk).run
            loops["shifts"] = Shifts(self.desk).run
            loops["absences"] = Absences(self.desk, outside.read, inside=self.loaded.core.shifts.calendar_hosts).run
            loops |= by_the_clock(self.desk, self.loaded.core)
        if CopyRole.DELIVER in self.roles and self.chats:
            loops["deliver"] = self.deliver.run
            loops["departures"] = Departures(self.desk).run
        if CopyRole.LISTEN in self.roles:
            loops |= hearing(self.desk, quiet_alarm=self.loaded.core.listening.quiet_alarm and not self.practice)
        for name, network in self.networks.items():
            if CopyRole.LISTEN in self.roles and network.poll_every is not None:
                loops[f"listen {name}"] = Listen(self.desk, name, network).run
            if CopyRole.LISTEN in self.roles and (searches := network.abilities.searches):
                loops[f"watches {name}"] = WatchReader(self.desk, name, network, searches).run
        for name, chat in self.chats.items():
            if self.hears(chat) or CopyRole.DELIVER in self.roles:
                loops[f"chat {name}"] = partial(self.chat, chat)
        return loops

    def hears(self, chat: Chat) -> bool:
        """Whether this copy answers what is asked in a chat: one that calls us is heard where calls are taken."""
        return (CopyRole.WEB if chat.routes() else CopyRole.LISTEN) in self.roles

    async def chat(self, chat: Chat) -> None:
        """Sign in to a chat and stay: to answer there, or only to speak."""
        if not self.hears(chat):
            await chat.start(None)
            await asyncio.Event().wait()
        await chat.start(partial(handlers.run, desk=self.desk))
        log.info("chat_listening", chat=chat.name)
        await self.meet_officers(chat)
        await asyncio.Event().wait()

    async def meet_officers(self, chat: Chat) -> None:
        """Learn the names of those pinged in a chat; one who cannot be is said in the log, and by ``check``."""
        house, people = self.desk.house, (await self.desk.rota()).plan.people
        for staff in dict.fromkeys((*house.officers, *house.leads, *people)):
            if chat is not reaching(self.chats, staff)[0]:
                continue
            try:
                await self.desk.meet(await chat.person(staff))
            except (NotYours, OutsideError, Busy) as error:
                log.warning("officer_not_known", staff=staff, reason=str(error))

    async def start(self) -> None:
        """Bring the database up to date, then begin. Raises SettingsError when something cannot be used."""
        self.web.is_open = False
        await self.listen_at(self.loaded.core.web.host, self.loaded.core.web.port)
        await starting.bring_up_to_date(self.database)
        await starting.refuse_the_other_kind(self.database, practice=self.practice)
        await starting.keep_the_last_good_rota(self.desk)
        await self.database.write(relief.seed_plan, self.desk.house, self.clock.now())
        await self.upkeep.begin(recovered=self.recovered)
        await starting.show_what_is_open(self.desk)
        await self.supervisor.start()
        self.web.is_open = True
        where, roles = {"host": self.loaded.core.web.host, "port": self.port}, sorted(role.value for role in self.roles)
        log.info("started", version=VERSION, **where, roles=roles, accounts=sorted(self.networks))

    async def listen_at(self, host: str, port: int) -> None:
        """Answer how it is; other calls are asked to come again until all has begun. Raises SettingsError."""
        try:
            self.port = await self.web.start(host, port)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SettingsError(f"web.port: cannot listen on {host}:{port}: {reason}. Set another.") from error

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, let go of everything."""
        await self.web.stop()
        await self.supervisor.stop()
        await self.desk.elsewhere.stop()
        for chat in self.chats.values():
            await chat.stop()
        await self.upkeep.end()
        await self.http.close()
        await self.peers.close()
        await asyncio.to_thread(self.database.close)
        log.info("stopped")

    async def stay(self) -> None:
        """Return only when a part cannot go on: raises what it raised."""
        await self.supervisor.stay()

    async def wake(self) -> None:
        """Time was moved on, or much has happened: every loop looks again at once."""
        reading = (f"{what}:{name}" for what in ("listen", "watches", "follow") for name in self.networks)
        hearing = (loop for name in self.chats for loop in (f"hear:{name}", f"room {name}"))
        for loop in ("deliver", "departures", "escalate", "shifts", "audit", *reading, *hearing):
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
        given = {"core": self.loaded.core, "pictures": self.loaded.takes_pictures}
        made: Mapping[str, Any] = next((found(m)(**given) for c in self.loaded.chats if (m := CHATS[c].manifest)), {})
        return made

    def health(self) -> dict[str, object]:
        """Each part's state, for /readyz. Calls nobody."""
        return {
            "loops": {
                "ok": True,
                "broken_before": self.supervisor.broken,
                "roles": sorted(role.value for role in self.roles),
            },
            "peers": self.peers.health(),
            **{name: chat.health() for name, chat in self.chats.items()},
        }

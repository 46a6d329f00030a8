"""Each adapter, as it ships, on a desk of its own, with the fault proxy between it and its stand-in."""

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import aiohttp
from pydantic import BaseModel, SecretStr

from bot.card import Answer
from bot.command import Command
from bot.engine.escalate import Escalate
from bot.mention import Action
from bot.settings import CoreSettings
from bot.store import mentions
from bot.store.sealed import SealedTokens
from bot.store.sending import outbox
from bot.vault import Vault
from integrations import NETWORKS
from integrations.http import Http
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from integrations.slack import chat as slack_chat
from integrations.slack.manifest import HISTORY_SCOPE
from integrations.slack.settings import SlackSettings
from tests.bot.council import Bench, account, house
from tests.bot.engine.fakes import Office
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import offering, opened
from tests.contracts.networks.jumping import JumpingPeers
from tests.contracts.networks.listener import Listener
from tests.faults.proxy import Fault, FaultProxy

LIMIT = timedelta(seconds=1)
"""The time limit of a call that meets a silent or slow line; what ships has 10 and 20 seconds."""
LONG = timedelta(seconds=20)
ADDRESSES = {"webchat": "reply_url", "feed": "url"}
"""The setting that says where a network is, where it is not ``api_url``."""
InSlack: TypeAlias = "tuple[Office, FaultProxy, Watched, StandInSlack]"
PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a port: how long it took, and the name of what it raised, and its words."""

    name: str
    took: timedelta
    outcome: str
    why: str


class Watched:
    """Passes every call on to an adapter and notes how it went."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.calls: list[Called] = []
        self.before: dict[str, list[Callable[[], None]]] = {}
        """What happens first when a method is called the next times."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def watched(*given: Any, **named: Any) -> Any:
            if self.before.get(name):
                self.before[name].pop(0)()
            started, outcome, why = time.perf_counter(), "ok", ""
            try:
                return await found(*given, **named)
            except Exception as error:
                outcome, why = type(error).__name__, f"{error!r} {error.__cause__!r}"
                raise
            finally:
                self.calls.append(Called(name, timedelta(seconds=time.perf_counter() - started), outcome, why))

        return watched

    def first(self, name: str) -> str:
        """What became of the first call of that name."""
        return next(call.outcome for call in self.calls if call.name == name)


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """A network, its adapter, the proxy between them, and what must never be seen in a log."""

    outside: NetworkBench
    proxy: FaultProxy
    watched: Watched
    secrets: tuple[str, ...]


@dataclass
class Stage:
    """What is about to be said through ``speaks``, and where it can be counted. ``call`` is the one that goes wrong."""

    office: Office
    proxy: FaultProxy
    watched: Watched
    speaks: str
    call: str
    arrived: Callable[[], int]
    secrets: tuple[str, ...] = ()

    def goes_wrong(self, fault: Fault) -> None:
        """The first such call, made while the adapter is asked to speak, meets the fault."""
        self.watched.before[self.speaks] = [lambda: self.proxy.next(fault, self.call)]

    async def runs_on(self, **units: float) -> None:
        """Time passes, from one thing that falls due to the next, while the sender works."""
        clock, db = self.office.bench.clock, self.office.bench.db
        end = clock.now() + timedelta(**units)
        while (due := await db.read(outbox.next_due, clock.now())) and due < end:
            clock.advance(due - clock.now())
            await self.office.delivers()
        clock.advance(end - clock.now())
        await self.office.delivers()


async def replying(office: Office) -> None:
    """M-1 has a reply whose hold is over."""
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.delivers()
    office.bench.clock.advance(seconds=11)


@asynccontextmanager
async def on_the_line(name: str, bench: Bench, limit: timedelta) -> AsyncIterator[OnTheLine]:
    """A network's bench, its adapter as it ships its API reached by way of the proxy, and sign-ins kept as ever."""
    async with Http(limit) as http, opened(name)(http, bench.clock) as outside:
        place = ADDRESSES.get(name, "api_url")
        async with FaultProxy(str(outside.settings[place])) as proxy:
            kind, tokens = NETWORKS[name].settings_class(), SealedTokens(bench.db, Vault([b"k" * 32]), bench.clock)
            section = kind.model_validate({**outside.settings, "name": "website", place: proxy.url})
            given = {"http": http, "clock": bench.clock, "tokens": tokens}
            given |= {"peers": JumpingPeers(bench.clock)} if NETWORKS[name].shares else {}
            made = NETWORKS[name].build()(section, **given)
            outside.network = bench.desk.networks["website"] = watched = Watched(made)
            yield OnTheLine(outside, proxy, watched, secrets_in(section))


def secrets_in(section: BaseModel) -> tuple[str, ...]:
    """What must never be seen in a log."""
    values = (getattr(section, name) for name in type(section).model_fields)
    return tuple(one.get_secret_value() for one in values if isinstance(one, SecretStr))


def on_network(name: str) -> Any:
    """A stage on a network: a reply to somebody who wrote to us there."""

    @asynccontextmanager
    async def stage(bench: Bench, limit: timedelta) -> AsyncIterator[Stage]:
        office = Office(bench)
        async with on_the_line(name, bench, limit) as line:
            listener = Listener(line.outside)
            await listener.hears()
            await line.outside.says("When is bin day?")
            await bench.desk.take_in(await listener.hears(), "website")
            await replying(office)
            line.watched.calls.clear()

            def arrived() -> int:
                return sum(WORDS in one.text for one in line.outside.public())

            yield Stage(office, line.proxy, line.watched, "publish", "POST", arrived, line.secrets)

    return stage


@asynccontextmanager
async def a_slack(bench: Bench, limit: timedelta, scopes: set[str]) -> AsyncIterator[InSlack]:
    """A desk whose only chat is Slack, which is reached by way of the proxy."""
    async with AsyncExitStack() as stack:
        slack = StandInSlack(bench.clock, scopes={*SCOPES, *scopes})
        await slack.start()
        stack.push_async_callback(slack.stop)
        for person in ("priya", "dev", "farah", "morag"):
            slack.add_person(person, person.capitalize())
        slack.add_channel("mentions", members=["priya", "dev", "farah", "morag"])
        proxy = await stack.enter_async_context(FaultProxy(slack.api_url))
        chat = slack_chat.build(settings_of(slack, proxy), core=CoreSettings(), clock=bench.clock, surfaces=frozenset())
        stack.push_async_callback(chat.stop)
        await chat.start(nobody_asks)
        await impatient(chat, limit)
        bench.desk.house = house(account(channel="C0MENTIONS"), chats=("slack",))
        office, watched = Office(bench), Watched(chat)
        bench.desk.chats.clear()
        bench.desk.chats["slack"] = watched
        yield office, proxy, watched, slack


def settings_of(slack: StandInSlack, proxy: FaultProxy) -> SlackSettings:
    """In http mode, so that no sockets are opened."""
    tokens = {"bot_token": slack.bot_token, "signing_secret": slack.signing_secret}
    return SlackSettings.model_validate({"mode": "http", "api_url": proxy.url, **tokens})


async def impatient(chat: slack_chat.SlackChat, limit: timedelta) -> None:
    """The same session with a time limit of our own."""
    calls = chat._calls
    await calls.session().close()
    calls._sessions[False] = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=limit.total_seconds()), cookie_jar=aiohttp.DummyCookieJar()
    )


async def nobody_asks(_: Command) -> Answer:
    """Nobody does."""
    return Answer((("Nothing.",),))


def in_slack(speaks: str, scopes: set[str], begin: Callable[[Office], Awaitable[None]], where: str = "C0MENTIONS") -> Any:
    """A stage in Slack: ``begin`` makes what is about to be said, ``where`` is counted."""
    call = "POST /api/chat.update" if speaks == "redraw" else "POST /api/chat.postMessage"

    @asynccontextmanager
    async def stage(bench: Bench, limit: timedelta) -> AsyncIterator[Stage]:
        async with a_slack(bench, limit, scopes) as (office, proxy, watched, slack):
            await begin(office)
            watched.calls.clear()

            def arrived() -> int:
                everything = slack.workspace.channels[where].messages if where in slack.workspace.channels else []
                if speaks == "redraw":
                    return sum("Priya" in one.text for one in everything)
                return sum(bool(one.thread_ts) == (begin is a_note) for one in everything)

            yield Stage(office, proxy, watched, speaks, call, arrived)

    return stage


async def a_mention(office: Office) -> None:
    """A card is about to be posted."""
    await office.bench.arrives()


async def a_note(office: Office) -> None:
    """Something is about to be said under a card."""
    await office.bench.arrives()
    await office.delivers()
    await office.bench.does(Action.NOTE, PRIYA, note="Ask the depot.")


async def a_ping(office: Office) -> None:
    """Somebody is about to be pinged."""
    await office.bench.arrives()
    await office.delivers()
    office.bench.clock.advance(hours=1)
    await Escalate(office.bench.desk).once()


async def a_claim(office: Office) -> None:
    """A card is about to be drawn again."""
    await office.bench.arrives()
    await office.delivers()
    office.bench.clock.advance(seconds=5)
    await office.bench.db.write(mentions.meet, PRIYA, "Priya")
    await office.bench.does(Action.CLAIM, PRIYA)


STAGES: dict[str, Any] = {
    **{f"{name} reply": on_network(name) for name in offering(Offers.REPLIES)},
    "slack card": in_slack("post", {HISTORY_SCOPE}, a_mention),
    "slack card, no history": in_slack("post", set(), a_mention),
    "slack note": in_slack("post", {HISTORY_SCOPE}, a_note),
    "slack ping": in_slack("tell", set(), a_ping, "D0DEV"),
    "slack redraw": in_slack("redraw", set(), a_claim),
}
"""By adapter and what it says: whatever speaks for us stands here."""

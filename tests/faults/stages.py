"""Each adapter, as it ships, on a desk of its own, with the fault proxy between it and its stand-in."""

import base64
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import aiohttp

from bot.card import Answer
from bot.command import Command
from bot.engine.escalate import Escalate
from bot.mention import Action
from bot.settings import CoreSettings
from bot.store import mentions
from bot.store.sending import outbox
from integrations.http import Http
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from integrations.sandbox.x_server import StandInX
from integrations.slack import chat as slack_chat
from integrations.slack.manifest import HISTORY_SCOPE
from integrations.slack.settings import SlackSettings
from integrations.webchat.network import Webchat
from integrations.webchat.settings import WebchatAccount
from integrations.x.network import XNetwork
from integrations.x.settings import XAccount
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Office
from tests.faults.proxy import FaultProxy
from tests.town import WebchatReceiver

LIMIT = timedelta(seconds=1)
"""The time limit of a call that meets a silent or slow line; what ships has 10 and 20 seconds."""
LONG = timedelta(seconds=20)
InSlack: TypeAlias = "tuple[Office, FaultProxy, Watched, StandInSlack]"
PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a port: how long it took, and the name of what it raised."""

    name: str
    took: timedelta
    outcome: str


class Watched:
    """Passes every call on to an adapter and notes how it went."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.calls: list[Called] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def watched(*given: Any, **named: Any) -> Any:
            started, outcome = time.perf_counter(), "ok"
            try:
                return await found(*given, **named)
            except Exception as error:
                outcome = type(error).__name__
                raise
            finally:
                self.calls.append(Called(name, timedelta(seconds=time.perf_counter() - started), outcome))

        return watched

    def first(self, name: str) -> str:
        """What became of the first call of that name."""
        return next(call.outcome for call in self.calls if call.name == name)


@dataclass
class Stage:
    """What is about to be said through ``speaks``, and where it can be counted. ``call`` is the one that goes wrong."""

    office: Office
    proxy: FaultProxy
    watched: Watched
    speaks: str
    call: str
    arrived: Callable[[], int]
    after: int = 0

    async def runs_on(self, **units: float) -> None:
        """Time passes, from one thing that falls due to the next, while the sender works."""
        clock, db = self.office.bench.clock, self.office.bench.db
        end = clock.now() + timedelta(**units)
        while (due := await db.read(outbox.next_due, clock.now())) and due < end:
            clock.advance(due - clock.now())
            await self.office.delivers()
        clock.advance(end - clock.now())
        await self.office.delivers()


async def replying(office: Office, native_id: str = "p1") -> None:
    """M-1 has a reply whose hold is over."""
    await office.bench.arrives(post(native_id))
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.delivers()
    office.bench.clock.advance(seconds=11)


@asynccontextmanager
async def a_webchat(bench: Bench, limit: timedelta) -> AsyncIterator[Stage]:
    """A reply to somebody in the web chat."""
    async with AsyncExitStack() as stack:
        receiver = WebchatReceiver()
        await receiver.start()
        stack.push_async_callback(receiver.stop)
        proxy = await stack.enter_async_context(FaultProxy(receiver.url))
        http = await stack.enter_async_context(Http(limit))
        secret = f"whsec_{base64.b64encode(b'a secret of the town').decode()}"
        settings = {"name": "website", "network": "webchat", "channel": "C1", "secret": secret, "reply_url": proxy.url}
        network = Watched(Webchat(WebchatAccount.model_validate(settings), http=http, clock=bench.clock))
        office = Office(bench)
        bench.desk.networks["website"] = network
        await replying(office)
        yield Stage(office, proxy, network, "publish", "POST", lambda: len(receiver.posts))


@asynccontextmanager
async def an_x(bench: Bench, limit: timedelta) -> AsyncIterator[Stage]:
    """A reply to somebody on X. Whose keys they are has been asked; the post is looked at before the reply goes."""
    async with StandInX(bench.clock) as x, FaultProxy(x.api_url) as proxy, Http(limit) as http:
        office = Office(bench)
        network = bench.desk.networks["website"] = Watched(x_network(x, proxy, http, bench))
        asked = x.says("When is bin day?")
        await replying(office, asked)
        await network.inner.check()
        yield Stage(office, proxy, network, "publish", "POST /2/tweets", lambda: len(x.replies_to(asked)), after=1)


def x_network(x: StandInX, proxy: FaultProxy, http: Http, bench: Bench) -> XNetwork:
    """The account on X, by way of the proxy."""
    settings = {"name": "website", "network": "x", "channel": "C1", "handle": x.me.handle, "api_url": proxy.url}
    return XNetwork(XAccount.model_validate({**settings, **x.credentials, "replies": "api"}), http=http, clock=bench.clock)


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
    "webchat reply": a_webchat,
    "x reply": an_x,
    "slack card": in_slack("post", {HISTORY_SCOPE}, a_mention),
    "slack card, no history": in_slack("post", set(), a_mention),
    "slack note": in_slack("post", {HISTORY_SCOPE}, a_note),
    "slack ping": in_slack("tell", set(), a_ping, "D0DEV"),
    "slack redraw": in_slack("redraw", set(), a_claim),
}
"""By adapter and what it says: whatever speaks for us stands here."""

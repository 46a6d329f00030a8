"""A stand-in Slack with a few people, our chat connected to it in either mode, and a desk that answers as told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.card import Answer
from bot.clock import MovableClock
from bot.command import Command
from bot.form import Form
from bot.ports import Webhook
from bot.settings import CoreSettings
from integrations.sandbox.slack_server import StandInSlack
from integrations.slack.chat import SlackChat, build
from integrations.slack.settings import SlackSettings

Reaction = Answer | Form | Exception | Callable[[Command], Awaitable[Answer | Form]]


class Desk:
    """Stands where the handlers do: remembers what was asked, and answers by verb."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.reactions: dict[str, Reaction] = {}

    def on(self, verb: str, reaction: Reaction) -> None:
        self.reactions[verb] = reaction

    async def run(self, command: Command) -> Answer | Form:
        self.asked.append(command)
        reaction = self.reactions.get(
            command.step or command.verb, Answer(((f"did {command.verb} {command.text}".strip(),),))
        )
        if isinstance(reaction, Exception):
            raise reaction
        return await reaction(command) if callable(reaction) else reaction


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def slack(clock: MovableClock) -> AsyncIterator[StandInSlack]:
    slack = StandInSlack(clock, late_wait=0.3)
    slack.courier.signed_at = clock
    await slack.start()
    slack.add_person("priya", "Priya")
    slack.add_person("dev", "Dev")
    slack.add_person("morag", "Morag")
    slack.add_person("gus", "Gus", guest=True)
    slack.add_channel("mentions", members=["priya", "dev", "morag"])
    yield slack
    await slack.stop()


@pytest.fixture
def core() -> CoreSettings:
    return CoreSettings(roles={"lead": ["U0MORAG"]}, duty={"officers": ["U0DEV"]})


def settings_for(slack: StandInSlack, mode: str = "socket", **other: Any) -> SlackSettings:
    given = {
        "mode": mode,
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "api_url": slack.api_url,
    }
    return SlackSettings.model_validate(given | other)


async def serve(chat: SlackChat, slack: StandInSlack, clock: MovableClock) -> web.AppRunner:
    """Put the chat's routes on a loopback port and point the stand-in there."""
    app = web.Application()
    for route in chat.routes():

        async def answer(request: web.Request, route: Any = route) -> web.Response:
            called = Webhook(request.method, request.headers, dict(request.query), await request.read(), clock.now())
            given = await route.answer(called)
            return web.Response(status=given.status, body=given.body, headers={"Content-Type": given.content_type})

        app.router.add_route(route.method, route.path, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_by_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


@asynccontextmanager
async def somebody_elses(slack: StandInSlack, count: int) -> AsyncIterator[None]:
    """So many connections of another copy of the app. They are held: one nobody refers to is closed at once."""
    async with aiohttp.ClientSession() as session:
        link = f"{slack.api_url.replace('http', 'ws', 1)}../link?ticket="
        held = [await session.ws_connect(f"{link}{slack.courier.ticket()}") for _ in range(count)]
        yield
        for socket in held:
            await socket.close()


@pytest.fixture(params=["socket", "http"])
async def chat(
    request: pytest.FixtureRequest, slack: StandInSlack, core: CoreSettings, clock: MovableClock, desk: Desk
) -> AsyncIterator[SlackChat]:
    """The chat in both modes, listening."""
    chat = build(settings_for(slack, request.param), core=core, clock=clock, channels=["mentions"], surfaces=frozenset())
    await chat.start(desk.run)
    runner = await serve(chat, slack, clock) if request.param == "http" else None
    yield chat
    await chat.stop()
    if runner:
        await runner.cleanup()


@pytest.fixture
async def signed_in(slack: StandInSlack, core: CoreSettings, clock: MovableClock, desk: Desk) -> AsyncIterator[SlackChat]:
    """The chat as the core uses it; in http mode, so that no sockets are opened."""
    chat = build(settings_for(slack, "http"), core=core, clock=clock, channels=["mentions"], surfaces=frozenset())
    await chat.start(desk.run)
    yield chat
    await chat.stop()

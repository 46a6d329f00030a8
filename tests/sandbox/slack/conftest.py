"""A stand-in Slack with a few people, and an unmodified Bolt app connected to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovableClock
from integrations.sandbox.slack_server import StandInSlack


@pytest.fixture
async def slack(clock: MovableClock) -> AsyncIterator[StandInSlack]:
    slack = StandInSlack(clock, ack_within=0.4, late_wait=0.2)
    await slack.start()
    slack.add_person("priya", "Priya", email="priya@harrowmere.example")
    slack.add_person("dev", "Dev")
    slack.add_person("gus", "Gus", guest=True)
    slack.add_channel("mentions", members=["priya", "dev"])
    slack.add_channel("leads", members=["priya"], private=True)
    slack.add_channel("elsewhere", members=["priya"], with_bot=False)
    slack.add_group("duty", ["dev"])
    yield slack
    await slack.stop()


@pytest.fixture
async def client(slack: StandInSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, process_before_response=True)


@pytest.fixture
async def handler(slack: StandInSlack, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    yield handler
    await handler.close_async()

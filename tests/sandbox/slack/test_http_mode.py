"""An unmodified Bolt app behind signed HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovableClock
from integrations.sandbox.slack_server import StandInSlack

from .shapes import asks, button, buttons, modal, section


@pytest.fixture
async def app(slack: StandInSlack, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client, process_before_response=True, signing_secret=slack.signing_secret)
    runner = web.AppRunner(app.web_app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_by_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield app
    await runner.cleanup()


async def test_the_url_is_verified(slack: StandInSlack, app: AsyncApp):
    assert await slack.verify_url()


async def test_a_wrong_secret_is_noticed(slack: StandInSlack, app: AsyncApp):
    slack.courier.signing_secret = "another"

    outcome = await slack.user("priya").command("/claim 1")

    assert outcome.failure == "dispatch_failed"


async def test_commands_presses_and_forms_work_as_on_a_socket(slack: StandInSlack, app: AsyncApp):
    @app.command("/claim")
    async def claim(ack, command):
        await ack(blocks=[section(f"Claimed {command['text']}"), buttons(button("Reply"))], text="Claimed")

    @app.action("reply")
    async def reply(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Words")))
        await ack()

    @app.view("form")
    async def submitted(ack, body):
        await ack(response_action="errors", errors={"words": "Too short"})

    priya = slack.user("priya")
    claimed = await priya.command("/claim M-1")
    pressed = await priya.click(claimed, "Reply")
    submitted_form = await priya.submit({"Words": "payload & co"})

    assert (claimed.text, claimed.buttons) == ("Claimed M-1", ["Reply"])
    assert pressed.view is priya.view
    assert submitted_form.errors == {"words": "Too short"}


async def test_an_event_refused_comes_again_and_says_why(slack: StandInSlack, app: AsyncApp, clock: MovableClock):
    seen: list[Any] = []

    @app.middleware
    async def refuse_once(req, next):
        seen.append((req.headers.get("x-slack-retry-num"), req.headers.get("x-slack-retry-reason")))
        return await next() if len(seen) > 1 else None

    @app.event("message")
    async def heard(event):
        pass

    await slack.user("priya").says("help")
    again = await slack.tick()

    assert again == 1
    assert seen == [(None, None), (["1"], ["http_error"])]
    assert slack.courier.waiting == []

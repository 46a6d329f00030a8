"""Answers through response URLs, and the trouble a test can ask for."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import MovableClock
from integrations.sandbox.slack_server import StandInSlack

from .shapes import button, buttons, section


async def answer(slack: StandInSlack, id: str, **body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(f"{slack.stage.address}/response/{id}", json=body) as said:
        return said.status, await said.text()


async def test_a_url_works_five_times_in_thirty_minutes(slack: StandInSlack, clock: MovableClock):
    used, old = (slack.workspace.response_url("U0PRIYA", "C0MENTIONS", "1") for _ in range(2))

    statuses = [await answer(slack, used, text=f"{n}") for n in range(6)]
    clock.advance(minutes=31)
    late = await answer(slack, old, text="late")

    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert "used_url" in statuses[5][1]
    assert "expired_url" in late[1]
    assert [message.text for message in slack.user("priya").private] == ["0", "1", "2", "3", "4"]


async def test_the_pressed_message_can_be_replaced_and_deleted(slack: StandInSlack, app: AsyncApp, handler: Any):
    @app.action("hide")
    async def hide(ack, respond):
        await respond(delete_original=True)
        await ack()

    @app.action("undo")
    async def undo(ack, respond):
        await respond(replace_original=True, text="Undone", blocks=[section("Undone"), buttons(button("Hide"))])
        await ack()

    dev = slack.user("dev")
    await app.client.chat_postEphemeral(channel="C0MENTIONS", user="U0DEV", text="Sent", blocks=[buttons(button("Undo"))])
    replaced = await dev.click(dev.private[0], "Undo")

    assert (replaced.text, replaced.buttons) == ("Undone", ["Hide"])
    with pytest.raises(LookupError):
        await slack.user("priya").click(dev.private[0], "Hide")

    await dev.click(dev.private[0], "Hide")

    assert dev.private == []


async def test_a_command_has_no_original_to_replace(slack: StandInSlack):
    id = slack.workspace.response_url("U0PRIYA", "C0MENTIONS", "1")

    await answer(slack, id, text="one", replace_original=True)
    await answer(slack, id, text="two", response_type="in_channel")

    assert [message.text for message in slack.user("priya").private] == ["one"]
    assert [message.text for message in slack.channel("mentions").messages] == ["two"]


async def test_a_method_fails_as_often_as_asked(slack: StandInSlack, client: AsyncWebClient):
    slack.chaos.next("chat.postMessage", "is_archived")
    slack.chaos.next("chat.postMessage", 429, retry_after=7)
    slack.chaos.next("chat.postMessage", 500)

    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel="C0MENTIONS", text="1")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="C0MENTIONS", text="2")
    with pytest.raises(SlackApiError) as broken:
        await client.chat_postMessage(channel="C0MENTIONS", text="3")
    await client.chat_postMessage(channel="C0MENTIONS", text="4")

    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    assert broken.value.response.status_code == 500
    assert [message.text for message in slack.channel("mentions").messages] == ["4"]


@pytest.mark.parametrize(("trouble", "texts"), [("drop", ["hi"]), ("lost", [])])
async def test_a_dropped_answer_may_hide_a_post(slack: StandInSlack, client: AsyncWebClient, trouble: str, texts: list[str]):
    slack.chaos.next("chat.postMessage", trouble)

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0MENTIONS", text="hi")

    assert [message.text for message in slack.channel("mentions").messages] == texts


async def test_a_slow_answer_is_slow(slack: StandInSlack, client: AsyncWebClient):
    slack.chaos.next("auth.test", delay=5)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.auth_test(), 0.1)


async def test_one_post_a_second_goes_to_a_channel(slack: StandInSlack, client: AsyncWebClient, clock: MovableClock):
    slack.gate.limits_on = True
    await client.chat_postMessage(channel="C0MENTIONS", text="1")
    await client.chat_postMessage(channel="C0LEADS", text="1")

    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="C0MENTIONS", text="2")
    clock.advance(seconds=1)
    await client.chat_postMessage(channel="C0MENTIONS", text="3")

    assert limited.value.response["error"] == "ratelimited"


async def test_the_client_connects_anew_when_asked(slack: StandInSlack, app: AsyncApp, handler: Any):
    before = slack.courier.sockets[0]

    await slack.chaos.disconnect()

    await slack.until(lambda: slack.courier.sockets[0] is not before)
    assert before not in slack.courier.sockets


async def test_cut_sockets_and_refused_tickets_leave_nobody_listening(slack: StandInSlack, client: AsyncWebClient):
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect((await client.apps_connections_open(app_token=slack.app_token))["url"])
        await slack.connected()
        slack.chaos.drop_sockets()
        await slack.until(lambda: slack.socket_count == 0)
        slack.chaos.refuse_tickets(1)
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        await socket.close()

    assert (await slack.user("dev").command("/claim 1")).failure == "dispatch_failed"

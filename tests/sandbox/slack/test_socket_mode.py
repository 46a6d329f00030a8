"""An unmodified Bolt app on the stand-in's sockets."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.clock import MovableClock
from integrations.sandbox.slack_server import StandInSlack


async def test_a_command_with_no_socket_open_fails_at_once(slack: StandInSlack):
    outcome = await slack.user("priya").command("/claim 1")

    assert (outcome.failure, outcome.timed_out) == ("dispatch_failed", False)


async def test_an_ack_is_taken_on_another_socket(slack: StandInSlack, client: Any):
    urls = [(await client.apps_connections_open(app_token=slack.app_token))["url"] for _ in range(2)]

    async with aiohttp.ClientSession() as session, session.ws_connect(urls[0]) as first:
        await first.receive_json()
        asked = asyncio.ensure_future(slack.user("priya").command("/claim 1"))
        envelope = await first.receive_json()
        async with session.ws_connect(urls[1]) as second:
            await first.close()
            await second.send_json({"envelope_id": envelope["envelope_id"], "payload": "Done"})
            outcome = await asked

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert outcome.text == "Done"


async def test_an_event_not_acked_comes_again_with_the_same_id(
    slack: StandInSlack, app: AsyncApp, handler: AsyncSocketModeHandler, clock: MovableClock
):
    seen: list[tuple[str, str]] = []

    @app.middleware
    async def refuse(req, next):
        seen.append((req.body["event_id"], req.headers["x-slack-retry-num"][0]))

    await slack.user("priya").says("@Tolbooth queue", channel="mentions")
    at_once = await slack.tick()
    too_soon = await slack.tick()
    clock.advance(minutes=1)
    await slack.tick()
    clock.advance(minutes=5)
    await slack.tick()
    clock.advance(hours=1)
    never_again = await slack.tick()

    assert (at_once, too_soon, never_again) == (1, 0, 0)
    assert [retry for _, retry in seen] == ["0", "1", "2", "3"]
    assert len({id for id, _ in seen}) == 1


async def test_pings_come_back_with_the_same_bytes(slack: StandInSlack, client: Any):
    opened = await client.apps_connections_open(app_token=slack.app_token)

    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"], autoping=False) as ws:
        hello = await ws.receive_json()
        await ws.ping(b"sdk-ping-pong:1795265418.37")
        pong = await ws.receive()

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1795265418.37")


async def test_a_ticket_opens_one_socket(slack: StandInSlack, client: Any):
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]

    async with aiohttp.ClientSession() as session, session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url)

    assert refused.value.status == 408


async def test_a_ticket_goes_stale(slack: StandInSlack, client: Any, clock: MovableClock):
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    clock.advance(timedelta(seconds=31))

    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url)

    assert refused.value.status == 408


async def test_the_eleventh_socket_is_turned_away(slack: StandInSlack, client: Any):
    async with aiohttp.ClientSession() as session:
        urls = [(await client.apps_connections_open(app_token=slack.app_token))["url"] for _ in range(11)]
        sockets = [await session.ws_connect(url) for url in urls]
        frame = await sockets[-1].receive_json()
        count = slack.socket_count
        for socket in sockets:
            await socket.close()

    assert (frame["type"], frame["reason"], count) == ("disconnect", "too_many_websockets", 10)

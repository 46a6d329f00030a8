"""Two connections to Slack that come back by themselves, without a storm of attempts."""

import asyncio

import pytest

from bot.card import Answer
from bot.errors import SettingsError
from integrations.sandbox.slack_courier import MOST_SOCKETS
from integrations.slack.chat import build
from integrations.slack.connection import proxy_for
from integrations.slack.pace import LONGEST_PAUSE, pause_after

from .conftest import settings_for, somebody_elses


@pytest.fixture
async def joined(slack, core, clock, desk):
    chat = build(settings_for(slack), core=core, clock=clock)
    await chat.start(desk.run)
    await slack.connected(2)
    yield chat
    await chat.stop()


def attempts(slack):
    return sum(method == "apps.connections.open" for method, _ in slack.calls)


async def test_two_connections_are_open(joined, slack):
    assert slack.socket_count == 2
    assert joined.health()["sockets"] == 2


async def test_a_refused_app_token_stops_the_start_in_plain_words(slack, core, clock, desk):
    chat = build(settings_for(slack, app_token="xapp-wrong"), core=core, clock=clock)

    with pytest.raises(SettingsError, match=r"slack\.app_token is not accepted") as caught:
        await chat.start(desk.run)

    assert "xapp-wrong" not in str(caught.value)
    assert attempts(slack) == 1
    await chat.stop()


async def test_a_refused_handshake_is_tried_again_with_a_fresh_ticket(slack, core, clock, desk):
    slack.chaos.refuse_tickets(2)
    chat = build(settings_for(slack), core=core, clock=clock)

    await chat.start(desk.run)

    await slack.connected(2)
    assert attempts(slack) == 4
    await chat.stop()


async def test_cut_connections_come_back(joined, slack):
    slack.chaos.drop_sockets()
    await slack.until(lambda: slack.socket_count == 0)

    await slack.connected(2, timeout=10)

    assert (await slack.user("priya").command("/claim 1")).text == "did claim 1"


async def test_a_refresh_asked_for_is_made_and_nothing_is_missed(joined, slack, desk):
    before = attempts(slack)

    await slack.chaos.disconnect("refresh_requested")
    await slack.until(lambda: attempts(slack) == before + 2 and slack.socket_count == 2)

    assert (await slack.user("priya").command("/claim 1")).text == "did claim 1"


async def test_too_many_connections_are_a_reason_to_wait(joined, slack):
    before = attempts(slack)

    for _ in range(5):
        await slack.chaos.disconnect("too_many_websockets")
        await slack.connected(1)

    assert attempts(slack) - before <= 10


async def test_with_every_connection_taken_there_is_no_storm_of_attempts(slack, core, clock, desk):
    async with somebody_elses(slack, MOST_SOCKETS):
        chat = build(settings_for(slack), core=core, clock=clock)
        await chat.start(desk.run)

        with pytest.raises(TimeoutError):
            await slack.until(lambda: attempts(slack) > 4, timeout=1.5)
        await chat.stop()


def test_pauses_grow_and_end():
    pauses = [pause_after(failures) for failures in (0, 1, 4, 7, 40)]

    assert pauses[0] == 0
    assert pauses[:4] == sorted(pauses[:4])
    assert pauses[-1] <= LONGEST_PAUSE * 1.25


async def test_a_stop_lets_what_is_in_hand_finish(joined, slack, desk):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(command):
        begun.set()
        await go_on.wait()
        return Answer((("You have M-1",),))

    desk.on("claim", slow)
    asked = asyncio.create_task(slack.user("priya").command("/claim 1"))
    await begun.wait()

    stopping = asyncio.create_task(joined.stop())
    go_on.set()

    assert (await asked).text == "You have M-1"
    await stopping


async def test_no_proxy_is_used_for_a_host_that_wants_none(slack, core, clock, desk, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    chat = build(settings_for(slack), core=core, clock=clock)

    await chat.start(desk.run)

    await slack.connected(2)
    assert (await slack.user("priya").command("/claim 1")).text == "did claim 1"
    await chat.stop()


async def test_variables_meant_for_other_slack_programs_change_nothing(slack, core, clock, desk, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, "somebody-elses")
    chat = build(settings_for(slack), core=core, clock=clock)

    await chat.start(desk.run)

    assert (await slack.user("priya").command("/claim 1")).text == "did claim 1"
    await chat.stop()


def test_sockets_use_the_proxy_everybody_sets_and_honour_its_exceptions(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "slack.internal.example")

    through = proxy_for("wss://wss-primary.slack.com/link?ticket=1")

    assert str(through["proxy"]) == "http://proxy.example:3128"
    assert through["proxy_auth"].login == "me"
    assert proxy_for("wss://slack.internal.example/link") == {}

"""Connections are replaced before they run out, watched, never asked for in a storm, and put down without loss."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.card import Answer
from bot.errors import Busy
from integrations.sandbox import slack_payloads
from integrations.slack.chat import build
from integrations.slack.connection import due
from integrations.slack.pace import AT_MOST_ONE_IN, Pace
from integrations.slack.socket_mode import SILENT_WHILE

from .conftest import settings_for, somebody_elses

pytestmark = pytest.mark.slow  # connections that are watched for seconds

LIFE = 18060
"""Seconds, as the stand-in's hello says."""


@pytest.fixture
async def joined(slack, core, clock, desk):
    chat = build(settings_for(slack), core=core, clock=clock)
    await chat.start(desk.run)
    await slack.connected(2)
    await slack.until(lambda: chat.health()["sockets"] == 2)
    yield chat
    await chat.stop()


def attempts(slack):
    return sum(method == "apps.connections.open" for method, _ in slack.calls)


def typed(slack, line, trigger):
    """A slash command's payload, to be put on a socket of the test's choice."""
    world = slack.workspace
    place = world.channels["C0MENTIONS"]
    payload = slack_payloads.command(world, world.members["U0PRIYA"], place, tuple(line.split(" ", 1)))
    return payload | {"trigger_id": trigger, "response_url": ""}


async def put(slack, socket, line, trigger):
    envelope = {"envelope_id": f"e-{trigger}", "type": "slash_commands", "payload": typed(slack, line, trigger)}
    return await slack.courier.send_frame(socket, envelope | {"accepts_response_payload": True})


async def test_each_connection_is_replaced_before_it_runs_out_and_the_next_is_open_first(joined, slack, clock):
    first, seen = list(slack.courier.sockets), []

    clock.advance(seconds=LIFE * 0.86)
    await slack.until(
        lambda: seen.append(slack.socket_count) or (slack.socket_count == 2 and not set(first) & set(slack.courier.sockets)),
        timeout=8,
    )

    assert (min(seen), max(seen)) == (2, 3)
    assert (await slack.user("priya").command("/claim 1")).text == "did claim 1"


async def test_what_still_comes_over_a_replaced_connection_is_answered(joined, slack, clock):
    old = slack.courier.sockets[0]
    clock.advance(seconds=LIFE * 0.86)
    await slack.until(lambda: slack.socket_count == 3)

    ack = await put(slack, old, "/claim 1", "t1")

    assert ack.body["text"] == "did claim 1"


async def test_a_replacement_slack_turns_away_leaves_the_connection_in_place(joined, slack, clock):
    async with somebody_elses(slack, 8):
        before = attempts(slack)

        clock.advance(seconds=LIFE * 0.86)
        await slack.until(lambda: attempts(slack) > before)
        with pytest.raises(TimeoutError):
            await slack.until(lambda: attempts(slack) > before + 4 or joined.health()["sockets"] < 2, timeout=1.5)


@pytest.mark.parametrize("life", [None, "soon", 0, -5, 1e300])
def test_a_life_that_makes_no_sense_is_taken_for_an_hour(life, clock):
    when = due(clock.now(), {"debug_info": {"approximate_connection_time": life}})

    assert 30 <= (when - clock.now()).total_seconds() / 60 <= 51


async def test_a_frozen_link_is_noticed_within_ten_seconds(joined, slack):
    before = attempts(slack)
    slack.chaos.stop_ponging()

    await slack.until(lambda: attempts(slack) >= before + 2, timeout=10)

    slack.chaos.calm()
    await slack.until(lambda: joined.health()["sockets"] == 2)
    assert attempts(slack) >= before + 2


async def test_a_connection_that_hears_nothing_while_its_sibling_does_is_replaced(joined, slack, clock):
    silent, busy = slack.courier.sockets
    for number in range(SILENT_WHILE):
        await put(slack, busy, "/claim 1", f"t{number}")
    assert silent in slack.courier.sockets

    clock.advance(minutes=5)

    await slack.until(lambda: silent not in slack.courier.sockets)
    assert busy in slack.courier.sockets


async def test_both_silent_is_a_quiet_day(joined, slack, clock):
    before = attempts(slack)

    clock.advance(minutes=50)

    with pytest.raises(TimeoutError):
        await slack.until(lambda: attempts(slack) > before, timeout=0.7)


async def test_each_connection_asks_for_an_address_once_a_second_at_most(joined, slack):
    slack.chaos.refuse_tickets(1000)
    before = attempts(slack)

    slack.chaos.drop_sockets()

    with pytest.raises(TimeoutError):
        await slack.until(lambda: attempts(slack) - before > 4, timeout=1.6)


async def test_an_address_is_asked_for_once_a_second_even_when_nothing_went_wrong():
    pace, loop = Pace(), asyncio.get_running_loop()
    began = loop.time()

    await pace.turn()
    await pace.turn()

    assert loop.time() - began >= AT_MOST_ONE_IN >= 1


async def test_an_app_token_taken_back_while_running_is_said_once_and_not_hammered(joined, slack):
    with capture_logs() as lines:
        slack.gate.app_token = "xapp-another"
        slack.chaos.drop_sockets()
        await slack.until(lambda: "app_token_refused" in joined.health())
        before = attempts(slack)
        with pytest.raises(TimeoutError):
            await slack.until(lambda: attempts(slack) > before + 1, timeout=1.5)

    assert "invalid_auth" in joined.health()["app_token_refused"]
    assert len([line for line in lines if line["event"] == "slack_app_token_refused"]) <= 2


async def test_a_second_copy_on_the_same_token_is_said_once(slack, core, clock, desk):
    async with somebody_elses(slack, 1):
        chat = build(settings_for(slack), core=core, clock=clock)

        with capture_logs() as lines:
            await chat.start(desk.run)
            await slack.connected(3)
            await slack.until(lambda: chat.health()["sockets"] == 2)
            await slack.until(lambda: sum(line["event"] == "slack_socket_opened" for line in lines) == 2)

        [said] = [line for line in lines if line["event"] == "slack_other_connections"]
        assert said["others"] == chat.health()["sockets_of_others"] == 1
        await chat.stop()


async def test_our_own_connections_are_not_a_second_copy(joined, slack, clock):
    with capture_logs() as lines:
        await slack.chaos.disconnect("refresh_requested")
        await slack.until(lambda: sum(line["event"] == "slack_socket_opened" for line in lines) == 2)

    assert joined.health()["sockets_of_others"] == 0


async def test_a_token_taken_back_is_noticed_within_a_minute_said_once_and_shown(signed_in, slack, clock):
    good = slack.gate.bot_token
    with capture_logs() as lines:
        slack.gate.bot_token = "xoxb-another"
        for _ in range(2):
            before = len(slack.calls)
            clock.advance(seconds=60)
            await slack.until(lambda before=before: len(slack.calls) > before)
        await slack.until(lambda: not signed_in.health()["accepted"])
        refused = signed_in.health()["refused"]
        slack.gate.bot_token = good
        clock.advance(seconds=60)
        await slack.until(lambda: signed_in.health()["accepted"])

    assert "invalid_auth" in refused
    assert [line["event"] for line in lines].count("slack_bot_token_refused") == 1
    assert good not in str(lines)


async def test_a_scope_taken_away_while_running_is_said_once_and_shown(signed_in, slack, clock):
    slack.gate.scopes.discard("im:write")
    with capture_logs() as lines:
        for _ in range(2):
            before = len(slack.calls)
            clock.advance(seconds=60)
            await slack.until(lambda before=before: len(slack.calls) > before)
        await slack.until(lambda: signed_in.health().get("scopes_missing") == ["im:write"])

    assert [line["event"] for line in lines].count("slack_scopes_missing") == 1


async def test_slack_being_away_is_no_refusal(signed_in, slack, clock):
    slack.chaos.next("auth.test", 503)

    clock.advance(seconds=60)

    await slack.until(lambda: not signed_in.health()["reachable"])
    assert signed_in.health()["accepted"]


async def test_what_comes_in_while_stopping_is_still_answered(joined, slack, desk):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(command):
        begun.set()
        await go_on.wait()
        return Answer((("You have M-1",),))

    desk.on("claim", slow)
    first = asyncio.create_task(slack.user("priya").command("/claim 1"))
    await begun.wait()
    stopping = asyncio.create_task(joined.stop())
    await slack.until(lambda: joined.health()["stopping"])

    second = await slack.user("dev").command("/mention queue")
    go_on.set()

    assert (second.text, (await first).text) == ("did queue", "You have M-1")
    await stopping


async def test_nothing_is_acknowledged_that_was_not_stored(joined, slack, desk):
    slack.courier.ack_within = 0.4
    desk.on("queue", Busy())

    await slack.user("priya").says("queue", channel="dm")
    await joined.stop()

    [again] = slack.courier.waiting
    assert (again.attempt, again.reason) == (1, "timeout")

"""How often Slack is asked what: tiers are kept before Slack has to say so, and what it says is heeded by every copy."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from aiohttp import web

from bot.clock import MovableClock
from bot.errors import TryLater
from bot.ports import Peers
from integrations.alone.peers import AlonePeers
from integrations.slack.calls import Calls
from integrations.slack.settings import SlackSettings
from integrations.slack.tiers import A_MINUTE, PATIENCE, Tiers

Copies = Callable[[], Calls]


class Gate:
    """A Slack that counts calls by method and asks for a pause when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pauses: dict[str, str] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Well, or: later."""
        method = request.match_info["method"]
        self.asked.append(method)
        if method in self.pauses:
            headers = {"Retry-After": self.pauses[method]}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.json_response({"ok": True, "ts": "1.1", "channel": "C1"})


@pytest.fixture
def peers(clock: MovableClock) -> Peers:
    """What all copies agree through."""
    return AlonePeers(clock)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def a_copy(gate: Gate, peers: Peers) -> AsyncIterator[Copies]:
    """Makes one more copy's calls to the same Slack."""
    app = web.Application()
    app.router.add_route("*", "/api/{method}", gate.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    made: list[Calls] = []

    def make() -> Calls:
        settings = {"bot_token": "xoxb-1", "app_token": "xapp-1", "api_url": url}
        made.append(Calls(SlackSettings.model_validate(settings), peers))
        return made[-1]

    yield make
    await asyncio.gather(*(calls.close() for calls in made))
    await runner.cleanup()


async def test_a_method_slack_asked_to_leave_alone_is_left_alone_by_every_copy_until_then(
    a_copy: Copies, gate: Gate, clock: MovableClock
) -> None:
    one, other = a_copy(), a_copy()
    gate.pauses = {"conversations.open": "30"}
    with pytest.raises(TryLater) as caught:
        await one.write("conversations.open", users="U1")
    gate.pauses = {}
    clock.advance(seconds=20)

    with pytest.raises(TryLater) as left:
        await other.write("conversations.open", users="U2")
    clock.advance(seconds=10)
    await other.write("conversations.open", users="U2")

    assert (caught.value.after, left.value.after) == (timedelta(seconds=30), timedelta(seconds=10))
    assert caught.value.bucket == left.value.bucket == "slack:conversations.open"
    assert gate.asked == ["conversations.open"] * 2


async def test_other_methods_go_on_meanwhile(a_copy: Copies, gate: Gate) -> None:
    calls = a_copy()
    gate.pauses = {"chat.update": "30"}
    with pytest.raises(TryLater):
        await calls.write("chat.update", channel="C1", ts="1.1")

    await calls.write("chat.postMessage", channel="C1", text="Hello")

    assert gate.asked == ["chat.update", "chat.postMessage"]


async def test_a_pause_of_posting_is_for_its_channel_and_closes_no_other(a_copy: Copies, gate: Gate) -> None:
    calls = a_copy()
    gate.pauses = {"chat.postMessage": "30"}
    with pytest.raises(TryLater) as caught:
        await calls.write("chat.postMessage", channel="C1", text="Hello")
    gate.pauses = {}

    await calls.write("chat.postMessage", channel="C2", text="Hello")

    assert caught.value.bucket == "slack:chat.postMessage"


async def test_what_a_person_waits_for_is_asked_whatever_the_budget(a_copy: Copies, gate: Gate) -> None:
    calls = a_copy()
    gate.pauses = {"chat.update": "30"}
    with pytest.raises(TryLater):
        await calls.write("chat.update", channel="C1", ts="1.1")
    gate.pauses = {}

    await calls.write("chat.update", quick=True, channel="C1", ts="1.1")

    assert gate.asked == ["chat.update"] * 2


@pytest.mark.parametrize("method", sorted(A_MINUTE))
async def test_no_more_leaves_in_a_minute_than_its_tier_allows_after_the_first_burst(
    peers: Peers, clock: MovableClock, method: str
) -> None:
    tiers = Tiers(peers)
    while await tiers._ask(method) == timedelta(0):
        pass

    granted = 0
    for _ in range(600):
        clock.advance(seconds=0.1)
        granted += await tiers._ask(method) == timedelta(0)

    assert A_MINUTE[method] - 1 <= granted <= A_MINUTE[method]


async def test_a_wait_that_is_long_goes_back_to_whoever_asked(peers: Peers) -> None:
    await peers.pause("slack:conversations.list", PATIENCE + timedelta(seconds=1))

    with pytest.raises(TryLater) as caught:
        await Tiers(peers).turn("conversations.list")

    assert caught.value.after == PATIENCE + timedelta(seconds=1)


@pytest.mark.slow
async def test_a_short_wait_is_waited_and_then_asked_again(peers: Peers) -> None:
    await peers.pause("slack:conversations.list", timedelta(milliseconds=20))

    with pytest.raises(TryLater):  # the clock stands still here, so the wait is still to come
        await Tiers(peers).turn("conversations.list")


async def test_a_method_without_a_tier_and_a_slack_alone_wait_for_nothing(peers: Peers) -> None:
    for _ in range(100):
        await Tiers(peers).turn("auth.test")
        await Tiers(None).turn("chat.postMessage")

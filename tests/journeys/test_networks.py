"""Each network, from the public's words to our answer: relayed, claimed, replied to, read back, once, across a restart."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.http import Http
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import offering, opened
from tests.town import Town

pytestmark = pytest.mark.slow  # a town and a network each

APART = {"webchat", "x"}
"""Every other journey is walked with these."""
NAMES = [name for name in offering(Offers.REPLIES) if name not in APART]


class TownOn(Town):
    """The town with one more account, as the network's bench would have it in the settings file."""

    def __init__(self, bench: NetworkBench, folder: Path, clock: MovableClock, mode: str) -> None:
        super().__init__(folder, clock, database_url=f"sqlite:///{folder / 'tolbooth.db'}", mode=mode)
        self.bench = bench

    def toml(self) -> str:
        """The town's settings, a key for what is sealed, and the account."""
        given = {**self.bench.settings, "name": "main", "private_channel": "private"}
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in given.items())
        return f'secrets_key = "{"A" * 43}="\n{super().toml()}\n[[accounts]]\n{lines}\n'

    async def hears(self, what: str) -> None:
        """Time passes until the account was read, and whatever the network calls us about has reached us."""
        assert self.bot
        assert self.http
        if Offers.CALLS in self.bench.offers:
            for call in self.bench.calls().made:
                url = f"http://127.0.0.1:{self.bot.port}/hooks/main"
                given = {"data": call.body, "headers": dict(call.headers), "params": dict(call.query)}
                async with self.http.request(call.method, url, **given) as answer:
                    assert answer.status < 300, await answer.text()
        elif every := self.bot.networks["main"].poll_every:
            for _ in range(3):  # a read that was under way when time passed saw nothing, and is over as late
                await self.passes(seconds=every.total_seconds() + 1)
                with suppress(AssertionError):
                    await self.until(lambda: what in self.slack.card("M-1").text, patience=3)
                    return
        await self.card("M-1", what)


@pytest.fixture(params=["socket", "http"])
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock, network_name: str
) -> AsyncIterator[TownOn]:
    """A town with the bot running, and the network beside it."""
    async with Http(timedelta(seconds=5)) as http, opened(network_name)(http, clock) as bench:
        town = TownOn(bench, tmp_path, clock, request.param)
        await town.start()
        yield town
        await town.stop()


@pytest.mark.parametrize("network_name", NAMES)
async def test_a_post_is_relayed_claimed_answered_and_answered_once(town: TownOn) -> None:
    bench, priya = town.bench, town.slack.user("priya")
    post = await bench.says("Is the library open on Sunday?")
    await town.hears("Is the library open")

    await priya.command("/claim 1", channel="mentions")
    done = await town.replies("priya", 1, "It opens at nine.")
    assert not done.failure
    await town.passes(seconds=11)
    await town.until(lambda: bench.public())
    await town.card("M-1", "answered by Priya Shah")
    await town.stop_bot()
    await town.start_bot()
    await town.passes(minutes=20)

    (shown,) = bench.public()
    assert shown.text.endswith("It opens at nine.")
    assert shown.in_reply_to == post
    assert (await town.bot.verified()).startswith("ok: ") if town.bot else False


@pytest.mark.parametrize("network_name", [name for name in NAMES if name in offering(Offers.ELSEWHERE)])
async def test_an_answer_from_a_colleagues_telephone_is_noticed(town: TownOn) -> None:
    post = await town.bench.says("Is the tip open?")
    await town.hears("Is the tip open?")

    await town.bench.answers_elsewhere(post, "Until six.")
    for _ in range(3):
        await town.passes(minutes=31)
        if Offers.CALLS in town.bench.offers:
            await town.hears("")

    card = await town.card("M-1", "nswered")
    await town.until(lambda: any("Until six." in message.text for message in card.thread))
    assert town.bench.public()[-1].text.endswith("Until six."), "nothing of ours was said besides"

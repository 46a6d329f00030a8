"""A watch, from its making to a hit that is claimed and closed, with a restart between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.slack_server import Outcome
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

VALUES = {"terms": "flood, #harrowflood", "without": "film", "channel": "floods", "per_day": "5", "days": "30"}


@pytest.fixture(params=["socket", "http"])
async def town(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    """Both ways Slack reaches a bot, on SQLite, with a channel for floods."""
    town = Town(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}", mode=request.param)
    await town.start()
    town.slack.add_channel("floods", members=["morag", "priya"])
    yield town
    await town.stop()


async def test_a_lead_watches_for_a_flood_and_what_is_said_of_it_is_seen_claimed_and_closed(town: Town) -> None:
    morag, priya = town.slack.user("morag"), town.slack.user("priya")
    refused = await morag.command("/mention watch Priya Shah", channel="mentions")
    await morag.command("/mention watch flood, #harrowflood -film", channel="mentions")
    made: Outcome = await morag.submit({**VALUES, "why": "the river is high"})
    assert not made.errors, made.errors
    await town.passes(seconds=11)
    await town.until(lambda: searches(town))

    await town.stop_bot()
    town.x.says("Is anybody doing anything about the flood in Elm Row?", author="Lou", mentions_us=False)
    town.x.says("The flood film is on tonight", author="Ann", mentions_us=False)
    await town.start_bot()
    await town.passes(minutes=6)
    card = await town.card("M-1")

    assert "keeps no watchlists of people" in refused.text
    assert card.channel == town.slack.channel("floods").id
    assert "Found by watch W-1: flood" in card.text
    assert "Elm Row" in card.quote
    await priya.command("/claim 1", channel="floods")
    await town.card("M-1", "claimed by Priya Shah")
    await priya.command("/mention close 1 the crew is there", channel="floods")
    await town.card("M-1", "No reply needed: the crew is there")
    shown = await priya.command("/mention watch W-1", channel="floods")
    assert "2026-11-17: 1 post" in shown.text
    assert "W-1 is stopped" in (await morag.command("/mention watch stop W-1 it is dry", channel="floods")).text
    assert town.bot
    assert (await town.bot.verified()).startswith("ok")
    with pytest.raises(LookupError):
        town.slack.card("M-2")


def searches(town: Town) -> list[str]:
    """What X was asked to look for."""
    return [str(query) for _, path, query in town.x.calls if path.endswith("/search/recent")]

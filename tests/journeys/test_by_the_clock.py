"""What is said by the clock: the hourly test becomes a card that bothers nobody, and Monday brings the report."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.town import Town


class WatchfulTown(Town):
    """One that tries itself each hour, and wants a report each week."""

    def toml(self) -> str:
        """The settings file."""
        return f'{super().toml()}\n[canary]\nchannel = "mentions"\n[reports]\nweekly_channel = "private"\n'


@pytest.fixture
async def watchful_town(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    """On SQLite by Socket Mode."""
    town = WatchfulTown(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}")
    await town.start()
    yield town
    await town.stop()


@pytest.mark.slow
async def test_an_hourly_test_becomes_a_card_and_monday_brings_the_report(watchful_town: Town) -> None:
    town, morag = watchful_town, watchful_town.slack.user("morag")

    card = await town.card("M-1", "This is a test")
    await town.writes("Is the pool open?")
    await town.card("M-2")
    queue = await morag.command("/mention queue", channel="mentions")
    _, metrics = await town.get("/metrics")
    await town.passes(days=6, hours=1)
    await town.until(lambda: [m for m in town.slack.channel("private").messages if "Report for 16 to 22 November" in m.text])

    assert "Claim" not in card.buttons
    assert "1 open, 1 unseen" in queue.text
    assert "M-1" not in queue.text
    assert "\ntolbooth_canary_seconds " in metrics
    (report,) = [m.text for m in town.slack.channel("private").messages if "Report for" in m.text]
    assert "Received 1 · seen 0 · still open 1" in report

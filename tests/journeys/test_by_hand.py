"""A place without an API: a link is pasted and becomes a mention; a person answers there, and that is on the record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

PIN = "https://www.pinterest.co.uk/pin/4711/?utm_source=share"
ACCOUNT = """
[[accounts]]
name = "pins"
network = "by_hand"
channel = "mentions"
label = "our pins"
handle = "@harrowmere"
place = "Pinterest"
sites = ["pinterest.com", "pinterest.co.uk"]
"""


class TownWithPins(Town):
    """The town, with an account on Pinterest."""

    def toml(self) -> str:
        """One account more."""
        return super().toml() + ACCOUNT


@pytest.fixture(params=["socket", "http"])
async def pins(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    """The town on SQLite, by either way Slack reaches a bot."""
    town = TownWithPins(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}", mode=request.param)
    await town.start()
    yield town
    await town.stop()


async def test_a_pasted_link_is_answered_on_its_own_page_and_recorded(pins: Town) -> None:
    priya, farah = pins.slack.user("priya"), pins.slack.user("farah")
    await priya.command(f"/mention add {PIN}", channel="mentions")
    added = await priya.submit({"what": "Is the fountain on?", "who": "Ann Bell"})
    assert not added.errors
    card = await pins.card("M-1", "Is the fountain on?")
    assert "Ann Bell" in card.text

    again = await farah.command("/mention add https://pinterest.co.uk/pin/4711", channel="mentions")
    shown = await priya.command("/reply 1 It is on till six.", channel="mentions")
    assert shown.view
    assert "Open Pinterest, check the account" in shown.view.text
    assert "It is on till six." in shown.view.text
    assert "Open Pinterest" in shown.view.buttons
    await priya.click(shown.view, "Done")

    assert "That is M-1 already." in again.text
    card = await pins.card("M-1", "answered by Priya Shah")
    await pins.until(lambda: any("answered by hand" in m.text and "on till six" in m.text for m in card.thread))

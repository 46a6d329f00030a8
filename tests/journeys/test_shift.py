"""A change of shift as staff walk it, both ways Slack reaches a bot; and a colleague whose account is closed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.slack_server import Message
from tests.town import Town

ROTA = """
[[rota]]
name = "days"
people = ["U0DEV", "U0FARAH"]
change = "daily"
starts = "2026-11-16 17:00"
"""


class ShiftTown(Town):
    """A town whose officers take turns by the day, from five."""

    def toml(self) -> str:
        """The settings file, with a rota."""
        return super().toml() + ROTA

    async def told(self, handle: str, says: str) -> Message:
        """The newest private message to somebody that says so, once it is there."""
        person = self.slack.user(handle)
        await self.until(lambda: any(says in message.text for message in person.dms))
        return [message for message in person.dms if says in message.text][-1]


@pytest.fixture(params=["socket", "http"])
async def shift_town(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[ShiftTown]:
    """On SQLite, both ways."""
    town = ShiftTown(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}", mode=request.param)
    await town.start()
    yield town
    await town.stop()


@pytest.mark.slow
async def test_a_shift_is_drafted_sent_accepted_and_read_up(shift_town: ShiftTown) -> None:
    town, dev, farah = shift_town, shift_town.slack.user("dev"), shift_town.slack.user("farah")
    await town.writes("When will the road open?")
    await town.card("M-1")
    await town.slack.user("priya").command("/claim 1", channel="mentions")

    await town.passes(hours=7, minutes=30)
    draft = await town.told("dev", "Your turn as duty officer ends at 17:00; Farah Ali comes next.")
    await dev.click(draft, "Edit and Send")
    assert dev.view
    await dev.submit({"note": "M-1: highways promise an answer by six."})
    assert dev.view
    assert "Sent to Farah Ali. You have the duty until Farah Ali accepts it" in dev.view.text
    await town.passes(minutes=20)
    await farah.click(await town.told("farah", "Are you ready?"), "I'm Ready")
    await town.passes(minutes=11)
    before = await town.slack.user("morag").command("/handover", channel="mentions")
    await farah.click(await town.told("farah", "highways promise an answer by six."), "Accept")
    await town.told("dev", "Farah Ali accepted your handover. You are off duty as duty officer.")
    after = await town.slack.user("morag").command("/handover", channel="mentions")
    kept = await farah.command("/handover last", channel="mentions")

    assert "On duty: Dev Rao" in before.text
    assert "Handover not accepted: Dev Rao to Farah Ali, duty officer" in before.text
    assert "On duty: Farah Ali until Wed 18 Nov 17:00, then Dev Rao" in after.text
    assert "not accepted" not in after.text
    assert "accepted by Farah Ali at 17:0" in kept.text
    assert "M-1: highways promise an answer by six." in kept.text


@pytest.mark.slow
async def test_when_an_account_is_closed_its_claims_go_back_and_cover_is_asked_for(shift_town: ShiftTown) -> None:
    town = shift_town
    await town.writes("When will the road open?")
    await town.card("M-1")
    await town.slack.user("farah").command("/claim 1", channel="mentions")
    await town.card("M-1", "claimed by Farah")

    await town.slack.deactivate("farah")

    await town.card("M-1", "Farah Ali had it before")
    told = await town.told("morag", "account in the chat was closed.")
    assert "Back in the queue: M-1" in told.text
    assert "Cover is asked for their turns: Tue 17 Nov 17:00 to Wed 18 Nov 17:00" in told.text

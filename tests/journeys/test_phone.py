"""When Slack does not reach the duty officer: a text, then an e-mail, over real sockets to the stand-in phone."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.logs import REDACTOR
from integrations.sandbox.lost_connection import LostConnection
from integrations.sandbox.phone_server import EMAILS
from tests.phone_town import WithPhone
from tests.town import Town

pytestmark = pytest.mark.slow
STEP = timedelta(seconds=30)
DEV, MAILBOX = "+447700900123", "dev.rao@harrowmere.example"


class PhoneTown(WithPhone, Town):
    """The town, with GOV.UK Notify for texts and e-mails, and a duty officer who has a phone."""

    async def passes_until_a_text(self) -> timedelta:
        """Time passes, as slowly as the bot needs; how much of it did."""
        for steps in range(60):
            with suppress(AssertionError):
                await self.until(lambda: self.phone.on(DEV), patience=0.5)
                return steps * STEP
            await self.passes(seconds=STEP.total_seconds())
        raise AssertionError("no text came")

    def toml(self) -> str:
        """With what carries texts and e-mails, and whom to."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.phone.notify.items())
        return f"""{super().toml()}
[notify]
api_url = "{self.phone.api_url}"
email_template = "{EMAILS}"
{keys}
[[people]]
id = "U0DEV"
phone = "+44 7700 900123"
email = "{MAILBOX}"
"""


@pytest.fixture
async def town(tmp_path: Path, clock: MovableClock) -> AsyncIterator[PhoneTown]:
    town = PhoneTown(tmp_path, clock)
    await town.start()
    yield town
    await town.stop()


async def test_an_officer_who_does_not_see_slack_gets_a_text_and_then_an_email(town: PhoneTown) -> None:
    await town.writes("There is smoke over the school")
    await town.card("M-1")
    dev = town.slack.user("dev")
    await town.passes(minutes=61)
    await town.until(lambda: dev.dms)

    await town.passes(minutes=3)
    await town.until(lambda: town.phone.on(DEV))
    await town.passes(minutes=3)
    await town.until(lambda: town.phone.on(MAILBOX))

    [text] = town.phone.on(DEV)
    assert text.text.startswith("Harrowmere Council: M-1 has waited 1 h 4 m (Harrowmere web chat) and nobody has looked.")
    assert "smoke" not in text.text + town.phone.on(MAILBOX)[0].text
    assert DEV in REDACTOR.values
    assert MAILBOX in REDACTOR.values


async def test_while_slack_is_away_the_text_leaves_all_the_same(town: PhoneTown) -> None:
    await town.writes("There is smoke over the school")
    await town.card("M-1")
    lost = LostConnection(town.slack)
    lost.begin()

    await town.passes(minutes=61)
    waited = await town.passes_until_a_text()
    lost.is_back()

    assert waited <= timedelta(minutes=5)


async def test_a_claim_in_time_leaves_the_phone_in_peace(town: PhoneTown) -> None:
    await town.writes("There is smoke over the school")
    await town.card("M-1")
    dev = town.slack.user("dev")
    await town.passes(minutes=61)
    await town.until(lambda: dev.dms)

    await dev.click(dev.dms[-1], "Claim")
    await town.card("M-1", "claimed by Dev Rao")
    await town.passes(minutes=8)
    await town.writes("And another thing", by="Ann")
    await town.card("M-2")

    assert not town.phone.arrived

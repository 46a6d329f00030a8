"""A text of a resident, from the call that brings it to the receipt of the answer: shown only where it is private."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.clock import MovableClock
from integrations.sandbox.answering import sends
from tests.standins.notify import KEY, SENDER, TEMPLATE, StandInNotify
from tests.standins.twilio import ACCOUNT, HOOK, OURS, TOKEN, StandInTwilio, signed
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

ANN = "447700900123"
BEARER = "a token of ours"


class TownWithTexts(Town):
    """The town, with a number at each of two services."""

    notify: StandInNotify
    twilio: StandInTwilio

    def toml(self) -> str:
        """Two accounts more."""
        return f"""{super().toml()}
[[accounts]]
name = "notify"
network = "notify"
channel = "mentions"
private_channel = "private"
label = "Harrowmere"
number = "07700 900500"
api_key = "{KEY}"
template = "{TEMPLATE}"
text_sender = "{SENDER}"
callback_token = "{BEARER}"
api_url = "{self.notify.url}"
[[accounts]]
name = "twilio"
network = "twilio"
channel = "mentions"
private_channel = "private"
label = "Harrowmere"
account_sid = "{ACCOUNT}"
secret = "{TOKEN}"
number = "{OURS}"
webhook_url = "{HOOK}"
api_url = "{self.twilio.url}"
"""

    async def texts(self, name: str, text: str) -> tuple[int, str, str]:
        """Ann texts the council, and the service calls the bot: what that is answered."""
        if name == "notify":
            body, headers = self.notify.call(self.notify.says(text, ANN)), {"authorization": f"Bearer {BEARER}"}
        else:
            body = self.twilio.call(self.twilio.says(text, f"+{ANN}"))
            headers = dict(signed(HOOK, body))
        assert self.bot
        url = f"http://127.0.0.1:{self.bot.port}/hooks/{name}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.text()

    def arrived(self, name: str) -> list[tuple[str, str]]:
        """What stands on phones."""
        if name == "notify":
            return [(one.to, one.text) for one in self.notify.sent]
        return [(one.to, one.body) for one in self.twilio.sent]


@pytest.fixture
async def town(tmp_path: Path, clock: MovableClock) -> AsyncIterator[TownWithTexts]:
    """On SQLite by Socket Mode: texts depend on neither."""
    town = TownWithTexts(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}")
    async with AsyncExitStack() as stack:
        town.notify = await stack.enter_async_context(StandInNotify(clock))
        town.twilio = await stack.enter_async_context(StandInTwilio(clock))
        await town.start()
        stack.push_async_callback(town.stop)
        yield town


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("notify", (200, "application/json", "{}")),
        ("twilio", (200, "text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')),
    ],
)
async def test_a_text_is_answered_by_text_and_gets_its_tick(
    town: TownWithTexts, name: str, answer: tuple[int, str, str]
) -> None:
    priya = town.slack.user("priya")
    assert await town.texts(name, "I cannot get out of my house, the ramp is under water") == answer
    card = await town.card("M-1", "the ramp is under water")
    assert "07… 123" in card.text
    assert not any("900123" in m.text for m in town.slack.channel("private").messages)
    assert not town.slack.channel("mentions").messages

    await priya.command("/reply 1", channel="private")
    shown = await priya.submit({"text": "A crew is on its way."})
    assert shown.view
    assert "1 text message" in shown.view.text
    assert any("as Harrowmere, by text from" in one for one in shown.view.buttons)
    await sends(priya)
    await town.passes(seconds=11)
    await town.until(lambda: town.arrived(name) == [(f"+{ANN}", "A crew is on its way.")])
    await town.passes(seconds=10)
    await town.card("M-1", "answered by Priya Shah")
    await town.until(lambda: any("✓ Priya Shah replied as" in m.text for m in town.slack.card("M-1").thread))

    assert await town.texts(name, "Thank you!") == answer
    await town.until(lambda: any("Thank you!" in m.text for m in town.slack.card("M-1").thread))
    await town.passes(minutes=10)
    assert town.arrived(name) == [(f"+{ANN}", "A crew is on its way.")]
    with pytest.raises(LookupError):
        town.slack.card("M-2")

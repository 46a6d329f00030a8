"""A shell in an empty folder, and a stand-in Slack that any process of this machine can reach."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from integrations.sandbox.slack_server import StandInSlack
from tests.commands.line import Line
from tests.handlers.office import blank_database
from tests.town import WebchatReceiver


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release's schema."""
    return blank_database(tmp_path_factory.mktemp("blank") / "blank.db")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    slack = StandInSlack(SystemClock())
    await slack.start()
    slack.add_person("priya", "Priya Shah")
    slack.add_person("dev", "Dev Rao")
    slack.add_channel("mentions", members=["priya", "dev"])
    slack.add_channel("private", members=["priya"], private=True)
    yield slack
    await slack.stop()


@pytest.fixture
async def webchat() -> AsyncIterator[WebchatReceiver]:
    receiver = WebchatReceiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


@pytest.fixture
def council(line: Line, slack: StandInSlack, webchat: WebchatReceiver) -> Line:
    """The shell of a council whose settings are all as they should be, in ``TOLBOOTH_CONFIG``."""
    line.settings(f"""
organisation = "Harrowmere Council"
[web]
port = 0
[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
[roles]
lead = ["U0PRIYA"]
[duty]
officers = ["U0DEV"]
[staff]
may_reply = ["U0PRIYA"]
[[accounts]]
name = "website"
network = "webchat"
channel = "mentions"
private_channel = "private"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
reply_url = "{webchat.url}"
""")
    line.environment["TOLBOOTH_CONFIG"] = "tolbooth.toml"
    return line

"""The town's settings file: what a council would write, with the stand-ins' addresses."""

from collections.abc import Mapping
from pathlib import Path

from integrations.sandbox.board import Board
from integrations.sandbox.slack_server import StandInSlack
from integrations.sandbox.x_server import StandInX


def settings(slack: StandInSlack, x: StandInX, boards: Mapping[str, Board], database: Path) -> str:
    """The whole file."""
    return "\n".join(
        (
            core(slack, database),
            account_on_x(x),
            board(boards["webchat"], "webchat", "mentions-private"),
            board(boards["board"]),
        )
    )


def core(slack: StandInSlack, database: Path) -> str:
    """The organisation, its chat and who is on duty."""
    return f"""organisation = "Harrowmere Council"
database_url = "sqlite:///{database}"
[web]
port = 0
[slack]
api_url = "{slack.api_url}"
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
[roles]
lead = ["U0MORAG"]
[duty]
officers = ["U0DEV"]"""


def account_on_x(x: StandInX) -> str:
    """The account on X. No daily budget: a snow day is long, and nobody is billed."""
    keys = "\n".join(f'{name} = "{value}"' for name, value in x.credentials.items())
    return f"""[[accounts]]
name = "x"
network = "x"
channel = "mentions"
handle = "{x.me.handle}"
replies = "api"
poll_every = 5
recheck_every = 600
read_budget_per_day = 0
api_url = "{x.api_url}"
{keys}"""


def board(board: Board, channel: str = "mentions", private_channel: str = "") -> str:
    """A place that calls, and is called."""
    return f"""[[accounts]]
name = "{board.id}"
network = "webchat"
label = "{board.name}"
channel = "{channel}"
private_channel = "{private_channel}"
secret = "{board.secret}"
reply_url = "{board.reply_url}"
"""

"""The town's settings file: what a council would write, with the stand-ins' addresses."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.clock import MovableClock
from integrations.sandbox.board import Board
from integrations.sandbox.phone_server import EMAILS, StandInPhone
from integrations.sandbox.slack_server import StandInSlack
from integrations.sandbox.town_engage import TownEngage
from integrations.sandbox.town_people import PEOPLE, Townsperson
from integrations.sandbox.x_server import StandInX

OFFICE_HOURS, NATIONS = "mon-fri 08:45-17:00", ("england",)
ROTA = """
[[rota]]
name = "Nights and weekends"
people = ["U0DEV", "U0FARAH"]
starts = "{monday} 08:45"
hours = "mon-fri 17:00-08:45, sat-sun 08:45-08:45"
[[rota]]
name = "Office hours"
people = ["U0FARAH", "U0DEV"]
starts = "{monday} 08:45"
hours = "mon-fri 08:45-17:00"
[[rota]]
name = "Backup"
role = "backup"
people = ["U0PRIYA"]
starts = "{monday} 08:45"
"""
"""Who has the nights of a week has the office hours of the next."""
RULES = """
[[house_rules]]
code = "1"
text = "Threats, and anything that gives away where somebody lives, are hidden."
url = "https://harrowmere.example/house-rules"
[[house_rules]]
code = "2"
text = "The same advertisement posted again and again is hidden."
"""
"""By which posts of the public may be hidden, where the network can."""
CREST = "http://127.0.0.1/client/pictures/harrowmere.svg"
"""The account's picture, as the page has it: nothing is fetched."""
PINTEREST = """
[[accounts]]
name = "pinterest"
network = "listed"
place = "Pinterest"
label = "Harrowmere Museum on Pinterest"
custodian = "Tam Doig"
credential_kept_in = "Tam's notebook"
"""
"""Nothing is read there; and only one person can sign in."""


class Stage(Protocol):
    """What the settings name of a town."""

    clock: MovableClock
    slack: StandInSlack
    engage: TownEngage
    boards: dict[str, Board]
    database: Path

    @property
    def phones(self) -> StandInPhone:
        """What carries texts and e-mail."""

    @property
    def x(self) -> StandInX:
        """The network X."""


def settings(town: Stage) -> str:
    """The whole file. In the week in which the town opens Dev has the nights."""
    today = town.clock.now().date()
    return "\n".join(
        (
            core(town.slack, town.database),
            viva_engage(town.engage),
            notify(town.phones),
            ROTA.format(monday=today - timedelta(days=today.weekday())),
            *map(person, PEOPLE),
            account_on_x(town.x),
            board(town.boards["webchat"], "webchat", "mentions-private"),
            board(town.boards["board"]),
            PINTEREST,
            RULES,
        )
    )


def core(slack: StandInSlack, database: Path) -> str:
    """The organisation, its hours, its chat, who leads, and who learns. No weekly test pings: a visitor would wonder."""
    return f"""organisation = "Harrowmere Council"
office_hours = "{OFFICE_HOURS}"
database_url = "sqlite:///{database}"
[web]
port = 0
[holidays]
nations = {list(NATIONS)}
[slack]
api_url = "{slack.api_url}"
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
[roles]
lead = ["U0MORAG"]
approver = ["U0FARAH"]
trainee = ["U0TAM"]
[fallback]
test_weekly = false"""


def viva_engage(engage: TownEngage) -> str:
    """The second chat: a community for each channel."""
    rows = "\n".join(f'{channel} = "{community.id}"' for channel, community in engage.communities.items())
    return f"""[viva_engage]
api_url = "{engage.api_url}"
token = "{engage.key}"
[viva_engage.communities]
{rows}"""


def notify(phone: StandInPhone) -> str:
    """Text messages and e-mail."""
    return f"""[notify]
api_url = "{phone.api_url}"
api_key = "{phone.notify["api_key"]}"
text_template = "{phone.notify["text_template"]}"
email_template = "{EMAILS}"
"""


def person(one: Townsperson) -> str:
    """How they are reached outside the chat; by the e-mail they are known in the other chat too."""
    phone = f'phone = "{one.phone}"' if one.phone else ""
    return f"""[[people]]
id = "U0{one.handle.upper()}"
email = "{one.email}"
{phone}
"""


def account_on_x(x: StandInX) -> str:
    """The account on X. No daily budget: a snow day is long, and nobody is billed."""
    keys = "\n".join(f'{name} = "{value}"' for name, value in x.credentials.items())
    return f"""[[accounts]]
name = "x"
network = "x"
channel = "mentions"
custodian = "U0PRIYA"
deputy = "U0MORAG"
credential_kept_in = "the team's password safe, entry X"
handle = "{x.me.handle}"
replies = "api"
picture_url = "{CREST}"
sign_off = "initials"
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
custodian = "U0PRIYA"
deputy = "U0FARAH"
credential_kept_in = "the web team's vault"
secret = "{board.secret}"
reply_url = "{board.reply_url}"
"""

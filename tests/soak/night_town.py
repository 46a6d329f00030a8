"""The town of a night on duty: a web chat, people who take turns, and telephones; and what one was told there."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import MovableClock
from integrations.sandbox.phone_server import EMAILS, StandInPhone
from tests.town import Town

STAFF = ("dev", "farah", "priya", "morag")
PHONES = {f"+4477009001{number:02}": who for number, who in enumerate(STAFF, 1)}
ADDRESSES = {f"{who}@harrowmere.example": who for who in STAFF}
REF = re.compile(r"\bM-(\d+)\b")
ONE_WAITS, MANY_WAIT = "has waited", re.compile(r"more mentions? waits?")
RULES = """
[fallback]
test_weekly = false
[[escalation]]
name = "nights"
steps = ["owner 10", "duty 10", "backup 10", "lead 20", "channel"]
quiet = "mon-sun 22:00-07:00"
[[rota]]
name = "nights"
people = ["U0DEV"]
starts = "2026-11-16 09:00"
hours = "mon-sun 17:00-09:00"
[[rota]]
name = "days"
people = ["U0FARAH"]
starts = "2026-11-16 09:00"
hours = "mon-sun 09:00-17:00"
[[rota]]
name = "backup"
role = "backup"
people = ["U0PRIYA"]
starts = "2026-11-16 09:00"
"""


class NightTown(Town):
    """The web chat only, people who take turns, and telephones."""

    def __init__(self, folder: Path, clock: MovableClock) -> None:
        super().__init__(folder, clock, database_url=f"sqlite:///{folder / 'tolbooth.db'}")
        self.phones = StandInPhone(clock)

    def toml(self) -> str:
        """The settings without the account on X, and with duty in full."""
        people = zip(STAFF, PHONES, ADDRESSES, strict=True)
        tables = [f'[[people]]\nid = "U0{who.upper()}"\nphone = "{phone}"\nemail = "{mail}"' for who, phone, mail in people]
        keys = [f'{name} = "{value}"' for name, value in {**self.phones.notify, "email_template": EMAILS}.items()]
        notify = ["[notify]", f'api_url = "{self.phones.api_url}"', *keys]
        return "\n".join([super().toml().partition('[[accounts]]\nname = "x"')[0], RULES, *notify, *tables])

    async def start(self) -> None:
        """The telephones first. Whoever has the nights may see what is private."""
        await self.phones.start()
        await super().start()
        self.slack.channel("private").members.append(self.slack.user("dev").id)

    async def stop(self) -> None:
        """The telephones last."""
        await super().stop()
        await self.phones.stop()


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was told something, or did something: ``way`` is Slack, text, e-mail, channel or deed."""

    at: datetime
    way: str
    who: str
    text: str

    @property
    def numbers(self) -> list[int]:
        """The mentions it names."""
        return [int(number) for number in REF.findall(self.text)]

    @property
    def is_deed(self) -> bool:
        """Whether somebody did it."""
        return self.way == "deed"

    @property
    def is_ping(self) -> bool:
        """Whether it says of one mention that it waits."""
        return ONE_WAITS in self.text and not self.is_bundle

    @property
    def is_bundle(self) -> bool:
        """Whether it says so of many together."""
        return MANY_WAIT.search(self.text) is not None

    def __str__(self) -> str:
        said = {"deed": f"{self.who}: ", "channel": "to the channel: "}.get(self.way, f"{self.way} to {self.who}: ")
        return f"{self.at:%H:%M} {said}{' '.join(self.text.split())[:110]}"

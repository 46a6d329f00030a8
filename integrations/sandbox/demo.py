"""``tolbooth demo``: the shipped bot between a stand-in Slack and a stand-in public, on this machine only."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import click

from bot.clock import MovableClock
from bot.ports import Clock
from integrations.sandbox.practice import practise
from integrations.sandbox.slack_server import Message, StandInSlack
from integrations.sandbox.x_server import StandInX

PATIENCE = 20.0
POST = "@harrowmere the traffic lights at Mill Road are stuck on red, kids are crossing between the cars"
ALT = "A red light above a zebra crossing, children waiting"
REPLY = "Thank you for telling us. An engineer is on the way, and a crossing warden is there now. ^PS"
PEOPLE = {"priya": "Priya Shah", "farah": "Farah Ali", "dev": "Dev Rao", "morag": "Morag Muir"}


class RunningBot(Protocol):
    """What the demo needs of the bot that ships."""

    async def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""

    async def wake(self) -> None:
        """Time was moved on: look again at once."""

    async def newest(self) -> datetime | None:
        """When the newest event of its record was."""

    async def verified(self) -> str:
        """What ``verify`` prints."""


MakeBot = Callable[[Path, Clock], RunningBot]


def play(make: MakeBot, *, headless: bool, once: bool, keep: Path | None) -> int:
    """Tell the story, then let whoever is there try it. ``make`` builds the bot from a settings file."""
    try:
        with tempfile.TemporaryDirectory(prefix="tolbooth-demo-") as folder:
            return asyncio.run(played(make, Path(folder), keep=keep, alone=headless or once))
    except KeyboardInterrupt:
        return 0


async def played(make: MakeBot, folder: Path, *, keep: Path | None, alone: bool) -> int:
    """See ``play``; ``alone``: nobody is there to try it."""
    demo = Demo(make, folder, (keep or folder / "demo.db").resolve())
    try:
        await demo.open()
        await demo.story()
        if not alone:
            await practise(demo.slack, demo.x, demo.clock, demo.bot.wake)
    except TimeoutError:
        click.echo("The demo came to a halt: something did not happen in time. Please report it.", err=True)
        return 1
    finally:
        await demo.close()
    return 0


class Demo:
    """The town, its people and the bot."""

    def __init__(self, make: MakeBot, folder: Path, database: Path) -> None:
        self.make = make
        self.folder = folder
        self.database = database
        self.clock = MovableClock(running=True)
        self.slack = StandInSlack(self.clock)
        self.x = StandInX(self.clock)
        self._bot: RunningBot | None = None

    @property
    def bot(self) -> RunningBot:
        """The bot, once it has been opened."""
        if self._bot is None:
            raise LookupError("the demo is not open")
        return self._bot

    async def open(self) -> None:
        """Start it all, on loopback."""
        await self.slack.start()
        await self.x.start()
        for handle, name in PEOPLE.items():
            self.slack.add_person(handle, name)
        self.slack.add_channel("mentions", members=list(PEOPLE))
        settings = self.folder / "tolbooth.toml"
        settings.write_text(self.toml())
        self._bot = self.make(settings, self.clock)
        await self.bot.start()
        await self.go_on_from_where_it_was()
        await self.slack.connected(timeout=PATIENCE)

    async def go_on_from_where_it_was(self) -> None:
        """A kept database has moved its clock on: never go back behind it."""
        newest = await self.bot.newest()
        if newest and newest > self.clock.now():
            self.clock.advance(newest - self.clock.now() + timedelta(minutes=1))

    async def close(self) -> None:
        """Stop it all."""
        if self._bot:
            await self._bot.stop()
        await self.x.stop()
        await self.slack.stop()

    def toml(self) -> str:
        """The settings a council would write, with the stand-ins' addresses."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.x.credentials.items())
        return f"""organisation = "Harrowmere Council"
database_url = "sqlite:///{self.database}"
[web]
port = 0
[slack]
api_url = "{self.slack.api_url}"
bot_token = "{self.slack.bot_token}"
app_token = "{self.slack.app_token}"
[roles]
lead = ["U0MORAG"]
[duty]
officers = ["U0DEV"]
[[accounts]]
name = "x"
network = "x"
channel = "mentions"
handle = "harrowmere"
replies = "api"
poll_every = 5
api_url = "{self.x.api_url}"
{keys}
"""

    async def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so. Raises TimeoutError."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            try:
                if so():
                    return
            except LookupError:
                pass
            await asyncio.sleep(0.02)
        raise TimeoutError

    async def passes(self, **units: float) -> None:
        """Time passes."""
        self.clock.advance(timedelta(**units))
        await self.bot.wake()

    def cards(self) -> list[Message]:
        """Every card in the channel."""
        return [message for message in self.slack.channel("mentions").messages if message.footer]

    async def story(self) -> None:
        """A broken traffic light is not met with silence."""
        post = self.x.says(POST, author="Lou Tranter", media_alt=ALT)
        await self.passes(seconds=6)
        await self.until(self.cards)
        card = self.cards()[0]
        ref = card.footer.split(" ")[0]
        number = ref[2:]
        priya, farah, dev, morag = (self.slack.user(handle) for handle in PEOPLE)
        seen = await morag.command("/mention queue", channel="mentions")
        click.echo(seen.text.splitlines()[0])
        tell("practice", "nothing here reaches the outside; the bot is the one that ships")
        tell("relayed", f"Lou Tranter on X: “{card.quote}” {card.text.splitlines()[2]} → #mentions, {ref}")

        await self.passes(minutes=61)
        await self.until(lambda: dev.dms)
        tell("unseen", f"61 minutes pass → Dev Rao, on duty, is pinged: “{dev.dms[-1].text.splitlines()[0]}”")

        tell("claimed", f"Priya: /claim {number} → {(await priya.command(f'/claim {number}', channel='mentions')).text}")
        tell("second", f"Farah: /claim {number} → {(await farah.command(f'/claim {number}', channel='mentions')).text}")

        form = await priya.command(f"/reply {number}", channel="mentions")
        tell("reply", f"Priya: /reply {number} → a form: “{form.view.text.splitlines()[0] if form.view else ''}”")
        await priya.submit({"text": REPLY})
        sent = await priya.submit({})
        tell("held", f"{sent.view.text.splitlines()[0] if sent.view else ''} [{'] ['.join(sent.buttons)}]")
        await self.passes(seconds=11)
        await self.until(lambda: self.x.replies_to(post))
        tell("in public", f"@harrowmere replied on X: “{self.x.replies_to(post)[0].text}”")
        await self.until(lambda: "answered by" in self.cards()[0].footer)
        tell("card", self.cards()[0].footer)

        record = await priya.command(f"/mention record {number}", channel="mentions")
        for line in record.text.splitlines()[1:-1]:
            tell("record", line)
        for line in (await morag.command("/handover", channel="mentions")).text.splitlines()[1:3]:
            tell("handover", line)
        tell("verify", await self.bot.verified())


def tell(what: str, text: str) -> None:
    """One line of the story."""
    click.echo(f"{what:<10} {' '.join(text.split())}")

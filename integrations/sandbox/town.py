"""A whole town between stand-ins: its people, the places where the public writes, and the bot that ships. Loopback only."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.clock import MovableClock
from bot.ports import Clock
from bot.times.closed_days import bank_holidays
from bot.times.working_time import OfficeHours
from integrations.sandbox.board import About, Board
from integrations.sandbox.phones import Phones
from integrations.sandbox.places import Author, Place, PlaceX
from integrations.sandbox.player import Player
from integrations.sandbox.scenarios import any_day
from integrations.sandbox.slack_server import StandInSlack
from integrations.sandbox.town_engage import EACH, TownEngage
from integrations.sandbox.town_people import CHANNELS, PEOPLE
from integrations.sandbox.town_settings import NATIONS, OFFICE_HOURS, settings

PATIENCE = 20.0
A_MOMENT, LOOKS = 0.5, 100
ALT = "A red light above a zebra crossing, children waiting"
"""What the one picture residents post shows."""
ZONE = ZoneInfo("Europe/London")
OFFICE = OfficeHours.read(OFFICE_HOURS, ZONE, bank_holidays(NATIONS))
MORNING, OPENS = time(8, 30), time(9, 30)
"""When the night's handover has just been drafted; and when a town opens, with a working day before it."""
A_POLL = timedelta(seconds=6)
"""How far the clock is moved on after a post, so that a place that is polled has been read."""
BETWEEN_CALLS, A_CALL, MOST_CALLS, ANSWERS = timedelta(seconds=5), 0.1, 20, 2
"""At a look at Viva Engage: how far apart the bot's calls are, how long one takes, how many are waited for, and answers."""

BOARDS = (
    About("webchat", "Harrowmere web chat", "Harrowmere Council", "Visitors of the council's website ask; some in private."),
    About(
        "board",
        "Mill Road Board",
        "Harrowmere Council",
        "A neighbourhood noticeboard: any system of yours, by signed calls.",
    ),
)


class RunningBot(Protocol):
    """What the town needs of the bot that ships."""

    port: int

    async def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""

    async def wake(self) -> None:
        """Time was moved on: look again at once."""

    @property
    def is_busy(self) -> bool:
        """Whether it is telling the world something just now."""

    async def newest(self) -> datetime | None:
        """When the newest event of its record was."""

    async def verified(self) -> str:
        """What ``verify`` prints."""

    def typed(self) -> Sequence[tuple[str, str, str]]:
        """What can be typed: the words, what follows them, and what comes of it."""

    def manifest(self) -> Mapping[str, Any]:
        """The chat's app manifest."""


MakeBot = Callable[[Path, Clock], RunningBot]


class Town:
    """The town, its people and the bot that ships. ``listeners`` hear of the public's side, of jumps of the clock, and of
    the player; what changes in Slack its own ``workspace.listeners`` hear."""

    def __init__(self, make: MakeBot, folder: Path, *, database: Path, start: datetime | None = None) -> None:
        self.make, self.folder, self.database = make, folder, database
        self.listeners: list[Callable[[], None]] = []
        self.clock = MovableClock(start or opening(datetime.now(UTC)), running=True)
        self.slack = StandInSlack(self.clock)
        self.engage = TownEngage(self.clock)
        self.x = PlaceX(self.clock, self.changed)
        self.boards = {about.id: Board(about, self.clock, self.changed) for about in BOARDS}
        self.places: dict[str, Place] = {"x": self.x, **self.boards}
        self.phones = Phones(self.clock, self.changed)
        self.player = Player(self)
        self._acting = 0
        self._bot: RunningBot | None = None

    @property
    def bot(self) -> RunningBot:
        """The bot, once it has been opened."""
        if self._bot is None:
            raise LookupError("the town is not open")
        return self._bot

    # --- beginning and end

    async def open(self) -> None:
        """Start it all, on loopback."""
        await self.slack.start()
        await self.engage.start()
        await self.x.start()
        await self.phones.start()
        for board in self.boards.values():
            await board.start()
        for person in PEOPLE:
            self.slack.add_person(person.handle, person.name)
        for channel, members in CHANNELS.items():
            self.slack.add_channel(channel, members=members, private=channel.endswith("private"))
        file = self.folder / "tolbooth.toml"
        file.write_text(settings(self))
        self._bot = self.make(file, self.clock)
        await self.bot.start()
        for board in self.boards.values():
            board.hook = f"http://127.0.0.1:{self.bot.port}/hooks/{board.id}"
        await self._go_on_from_where_it_was()
        await self.slack.connected(timeout=PATIENCE)

    async def close(self) -> None:
        """Stop it all."""
        await self.player.close()
        if self._bot:
            await self._bot.stop()
        others = (self.phones.stop(), *(board.stop() for board in self.boards.values()))
        await asyncio.gather(self.slack.stop(), self.engage.stop(), self.x.stop(), *others)

    async def _go_on_from_where_it_was(self) -> None:
        """A kept database has moved its clock on: never go back behind it."""
        newest = await self.bot.newest()
        if newest and newest > self.clock.now():
            self.clock.advance(newest - self.clock.now() + timedelta(minutes=1))

    def changed(self) -> None:
        """Tell whoever draws this."""
        for listener in list(self.listeners):
            listener()

    # --- time

    async def passes(self, **units: float) -> None:
        """Time passes, and the bot looks at once at what is due."""
        await self.settled()
        self.clock.advance(timedelta(**units))
        await self.bot.wake()
        await self.slack.tick()
        self.changed()

    async def settled(self) -> None:
        """Wait a moment for what the bot has in hand: what it has begun is not to seem half an hour late."""
        for _ in range(LOOKS):
            if not self.bot.is_busy:
                return
            await asyncio.sleep(A_MOMENT / LOOKS)

    async def morning(self) -> None:
        """On to the next half past eight on a working day."""
        await self.until_time(MORNING, OFFICE.is_working_day)

    async def until_time(self, at: time, on: Callable[[date], bool] = any_day) -> None:
        """On to the next time the town's clocks show ``at``, on such a day."""
        wait = next_at(self.clock.now(), at, on) - self.clock.now()
        await self.passes(seconds=wait.total_seconds())

    async def until_read(self) -> None:
        """On by the minute after which the bot may read Viva Engage again, and while it reads and answers there."""
        since = self.clock.now()
        await self.passes(seconds=EACH.total_seconds())
        answered = 0
        for _ in range(MOST_CALLS):
            await asyncio.sleep(A_CALL)
            await self.passes(seconds=BETWEEN_CALLS.total_seconds())
            answered += self.engage.is_read(since)
            if answered > ANSWERS:
                return

    def held(self) -> AbstractAsyncContextManager[None]:
        """While somebody acts the fast clock stands still: what they open lasts three seconds of its time."""
        return self._held()

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        self._acting += 1
        try:
            yield
        finally:
            self._acting -= 1

    @property
    def is_held(self) -> bool:
        """Whether somebody acts."""
        return self._acting > 0

    # --- what the public does

    async def post(self, place: str, author: str, text: str, *, picture: bool = False, in_reply_to: str = "") -> str:
        """A resident posts and the bot hears of it at once; returns the post's id. Raises LookupError when it cannot be."""
        alt = ALT if picture else None
        who = Author(author, slug(author))
        post = await self.place(place).write(who, text, alt=alt, in_reply_to=in_reply_to, private=False)
        await self._heard(place)
        return post

    async def edit(self, place: str, post: str, text: str) -> None:
        """A resident gives their post other words. Raises LookupError without such a post of a resident's."""
        await self.place(place).change(post, text)
        await self._heard(place)

    async def delete(self, place: str, post: str) -> None:
        """A resident deletes their post. Raises LookupError without such a post of a resident's."""
        await self.place(place).remove(post)
        await self._heard(place)

    def place(self, id: str) -> Place:
        """A place by its id. Raises LookupError naming those there are."""
        if id not in self.places:
            raise LookupError(f"There is no network called {id!r} here. There are: {', '.join(self.places)}")
        return self.places[id]

    async def _heard(self, place: str) -> None:
        """A board has told the bot by itself; X is read every few seconds of the clock."""
        if place == self.x.id:
            await self.passes(seconds=A_POLL.total_seconds())


def slug(author: str) -> str:
    """A name as a handle: ``Lou Tranter`` is ``lou_tranter``. What has no letters at all is still somebody."""
    return re.sub(r"\W+", "_", author.casefold()).strip("_")[:40] or "resident"


def next_at(now: datetime, at: time, on: Callable[[date], bool] = any_day) -> datetime:
    """The next moment the town's clocks show ``at``, on a day that ``on`` is true of: any, if nothing is said."""
    day = now.astimezone(ZONE).date()
    while True:
        moment = datetime.combine(day, at, tzinfo=ZONE)
        if moment > now and on(day):
            return moment
        day += timedelta(days=1)


def opening(now: datetime) -> datetime:
    """When a town opens: on the working day that it is, or the next one."""
    midnight = datetime.combine(now.astimezone(ZONE).date(), time.min, tzinfo=ZONE)
    return next_at(midnight, OPENS, OFFICE.is_working_day)

"""The small town with a community of Viva Engage as its chat, alone or beside Slack; its clock is moved to be heard."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.wiring import Bot
from integrations.sandbox.engage_server import EngagePerson, Message, StandInEngage, Thread
from tests.town import PATIENCE, Town

STAFF = {"priya": "Priya Shah", "farah": "Farah Ali", "dev": "Dev Rao", "morag": "Morag Muir", "tam": "Tam Doig"}
STEP = timedelta(seconds=4)
LEAP = timedelta(seconds=30)
"""Before so much time passes at once, what is being said is let finish: nobody waits for an answer so long."""
A_LOOK, LOOKS = 0.01, 6
"""Seconds of the machine's time between looks, and how many there are before the clock is moved on: a slow machine
takes longer over them, and the bot has its turn between each two."""
LONG_ENOUGH = 8
"""Characters of words that nobody would write by chance into a log."""


class EngageTown(Town):
    """``engage`` is driven as people would; staff have the ids they have in Slack, by their e-mail."""

    def __init__(
        self, folder: Path, clock: MovableClock, *, database_url: str, beside_slack: bool = False, **more: Any
    ) -> None:
        super().__init__(folder, clock, database_url=database_url, **more)
        self.engage = StandInEngage(clock)
        self.key = self.engage.token()
        self.beside_slack = beside_slack
        self.spoken: list[str] = []
        """What the public and staff said: never to be found in a log."""
        self.sent: list[str] = []
        """What was let go by ``reply`` and ``send``: the public sees this and nothing else."""
        self.logs: list[Any] = []
        self.secrets: tuple[str, ...] = ()

    async def open(self) -> None:
        """The community, its people, then all the rest."""
        await self.engage.start()
        for handle, name in STAFF.items():
            self.engage.add_person(handle, name)
        self.engage.add_person("nia", "Nia Rees")
        self.desk = self.engage.add_community("Mentions", members=["priya", "farah", "dev", "morag", "tam", "nia"])
        self.closed = self.engage.add_community("Private desk", members=["priya", "morag"], private=True)
        await super().open()

    def chat_tables(self) -> str:
        """The community beside Slack, or in its place."""
        return f"""
{super().chat_tables() if self.beside_slack else ""}
[viva_engage]
api_url = "{self.engage.api_url}"
token = "{self.key}"
communities = {{ mentions = "{self.desk.id}", private = "{self.closed.id}" }}
{self.people_tables()}
"""

    def people_tables(self) -> str:
        """Whom the settings know by their e-mail: everybody but Nia."""
        return "".join(self.person_table(handle) for handle in STAFF)

    def person_table(self, handle: str, more: str = "") -> str:
        """One of them."""
        return f'[[people]]\nid = "U0{handle.upper()}"\nemail = "{handle}@harrowmere.gov.uk"\n{more}\n'

    async def hears_slack(self, bot: Bot) -> None:
        """Wait until each chat that is there listens, and has read each feed for the first time."""
        self.secrets = tuple(secret for secret in bot.loaded.secrets if len(secret) > LONG_ENOUGH)
        await self.until(lambda: bot.chats["viva_engage"].health().get("signed_in"))
        await self.comes(lambda: all(self.engage.limits.polls(feed) for feed in self.feeds))
        if self.beside_slack:
            await super().hears_slack(bot)

    async def restarts(self) -> None:
        """The bot is stopped and started again, within the minute."""
        await self.stop_bot()
        await self.start_bot()

    async def stop(self) -> None:
        """Everything."""
        await super().stop()
        await self.engage.stop()

    # --- who says what

    def person(self, handle: str) -> EngagePerson:
        """Somebody at the community's own page."""
        return self.engage.person(handle)

    async def writes(self, text: str, *, by: str = "Lou", post: str = "", **more: Any) -> int:
        """A visitor writes in the web chat; returns the HTTP status."""
        self.spoken.append(text)
        return await super().writes(text, by=by, post=post, **more)

    def types(self, who: str, text: str, under: Thread | Message, **more: Any) -> Message:
        """Somebody writes in a thread."""
        self.spoken.append(text)
        return self.person(who).says(text, under=under, **more)

    def types_alone(self, who: str, text: str) -> Message:
        """Somebody writes to the service user alone."""
        self.spoken.append(text)
        return self.person(who).writes(text)

    async def says(self, who: str, text: str, under: Thread | Message, then: Callable[[], object]) -> Message:
        """Somebody writes in a thread, the bot reads it within a minute, and this comes of it."""
        said = self.types(who, text, under)
        await self.comes_to_be_read(then)
        return said

    async def comes_to_be_read(self, then: Callable[[], object]) -> None:
        """What was written is read when the minute is over, and this comes of it."""
        last = self.engage.limits.polls(self.feeds[0])[-1]
        await self.comes(lambda: self.bot and not self.bot.is_busy)
        left = last + timedelta(seconds=60) - self.clock.now()
        if left > timedelta(0):
            await self.passes(seconds=left.total_seconds())
        await self.comes(then)

    async def thread(self, ref: str, says: str = "") -> Thread:
        """A mention's thread, once it is there and says so."""
        await self.comes(lambda: says in whole(self.engage.thread_of(ref)))
        return self.engage.thread_of(ref)

    async def told(self, who: str, says: str) -> Message:
        """The newest private message to somebody that says so, once it is there."""
        found: list[Message] = []

        def is_there() -> bool:
            found[:] = [one for one in self.person(who).told if says in one.text]
            return bool(found)

        await self.comes(is_there)
        return found[-1]

    async def asks(self, who: str, text: str, says: str) -> str:
        """Somebody asks in private; what they are told that says so, of what came since."""
        before = len(self.person(who).told)
        self.types_alone(who, text)
        await self.comes_to_be_read(lambda: any(says in one.text for one in self.person(who).told[before:]))
        return "\n".join(one.text for one in self.person(who).told[before:])

    def shows(self, ref: str) -> int:
        """How many threads begin with a mention, or with a digest that has it."""
        begins = re.compile(rf"^{ref} ·", re.MULTILINE)
        return sum(bool(begins.search(one.text)) for one in self.engage.world.threads_in(self.desk))

    @property
    def chat_health(self) -> Mapping[str, object]:
        """What the bot says of Viva Engage."""
        assert self.bot
        return self.bot.chats["viva_engage"].health()

    # --- time

    @property
    def feeds(self) -> tuple[str, ...]:
        """Those that are watched, as the stand-in calls them."""
        return (f"in_group/{self.desk.id}", f"in_group/{self.closed.id}", "private")

    async def is_read(self) -> None:
        """A minute passes, in which every feed is read, and what stood there is acted on."""
        before = {feed: len(self.engage.limits.polls(feed)) for feed in self.feeds}
        await self.comes(lambda: all(len(self.engage.limits.polls(feed)) > count for feed, count in before.items()))
        await self.passes_slowly(seconds=20)

    async def passes_slowly(self, **units: float) -> None:
        """Time passes in small steps, as whoever waits for room needs it."""
        end = self.clock.now() + timedelta(**units)
        while self.clock.now() < end:
            await self.passes(seconds=STEP.total_seconds())
            for _ in range(LOOKS):
                await asyncio.sleep(A_LOOK)

    async def passes(self, **units: float) -> datetime:
        """Time passes, and the bot notices at once, also where it waits for room."""
        if self.bot and timedelta(**units) > LEAP:
            await self.comes(lambda: self.bot and not self.bot.is_busy)
        now = await super().passes(**units)
        if self.bot:
            await self.bot.peers.wake("room viva_engage")
        return now

    async def comes(self, so: Callable[[], object], within: timedelta = timedelta(minutes=4)) -> None:
        """Until something is so, with time passing in small steps, as the limits of what may be written need it."""
        end = self.clock.now() + within
        while self.clock.now() < end:
            for _ in range(LOOKS):
                with suppress(LookupError):
                    if so():
                        return
                await asyncio.sleep(A_LOOK)
            await self.passes(seconds=STEP.total_seconds())
        await self.until(so, patience=PATIENCE)

    # --- what holds always

    async def holds_to_its_rules(self) -> None:
        """Viva Engage's limits, the record, and that the public sees what was sent and nothing else."""
        limits = self.engage.limits
        gaps = {feed: limits.shortest_gap(feed) for feed in self.feeds}
        assert limits.tightest_window() <= 10
        assert limits.refused == []
        assert [feed for feed, gap in gaps.items() if gap < timedelta(seconds=60)] == [], gaps
        assert [post["text"] for post in self.webchat.posts] == self.sent
        assert self.bot
        assert (await self.bot.verified()).startswith("ok")


@asynccontextmanager
async def walked(town: EngageTown) -> AsyncIterator[EngageTown]:
    """The town with its bot running; at the end it kept all its rules, and no log has secrets, or anybody's words."""
    with capture_logs() as town.logs:
        try:
            await town.start()
            yield town
            await town.holds_to_its_rules()
        finally:
            await town.stop()
    told = "\n".join(str(line) for line in town.logs if line["log_level"] != "debug")
    assert [words for words in {*town.spoken, *STAFF.values()} if len(words) > LONG_ENOUGH and words in told] == []
    assert [secret for secret in town.secrets if secret in str(town.logs)] == []


def whole(thread: Thread) -> str:
    """All that is said in a thread."""
    return "\n".join(message.text for message in (thread.starter, *thread.replies))

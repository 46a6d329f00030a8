"""A snow day in a community of Viva Engage, which takes a message each few seconds and is read once a minute.

The shipped bot, with all limits of the stand-in as they are; Viva Engage goes away for two minutes, and loses answers.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, func, select

from bot.clock import MovableClock
from bot.store import schema
from bot.wiring import Bot
from integrations.sandbox.engage_server import Message, Trouble
from integrations.sandbox.phone_server import StandInPhone
from integrations.sandbox.slack_server import StandInSlack
from tests.engage_town import STAFF, EngageTown
from tests.faults.easy_time import EasyClock
from tests.faults.engage_shown import Shown
from tests.faults.evenly import write_evenly
from tests.town import Town

A_LOOK = 5.0
"""Seconds between two looks of somebody who waits to see something in a thread."""
PATIENCE = timedelta(minutes=15)
"""How long somebody waits to see it."""
WITHOUT_END = timedelta(hours=3)
IN_DANGER = 200
"""One in so many writes of somebody in danger."""
PHONES = {"dev": "+447700900123", "farah": "+447700900124"}
OUTAGE = timedelta(minutes=2)


@dataclass(frozen=True)
class Sizes:
    """How much comes in how many minutes, and who is there. ``chats``: engage, slack or both."""

    mentions: int = 1_000
    minutes: float = 10.0
    staff: int = 40
    chats: str = "engage"
    every: float = 300.0
    """Seconds between two deeds of one of the staff, while it comes and as long again."""
    is_fair: bool = False
    """Whether nothing goes wrong."""


@dataclass
class Claim:
    """Somebody claimed a mention; ``said``: when its thread said that they have it; ``heard``: when they were answered."""

    ref: str
    who: str
    staff: str
    message: Message
    said: datetime | None = None
    heard: datetime | None = None


class StormTown(EngageTown):
    """One community or one channel for everything, and many at work."""

    def __init__(self, folder: Path, clock: MovableClock, sizes: Sizes) -> None:
        url = f"sqlite:///{folder / 'tolbooth.db'}"
        super().__init__(folder, clock, database_url=url, beside_slack=sizes.chats == "both")
        self.sizes = sizes
        self.slack = StandInSlack(clock, ack_within=30, late_wait=15)
        self.slack.gate.limits_on = True
        self.phone = StandInPhone(clock)
        self.handles = [f"staff{number}" for number in range(sizes.staff)]

    def staff_id(self, handle: str) -> str:
        """Whose events in the record are somebody's."""
        return f"U0{handle.upper()}" if self.beside_slack else str(self.engage.person(handle).id)

    @property
    def has_engage(self) -> bool:
        """Whether there is a community."""
        return self.sizes.chats != "slack"

    async def open(self) -> None:
        """The phone first: its address stands in the settings."""
        await self.phone.start()
        await super().open()

    async def start_bot(self) -> Bot:
        """With everybody there."""
        for handle in self.handles:
            self.desk.members.add(self.engage.add_person(handle, handle.capitalize()).id)
        return await super().start_bot()

    async def hears_slack(self, bot: Bot) -> None:
        """Until each chat that is there has been heard for the first time."""
        if self.has_engage:
            await self.until(lambda: all(self.engage.limits.polls(feed) for feed in self.feeds), patience=120)
        if self.sizes.chats != "engage":
            await Town.hears_slack(self, bot)

    def chat_tables(self) -> str:
        """One of them, or both; officers have phones."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.phone.notify.items())
        chats = super().chat_tables() if self.has_engage else Town.chat_tables(self) + self.people_tables()
        return f'{chats}\n[notify]\napi_url = "{self.phone.api_url}"\n{keys}\n'

    def people_tables(self) -> str:
        """Where Slack is there too, everybody's e-mail; else only that of who has a role."""
        known = [*STAFF, *(self.handles if self.beside_slack else ())]
        return "".join(self.person_table(one, f'phone = "{PHONES[one]}"' if one in PHONES else "") for one in known)

    def toml(self) -> str:
        """The web chat alone; whoever is not in danger has days, so that pings are of danger."""
        settings = super().toml().partition('[[accounts]]\nname = "x"')[0] + "respond_within = 2880\n"
        return settings.replace("[duty]", "[duty]\nacknowledge_within = 720")

    async def stop(self) -> None:
        """Everything."""
        await super().stop()
        await self.phone.stop()


@dataclass
class Storm:
    """One storm, and what its people did and saw."""

    folder: Path
    clock: MovableClock
    sizes: Sizes
    dice: Random = field(default_factory=lambda: Random(1))
    accepted: Counter[str] = field(default_factory=Counter)
    in_danger: dict[str, datetime] = field(default_factory=dict)
    """Who wrote of danger, and when."""
    claims: list[Claim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)
    """The words of replies that were sent."""
    not_seen: list[str] = field(default_factory=list)
    """The words of replies whose preview did not come in time: never sent."""
    all_in: dict[str, float] = field(default_factory=dict)
    """Minutes until the last card was said in each chat."""
    next_claimed: int = 0
    lost: int = 0
    """How many answers to a post were lost."""
    troubled: list[tuple[datetime, datetime]] = field(default_factory=list)
    """From when until when nothing was answered."""

    async def run(self) -> None:
        """Until all is over, or it is clear that it will not be."""
        self.town = StormTown(self.folder, self.clock, self.sizes)
        began_cpu = time.process_time()
        await self.town.start()
        self.began = self.clock.now()
        self.shown = Shown(self.town.engage)
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self.weather())
                together.create_task(self.public())
                for chat in ("viva_engage", "slack"):
                    together.create_task(self.cards_are_in(chat))
                if self.town.has_engage:
                    for handle in self.town.handles:
                        together.create_task(self.works(handle))
            await self.is_over()
            self.minutes = self.passed()
            self.cpu = time.process_time() - began_cpu
            await self.draws_up()
        finally:
            await self.town.stop()

    # --- what goes wrong

    async def weather(self) -> None:
        """Two minutes without Viva Engage in the middle; answers lost before, after and while staff claim."""
        if self.sizes.is_fair or not self.town.has_engage:
            return
        problems, tenth = self.town.engage.problems, self.sizes.minutes * 6
        for _ in range(4):
            await asyncio.sleep(tenth)
            self.loses()
        await asyncio.sleep(tenth)
        problems.next(Trouble.UNAVAILABLE, lasting=OUTAGE)
        self.troubled.append((self.clock.now(), self.clock.now() + OUTAGE))
        await asyncio.sleep(OUTAGE.total_seconds() + tenth)
        problems.next(Trouble.TOO_MANY)
        for _ in range(6):
            await asyncio.sleep(tenth)
            self.loses()

    def loses(self) -> None:
        """The next post is taken, and nobody hears so."""
        self.town.engage.problems.next(Trouble.LOST, method="POST", path="messages.json")
        self.lost += 1

    def is_troubled(self, at: datetime) -> bool:
        """Whether nothing was answered then."""
        return any(first <= at < last for first, last in self.troubled)

    # --- what people do

    async def public(self) -> None:
        """All of them write, evenly."""
        await write_evenly(self.sizes.mentions, self.sizes.minutes, self.writes)

    async def writes(self, number: int) -> None:
        """One of them; whoever gets no 202 calls again."""
        is_danger = number % IN_DANGER == IN_DANGER // 2
        text = f"My gran is trapped in house {number}" if is_danger else f"Is road {number} open?"
        author = {"id": f"v-{number}", "name": f"Visitor {number}"}
        post = {"id": f"post-{number}", "text": text, "author": author, "posted_at": self.clock.now().isoformat()}
        status = 0
        while status != 202:
            event = {"type": "mention.created", "data": post}
            status = await self.town.hook(event, message_id=f"msg-{number}")
        self.accepted[f"post-{number}"] += 1
        if is_danger:
            self.in_danger[f"post-{number}"] = self.clock.now()

    async def works(self, handle: str) -> None:
        """One deed after the other, until twice the storm has passed."""
        until = self.began + timedelta(minutes=2 * self.sizes.minutes)
        while True:
            pause = self.dice.uniform(0, 2 * self.sizes.every)
            if self.clock.now() + timedelta(seconds=pause) > until:
                return
            await asyncio.sleep(pause)
            await self.takes_one(handle)

    async def takes_one(self, handle: str) -> None:
        """Claims the next that is shown, now and then one that a colleague claims just now; then works on it."""
        number = self.next_claimed if self.next_claimed and self.dice.random() < 0.15 else self.next_claimed + 1
        ref = f"M-{number}"
        if not (place := self.shown.now().place_of(ref)):
            return
        self.next_claimed = max(self.next_claimed, number)
        person = self.town.person(handle)
        words = f"claim {number}" if place.is_shared else "claim"
        claim = Claim(ref, handle.capitalize(), self.town.staff_id(handle), person.says(words, under=place.starter))
        self.claims.append(claim)
        if await self.sees(lambda: self.answered(claim)):
            claim.heard = self.clock.now()
        if await self.sees(lambda: self.shown.now().says(ref, "Claimed by ")) and (ref, claim.who) in self.shown.claimed:
            await self.has(handle, number)

    def answered(self, claim: Claim) -> bool:
        """Whether their message is liked, or words name the mention to them: below it, or in private."""
        if claim.message.likes or self.shown.now().says(claim.ref, claim.ref, after=claim.message.id):
            return True
        return any(claim.ref in one.text for one in self.town.person(claim.message.sender).told)

    async def has(self, handle: str, number: int) -> None:
        """Answers, notes, or only knows."""
        what, ref, person = self.dice.random(), f"M-{number}", self.town.person(handle)
        place = self.shown.now().own(ref)
        if what < 0.4:
            answer = f"Road {number} is open again."
            asked = person.says(f"reply {answer}", under=place)
            if not await self.sees(lambda: self.shown.now().says(ref, answer, after=asked.id)):
                self.not_seen.append(answer)
                return
            person.says("send", under=place)
            self.let_go.append(answer)
        elif what < 0.8:
            self.notes.append(f"The gritter was at road {number} at six, they say")
            person.says(self.notes[-1], under=place)

    async def sees(self, so: Callable[[], object]) -> bool:
        """Whether somebody who waits comes to see it."""
        end = self.clock.now() + PATIENCE
        while not so():
            if self.clock.now() > end:
                return False
            await asyncio.sleep(A_LOOK)
        return True

    # --- until

    def passed(self) -> float:
        """Minutes since it began."""
        return (self.clock.now() - self.began).total_seconds() / 60

    async def cards_are_in(self, chat: str) -> None:
        """Until all cards are said in a chat, while people work."""
        assert self.town.bot
        if chat not in self.town.bot.chats:
            return
        while len(self.accepted) < self.sizes.mentions or await self.town.bot.database.read(waiting, chat):
            if self.passed() * 60 > WITHOUT_END.total_seconds():
                break
            await asyncio.sleep(2)
        self.all_in[chat] = self.passed()

    async def is_over(self) -> None:
        """Until nothing waits to be said and all that staff wrote was heard."""
        assert self.town.bot
        calm = 0
        while calm < 2 and self.passed() * 60 < WITHOUT_END.total_seconds():
            await asyncio.sleep(61)
            calm = 0 if await self.town.bot.database.read(waiting) else calm + 1

    async def draws_up(self) -> None:
        """What is in the database at the end."""
        assert self.town.bot
        self.kept = await self.town.bot.database.read(kept)
        self.verdict = await self.town.bot.verified()
        self.health = self.town.bot.health()
        self.shown.now()
        said = defaultdict(lambda: None, self.shown.claimed)
        for claim in self.claims:
            claim.said = said[claim.ref, claim.who]


def stormed(folder: Path, sizes: Sizes) -> Callable[[EasyClock], Coroutine[Any, Any, Storm]]:
    """A storm, to be run on a loop whose time passes easily."""

    async def main(clock: EasyClock) -> Storm:
        storm = Storm(folder, clock, sizes)
        await storm.run()
        return storm

    return main


@dataclass(frozen=True)
class Kept:
    """What the database holds: numbers by the post, those whose card is in a thread of its own or a digest, the record."""

    numbers: dict[str, int]
    in_digest: int
    in_thread: int
    cards: int
    events: list[tuple[str, str, str, str]]
    """Who did what about which, and the note."""
    left: list[str]


def kept(conn: Connection) -> Kept:
    """All of it."""
    m, c, e, d = schema.mention.c, schema.card.c, schema.event.c, schema.delivery.c
    cards = conn.execute(select(c.chat, c.message, c.shared)).all()
    here = [row for row in cards if row.chat == "viva_engage" and row.message]
    events = conn.execute(select(e.actor, e.action, e.subject, e.note)).all()
    left = conn.execute(select(d.kind, d.number, d.trouble).where(d.due_at.is_not(None)))
    return Kept(
        {row.native_id: row.number for row in conn.execute(select(m.native_id, m.number))},
        sum(row.shared for row in here),
        sum(not row.shared for row in here),
        sum(bool(row.message) for row in cards),
        [(row.actor, row.action, row.subject, row.note or "") for row in events],
        [f"{row.kind} of M-{row.number}: {row.trouble}" for row in left],
    )


def waiting(conn: Connection, chat: str = "") -> int:
    """How many deliveries are not over: all, or the cards of one chat."""
    d = schema.delivery.c
    of_it = [d.kind == "card", d.target == chat] if chat else []
    return conn.execute(select(func.count()).where(d.due_at.is_not(None), *of_it)).scalar_one()

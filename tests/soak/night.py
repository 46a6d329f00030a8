"""A night in virtual time: sixty mentions, the duty officer asleep, twenty minutes without Slack; who was told what, when.

``python -m tests.soak.night`` prints the timeline.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot.clock import MovableClock
from bot.store.duty import pinging
from bot.store.executor import Database
from integrations.sandbox.answering import sends
from tests.soak import ledger, night_judged
from tests.soak.night_town import ADDRESSES, PHONES, STAFF, NightTown, Told
from tests.town import PATIENCE

BEGINS, ENDS = datetime(2026, 11, 16, 16, 40, tzinfo=UTC), datetime(2026, 11, 17, 9, 5, tzinfo=UTC)
"""A Monday in winter, when the clocks of the town are UTC's."""
MINUTE = timedelta(minutes=1)
STRIDE, LEAST = 15 * MINUTE, timedelta(seconds=20)
"""The farthest the clock is moved at once, and the least."""
OUTAGE = (datetime(2026, 11, 17, 1, 0, tzinfo=UTC), datetime(2026, 11, 17, 1, 20, tzinfo=UTC))
WAKES, PACKS_UP = datetime(2026, 11, 17, 7, 0, tzinfo=UTC), datetime(2026, 11, 17, 8, 20, tzinfo=UTC)
"""When the duty officer wakes, and from when on he begins nothing more."""
DANGER = "My neighbour at {place} has collapsed and nobody answers"
HAZARD = "The lights at {place} are stuck on red"
COMPLAINT = "This is a formal complaint about {place}"
QUESTION = "When are the bins at {place} emptied?"
PRESSES = (
    (BEGINS.replace(hour=16, minute=51), "dev", "I'm Ready"),
    (BEGINS.replace(hour=17, minute=2), "dev", "Accept"),
    (ENDS.replace(hour=8, minute=31), "dev", "Edit and Send"),
    (ENDS.replace(hour=8, minute=51), "farah", "I'm Ready"),
    (ENDS.replace(hour=9, minute=2), "farah", "Accept"),
)
Deed = Callable[[], Awaitable[object]]


class Night:
    """So many mentions from five to half past eight. What happens when is decided by dice with a fixed seed."""

    def __init__(self, folder: Path, *, mentions: int = 60, seed: int = 1) -> None:
        self.clock = MovableClock(BEGINS, running=True)
        self.town = NightTown(folder, self.clock)
        self.dice = Random(seed)
        self.mentions = mentions
        self.told: list[Told] = []
        self.wrong: list[str] = []
        self._order = count()
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._heard: dict[str, int] = {}
        self._taken: set[int] = set()

    async def run(self) -> None:
        """All of it. ``wrong`` then names each thing that should not be."""
        await self.town.start()
        try:
            self.plan()
            while self.now < ENDS:
                await self.step()
            self.wrong += await self.database.read(night_judged.judged, self.told, OUTAGE, self.now)
        finally:
            await self.town.stop()

    @property
    def now(self) -> datetime:
        """The town's time."""
        return self.clock.now()

    @property
    def database(self) -> Database:
        """The bot's own."""
        assert self.town.bot
        return self.town.bot.database

    # --- what is to come -------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Who writes what when, when Slack is away, and what is pressed by the clock."""
        for number, (at, words, private) in enumerate(sorted(self.posts())):
            kind, words = {"kind": "dm"} if private else {}, words.format(place=f"{number} Mill Road")
            self.at(at, partial(self.town.writes, words, by=f"v{number}", **kind))
        self.at(OUTAGE[0], self.slack_goes)
        self.at(OUTAGE[1], self.slack_is_back)
        for at, who, button in PRESSES:
            self.at(at, partial(self.presses, who, button))

    def posts(self) -> list[tuple[datetime, str, bool]]:
        """Danger in the evening and while Slack is away, a hazard then, and one that the morning is left with; the others by
        the dice, an eighth in private."""
        first, last = BEGINS + 25 * MINUTE, PACKS_UP
        found = [(BEGINS + 320 * MINUTE, DANGER, False), (OUTAGE[0] + 2 * MINUTE, DANGER, False)]
        found += [(OUTAGE[0] + 6 * MINUTE, HAZARD, False), (last - 10 * MINUTE, QUESTION, False)]
        while len(found) < self.mentions:
            words = self.dice.choice([DANGER, HAZARD, COMPLAINT, *[QUESTION] * 9])
            found.append((first + self.dice.random() * (last - first), words, self.dice.random() < 0.125))
        return found

    def at(self, moment: datetime, deed: Deed) -> None:
        """Have it done then, or at the next step."""
        self._agenda.append((moment, next(self._order), deed))
        self._agenda.sort(key=lambda one: one[:2])

    # --- how time passes -------------------------------------------------------------------------------------------

    async def step(self) -> None:
        """On to whatever comes next; then everything due is waited for, and people hear what they were told."""
        moments = [self.now + STRIDE, ENDS, *(moment for moment, _, _ in self._agenda[:1])]
        moments += await self.database.read(dues)
        self.clock.advance(max(min(moments) - self.now, LEAST))
        while self._agenda and self._agenda[0][0] <= self.now:
            await self._agenda.pop(0)[2]()
        await self.settled()
        self.hear()
        self.wrong += await self.database.read(night_judged.without_a_next_ping, self.now)

    async def settled(self) -> None:
        """Until nothing is under way."""
        assert self.town.bot
        async with asyncio.timeout(PATIENCE):
            await self.town.bot.wake()
            while not await self.database.read(is_at_rest, self.now):
                await asyncio.sleep(0.01)
                await self.town.bot.wake()

    async def slack_goes(self) -> None:
        """Nothing of it can be reached."""
        await self.town.slack.stop()

    async def slack_is_back(self) -> None:
        """All of it, at the address it had, and the bot has found out."""
        slack = self.town.slack
        await slack.start(port=urlsplit(slack.api_url).port or 0)
        await slack.connected(timeout=30)

    # --- what people hear, and what they do about it ---------------------------------------------------------------

    def hear(self) -> None:
        """What came since the last look: in Slack, on telephones, in the channels."""
        for who in STAFF:
            for said in self.fresh(who, self.town.slack.user(who).dms):
                self.tell(Told(at_of(said.ts), "Slack", who, said.text))
        for came in self.fresh("phones", self.town.phones.arrived):
            way, who = ("e-mail", ADDRESSES[came.to]) if came.subject else ("text", PHONES[came.to])
            self.tell(Told(came.at, way, who, came.text))
        for name in ("mentions", "private"):
            for said in self.fresh(name, self.town.slack.channel(name).messages):
                if not (said.footer or said.thread_ts):
                    self.tell(Told(at_of(said.ts), "channel", name, said.text))

    def fresh(self, where: str, all_of_it: Sequence[Any]) -> Sequence[Any]:
        """What is new there."""
        since, self._heard[where] = self._heard.get(where, 0), len(all_of_it)
        return all_of_it[since:]

    def tell(self, told: Told) -> None:
        """Note it. The backup wakes at her second ping, the duty officer at seven: what they hear of then, they take."""
        self.told.append(told)
        if told.way != "Slack" or not told.is_ping:
            return
        to_priya = [one for one in self.told if one.is_ping and one.who == "priya" and one.way == "Slack"]
        if told.who == "priya" and len(to_priya) > 1:
            for one in to_priya:
                self.take("priya", one.numbers[0])
        if told.who == "dev" and told.at >= WAKES:
            self.take("dev", told.numbers[0])

    def take(self, who: str, number: int) -> None:
        """In two minutes they say that they look, in three they claim it, and in four they answer.

        Of every third the duty officer says only that he looks.
        """
        if number in self._taken or self.now > PACKS_UP:
            return
        deeds = [self.acknowledges, self.claims, self.replies]
        if who == "dev" and number % 3 == 0:
            deeds = deeds[:1]
        else:
            self._taken.add(number)
        for minutes, deed in enumerate(deeds, 2):
            self.at(self.now + minutes * MINUTE, partial(deed, who, number))

    async def presses(self, who: str, button: str) -> None:
        """On the newest message to them that has the button, once it is there; a form is sent as it is."""
        person = self.town.slack.user(who)
        await self.town.until(lambda: any(button in said.buttons for said in person.dms))
        self.hear()
        self.deed(who, f"presses {button}")
        await person.click(next(said for said in reversed(person.dms) if button in said.buttons), button)
        if person.view:
            await person.submit({})

    async def acknowledges(self, who: str, number: int) -> None:
        """The button of the ping, if it is still there."""
        person = self.town.slack.user(who)
        about = [said for said in person.dms if f"M-{number} " in said.text and "Acknowledge" in said.buttons]
        if about and not (await person.click(about[-1], "Acknowledge")).failure:
            self.deed(who, f"acknowledges M-{number}")

    async def claims(self, who: str, number: int) -> None:
        """By the command."""
        answer = await self.town.slack.user(who).command(f"/claim {number}", channel="mentions")
        if "is yours" in answer.text:
            self.deed(who, f"claims M-{number}")

    async def replies(self, who: str, number: int) -> None:
        """Write, look it over, send."""
        person = self.town.slack.user(who)
        while person.view:
            person.cancel()
        await person.command(f"/reply {number}", channel="mentions")
        if person.view:
            await person.submit({"text": "Thank you for telling us. We are on it."})
            await sends(person)
            self.deed(who, f"answers M-{number}")

    def deed(self, who: str, what: str) -> None:
        """Somebody did something."""
        self.told.append(Told(self.now, "deed", who, what))


def at_of(ts: str) -> datetime:
    """When a message of Slack's was posted."""
    return datetime.fromtimestamp(float(ts), UTC)


def dues(conn: Connection) -> list[datetime]:
    """When the next ping, other way or delivery is due."""
    leaving = [row["due_at"] for row in ledger.heads(conn)]
    return [due for due in (pinging.next_due(conn), *leaving) if due]


def is_at_rest(conn: Connection, now: datetime) -> bool:
    """Whether nothing is under way and nothing is due."""
    due = pinging.next_due(conn)
    return ledger.at_rest(conn, now) and not (due and due <= now)


def timeline(told: Sequence[Told]) -> str:
    """A line each, in order of time."""
    return "\n".join(str(one) for one in sorted(told, key=lambda one: one.at))


async def main(mentions: int) -> int:
    """The night, told; 1 when something was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        night = Night(Path(folder), mentions=mentions)
        await night.run()
    print(timeline(night.told), *(f"WRONG: {one}" for one in night.wrong), sep="\n")
    return 1 if night.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)))

"""``python -m tests.faults.storm``: a snow day. Thousands write within minutes, many answer, Slack takes a post a second.

The shipped bot, on a loop whose seconds are shorter, so that an hour of Slack's limits is minutes.
"""

import argparse
import asyncio
import resource
import selectors
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from bot.store import schema
from integrations.sandbox.answering import names, sends
from integrations.sandbox.slack_server import StandInSlack
from tests.bench.measure import p99
from tests.faults.evenly import write_evenly
from tests.faults.kill_soak import Ledger
from tests.faults.zygote import FastClock
from tests.soak import ledger as soak
from tests.soak.day import CARD
from tests.soak.ledger import Deed, Happened
from tests.town import Town

T = TypeVar("T")
WITHOUT_END = 6
"""How many times as long as the storm it may take until all is over."""


class HastySelector(selectors.DefaultSelector):
    """Waits as much less as its loop is faster."""

    rate = 1.0

    def select(self, timeout: float | None = None) -> Any:
        """See above."""
        return super().select(timeout / self.rate if timeout else timeout)


def run_fast(rate: float, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """On a loop that counts so many seconds in each of the machine's: every wait and time limit is as much shorter."""

    class FastLoop(asyncio.SelectorEventLoop):
        def time(self) -> float:
            return super().time() * rate

    selector = HastySelector()
    selector.rate = rate
    with asyncio.Runner(loop_factory=lambda: FastLoop(selector)) as runner:
        return runner.run(main())


@dataclass
class Sizes:
    """How much comes in how many minutes, and who is there."""

    mentions: int = 10_000
    minutes: float = 10.0
    staff: int = 200
    channels: int = 10
    rate: float = 5.0
    every: float = 300.0
    """Seconds between two deeds of one of the staff."""


class StormTown(Town):
    """A web chat for each part of the town, and many at work."""

    def __init__(self, folder: Path, clock: FastClock, sizes: Sizes) -> None:
        super().__init__(folder, clock, database_url=f"sqlite:///{folder / 'tolbooth.db'}")
        self.slack = StandInSlack(clock, ack_within=30, late_wait=15)
        self.slack.gate.limits_on = True
        self.sizes = sizes
        self.handles = [f"staff{number}" for number in range(sizes.staff)]
        self.accounts = [f"part{number}" for number in range(sizes.channels)]

    async def open(self) -> None:
        """With everybody there."""
        for handle in self.handles:
            self.slack.add_person(handle, handle.capitalize())
        for name in self.accounts:
            self.slack.add_channel(name, members=self.handles)
        await super().open()

    def toml(self) -> str:
        """The settings; nobody is pinged in the hours of the storm, so that its posts are cards."""
        head, _, accounts = super().toml().partition("[[accounts]]")
        first, _, _ = accounts.partition("[[accounts]]")
        each = [
            first.replace('"website"', f'"{name}"').replace('"mentions"', f'"{name}"') + "respond_within = 2880\n"
            for name in self.accounts
        ]
        head = head.replace("[duty]", "[duty]\nacknowledge_within = 720")
        return head + "".join(f"[[accounts]]{one}" for one in each)


class Storm:
    """One storm."""

    def __init__(self, folder: Path, sizes: Sizes, seed: int = 1) -> None:
        self.sizes, self.dice = sizes, Random(seed)
        self.town = StormTown(folder, FastClock(folder / "clock", sizes.rate), sizes)
        self.accepted: Counter[str] = Counter()
        self.deeds: list[Deed] = []
        self.claims: list[float] = []
        self.hooks: list[float] = []
        self.next_claimed = 0
        self.most_waiting = 0

    async def run(self) -> Ledger:
        """Until all is over, or it is clear that it will not be."""
        await self.town.start()
        began = self.town.clock.now()
        try:
            weather = asyncio.create_task(self.weather())
            async with asyncio.TaskGroup() as together:
                together.create_task(self.public())
                for handle in self.town.handles:
                    together.create_task(self.works(handle))
                cards = together.create_task(self.clears(began, cards_only=True))
            weather.cancel()
            everything = await self.clears(began)
            return await self.drawn_up(cards.result(), everything)
        finally:
            await self.town.stop()

    async def weather(self) -> None:
        """Now and then Slack wants to be left alone though nothing was too much."""
        while True:
            await asyncio.sleep(20)
            self.town.slack.chaos.next("chat.postMessage", 429, times=3, retry_after=5)

    async def public(self) -> None:
        """All of them write, evenly."""
        await write_evenly(self.sizes.mentions, self.sizes.minutes, self.writes)

    async def writes(self, number: int) -> None:
        """One of them; whoever gets no 202 calls again."""
        post = {
            "id": f"post-{number}",
            "text": f"Is road {number} open?",
            "author": {"id": f"v-{number}", "name": f"Visitor {number}"},
            "posted_at": self.town.clock.now().isoformat(),
        }
        account = self.town.accounts[number % len(self.town.accounts)]
        before, status = time.perf_counter(), 0
        while status != 202:
            event = {"type": "mention.created", "data": post}
            status = await self.town.hook(event, message_id=f"msg-{number}", account=account)
        self.hooks.append((time.perf_counter() - before) * 1000)
        self.accepted[str(post["id"])] += 1

    async def works(self, handle: str) -> None:
        """Claims the next one, and answers some, until twice the storm has passed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.sizes.minutes * 120
        person = self.town.slack.user(handle)
        while True:
            pause = self.dice.uniform(0, 2 * self.sizes.every)
            if loop.time() + pause > until:
                return
            await asyncio.sleep(pause)
            if self.next_claimed >= len(self.accepted):
                continue
            self.next_claimed += 1
            number = self.next_claimed
            before = time.perf_counter()
            outcome = await person.command(f"/claim {number}", channel=self.town.accounts[0])
            self.claims.append((time.perf_counter() - before) * 1000)
            self.deeds.append(Deed(person.id, "claim", number, "", outcome))
            if self.dice.random() < 0.25:
                await self.answers(handle, number)

    async def answers(self, handle: str, number: int) -> None:
        """Write, look it over, send; whatever is on the screen at the end is closed, as people do."""
        person, mark = self.town.slack.user(handle), f"Answer to {number}"
        outcome = await person.command(f"/reply {number}", channel=self.town.accounts[0])
        if not outcome.failure and person.view and "text" in names(person.view):
            outcome = await person.submit({"text": mark})
            if not outcome.failure and person.view:
                self.deeds.append(Deed(person.id, "reply", number, mark, await sends(person)))
        while person.view:
            person.cancel()

    async def clears(self, began: Any, *, cards_only: bool = False) -> float:
        """Virtual minutes from the beginning until nothing waits; what was left is in the ledger when it takes too long."""
        assert self.town.bot
        while True:
            await asyncio.sleep(2)
            waits = await self.town.bot.database.read(waiting, cards_only=cards_only)
            self.most_waiting = max(self.most_waiting, waits)
            passed: float = (self.town.clock.now() - began).total_seconds() / 60
            all_came = len(self.accepted) >= self.sizes.mentions
            if (all_came and not waits) or passed > self.sizes.minutes * WITHOUT_END:
                return passed

    async def drawn_up(self, cards: float, everything: float) -> Ledger:
        """What was accepted and confirmed, beside what is there."""
        assert self.town.bot
        seen: Counter[int] = Counter()
        for channel in self.town.slack.workspace.channels.values():
            for message in channel.messages:
                shown = (CARD.match(block.get("block_id", "")) for block in message.blocks)
                seen.update({int(match.group(1)) for match in shown if match})
        received = [post["text"] for post in self.town.webchat.posts]
        happened = Happened(self.accepted, self.deeds, received, seen, 0)
        now = self.town.clock.now()
        found = await self.town.bot.database.read(soak.drawn_up, happened, now)
        refused = Counter(deed.failure or deed.answer for deed in self.deeds if not deed.confirmed)
        figures = {
            "storm": f"{self.sizes.mentions:,} in {self.sizes.minutes:g} virtual minutes, {self.sizes.staff} staff, "
            f"{self.sizes.channels} channels, {self.sizes.rate:g} times as fast",
            "most waiting at once": f"{self.most_waiting:,}",
            "cards all posted after": f"{cards:.1f} virtual minutes",
            "all over after": f"{everything:.1f} virtual minutes",
            "/claim until its answer": of(self.claims),
            "webhook until its 202": of(self.hooks),
            "largest size": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, Slack's stand-in included",
            "told otherwise": dict(refused.most_common(3)),
        }
        return Ledger({**figures, **found.figures}, found.wrong)


def of(timings: list[float]) -> str:
    """Milliseconds of the machine's own time."""
    if not timings:
        return "none"
    ordered = sorted(timings)
    return (
        f"{len(ordered):,}: median {ordered[len(ordered) // 2]:.0f} ms, p99 {p99(ordered):.0f} ms, most {ordered[-1]:.0f} ms"
    )


def waiting(conn: Connection, *, cards_only: bool = False) -> int:
    """How many deliveries are not over."""
    d = schema.delivery.c
    kinds = [d.kind == "card"] if cards_only else []
    return conn.execute(select(func.count()).where(d.due_at.is_not(None), *kinds)).scalar_one()


def main() -> None:
    """Run and print; ends with 1 when something is wrong."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--mentions", type=int, default=10_000)
    given.add_argument("--minutes", type=float, default=10.0)
    given.add_argument("--staff", type=int, default=200)
    given.add_argument("--rate", type=float, default=5.0)
    options = given.parse_args()
    sizes = Sizes(options.mentions, options.minutes, options.staff, rate=options.rate)
    with tempfile.TemporaryDirectory(prefix="tolbooth-storm-") as name:
        ledger = run_fast(sizes.rate, Storm(Path(name), sizes).run)
    print(ledger)
    raise SystemExit(bool(ledger.wrong))


if __name__ == "__main__":
    main()

"""``python -m tests.bench.accounts``: 50 accounts over every network in one process, for ten virtual minutes.

Each account has a stand-in of its own on a socket and is read by the bot's own loop at its own pace; the clock jumps to
whatever is due next. One account's network never answers, another's always says 429. Measured: what each network is asked,
beside what it allows, the processor and the memory.
"""

import argparse
import asyncio
import logging
import resource
import sys
import tempfile
import time
import tracemalloc
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, select

from bot.clock import MovableClock
from bot.desk import Desk
from bot.engine.listen import Listen
from bot.store import migrate, schema
from bot.store.executor import Database
from integrations.http import Http
from tests.bench.measure import machine
from tests.bench.virtual import CountedReads, CountingHttp, VirtualPeers
from tests.bot.council import account, house
from tests.contracts.networks.bench import NetworkBench, Offers
from tests.contracts.networks.benches import bringing, opened

MINUTE = timedelta(minutes=1)
BEGINS = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SLACK = timedelta(seconds=2)
"""How much later than its own pace an account may be read."""


@dataclass(frozen=True)
class Limit:
    """What a network allows: so many requests ``per``, of each account or of all that call from one machine."""

    requests: int
    per: timedelta
    shared: bool = False


LIMITS = {
    "bluesky": Limit(3_000, timedelta(minutes=5), shared=True),
    "facebook": Limit(200, timedelta(hours=1)),
    "feed": Limit(4, timedelta(hours=1)),
    "flickr": Limit(3_600, timedelta(hours=1), shared=True),
    "instagram": Limit(200, timedelta(hours=1)),
    "mastodon": Limit(300, timedelta(minutes=5)),
    "messenger": Limit(200, timedelta(hours=1)),
    "notify": Limit(3_000, MINUTE),
    "open311": Limit(12, timedelta(hours=1)),
    "twilio": Limit(100, timedelta(seconds=1)),
    "viva_engage": Limit(10, timedelta(seconds=30)),
    "webchat": Limit(0, MINUTE),
    "wordpress": Limit(10, MINUTE),
    "x": Limit(300, timedelta(minutes=15)),
    "youtube": Limit(10_000, timedelta(days=1), shared=True),
}
"""As the networks state them (see each folder's README); where none is stated, what a polite reader asks."""
OWN_SOCKETS = frozenset({"feed"})
"""Networks that do not call through the one session."""


@dataclass
class Reading:
    """One account, its stand-in and what was said there."""

    name: str
    bench: NetworkBench
    http: CountingHttp
    said: dict[str, datetime] = field(default_factory=dict)
    came: dict[str, datetime] = field(default_factory=dict)

    @property
    def slowest(self) -> timedelta:
        """How long the slowest post took that came."""
        return max((self.came[one] - at for one, at in self.said.items() if one in self.came), default=timedelta(0))


class Fifty:
    """So many accounts, so many virtual minutes."""

    def __init__(self, folder: Path, *, accounts: int, minutes: int) -> None:
        self.clock = MovableClock(BEGINS)
        self.peers = VirtualPeers(self.clock)
        self.db = Database(f"sqlite:///{folder / 'tolbooth.db'}")
        self.wanted, self.minutes = accounts, minutes
        self.readings: list[Reading] = []

    async def run(self) -> None:
        """All of it."""
        await asyncio.to_thread(migrate.upgrade, self.db)
        try:
            async with AsyncExitStack() as stack:
                shared = await stack.enter_async_context(Http())
                await self._open(stack, shared)
                await self._live()
        finally:
            self.db.close()

    async def _open(self, stack: AsyncExitStack, shared: Http) -> None:
        """The accounts, one network after another; of those that are polled the first hangs, and the next is told 429."""
        troubles = ["hangs", "429"]
        for number, name in enumerate(islice(cycle(bringing()), self.wanted)):
            http = CountingHttp(shared, self.peers)
            bench = await stack.enter_async_context(opened(name)(http, self.clock))
            if troubles and Offers.POLL in bench.offers and name not in OWN_SOCKETS:
                http.trouble = troubles.pop(0)
            self.readings.append(Reading(f"{name}-{number}", bench, http))
        rules = house(*(account(one.name, network=one.bench.name) for one in self.readings))
        self.desk = Desk(self.db, self.clock, house=rules, peers=self.peers)

    async def _live(self) -> None:
        """The loops run; each minute somebody writes to every account."""
        polled = [one for one in self.readings if one.bench.network.poll_every is not None]
        loops = [asyncio.create_task(Listen(self.desk, one.name, read_by(one)).run()) for one in polled]
        try:
            await self.peers.settled(len(loops))
            for minute in range(self.minutes):
                await self._public_writes(minute)
                await self._until(self.clock.now() + MINUTE, len(loops))
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def _public_writes(self, minute: int) -> None:
        for one in self.readings:
            native_id = await one.bench.says(f"Question {minute}?", by=f"visitor{minute}")
            one.said[native_id] = self.clock.now()
            made = one.bench.calls().made if Offers.CALLS in one.bench.offers else ()
            for call in made:
                await self.desk.take_in(one.bench.network.receive(call).items, one.name)
        await self._note()

    async def _until(self, moment: datetime, count: int) -> None:
        """The clock goes on; what came is noted with its time."""
        while self.clock.now() < moment:
            calls = self.calls
            self.peers.advance(moment)
            await self.peers.settled(count)
            if calls == self.calls and self.clock.now() < moment:
                continue
            await self._note()

    async def _note(self) -> None:
        """What is stored by now."""
        readings = {one.name: one for one in self.readings}
        for name, native_id in await self.db.read(arrivals):
            readings[name].came.setdefault(native_id, self.clock.now())

    # --- what is judged

    @property
    def calls(self) -> int:
        """All that was asked of anybody."""
        return sum(len(one.http.at) for one in self.readings)

    @property
    def well(self) -> list[Reading]:
        """The accounts whose networks are not in trouble."""
        return [one for one in self.readings if not one.http.trouble]

    def starved(self) -> list[str]:
        """Accounts in no trouble that were read later than at their own pace, or whose posts did not come."""
        end, found = self.clock.now(), []
        for one in self.well:
            every = max(
                one.bench.network.poll_every or timedelta(0), MINUTE if Offers.POLL in one.bench.offers else timedelta(0)
            )
            due = {native_id for native_id, at in one.said.items() if at + every + SLACK < end}
            if due - set(one.came) or one.slowest > every + SLACK:
                found.append(f"{one.name}: {len(due - set(one.came))} of {len(due)} missing, slowest {one.slowest}")
        return found

    def shares(self) -> dict[str, tuple[int, int, float]]:
        """Of each network: its accounts, what they asked in all, and the busiest's share of what the network allows."""
        found = {}
        for name in sorted({one.bench.name for one in self.well}):
            each = [one.http.at for one in self.well if one.bench.name == name]
            limit, total = LIMITS[name], sum(len(at) for at in each)
            counted = [[at for moments in each for at in moments]] if limit.shared else each
            asked = max(self.asked(sorted(moments), limit.per) for moments in counted)
            found[name] = (len(each), total, asked / limit.requests if asked else 0.0)
        return found

    def asked(self, moments: list[datetime], per: timedelta) -> float:
        """The most that was asked in so long; a span longer than the run is filled up at the run's pace."""
        run = MINUTE * self.minutes
        if per > run:
            return min(len(moments), 1) + max(len(moments) - 1, 0) * (per / run)
        return max((sum(start <= at < start + per for at in moments) for start in moments), default=0)

    def over(self) -> list[str]:
        """Networks that were asked more than they allow."""
        return [f"{name}: {share:.0%} of what it allows" for name, (_, _, share) in self.shares().items() if share > 1]


def read_by(one: Reading) -> Any:
    """The network as the loop is given it."""
    return CountedReads(one.bench.network, one.http) if one.bench.name in OWN_SOCKETS else one.bench.network


def arrivals(conn: Connection) -> list[tuple[str, str]]:
    """What is stored: accounts and native ids."""
    return [
        (row.account, row.native_id) for row in conn.execute(select(schema.arrival.c.account, schema.arrival.c.native_id))
    ]


def memory() -> float:
    """MiB of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    """Measure and print; what is starved or asks too much ends it with 1."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--accounts", type=int, default=50, help="how many, over every network there is")
    given.add_argument("--minutes", type=int, default=10, help="virtual minutes")
    given.add_argument("--tracemalloc", action="store_true", help="also trace what Python allocates; slower")
    options = given.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.tracemalloc:
        tracemalloc.start()
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as name:
        folder = Path(name)
        print(machine(folder))
        fifty = Fifty(folder, accounts=options.accounts, minutes=options.minutes)
        before, began = memory(), (time.process_time(), time.perf_counter())
        asyncio.run(fifty.run())
        spent = time.process_time() - began[0], time.perf_counter() - began[1], memory() - before
    sys.exit(1 if tell(fifty, *spent) else 0)


def tell(fifty: Fifty, worked: float, took: float, grown: float) -> bool:
    """Print what was found; whether anything of it is wrong."""
    shares, wrong = fifty.shares(), [*fifty.starved(), *fifty.over()]
    print(f"{'network':<12} accounts requests  a minute each  share of what it allows")
    for name, (accounts, total, share) in shares.items():
        print(f"{name:<12} {accounts:>8} {total:>8} {total / accounts / fifty.minutes:>14.2f}  {share:>7.1%}")
    in_trouble = ", ".join(
        f"{one.name} {one.http.trouble} ({len(one.http.at)} calls)" for one in fifty.readings if one.http.trouble
    )
    print(f"in trouble all the time: {in_trouble}")
    came = sum(len(one.came) for one in fifty.well)
    said = sum(len(one.said) for one in fifty.well)
    print(f"posts stored: {came} of {said}, the rest not due to be read yet; slowest: {slowest(fifty)}")
    part = worked / fifty.minutes / 60
    print(f"processor: {worked:.2f} s for {fifty.minutes} minutes, stand-ins and all: {part:.1%} of one core")
    print(f"took {took:.1f} s; memory {memory():.0f} MiB, {grown:.0f} MiB of it for the accounts and their stand-ins")
    if tracemalloc.is_tracing():
        print(f"allocated by Python at the most: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MiB")
    print(f"ratio {max(share for _, _, share in shares.values()):.2f} of the tightest limit")
    print("\n".join(wrong) or "no account was starved, no network asked too much")
    return bool(wrong)


def slowest(fifty: Fifty) -> str:
    """The longest a post took from being said to being stored, by network."""
    found: dict[str, timedelta] = {}
    for one in fifty.well:
        found[one.bench.name] = max(found.get(one.bench.name, timedelta(0)), one.slowest)
    return ", ".join(f"{name} {took.total_seconds():.0f} s" for name, took in sorted(found.items()))


if __name__ == "__main__":
    main()

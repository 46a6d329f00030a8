"""Four copies, one of them killed every 100 ms: ``python -m tests.faults.kill_soak``. At the end, the ledger.

Each copy delivers and has a front desk. Everything a desk said is done has its row; every mention has one card; every reply
is public once, or with a person who was told, or certainly not public.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from bot.delivery import LEASE_OF_REPLY
from bot.store import migrate, schema
from bot.store.executor import Database
from bot.store.proof.invariants import broken
from bot.store.proof.verify import verify
from tests import servers
from tests.faults.outside import Outside
from tests.faults.zygote import FastClock, Zygote

COPIES = 4
EVERY = 0.1
"""Seconds between two kills."""
LONGEST = 2.0
"""Seconds to wait for a copy to say something before it is killed all the same."""
PATIENCE = 120.0
NOT_OVER = ("pending", "sending", "unknown")


@dataclass
class Sizes:
    """How much, and how fast."""

    seconds: float = 600.0
    deliveries: int = 0
    """Stop killing after so many too, if this is not 0."""
    accounts: int = 24
    page: int = 4
    rest: float = 0.0
    """Seconds a front desk rests after each page."""
    most_waiting: int = 300
    rate: float = 20.0
    lost_each: int = 50
    copies: int = COPIES
    warm: float = 2.0
    """Seconds before, in which nobody is killed."""


@dataclass
class Ledger:
    """What came of it: ``wrong`` is empty, or something is."""

    figures: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"  {name:<34} {figure}" for name, figure in self.figures.items()]
        return "\n".join([*lines, *(f"  WRONG: {one}" for one in self.wrong)])

    def see(self, holds: object, otherwise: str) -> None:
        """Say what is wrong unless it holds."""
        if not holds:
            self.wrong.append(otherwise)


class KillSoak:
    """One run on one database."""

    def __init__(self, folder: Path, url: str, redis_url: str, sizes: Sizes) -> None:
        self.folder, self.url, self.redis_url, self.sizes = folder, url, redis_url, sizes
        self.clock = FastClock(folder / "clock", sizes.rate)
        self.outside = Outside(sizes.lost_each)
        self.db = Database(url)
        self.kills = 0
        self.alive: list[int] = []
        self.begun = [0] * sizes.copies
        self.ledger = Ledger()

    async def run(self) -> Ledger:
        """Kill for a while, then let everything come to rest, then count."""
        await asyncio.to_thread(migrate.upgrade, self.db)
        await self.outside.start()
        try:
            with Zygote(self.folder / "copies.log") as zygote:
                await self.killing(zygote)
                await self.comes_to_rest(zygote)
            await self.db.read(self.drawn_up)
        finally:
            await self.outside.stop()
            self.db.close()
        return self.ledger

    def job(self, place: int, *, open_desk: bool = True) -> dict[str, Any]:
        """What the copy in a place is to do: its desk goes on after the last post that was answered for."""
        desk, sizes = f"d{place}", self.sizes
        told = self.outside.told_in[desk] // sizes.page * sizes.page
        how = {"page": sizes.page if open_desk else 0, "rest": sizes.rest, "most_waiting": sizes.most_waiting}
        where = {"url": self.url, "redis": self.redis_url, "port": self.outside.port, "clock": self.clock.described()}
        return {"desk": desk, "next": told, "accounts": sizes.accounts, **how, **where}

    async def killing(self, zygote: Zygote) -> None:
        """One after the other, and another in its place at once."""
        warm = {**self.job(self.sizes.copies), "seconds": self.sizes.warm}
        await asyncio.to_thread(zygote.warm_up, warm)
        done_before = await self.db.read(count_done)
        self.alive = [zygote.start(self.job(place)) for place in range(self.sizes.copies)]
        began = time.monotonic()
        while (lasted := time.monotonic() - began) < self.sizes.seconds and not await self.is_enough():
            await asyncio.sleep(max(0.0, (self.kills + 1) * EVERY - lasted))
            place = self.kills % self.sizes.copies
            if self.kills % 10:  # of ten one is killed wherever it is, though it be at its beginning
                await self.is_at_work(place)
            self.ledger.see(await asyncio.to_thread(zygote.kill, self.alive[place]), "a copy ended by itself")
            await asyncio.sleep(0)  # what it had sent arrives
            self.alive[place] = await asyncio.to_thread(zygote.start, self.job(place))
            self.kills += 1
        done = await self.db.read(count_done) - done_before
        rate = done / lasted
        self.ledger.figures["killed"] = (
            f"{self.kills} in {lasted:.1f} s, one of {self.sizes.copies} each {lasted / max(1, self.kills):.2f} s"
        )
        self.ledger.figures["delivered meanwhile"] = f"{done:,}: {rate:.0f} a second"

    async def is_at_work(self, place: int) -> None:
        """Wait until the copy in a place has said something, however slow the machine is today."""
        desk, end = f"d{place}", time.monotonic() + LONGEST
        while self.outside.heard[desk] < self.begun[place] + 5 and time.monotonic() < end:  # noqa: ASYNC110 - by others
            await asyncio.sleep(0.01)
        self.begun[place] = self.outside.heard[desk]

    async def is_enough(self) -> bool:
        """Whether as much was delivered as was asked for; looked at now and then."""
        if not self.sizes.deliveries or self.kills % 50:
            return False
        return await self.db.read(count_done) >= self.sizes.deliveries

    async def comes_to_rest(self, zygote: Zygote) -> None:
        """All are killed; their leases run out; copies without a desk finish, while the clock leaps over the waiting."""
        for pid in self.alive:
            self.ledger.see(await asyncio.to_thread(zygote.kill, pid), "a copy ended by itself")
        self.clock.advance(LEASE_OF_REPLY + timedelta(seconds=1))
        self.alive = [zygote.start(self.job(place, open_desk=False)) for place in range(self.sizes.copies)]
        async with asyncio.timeout(PATIENCE):
            while (waits := await self.db.read(next_move)) is not None:
                if not waits[0]:  # nothing is in hand: nobody sits between a commit and a socket
                    self.clock.advance(min(max(waits[1] - self.clock.now(), timedelta(seconds=1)), timedelta(seconds=10)))
                await asyncio.sleep(0.02)
        for pid in self.alive:
            self.ledger.see(await asyncio.to_thread(zygote.kill, pid), "a copy ended by itself")

    # --- the ledger --------------------------------------------------------------------------------------------------

    def drawn_up(self, conn: Connection) -> None:
        """Compare what was said with what is stored, and what is stored with what arrived."""
        self.of_posts(conn)
        self.of_claims(conn)
        self.of_replies(conn)
        self.of_what_staff_see(conn)
        for finding in broken(conn, self.clock.now(), deep=True, prompt=False):
            self.ledger.wrong.append(f"invariant {finding.name}: {finding.refs}")
        verdict = verify(conn)
        self.ledger.see(not verdict.fault, f"the record: {verdict.fault}")
        if conn.dialect.name == "sqlite":
            healthy = conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            self.ledger.see(healthy == "ok", f"the file: {healthy}")
        said = (self.folder / "copies.log").read_text()
        self.ledger.see(not said, f"errors of the copies: {said[-1500:]}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        self.ledger.figures["the record"] = verdict.line
        self.ledger.figures["largest copy"] = f"{peak} MB"

    def of_posts(self, conn: Connection) -> None:
        """Each that was answered for is one mention, and none is there twice."""
        m = schema.mention.c
        held = Counter(tuple(row) for row in conn.execute(select(m.account, m.native_id)))
        told = self.outside.told["post"]
        self.ledger.figures["posts answered for"] = f"{len(told):,}; stored {len(held):,}"
        self.ledger.see(told, "nothing was answered for")
        self.ledger.see(not (gone := told - held.keys()), f"{len(gone)} posts lost: {sorted(gone)[:3]}")
        twice = [one for one, times in held.items() if times > 1]
        self.ledger.see(not twice, f"stored twice: {twice[:3]}")

    def of_claims(self, conn: Connection) -> None:
        """Each that was confirmed is in the record, once."""
        e = schema.event.c
        made = Counter(tuple(row) for row in conn.execute(select(e.subject, e.actor).where(e.action == "claim")))
        told = self.outside.told["claim"]
        self.ledger.figures["claims confirmed"] = f"{len(told):,}; made {made.total():,}"
        wrong = [one for one in told if made[one] != 1]
        self.ledger.see(not wrong, f"claims not there once: {wrong[:3]}")

    def of_replies(self, conn: Connection) -> None:
        """Each is public once, or with a person; nothing is public twice, nor what was not sent."""
        r, d = schema.reply.c, schema.delivery.c
        rows = conn.execute(select(r.id, r.number, r.text, r.state).where(r.state != "draft")).all()
        held = {(f"M-{row.number}", row.text) for row in rows}
        told = self.outside.told["reply"]
        self.ledger.see(not (gone := told - held), f"{len(gone)} replies lost: {sorted(gone)[:3]}")
        states = Counter(row.state for row in rows)
        with_person = set(conn.execute(select(d.key).where(d.state == "needs_human")).scalars())
        for row in rows:
            times = self.outside.public[row.id]
            right = times == 1 if row.state == "sent" else row.state == "unsure" and times <= 1
            self.ledger.see(right, f"M-{row.number}: {row.state}, {times} times public")
            if row.state == "unsure":
                self.ledger.see(f"reply:{row.id}" in with_person, f"M-{row.number}: unsure, and nobody is asked")
        known = {row.id for row in rows}
        self.ledger.see(not (self.outside.public.keys() - known), "something is public that nobody wrote")
        said = ", ".join(f"{count:,} {state}" for state, count in states.items())
        self.ledger.figures["replies confirmed"] = f"{len(told):,}; {said}"
        self.ledger.figures["public"] = (
            f"{len(self.outside.public):,}, at most {max(self.outside.public.values(), default=0)}×"
        )

    def of_what_staff_see(self, conn: Connection) -> None:
        """Every mention has one card; what was said of it was said; a second time only after a lost answer."""
        d = schema.delivery.c
        rows = conn.execute(select(d.id, d.key, d.kind, d.state).where(d.kind != "reply")).all()
        posted = {row.key: self.outside.wall[row.id] for row in rows if row.kind in ("card", "thread", "tell", "post")}
        unsaid = [row.key for row in rows if row.key in posted and row.state == "done" and not posted[row.key]]
        self.ledger.see(not unsaid, f"done and never said: {unsaid[:3]}")
        cards = [row.key for row in rows if row.kind == "card"]
        mentions = conn.execute(select(func.count()).select_from(schema.mention)).scalar_one()
        self.ledger.see(len(cards) == mentions, f"{len(cards)} cards for {mentions} mentions")
        doubled = [key for key in cards if posted[key] != 1]
        self.ledger.see(not doubled, f"cards not there once: {[(key, posted[key]) for key in doubled][:3]}")
        failed = Counter(f"{row.kind} {row.state}" for row in rows if row.state not in ("done", "cancelled"))
        self.ledger.see(not failed, f"not done: {dict(failed)}")
        again = sum(max(0, times - 1) for times in posted.values())
        self.ledger.figures["cards"] = f"{len(cards):,}, each once" if not doubled else f"{len(doubled)} not once"
        self.ledger.figures["told staff again in doubt"] = again
        self.ledger.figures["answers lost on the way"] = self.outside.lost


def count_done(conn: Connection) -> int:
    """How many deliveries are done."""
    d = schema.delivery.c
    return conn.execute(select(func.count()).where(d.state == "done")).scalar_one()


def next_move(conn: Connection) -> tuple[int, Any] | None:
    """How many deliveries are in hand, and when the next is due; None when all are over."""
    d = schema.delivery.c
    waits = d.state.in_(NOT_OVER)
    in_hand, due_at, left = conn.execute(select(func.count(d.holder), func.min(d.due_at), func.count()).where(waits)).one()
    return (in_hand, due_at) if left else None


@contextmanager
def databases(folder: Path, *, only: str = "") -> Iterator[list[tuple[str, str, str]]]:
    """A SQLite file, and a PostgreSQL with a Redis: what to call it, and its URLs."""
    sqlite = ("SQLite", f"sqlite:///{folder / 'tolbooth.db'}", "")
    if only == "sqlite":
        yield [sqlite]
        return
    with servers.PostgresServer() as postgres, servers.RedisServer() as redis:
        both = ("PostgreSQL and Redis", servers.create_database(postgres.url), redis.url)
        yield [both] if only else [sqlite, both]


def main() -> None:
    """Run and print; ends with 1 when something is wrong."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seconds", type=float, default=600.0, help="how long copies are killed")
    given.add_argument("--deliveries", type=int, default=100_000, help="or until so many were delivered")
    given.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    options = given.parse_args()
    wrong = 0
    place = tempfile.TemporaryDirectory(prefix="tolbooth-kill-")
    with place as name, databases(Path(name), only=options.only) as all_of_them:
        for called, url, redis_url in all_of_them:
            (folder := Path(name) / called.split()[0]).mkdir()
            sizes = Sizes(seconds=options.seconds, deliveries=options.deliveries)
            ledger = asyncio.run(KillSoak(folder, url, redis_url, sizes).run())
            print(f"{called}\n{ledger}", flush=True)
            wrong += bool(ledger.wrong)
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()

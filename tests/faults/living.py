"""What one copy of the bot does while it lives: it delivers, and its front desk takes in posts, claims and replies.

The desk says to the outside what it was told is done, as a webhook is answered and as staff read an answer: what was said
so must be there in the end, whoever was killed when.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine

from bot.clock import MovableClock
from bot.desk import Desk
from bot.engine.deliver import Deliver
from bot.errors import Busy, Unsure, UserError
from bot.house import House
from bot.mention import Action, Move
from bot.ports import Incoming, Peers
from bot.settings import CoreSettings
from bot.store.executor import Database, GroupCommitWriter
from bot.store.intake.corrections import known_as
from bot.store.sending import outbox
from integrations.alone import peers as alone
from integrations.redis import peers as shared
from tests.bot.council import account, house, post
from tests.faults.outside import GUARANTEES, FarBox, FarWall, Line

SHORTEST = timedelta(milliseconds=10)
CONNECTIONS = 2
"""Of a copy to PostgreSQL: to open one takes the server longer than most of what a short life does with it."""


class HastyPeers:
    """Peers that wait as much less as the clock is faster."""

    def __init__(self, peers: Peers, rate: float) -> None:
        self.peers, self.rate = peers, rate

    def __getattr__(self, name: str) -> Any:
        return getattr(self.peers, name)

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """As long by the fast clock."""
        await self.peers.wait(loop, max(timeout / self.rate, SHORTEST))


def council(accounts: int) -> House:
    """So many accounts, of the three kinds in turn, each with a channel of its own."""
    kinds = list(GUARANTEES)
    names = [f"{kinds[number % len(kinds)]}{number}" for number in range(accounts)]
    return house(*(account(name, channel=f"c-{name}", private_channel=f"p-{name}") for name in names))


def peers_for(redis_url: str, clock: MovableClock, rate: float) -> Peers:
    """On the Redis named, else alone."""
    module = shared if redis_url else alone
    return HastyPeers(module.build(CoreSettings(redis_url=redis_url), clock=clock), rate)


def live(job: Mapping[str, Any], clock: MovableClock) -> None:
    """Until killed."""
    asyncio.run(Copy(job, clock).live())


def live_once(job: Mapping[str, Any], clock: MovableClock) -> None:
    """A while, then stop cleanly: whoever is forked from this process need not build every statement anew."""
    copy = Copy(job, clock)
    with suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(copy.live(), job["seconds"]))
    copy.db.close()


class WarmDatabase(Database):
    """On an engine that is kept, with what it has learnt, for the processes forked from this one. Connections are not."""

    engines: ClassVar[dict[str, Engine]] = {}

    def __init__(self, url: str) -> None:
        super().__init__(url, pool=CONNECTIONS)
        if known := self.engines.setdefault(url, self.engine) is not self.engine:
            self.engine = self.engines[url]
        if known and self._writer:
            self._writer.close()
            self._writer = GroupCommitWriter(self.engine)


class Copy:
    """One copy."""

    def __init__(self, job: Mapping[str, Any], clock: MovableClock) -> None:
        self.job = job
        self.line = Line(job["port"], job["desk"])
        self.db = WarmDatabase(job["url"])
        peers = peers_for(job["redis"], clock, job["clock"]["rate"])
        self.desk = Desk(self.db, clock, house=council(job["accounts"]), peers=peers)
        self.desk.chats["wall"] = FarWall(self.line)
        for name in self.desk.house.accounts:
            self.desk.networks[name] = FarBox(self.line, GUARANTEES[name.rstrip("0123456789")])

    async def live(self) -> None:
        """Deliver, and stand at the front desk if there is one."""
        await self.line.open()
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(Deliver(self.desk).run())
                if self.job["page"]:
                    together.create_task(self.front_desk())
        finally:
            self.line.close()
            await self.desk.peers.close()

    async def front_desk(self) -> None:
        """Page after page of posts, from the first that was not answered for; of each page one is claimed or answered."""
        number = self.job["next"]
        while True:
            with suppress(Busy, Unsure):
                if (await self.db.read(outbox.counts)).get("pending", 0) > self.job["most_waiting"]:
                    await asyncio.sleep(0.02)
                    continue
                await self.takes_in(range(number, number + self.job["page"]))
                number += self.job["page"]
                await asyncio.sleep(self.job["rest"])

    async def takes_in(self, numbers: range) -> None:
        """A page: stored, answered for, and the first of it worked on."""
        names = list(self.desk.house.accounts)
        name = names[numbers.start // len(numbers) % len(names)]
        posts = self.posts(numbers)
        await self.desk.take_in(posts, name)
        for one in posts:
            await self.says_done("post", name, one.native_id)
        held = await self.db.read(number_of, name, posts[0].native_id)
        await self.works_on(held, numbers.start // len(numbers))

    def posts(self, numbers: range) -> list[Incoming]:
        """The public writes."""
        names = [f"{self.job['desk']}-{number}" for number in numbers]
        return [post(name, by=name) for name in names]

    async def works_on(self, number: int, turn: int) -> None:
        """Claim one, answer one, and so on."""
        who = f"U0{self.job['desk'].upper()}"
        mark = f"Answer to {number}"
        with suppress(UserError):  # an earlier copy did it and died before it was heard
            if turn % 2:
                await self.desk.make(Move(f"M-{number}", Action.REPLY, who, text=mark))
                await self.says_done("reply", f"M-{number}", mark)
            else:
                await self.desk.make(Move(f"M-{number}", Action.CLAIM, who))
                await self.says_done("claim", f"M-{number}", who)

    async def says_done(self, what: str, *told: str) -> None:
        """Somebody is told that it is done."""
        await self.line.asks(what, told=told)


def number_of(conn: Connection, name: str, native_id: str) -> int:
    """The number of the mention a post became."""
    number = known_as(conn, name, native_id)
    assert number is not None
    return number

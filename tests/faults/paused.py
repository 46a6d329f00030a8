"""Copies of the sender that stand still at every call until the test says how the call ends: any order can be played."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.card import Card, Digest, Notice
from bot.clock import MovableClock
from bot.engine.deliver import AT_ONCE, Deliver
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import REPEATABLE, Found, Guarantee, MessageRef, NotFound, Outgoing, Preflight, Receipt, Verdict
from tests.bot.council import Bench, house
from tests.bot.engine.fakes import Letterbox, Wall
from tests.faults.crashing import PowerCut
from tests.faults.memory import MemoryDatabase

LATE = timedelta(seconds=50)
"""How much later than its call something may arrive: less than the settle time of the network."""
NEVER_LEFT = ("later", "refused", "sign in", "gone")


@dataclass(eq=False)
class Call:
    """A call under way. ``landed``: whether it has arrived; None while that is open."""

    what: str
    key: str
    since: datetime
    ends: asyncio.Future[str]
    landed: bool | None = None


@dataclass
class World:
    """What everybody sees: the time, what is public, what is on the wall, and what is on its way there."""

    clock: MovableClock
    guarantee: Guarantee
    public: Counter[str] = field(default_factory=Counter)
    wall: Counter[str] = field(default_factory=Counter)
    coming: list[tuple[datetime, str, str]] = field(default_factory=list)

    def send(self, what: str, key: str, *, late: bool = False) -> None:
        """Something is on its way."""
        self.coming.append((self.clock.now() + (LATE if late else timedelta(0)), what, key))
        self.arrive()

    def arrive(self) -> None:
        """What is due by now is there."""
        for one in [one for one in self.coming if one[0] <= self.clock.now()]:
            self.coming.remove(one)
            _, what, key = one
            if what != "publish":
                self.wall[key] += 1
            elif self.guarantee not in REPEATABLE or not self.public[key]:
                self.public[key] += 1


class Copy:
    """One copy of the bot. What it asks of the outside waits in ``calls``."""

    def __init__(self, database: MemoryDatabase, world: World) -> None:
        self.world = world
        self.calls: list[Call] = []
        self.dead = False
        self.bench = Bench(Lifeline(database, self), world.clock, house())  # type: ignore[arg-type]
        self.bench.desk.networks["website"] = PausedNetwork(self)
        self.bench.desk.chats["wall"] = PausedWall(self)
        self.deliver = Deliver(self.bench.desk)
        self.tasks: set[asyncio.Task[None]] = set()

    async def asks(self, what: str, key: str) -> str:
        """Wait for the test's word on how this ends; where it was open whether it arrived, that is settled by it."""
        call = Call(what, key, self.world.clock.now(), asyncio.get_running_loop().create_future())
        self.calls.append(call)
        try:
            met = await call.ends
        finally:
            self.calls.remove(call)
        if call.landed is not None:
            return ("ok" if met == "ok" else "lost") if call.landed else (met if met in NEVER_LEFT else "never")
        if what in ("publish", "post", "tell") and met in ("ok", "lost", "late"):
            self.world.send(what, key, late=met == "late")
        return met

    async def looks(self) -> int:
        """Take what is due and begin on it, as far as the next calls; how much was taken."""
        taken = await self.deliver.once() if len(self.deliver._running) < AT_ONCE else 0
        self.tasks |= set(self.deliver._running)
        await self.stands_still()
        return taken

    async def stands_still(self) -> None:
        """Let everything go on that does not wait for the test."""
        for _ in range(12):
            await asyncio.sleep(0)
        for task in [task for task in self.tasks if task.done()]:
            self.tasks.discard(task)
            if (error := task.exception()) and not isinstance(error, PowerCut):
                raise error

    async def dies(self) -> None:
        """The power goes."""
        self.dead = True
        for call in list(self.calls):
            call.ends.set_exception(PowerCut())
        await self.stands_still()


class Lifeline:
    """The database, for as long as the copy lives."""

    def __init__(self, database: MemoryDatabase, copy: Copy) -> None:
        self.database, self.copy = database, copy

    def write(self, *unit: Any, **named: Any) -> Coroutine[Any, Any, Any]:
        """As ``Database.write``."""
        if self.copy.dead:
            raise PowerCut
        return self.database.write(*unit, **named)

    def read(self, *unit: Any, **named: Any) -> Coroutine[Any, Any, Any]:
        """As ``Database.read``."""
        if self.copy.dead:
            raise PowerCut
        return self.database.read(*unit, **named)


class PausedNetwork(Letterbox):
    """A network that believes what it sees now, and leaves waiting to whoever asks; NONE sees nothing at all."""

    def __init__(self, copy: Copy) -> None:
        super().__init__(copy.world.guarantee)
        self.copy = copy

    async def preflight(self, reply: Outgoing) -> Preflight:
        """It may go, unless the test says otherwise."""
        met = await self.copy.asks("preflight", reply.key)
        if met in ("later", "sign in"):
            raise TryLater("busy")
        return Preflight(Verdict.GONE if met == "gone" else Verdict.OK)

    async def publish(self, reply: Outgoing) -> Receipt:
        """As the test says."""
        raise_for(await self.copy.asks("publish", reply.key))
        return Receipt(f"r-{reply.key}", "https://example.org/r1")

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """What can be seen, unless nothing can."""
        met = await self.copy.asks("look", reply.key)
        if met in NEVER_LEFT:
            raise TryLater("busy")
        if met in ("never", "late"):
            return NotFound.CANNOT_TELL
        seen = self.guarantee is not Guarantee.NONE and self.copy.world.public[reply.key] > 0
        return Found(Receipt(f"r-{reply.key}")) if seen else NotFound.ABSENT


class PausedWall(Wall):
    """A chat that can be looked into."""

    def __init__(self, copy: Copy) -> None:
        super().__init__()
        self.copy = copy

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """As the test says."""
        raise_for(await self.copy.asks("post", key))
        return MessageRef(channel, f"m{self.copy.world.wall.total()}")

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """As the test says."""
        raise_for(await self.copy.asks("tell", key))
        return MessageRef(staff, f"m{self.copy.world.wall.total()}")

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """As the test says; drawing twice is harmless."""
        met = await self.copy.asks("redraw", card.ref)
        raise_for("later" if met in ("lost", "late", "never") else met)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """What can be seen, unless nothing can."""
        met = await self.copy.asks("find", key)
        if met != "ok":
            return NotFound.CANNOT_TELL
        return MessageRef(channel, "m1") if self.copy.world.wall[key] else NotFound.ABSENT


def raise_for(met: str) -> None:
    """The error for an end that is not a good one."""
    match met:
        case "lost" | "late" | "never":
            raise Unsure("no answer came")
        case "later":
            raise TryLater("busy", timedelta(seconds=20))
        case "refused":
            raise Refused("no")
        case "sign in":
            raise SignInAgain("website")
        case "gone":
            raise NotThere("it was deleted")
        case "bug":
            raise ZeroDivisionError("a bug")

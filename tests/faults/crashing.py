"""A power cut at any point of a sender's work: everything it waits for is counted, and one of those is its last."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.card import Card, Digest, Notice
from bot.clock import MovableClock
from bot.engine.deliver import Deliver
from bot.engine.escalate import Escalate
from bot.errors import Refused, TryLater, Unsure
from bot.house import House
from bot.mention import Action
from bot.ports import REPEATABLE, Found, Guarantee, MessageRef, NotFound, Outgoing, Receipt
from bot.reply import Abilities, Answers, Post
from bot.store import schema
from bot.store.sending import outbox
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Letterbox, Wall
from tests.faults.memory import MemoryDatabase

LATE = timedelta(seconds=25)
"""How much later than its call a reply may appear; less than ``settle``."""
OUTCOMES = ("ok", "lost", "late", "refused", "rejected")
PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."


class PowerCut(BaseException):
    """Nothing runs any more; no handler of an error gets a turn."""


@dataclass
class Fuse:
    """Counts every step between a sender and the rest of the world, and blows at the one it is set to."""

    at: int = 0
    places: list[str] = field(default_factory=list)
    blown: bool = False

    def cross(self, place: str) -> None:
        """One step further, unless the power is gone."""
        if not self.blown:
            self.places.append(place)
            self.blown = len(self.places) == self.at
        if self.blown:
            raise PowerCut(place)


class Crossed:
    """Stands before the database, a network, a chat or the peers: each call crosses the fuse before and after."""

    def __init__(self, inner: Any, name: str, fuse: Fuse) -> None:
        self.inner, self.name, self.fuse = inner, name, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def crossed(*given: Any, **named: Any) -> Any:
            what = f"{self.name}.{name} {getattr(given[0], '__name__', '') if given else ''}".strip()
            self.fuse.cross(f"before {what}")
            try:
                return await found(*given, **named)
            finally:
                self.fuse.cross(f"after {what}")

        return crossed


@dataclass
class Square(Letterbox):
    """A network with a memory and a clock. Of every look it believes what it sees; it leaves waiting to whoever asks.

    The first try meets ``outcome``; the others are taken. One that cannot be looked into says that nothing is there.
    """

    outcome: str = "ok"
    clock: MovableClock = field(default_factory=MovableClock)
    coming: list[tuple[datetime, Outgoing]] = field(default_factory=list)

    async def publish(self, reply: Outgoing) -> Receipt:
        """As told the first time, then taken."""
        self.tries.append(reply)
        met = self.outcome if len(self.tries) == 1 else "ok"
        if met == "refused":
            raise TryLater("cannot connect")
        if met == "rejected":
            raise Refused("too old to be answered")
        self.coming.append((self.clock.now() + (LATE if met == "late" else timedelta(0)), reply))
        self.arrive()
        if met != "ok":
            raise Unsure("no answer came")
        return Receipt(f"r-{reply.key}", "https://example.org/r1")

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """What can be seen now."""
        self.looked.append(reply)
        self.arrive()
        seen = self.guarantee is not Guarantee.NONE and any(one.key == reply.key for one in self.public)
        return Found(Receipt(f"r-{reply.key}")) if seen else NotFound.ABSENT

    def arrive(self) -> None:
        """What was on its way is there by now; one with a key that is known changes nothing."""
        for at, reply in list(self.coming):
            if at <= self.clock.now():
                self.coming.remove((at, reply))
                if self.guarantee not in REPEATABLE or reply.key not in {one.key for one in self.public}:
                    self.public.append(reply)


@dataclass
class Board(Wall):
    """A chat that can be looked into when ``history``; the first thing said of ``about`` meets ``outcome``.

    What is said comes under a delivery's id; ``named`` says which key that delivery has.
    """

    named: Callable[[str], str] = str
    outcome: str = "ok"
    about: str = ""
    history: bool = True
    clock: MovableClock = field(default_factory=MovableClock)
    met: int = 0
    coming: list[tuple[datetime, str]] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """The key of everything that was ever put up, as often as it was."""

    def say(self, where: str, under: str) -> MessageRef:
        """Put it up, as told."""
        key = self.named(under)
        first = key.startswith(self.about) and not self.met
        self.met += first
        met = self.outcome if first else "ok"
        if met == "refused":
            raise TryLater("cannot connect")
        if met == "rejected":
            raise Refused("the channel is archived")
        self.coming.append((self.clock.now() + (LATE if met == "late" else timedelta(0)), key))
        self.arrive()
        if met != "ok":
            raise Unsure("no answer came")
        return MessageRef(where, f"m{len(self.there)}")

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """In a channel."""
        return self.say(channel, key)

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """To one person."""
        return self.say(staff, key)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """What can be seen now."""
        self.looked += 1
        self.arrive()
        if not self.history:
            return NotFound.CANNOT_TELL
        return MessageRef(channel, "m1") if self.named(key) in self.there else NotFound.ABSENT

    def arrive(self) -> None:
        """What was on its way is there by now."""
        for at, key in list(self.coming):
            if at <= self.clock.now():
                self.coming.remove((at, key))
                self.there.append(key)


@dataclass
class Town:
    """What outlives a power cut: what is stored, the clock, the public and the chat. It can begin ``anew``."""

    database: MemoryDatabase
    begun: bytes
    at: datetime
    clock: MovableClock = field(default_factory=MovableClock)
    square: Square = field(default_factory=Square)
    board: Board = field(default_factory=Board)
    rules: House = field(default_factory=house)

    def anew(self, *, guarantee: Guarantee = Guarantee.LOOKUP, answers: str = "ok", **board: Any) -> None:
        """The same beginning once more; the public's network answers so, the chat so."""
        self.database.restore(self.begun)
        self.clock = MovableClock(self.at)
        self.square = Square(guarantee=guarantee, outcome=answers, clock=self.clock)
        self.board = Board(named=self.key_of, clock=self.clock, **board)

    def key_of(self, delivery: str) -> str:
        """The key of a delivery, which tells what it is about."""
        key = schema.delivery.c.key
        return str(self.database.conn.execute(select(key).where(schema.delivery.c.id == delivery)).scalar_one())

    async def lives(self, fuse: Fuse, **units: float) -> None:
        """The bot starts on what is stored and works until the power goes, or so much time has passed."""
        with suppress(PowerCut):
            await self.works(fuse, self.clock.now() + timedelta(**units))

    async def works(self, fuse: Fuse, end: datetime) -> None:
        """From one thing that falls due to the next."""
        bench = Bench(Crossed(self.database, "db", fuse), self.clock, self.rules)  # type: ignore[arg-type]
        bench.desk.peers = Crossed(bench.desk.peers, "peers", fuse)
        bench.desk.chats["wall"] = Crossed(self.board, "chat", fuse)
        bench.desk.networks["website"] = Crossed(self.square, "network", fuse)
        deliver = Deliver(bench.desk)
        while True:
            while await deliver.once():
                tasks = set(deliver._running)
                await deliver.finish_in_hand()
                failed = [error for task in tasks if (error := task.exception())]
                if failed:
                    raise failed[0]
            due = await self.database.read(outbox.next_due, self.clock.now())
            if due is None or due > end:
                break
            self.clock.advance(due - self.clock.now())
        self.clock.advance(end - self.clock.now())
        self.square.arrive()
        self.board.arrive()


async def a_reply(bench: Bench) -> None:
    """M-1 has a card, and a reply whose hold is over."""
    await bench.arrives(post())
    await quietly(bench)
    await bench.does(Action.REPLY, PRIYA, text=WORDS)
    await quietly(bench)
    bench.clock.advance(seconds=11)


async def a_thread(bench: Bench) -> None:
    """M-1 has a card, and a reply in three posts whose hold is over."""
    await bench.arrives(post())
    await quietly(bench)
    posts = (Post("One"), Post("Two", answers=Answers.PREVIOUS), Post("Three", answers=Answers.PREVIOUS))
    await bench.does(Action.REPLY, PRIYA, text=WORDS, posts=posts)
    await quietly(bench)
    bench.clock.advance(seconds=11)


async def a_card(bench: Bench) -> None:
    """M-1 has just come."""
    await bench.arrives(post())


async def a_ping(bench: Bench) -> None:
    """M-1 has waited so long that somebody is about to be pinged."""
    await bench.arrives(post())
    await quietly(bench)
    bench.clock.advance(hours=1)
    await Escalate(bench.desk).once()


BEGINNINGS = {"reply": a_reply, "thread": a_thread, "card": a_card, "ping": a_ping}


async def quietly(bench: Bench) -> None:
    """All that is due is said to a wall nobody reads."""
    bench.desk.chats["wall"] = Wall()
    deliver = Deliver(bench.desk)
    while await deliver.once():
        await deliver.finish_in_hand()


async def begun(kind: str, empty: Path) -> Town:
    """A town at the point where the sender takes over."""
    database = MemoryDatabase(empty)
    clock = MovableClock(datetime.fromisoformat("2026-11-17T09:00:00+00:00"))
    rules = house(account(abilities=Abilities(threads=True, reads_back=True))) if kind == "thread" else house()
    await BEGINNINGS[kind](Bench(database, clock, rules))  # type: ignore[arg-type]
    return Town(database, database.snapshot(), clock.now(), rules=rules)

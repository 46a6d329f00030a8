"""A chat and a network small enough to read at a glance, that answer as they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.card import Card, Digest, Notice
from bot.command import Staff
from bot.engine.deliver import Deliver
from bot.errors import Refused, Unsure
from bot.ports import (
    EVERYBODY,
    REPEATABLE,
    File,
    Found,
    Guarantee,
    Known,
    Manner,
    MessageRef,
    NotFound,
    Outgoing,
    Preflight,
    Receipt,
    Received,
    Route,
    Run,
    Verdict,
    Webhook,
)
from bot.reply import Abilities, Act, TextLimits
from integrations.plain import PlainNetwork
from tests.bot.council import Bench


@dataclass
class Letterbox(PlainNetwork):
    """A network. ``answers`` are given to publishing first, one each; ``lost`` takes the post and drops the answer."""

    guarantee: Guarantee = Guarantee.LOOKUP
    answers: list[Exception | str] = field(default_factory=list)
    looks: list[Found | NotFound | Exception] = field(default_factory=list)
    befores: list[Preflight | Exception] = field(default_factory=list)
    tries: list[Outgoing] = field(default_factory=list)
    looked: list[Outgoing] = field(default_factory=list)
    public: list[Outgoing] = field(default_factory=list)

    shown: list[Found | NotFound | Exception] = field(default_factory=list)
    abilities: Abilities = field(default_factory=Abilities)

    limits = TextLimits(500, "characters", len)
    settle = timedelta(seconds=60)
    repeat_within: timedelta | None = None
    poll_every: timedelta | None = None
    by_hand = False
    speaks_as = "Harrowmere web chat"

    def receive(self, request: Webhook) -> Received:
        """Nothing."""
        return Received()

    async def preflight(self, reply: Outgoing) -> Preflight:
        """As told, else that it may go."""
        answer = self.befores.pop(0) if self.befores else Preflight(Verdict.OK)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def publish(self, reply: Outgoing) -> Receipt:
        """As told, else it is public."""
        self.tries.append(reply)
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, Exception):
            raise answer
        if self.guarantee not in REPEATABLE or reply.key not in {earlier.key for earlier in self.public}:
            self.public.append(reply)
        if answer == "lost":
            raise Unsure("no answer came")
        return self.receipt(reply)

    def receipt(self, reply: Outgoing) -> Receipt:
        """Where it is public: ``r1`` for the first post there, ``r2`` for the next."""
        native_id = f"r{[one.key for one in self.public].index(reply.key) + 1}"
        return Receipt(native_id, f"https://example.org/{native_id}")

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """As told, else what is so."""
        self.looked.append(reply)
        if self.looks:
            answer = self.looks.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return Found(self.receipt(reply)) if any(one.key == reply.key for one in self.public) else NotFound.ABSENT

    async def read_back(self, native_id: str) -> Found | NotFound:
        """As told, else that it shows."""
        answer = self.shown.pop(0) if self.shown else Found(Receipt(native_id))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """Nothing else is done."""


@dataclass
class Wall:
    """A chat. ``answers`` are given first, one each; ``lost`` puts it up and drops the answer."""

    answers: list[Exception | str] = field(default_factory=list)
    looks: list[MessageRef | NotFound] = field(default_factory=list)
    posts: list[tuple[str, Card | Notice | Digest, str]] = field(default_factory=list)
    told: list[tuple[str, Notice]] = field(default_factory=list)
    redrawn: list[Card] = field(default_factory=list)
    groups: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    looked: int = 0
    name: str = "wall"
    manner: Manner = EVERYBODY

    def put_up(self, where: str) -> MessageRef:
        """As told, else the next message."""
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, Exception):
            raise answer
        if answer == "lost":
            raise Unsure("no answer came")
        return MessageRef(where, f"m{len(self.posts) + len(self.told)}")

    async def start(self, run: Run | None) -> None:
        """Nothing to sign in to."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Put it up."""
        if not self.answers or self.answers[0] == "lost":
            self.posts.append((channel, what, key))
        return self.put_up(channel)

    async def redraw(self, message: MessageRef, card: Card) -> MessageRef | None:
        """Put up the new one."""
        self.put_up(message.channel)
        self.redrawn.append(card)
        return None

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """Tell one person."""
        if not self.answers or self.answers[0] == "lost":
            self.told.append((staff, notice))
        return self.put_up(staff)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """As told, else that nobody can tell."""
        self.looked += 1
        return self.looks.pop(0) if self.looks else NotFound.CANNOT_TELL

    async def person(self, staff: str) -> Staff:
        """Anybody."""
        return Staff(staff, staff)

    async def knows(self, staff: str) -> Known:
        """Everybody is there."""
        return Known.OPEN

    async def keep_group(self, group: str, people: Sequence[str]) -> None:
        """As told, else they are in it."""
        self.put_up(group)
        self.groups.append((group, tuple(people)))

    async def file(self, file_id: str, largest: int) -> File:
        """None."""
        raise Refused("there is no such file")

    async def is_member(self, channel: str, staff: str) -> bool:
        """Everybody is."""
        return True

    async def link_to(self, message: MessageRef) -> str:
        """None."""
        return ""

    async def check(self) -> Sequence[str]:
        """All is well."""
        return ()

    def routes(self) -> Sequence[Route]:
        """None."""
        return ()

    def health(self) -> Mapping[str, object]:
        """Well."""
        return {"connected": True}


class Office:
    """A desk with a wall and a letterbox, and a sender that works when told to."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.wall, self.box = bench, Wall(), Letterbox()
        bench.desk.chats["wall"] = self.wall
        bench.desk.networks["website"] = self.box
        self.deliver = Deliver(bench.desk)

    async def delivers(self) -> None:
        """Everything that is due now, and what falls due because of it."""
        while await self.deliver.once():
            await self.deliver.finish_in_hand()

    async def passes(self, *, every: float = 5, **units: float) -> None:
        """Time passes while the sender works."""
        end = self.bench.clock.now() + timedelta(**units)
        while self.bench.clock.now() < end:
            self.bench.clock.advance(min(timedelta(seconds=every), end - self.bench.clock.now()))
            await self.delivers()

"""A second chat beside the wall, which takes few messages, may hold several cards in one and is read now and then; both."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.card import Card, Digest, Notice
from bot.ports import Manner, MessageRef, NotFound, Pace
from bot.store import schema
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from tests.bot.council import house, post
from tests.bot.engine.fakes import Office, Wall

SLOW = Manner(
    reads_each=timedelta(minutes=1), pace=Pace(timedelta(seconds=10), 1), together=5, reaches=lambda staff: staff.isdigit()
)


@dataclass
class Hall(Wall):
    """A message in ten seconds, whatever it says, and channels under numbers of its own. It may be looked into.

    A card that shares its message gets one of its own when it is drawn again.
    """

    name: str = "hall"
    manner: Manner = SLOW
    under: list[tuple[MessageRef | None, str]] = field(default_factory=list)

    def put_up(self, where: str) -> MessageRef:
        """In a channel, by its number."""
        return replace(super().put_up(where), channel="77")

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Put it up."""
        message = await super().post(channel, what, key, thread)
        if isinstance(what, Notice):
            self.under.append((thread, what.plain))
        return replace(message, shared=isinstance(what, Digest))

    async def redraw(self, message: MessageRef, card: Card) -> MessageRef | None:
        """A message of its own for one that shared one."""
        self.redrawn.append(card)
        return await self.post(message.channel, card, f"redraw of {card.ref}") if message.shared else None

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """Any that is there, by its own key."""
        self.looked += 1
        for number, (_, what, named) in enumerate(self.posts, 1):
            if key in ([one for _, one in what.cards] if isinstance(what, Digest) else [named]):
                return MessageRef("77", f"m{number}", shared=isinstance(what, Digest))
        return NotFound.ABSENT

    @property
    def shown(self) -> list[str]:
        """What was put up, in order: the references that a message holds, or its words."""
        return [words_of(what) for _, what, _ in self.posts]


class Town(Office):
    """An office with both chats."""

    def __init__(self, bench) -> None:
        super().__init__(bench)
        self.hall = Hall()
        self.wall.manner = Manner(reaches=lambda staff: staff.startswith("U"))
        bench.desk.house = replace(house(), chats=("wall", "hall"))
        bench.desk.chats["hall"] = self.hall

    async def says(self, *wanted: Wanted) -> None:
        """Queue these."""
        now = self.bench.clock.now()
        await self.bench.db.write(lambda conn: [outbox.queue(conn, one, now) for one in wanted])

    async def comes(self, count: int, **other) -> None:
        """So many mentions, of different people."""
        start = len(await self.bench.all(schema.mention))
        await self.bench.arrives(*(post(f"p{n}", by=f"author {n}", **other) for n in range(start, start + count)))


def words_of(what: Card | Notice | Digest) -> str:
    """What a message is, in short."""
    if isinstance(what, Digest):
        return " ".join(card.ref for card, _ in what.cards)
    return what.ref if isinstance(what, Card) else what.plain

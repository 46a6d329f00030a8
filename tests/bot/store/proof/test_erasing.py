"""Whatever is done in whatever order, what was erased stands nowhere any more, and the record stays whole."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.errors import UserError
from bot.mention import SYSTEM, Action, Author, Media, Mention
from bot.ports import Edited, Gone, Parent
from bot.reply import Written
from bot.retention.classes import RetentionClass
from bot.store import schema
from bot.store.finding import index
from bot.store.mentions import mention_from
from bot.store.proof import by_hand, forget, holds, record
from bot.store.remembered import Remembered
from bot.store.replying import replies
from tests.bot.council import Bench, post
from tests.bot.engine.square import Town

pytestmark = pytest.mark.slow  # some thousand moves on both databases

PRIYA, MORAG, ANGELA, IAN = "U0PRIYA", "U0MORAG", "U0ANGELA", "operator:ian"
DAY = timedelta(days=1)
STEPS = 70
CLASSES = (RetentionClass("chatter", ("chat.*",), 30 * DAY), RetentionClass("emergencies", ("flood",), timedelta(0)))


class Walk:
    """A council in which things happen at random. Every mention's words, and its author's name, hold a mark of its own."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.b, self.town, self.dice = bench, Town(bench), random.Random(seed)
        bench.desk.house = replace(bench.house, classes=CLASSES, erase_after=100 * DAY)
        self.posts = 0

    def mark(self, number: int) -> str:
        """A word that stands nowhere else: letters only, as a stem is found in it."""
        return "quag" + "".join("bdfgkmpvxz"[int(digit)] for digit in f"{number:04}")

    def mark_of(self, mention: Mention) -> str:
        """That of whoever wrote it."""
        return self.mark(int(mention.native_id.strip("pb")))

    async def any(self) -> Mention:
        """One of the mentions."""
        (newest,) = await self.b.all(schema.counter, schema.counter.c.name == "mention")
        return await self.b.mention(f"M-{self.dice.randint(1, newest['value'])}")

    async def arrives(self) -> None:
        """Somebody says something, with all that may come with a post."""
        self.posts += 1
        mark = self.mark(self.posts)
        author = Author(f"id-{mark}", f"Lou {mark.capitalize()}", f"@{mark}")
        media = (Media("photo", f"https://x.example/{mark}.jpg", mark),)
        parent = Parent(f"q{self.posts}", Author("", f"Ann {mark}", f"@ann{mark}"), f"Is {mark} yours too?", "")
        new = post(f"p{self.posts}", f"My {mark} is deep and nobody comes", author=author, media=media, raw=mark.encode())
        answers = {"parent": parent, "in_reply_to": parent.native_id} if self.dice.random() < 0.3 else {}
        await self.b.arrives(replace(new, url=f"https://x.example/{mark}", **answers))

    async def adds(self) -> None:
        """The same author says more, edits, or deletes; also what was erased, and what never came."""
        which = self.dice.randint(1, self.posts + 1)
        mark, now = self.mark(which), self.b.clock.now()
        more = post(f"p{which}b", f"Still {mark}", author=Author(f"id-{mark}", f"Lou {mark}"), conversation=f"p{which}")
        known = which <= self.posts
        what = [Edited(f"p{which}", f"My {mark} again", now), Gone(f"p{which}", now), Gone(f"p{which}b", now)]
        await self.b.arrives(
            self.dice.choice([*what, more, Edited(f"p{which}b", f"Worse {mark}", now)] if known else what[1:])
        )

    async def comes_again(self) -> None:
        """A network tells a post anew."""
        which = self.dice.randint(1, self.posts)
        mark = self.mark(which)
        await self.b.arrives(post(f"p{which}", f"My {mark}", author=Author(f"id-{mark}", f"Lou {mark}")))

    async def does(self) -> None:
        """Something staff do with one of them, as far as it may be done. Nobody writes a name that was erased before."""
        mention = await self.any()
        mark = "somebody" if mention.erased_at else self.mark_of(mention)
        moves: list[tuple[Action, str, dict[str, object]]] = [
            (Action.CLAIM, PRIYA, {}),
            (Action.NOTE, PRIYA, {"note": f"Rang {mark}, no answer"}),
            (Action.NOTE, PRIYA, {"note": "Asked highways to look"}),
            (Action.TOPIC, PRIYA, {"topic": self.dice.choice(["chat.weather", "flood", "roads"])}),
            (Action.CLOSE, PRIYA, {"note": f"{mark} again"}),
            (Action.REOPEN, PRIYA, {}),
            (Action.KEEP, PRIYA, {"text": f"{mark} may go to court", "until": self.b.clock.now() + 60 * DAY}),
            (Action.LET_GO, MORAG, {"note": "it is over"}),
            (Action.RIGHT, PRIYA, {"detail": {"deed": "put", "label": "sar"}}),
            (Action.ANSWERED, PRIYA, {"text": f"By telephone, {mark}"}),
            (Action.HIDE, PRIYA, {"note": f"{mark} names Megan", "detail": {"rule": "3.2"}}),
            (Action.REVIEW, MORAG, {"detail": {"renew": "yes"}}),
            (Action.SHOW_AGAIN, PRIYA, {}),
            (Action.OWE, PRIYA, {"text": f"Ring {mark}", "to": PRIYA, "until": self.b.clock.now() + DAY}),
            (Action.REPLY, PRIYA, {"written": Written(f"Lou {mark}, on Friday", promise_by=self.b.clock.now() + DAY)}),
        ]
        action, by, more = self.dice.choice(moves)
        with suppress(UserError):
            await self.b.does(action, by, ref=mention.ref, **more)  # type: ignore[arg-type]

    async def ends_a_right(self) -> None:
        """One that runs is answered."""
        open_ones = await self.b.all(schema.claim_of_right, schema.claim_of_right.c.ended_at.is_(None))
        if open_ones:
            right = self.dice.choice(open_ones)
            detail = {"deed": "ended", "right": right["id"], "ended_as": "answered"}
            await self.b.does(Action.RIGHT, MORAG, ref=f"M-{right['number']}", detail=detail)

    async def begins_to_write(self) -> None:
        """A draft, and what a chat without buttons remembers."""
        mention = await self.any()
        if mention.erased_at is None:
            written = Written(f"Lou {self.mark_of(mention)}, we")
            with suppress(UserError):
                await self.b.db.write(replies.keep_draft, mention, ANGELA, written=written, now=self.b.clock.now())
            await Remembered(self.b.db, self.b.clock, "wall").keep(
                f"prompt:{mention.ref}", self.mark_of(mention), mention.ref
            )

    async def purges(self) -> None:
        """Days pass, what is due goes out, and what is old enough goes."""
        await self.town.delivers()
        self.b.clock.advance(self.dice.choice([DAY, 31 * DAY, 101 * DAY]))
        now = self.b.clock.now()
        await self.b.db.write(forget.purge, now - 100 * DAY, (), SYSTEM, house=self.b.house, now=now)

    async def forgets(self) -> None:
        """An author asks."""
        found = await self.b.db.read(forget.authors, f"id-{self.mark(self.dice.randint(1, self.posts))}")
        for one in found:
            now = self.b.clock.now()
            await self.b.db.write(forget.forget, one, (), IAN, house=self.b.house, now=now)

    async def indexed(self) -> None:
        """What changed can be found."""
        while await self.b.db.read(index.is_behind):
            await self.b.db.write(index.catch_up, self.b.clock.now())

    async def seals(self) -> None:
        """An hour is over."""
        await self.b.db.write(record.seal_up, self.b.clock.advance(hours=1))

    async def steps(self) -> None:
        """So many of them."""
        await self.arrives()
        rare: list[Callable[[], Awaitable[None]]] = [self.purges, self.forgets, self.seals, self.ends_a_right]
        often = [self.arrives, self.adds, self.comes_again, self.begins_to_write, self.indexed, *[self.does] * 8]
        for _ in range(STEPS):
            await self.dice.choice([*often, *rare])()
        await self.town.delivers()
        await self.indexed()

    async def erased(self) -> list[Mention]:
        """The mentions that hold no words any more."""
        rows = await self.b.all(schema.mention, schema.mention.c.erased_at.is_not(None))
        return [mention_from(row) for row in rows]

    async def others(self, erased: list[Mention]) -> list[Mention]:
        """Those that hold words still: an author may have written twice, and the second be open."""
        gone = {one.number for one in erased}
        return [mention_from(row) for row in await self.b.all(schema.mention) if row["number"] not in gone]


def all_cells(conn: Connection) -> list[tuple[str, str]]:
    """Every value that is stored, in tables of ours and in those of the index, with where it stands."""
    cells = []
    names = [*(table.name for table in schema.METADATA.sorted_tables)]
    if conn.dialect.name == "sqlite":
        names += ["findable_fts"]
    for name in names:
        for row in conn.exec_driver_sql(f"SELECT * FROM {name}").mappings():
            for column, value in row.items():
                text = bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                cells.append((f"{name}.{column}", text.casefold()))
    return cells


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_erased_stands_nowhere_and_the_record_is_whole(either: Bench, seed: int) -> None:
    walk = Walk(either, seed)

    await walk.steps()

    assert (await either.verdict()).startswith("ok: ")
    erased = await walk.erased()
    cells = await either.db.read(all_cells)
    for mention in erased:
        mark = walk.mark_of(mention)
        if not any(walk.mark_of(other) == mark for other in await walk.others(erased)):
            assert sorted({where for where, text in cells if mark in text}) == []
        assert not await either.db.read(holds.is_held, mention.number, either.clock.now())


async def test_where_else_a_name_stands_is_named_and_nothing_else_is(bench: Bench) -> None:
    await bench.arrives(post("p1", by="lou"), post("p2", "And mine?", by="ann"))
    await bench.does(Action.NOTE, ref="M-2", note="Same street as Lou Tranter")
    await bench.does(Action.NOTE, ref="M-1", note="Lou Tranter rang")
    await bench.does(Action.OWE, ref="M-2", text="Tell Tranter too", to=PRIYA, until=bench.clock.now() + DAY)

    found = await bench.db.read(by_hand.places, ("Lou Tranter", "@lou_t"), [1])

    assert found == ["M-2 (a promise)", "M-2 (a note)"]


@pytest.mark.parametrize("is_held", [False, True])
async def test_what_its_author_deletes_stands_nowhere_once_nothing_keeps_it(either: Bench, is_held: bool) -> None:
    walk = Walk(either, 0)
    await walk.arrives()
    mark, now = walk.mark(1), either.clock.now
    lou = Author("a", "Lou")
    await either.arrives(Edited("p1", f"My {mark}, still", now()), post("p1b", f"And {mark}", author=lou, conversation="p1"))
    quoting = Parent("p1", lou, f"My {mark}", "")
    await either.arrives(replace(post("p2", "Mine too", by="ann"), parent=quoting, in_reply_to="p1"))
    await walk.indexed()
    if is_held:
        await either.does(Action.KEEP, PRIYA, text="may go to court")

    await either.arrives(Gone("p1", now()), Gone("p1b", now()))
    kept = (await either.mention()).text
    if is_held:
        await either.does(Action.LET_GO, MORAG, note="it did not")

    who = {"mention.author_id", "mention.author_name", "mention.author_handle", "mention.url"}
    assert {where for where, text in await either.db.read(all_cells) if mark in text} <= who
    assert bool(kept) is is_held
    assert (await either.verdict()).startswith("ok: ")

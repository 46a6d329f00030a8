"""Drafts, approvals, edits, undo, stop, crashes and lost answers, in any order: only what somebody let go is ever public.

Every text in here is written once, so that what the public reads can be told apart: who let it go, for which account,
for whom to read, and how often.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import update

from bot.clock import MovableClock
from bot.engine.deliver import Deliver
from bot.errors import Refused, TryLater, Unsure, UserError
from bot.mention import Action, Move
from bot.ports import Edited, Found, Gone, Guarantee, NotFound, Outgoing, Receipt
from bot.reply import Abilities, Answers, Audience, Post, Reply, ReplyState, Written
from bot.store import mentions, schema
from bot.store.proof import invariants
from bot.store.proof.verify import verify
from bot.store.replying import replies
from bot.store.sending import recovery
from tests.bot.council import Bench, account, house, post, rows
from tests.bot.engine.fakes import Letterbox, Wall
from tests.faults.crashing import Crossed, Fuse, PowerCut
from tests.faults.machine import PARTS, SHORT
from tests.faults.machine import quiet as quiet
from tests.faults.memory import MemoryDatabase

pytestmark = pytest.mark.slow

TAM, PRIYA, MORAG, FARAH = "U0TAM", "U0PRIYA", "U0MORAG", "U0FARAH"
"""Tam is learning: a colleague has to let go what he writes. The others let go what they write themselves."""
WRITERS, OTHERS = (PRIYA, MORAG), st.sampled_from([PRIYA, MORAG, FARAH])
NUMBERS = st.integers(1, 2)
ACCOUNTS = ("website", "library")
LOOKED_AT = Abilities(threads=True, reads_back=True)
RULES = house(
    account("website", abilities=LOOKED_AT, languages=("cy", "en")), account("library", abilities=LOOKED_AT, per_hour=3)
)
MOODS = ["ok", "ok", "ok", "lost", "never", "later", "refused"]
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
SWAPPED = '[{"answers": "same", "language": "", "text": "swapped behind our back"}]'


@dataclass
class Square(Letterbox):
    """A network that notes what it shows. Each post meets the next of ``moods``."""

    clock: MovableClock = field(default_factory=MovableClock)
    came: dict[str, datetime] = field(default_factory=dict)
    """When each key was first public."""
    moods: list[str] = field(default_factory=list)
    fuse: Fuse = field(default_factory=Fuse)

    async def publish(self, reply: Outgoing) -> Receipt:
        """As in that mood; the power may go before it arrived, and after."""
        self.fuse.cross("before publish")
        self.tries.append(reply)
        match self.moods.pop(0) if self.moods else "ok":
            case "never":
                raise Unsure("no answer came")
            case "later":
                raise TryLater("busy")
            case "refused":
                raise Refused("closed.")
            case mood:
                if self.guarantee is not Guarantee.NATIVE_KEY or reply.key not in {one.key for one in self.public}:
                    self.public.append(reply)
                    self.came.setdefault(reply.key, self.clock.now())
                self.fuse.cross("after publish")
                if mood == "lost":
                    raise Unsure("no answer came")
        return self.receipt(reply)

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """What is so, where one can look, from when the reply first left on."""
        if self.guarantee is Guarantee.NONE:
            return NotFound.CANNOT_TELL
        came, since = self.came.get(reply.key), reply.first_sent_at
        return Found(self.receipt(reply)) if came and since and came >= since else NotFound.ABSENT


@dataclass(frozen=True)
class View:
    """What an approver has on the screen."""

    reply: Reply
    version: int


class Replies(RuleBasedStateMachine):
    """Two mentions on two accounts, who writes and who approves, and all that happens meanwhile."""

    database: ClassVar[MemoryDatabase]
    begun: ClassVar[bytes]

    @classmethod
    def prepare(cls, empty: Path) -> None:
        """One database for all runs: a mention on each account."""
        cls.database = MemoryDatabase(empty)
        bench = Bench(cls.database, MovableClock(NOON), RULES)  # type: ignore[arg-type]
        for name in ACCOUNTS:
            asyncio.run(bench.arrives(post(f"{name} 1", conversation=name), account=name))
        cls.begun = cls.database.snapshot()

    @initialize(guarantee=st.sampled_from([Guarantee.LOOKUP, Guarantee.NATIVE_KEY, Guarantee.NONE]), foul=st.booleans())
    def opens(self, guarantee: Guarantee, foul: bool) -> None:
        """Begin anew; with ``foul`` somebody changes rows behind our back, and the record will not fit them."""
        self.foul = foul
        self.runner, self.clock, self.texts, self.posts = asyncio.Runner(), MovableClock(NOON), 0, 1
        self.database.restore(self.begun)
        self.backup = self.begun
        self.squares = {name: Square(guarantee=guarantee, clock=self.clock) for name in ACCOUNTS}
        self.let_go: dict[str, tuple[str, Audience]] = {}
        """Each text that somebody let go: for which account, and for whom to read."""
        self.again: Counter[str] = Counter()
        self.views: dict[int, View] = {}
        self.starts()

    def starts(self, fuse: Fuse | None = None) -> None:
        """The bot begins on what is stored."""
        database: Any = Crossed(self.database, "db", fuse) if fuse else self.database
        self.bench = Bench(database, self.clock, RULES)
        self.bench.desk.chats["wall"] = Wall()
        for name, square in self.squares.items():
            square.fuse = fuse or Fuse()
            self.bench.desk.networks[name] = square
        self.deliver = Deliver(self.bench.desk)

    def does(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do it; a refusal is an answer too. What came of it, None when it was refused or the power went."""

        async def answered() -> Any:
            with suppress(UserError, PowerCut):
                return await work()
            return None

        return self.runner.run(answered())

    def written(self, parts: int, private: bool) -> tuple[Written, tuple[Post, ...]]:
        """Words nobody ever wrote before, as one post or several."""
        self.texts += 1
        answers = Answers.PREVIOUS if parts > 1 and self.texts % 2 else Answers.SAME
        posts = tuple(Post(f"w{self.texts}.{part}", answers=answers if part else Answers.SAME) for part in range(parts))
        audience = Audience.AUTHOR if private else Audience.AS_ASKED
        return Written(f"w{self.texts}", audience=audience, split=parts > 1), posts

    def lets_go(self, number: int, posts: tuple[Post, ...], audience: Audience) -> None:
        """From now on the public may read these, each once."""
        for one in posts:
            self.let_go[one.text] = (ACCOUNTS[number - 1], audience)

    def moves(self, move: Move) -> bool:
        """One move; whether it was made."""
        return self.does(lambda: self.bench.desk.make(move)) is not None

    # --- what staff do

    @rule(number=NUMBERS, by=st.sampled_from([TAM, *WRITERS]))
    def keeps_a_draft(self, number: int, by: str) -> None:
        """Somebody types."""
        written, _ = self.written(1, False)
        story = self.runner.run(self.bench.desk.story(f"M-{number}"))
        self.does(lambda: self.bench.db.write(replies.keep_draft, story.mention, by, written=written, now=self.clock.now()))

    @rule(number=NUMBERS, by=st.sampled_from(WRITERS), parts=st.integers(1, 3), private=st.booleans())
    def replies(self, number: int, by: str, parts: int, private: bool) -> None:
        """Somebody who may writes, and lets it go."""
        written, posts = self.written(parts, private)
        if self.moves(Move(f"M-{number}", Action.REPLY, by, written=written, posts=posts, overrides=True)):
            self.lets_go(number, posts, written.audience)

    @rule(number=NUMBERS, parts=st.integers(1, 3), private=st.booleans())
    def submits(self, number: int, parts: int, private: bool) -> None:
        """Tam asks to have it sent."""
        written, posts = self.written(parts, private)
        self.moves(Move(f"M-{number}", Action.CLAIM, TAM))
        self.moves(Move(f"M-{number}", Action.SUBMIT, TAM, written=written, posts=posts, overrides=True))

    @rule(number=NUMBERS)
    def opens_what_waits(self, number: int) -> None:
        """An approver sees what waits, and perhaps goes on looking at it for long."""
        reply = replies.pending(self.database.conn, number)
        if reply and reply.state is ReplyState.WAITING:
            self.views[number] = View(reply, mentions.find(self.database.conn, f"M-{number}").version)

    @rule(number=NUMBERS, by=OTHERS, changes=st.booleans())
    def approves(self, number: int, by: str, changes: bool) -> None:
        """Somebody lets go what is on their screen, which may be old; or other words in its place."""
        view = self.views.get(number)
        if view is None:
            return
        detail = {"reply": view.reply.id, "as_of": str(view.version)}
        written, posts, audience = None, view.reply.posts, view.reply.audience
        if changes:
            written, posts = self.written(1, False)
            audience = written.audience
        move = Move(f"M-{number}", Action.APPROVE, by, written=written, posts=posts, detail=detail)
        if self.moves(move):
            self.lets_go(number, posts, audience)

    @rule(number=NUMBERS, changes=st.booleans())
    def approves_his_own(self, number: int, changes: bool) -> None:
        """Tam lets go what he wrote, or tries to."""
        written, posts = self.written(1, False) if changes else (None, ())
        assert not self.moves(Move(f"M-{number}", Action.APPROVE, TAM, written=written, posts=posts))

    @rule(
        number=NUMBERS,
        parts=st.integers(1, 3),
        changes=st.booleans(),
        first=st.sampled_from(["", "", "adds", "edits", "recalls", "swaps"]),
        then=st.sampled_from(["", "", "adds", "edits", "undoes", "swaps"]),
        moods=st.lists(st.sampled_from(MOODS), max_size=3),
        cut=st.sampled_from([0, 0, *range(1, 40)]),
    )
    def goes_the_whole_way(
        self, number: int, parts: int, changes: bool, first: str, then: str, moods: list[str], cut: int
    ) -> None:
        """Tam asks, something happens while an approver looks and while it is held, and it leaves."""
        self.does(lambda: self.bench.desk.start(MORAG))
        self.submits(number, parts, False)
        self.opens_what_waits(number)
        self.meanwhile(number, first)
        self.approves(number, FARAH, changes)
        self.meanwhile(number, then)
        self.time_passes(11, moods, cut)

    def meanwhile(self, number: int, what: str) -> None:
        """What may happen before it goes on."""
        match what:
            case "adds" | "edits":
                self.writes(number, what)
            case "recalls" | "undoes":
                self.presses(number, TAM, Action.RECALL if what == "recalls" else Action.WITHDRAW)
            case "swaps":
                self.somebody_changes_a_row(number)

    @rule(number=NUMBERS, parts=st.integers(1, 3), moods=st.lists(st.sampled_from(MOODS), max_size=3), waits=st.booleans())
    def is_out_and_forgotten(self, number: int, parts: int, moods: list[str], waits: bool) -> None:
        """A reply goes out, and a backup from just before takes the database's place; approved ones are approved again."""
        self.does(lambda: self.bench.desk.start(MORAG))
        if waits:
            self.submits(number, parts, False)
        else:
            self.replies(number, PRIYA, parts, False)
        self.backs_up()
        self.approved_and_sent(number, moods)
        self.restores()
        self.approved_and_sent(number, [])

    def approved_and_sent(self, number: int, moods: list[str]) -> None:
        """What waits is let go as it is, and time passes."""
        self.opens_what_waits(number)
        self.approves(number, FARAH, False)
        self.time_passes(11, moods, 0)

    @rule(
        number=NUMBERS,
        by=st.sampled_from([TAM, PRIYA, FARAH]),
        action=st.sampled_from(
            [
                *(Action.SEND_BACK, Action.RECALL, Action.WITHDRAW, Action.WITHDRAW, Action.UNSURE),
                *(Action.RELEASE, Action.CLAIM, Action.CLOSE, Action.ANSWERED),
            ]
        ),
    )
    def presses(self, number: int, by: str, action: Action) -> None:
        """Somebody takes it back, or does something else about it."""
        self.moves(Move(f"M-{number}", action, by, note="why", overrides=True))

    @rule(number=NUMBERS, again=st.booleans())
    def settles(self, number: int, again: bool) -> None:
        """Somebody looks, and says truly what became of a reply, or has it sent again all the same."""
        doubtful = replies.live(self.database.conn, number)
        if doubtful is None or doubtful.state is not ReplyState.UNSURE:
            return
        is_there = any(one.key == doubtful.id for one in self.squares[doubtful.account].public)
        action = Action.RESEND if again else Action.SENT if is_there else Action.NOT_SENT
        if self.moves(Move(f"M-{number}", action, PRIYA, overrides=True)) and again:
            self.again[doubtful.public_text] += 1

    @rule()
    def stops_or_starts(self) -> None:
        """Publishing is stopped, or goes on."""

        async def turned() -> None:
            if not await self.bench.desk.stop(FARAH, "wrong figures"):
                await self.bench.desk.start(MORAG)

        self.does(turned)

    # --- what the public does

    @rule(number=NUMBERS, what=st.sampled_from(["adds", "edits", "deletes"]))
    def writes(self, number: int, what: str) -> None:
        """The author goes on."""
        name, now = ACCOUNTS[number - 1], self.clock.now()
        self.posts += 1
        said: Any = post(f"{name} {self.posts}", f"And {self.posts}?", conversation=name)
        if what != "adds":
            said = Edited(f"{name} 1", f"Words {self.posts}", now) if what == "edits" else Gone(f"{name} 1", now)
        self.does(lambda: self.bench.arrives(said, account=name))

    # --- what goes wrong

    @rule(
        seconds=st.sampled_from([0, 1, 11, 11, 61, 200, 4000]),
        moods=st.lists(st.sampled_from(MOODS), max_size=4),
        cut=st.sampled_from([0, 0, 0, *range(1, 40)]),
    )
    def time_passes(self, seconds: int, moods: list[str], cut: int) -> None:
        """The clock moves, and the senders work until the power goes, if it does; then the bot begins again."""
        self.clock.advance(timedelta(seconds=seconds))
        for square in self.squares.values():
            square.moods = list(moods)
        self.starts(Fuse(cut) if cut else None)
        self.does(self.works)
        self.starts()

    async def works(self) -> None:
        """All that is due."""
        while await self.deliver.once():
            tasks = set(self.deliver._running)
            await self.deliver.finish_in_hand()
            if cut := [error for task in tasks if (error := task.exception())]:
                raise cut[0]

    @rule(number=NUMBERS)
    def somebody_changes_a_row(self, number: int) -> None:
        """Whoever can write to the database puts other words into what is held or waits."""
        if not self.foul:
            return
        c = schema.reply.c
        here = (c.number == number) & c.state.in_(["waiting", "held", "sending"])
        self.database.work(lambda conn: conn.execute(update(schema.reply).where(here).values(posts=SWAPPED)))

    @rule()
    def backs_up(self) -> None:
        """A copy of the database is put away."""
        self.backup = self.database.snapshot()

    @rule()
    def restores(self) -> None:
        """It takes the database's place, and is begun with as after a restore."""
        self.database.restore(self.backup)
        self.views.clear()
        self.runner.run(self.database.write(recovery.begin, RULES, self.clock.now()))
        self.starts()

    # --- what must hold

    @invariant()
    def only_what_was_let_go_is_public_as_that_account_and_for_those_readers(self) -> None:
        """No text nobody let go, none as another account, none to everybody that was for one."""
        for name, square in getattr(self, "squares", {}).items():
            for one in square.public:
                assert self.let_go.get(one.text) == (name, one.audience), one.text

    @invariant()
    def nothing_is_public_twice(self) -> None:
        """But for what a person had sent again, knowing that the first may be there."""
        for square in getattr(self, "squares", {}).values():
            times = Counter(one.text for one in square.public)
            assert {text: n for text, n in times.items() if n > 1 + self.again[text]} == {}

    def teardown(self) -> None:
        """On calm days everything comes to an end, and the record proves it."""
        if not hasattr(self, "squares"):
            return
        try:
            self.does(lambda: self.bench.desk.start(MORAG))
            for seconds in (0, 200, 200, 4000, 4000, 90_000, 200):
                self.time_passes(seconds, [], 0)
            self.only_what_was_let_go_is_public_as_that_account_and_for_those_readers()
            self.nothing_is_public_twice()
            self.judge()
        finally:
            self.runner.close()

    def judge(self) -> None:
        """What is sent is public and has its tick; what is under way waits for a person; the record is whole."""
        conn = self.database.conn
        assert invariants.broken(conn, self.clock.now(), deep=True, prompt=False) == []
        for one in rows(conn, schema.reply, schema.reply.c.state.not_in(["draft", "withdrawn", "by_hand"])):
            public = any(sent.key == one["id"] for sent in self.squares[one["account"]].public)
            fits = {("sent", True), ("failed", False), ("unsure", True), ("unsure", False), ("waiting", False)}
            assert (one["state"], public) in fits, (one["state"], one["text"])
            assert one["state"] != "sent" or one["confirmed_at"] or not one["native_id"]
        if not self.foul:
            assert verify(conn).fault == ""


@pytest.fixture(scope="module", autouse=True)
def prepared(empty_file: Path) -> Iterator[None]:
    """The database of all runs."""
    Replies.prepare(empty_file)
    yield
    Replies.database.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", PARTS[:2])
def test_nothing_is_public_that_nobody_let_go_nor_twice_nor_as_another_account(number: int) -> None:
    run_state_machine_as_test(seed(number)(Replies), settings=SHORT)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("number", PARTS)
def test_the_same_over_many_lives(number: int) -> None:
    run_state_machine_as_test(seed(number)(Replies), settings=settings(SHORT, max_examples=1500, stateful_step_count=60))

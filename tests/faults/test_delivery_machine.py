"""Two copies, any order of events, power cuts, sleepers and a restore: no reply twice, nothing lost, every edge walked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from bot.clock import MovableClock
from bot.delivery import ALLOWED, CALL, DeliveryState
from bot.errors import UserError
from bot.mention import Action, State
from bot.ports import Guarantee
from bot.reply import ReplyState
from bot.store import schema
from bot.store.sending import recovery
from tests.bot.council import Bench, house, post, rows
from tests.faults.crashing import quietly
from tests.faults.machine import PARTS, SHORT
from tests.faults.machine import quiet as quiet
from tests.faults.memory import MemoryDatabase
from tests.faults.paused import Call, Copy, World

pytestmark = pytest.mark.slow

PRIYA, MORAG = "U0PRIYA", "U0MORAG"
ENDS = ["ok", "ok", "ok", "lost", "late", "never", "later", "refused", "sign in", "gone", "bug"]
EDGES = {(before, after) for before, following in ALLOWED.items() for after in following}
D = DeliveryState
BY_RECOVERY = {(D.SENDING, D.CANCELLED), (D.UNKNOWN, D.CANCELLED)}
"""After a restore every redraw is asked for anew; what was under way is dropped, as it only draws."""
OVER = frozenset({D.DONE, D.FAILED, D.CANCELLED})


class Deliveries(RuleBasedStateMachine):
    """Some replies and cards, two copies that send them, and all that happens to both."""

    database: ClassVar[MemoryDatabase]
    begun: ClassVar[bytes]
    cards_on_the_wall: ClassVar[dict[str, int]]
    clock_begins: ClassVar[MovableClock]
    walked: ClassVar[set[tuple[DeliveryState, DeliveryState]]] = set()
    """Every edge that was ever walked, by whoever ran this machine in this process."""

    @classmethod
    def prepare(cls, empty: Path) -> None:
        """One database for all runs: each begins with two mentions on the wall and a reply to the first that is due."""
        cls.clock_begins = MovableClock()
        cls.database = MemoryDatabase(empty)
        asyncio.run(two_mentions(Bench(cls.database, cls.clock_begins, house())))  # type: ignore[arg-type]
        cls.begun = cls.database.snapshot()
        cls.cards_on_the_wall = cards(cls.database.conn)

    @initialize(guarantee=st.sampled_from(Guarantee))
    def opens(self, guarantee: Guarantee) -> None:
        """Two copies begin on it."""
        self.runner, self.clock = asyncio.Runner(), MovableClock(self.clock_begins.now())
        self.world = World(self.clock, guarantee)
        self.world.wall.update(list(self.cards_on_the_wall))
        self.backup, self.posts, self.resent = self.begun, 2, dict[str, int]()
        self.database.restore(self.begun)
        self.was = states(self.database.conn)
        self.database.after = self.notices
        self.copies = [Copy(self.database, self.world), Copy(self.database, self.world)]

    def notices(self, conn: Connection) -> None:
        """Which deliveries went from which state to which, in the transaction that was just stored."""
        now = states(conn)
        for one, (state, attempt) in now.items():
            before = self.was.get(one, ("pending", attempt))
            if before != (state, attempt) and (before[0] != state or state == "unknown"):
                self.walked.add((D(before[0]), D(state)))
        self.was = now

    @property
    def bench(self) -> Any:
        """A desk that staff may use."""
        return self.copies[0].bench

    def does(self, work: Callable[[], Awaitable[Any]]) -> bool:
        """Do it; a refusal is an answer too. Whether it was done."""
        with suppress(UserError):
            self.runner.run(as_coroutine(work))
            return True
        return False

    # --- what people do

    @rule()
    def comes(self) -> None:
        """The public writes."""
        self.posts += 1
        said = post(f"p{self.posts}", f"words {self.posts}", by=f"lou{self.posts}", conversation=f"c{self.posts}")
        self.does(lambda: self.bench.arrives(said))

    @rule(which=st.integers(1, 2))
    def replies(self, which: int) -> None:
        """Somebody answers."""
        self.does(lambda: self.bench.does(Action.REPLY, PRIYA, ref=f"M-{which}", text="Words", overrides=True))

    @rule(which=st.integers(1, 2), action=st.sampled_from([Action.WITHDRAW, Action.UNSURE, Action.NOTE, Action.CLAIM]))
    def undoes(self, which: int, action: Action) -> None:
        """Somebody undoes a reply or a second sending, or does something that only staff see."""
        self.does(lambda: self.bench.does(action, PRIYA, ref=f"M-{which}", note="why", overrides=True))

    @rule(which=st.integers(1, 2), again=st.booleans())
    def settles(self, which: int, again: bool) -> None:
        """Somebody looks, and says truly what became of a reply, or has it sent again all the same."""
        waiting = self.live(which)
        if waiting is None:
            return
        action = Action.SENT if self.world.public[waiting] else Action.NOT_SENT
        chosen = Action.RESEND if again else action
        if self.does(lambda: self.bench.does(chosen, PRIYA, ref=f"M-{which}", overrides=True)) and again:
            self.resent[waiting] = self.resent.get(waiting, 0) + 1

    def live(self, which: int) -> str | None:
        """The reply that waits for a person's word."""
        c = schema.reply.c
        found = rows(self.database.conn, schema.reply, c.number == which, c.state == ReplyState.UNSURE)
        return str(found[0]["id"]) if found else None

    @rule()
    def stops_or_starts(self) -> None:
        """Publishing is stopped, or goes on."""

        async def turned() -> None:
            if not await self.bench.desk.stop(MORAG, "wrong figures"):
                await self.bench.desk.start(MORAG)

        self.does(turned)

    # --- what the senders and the line do

    @rule(which=st.integers(0, 1), further=st.sampled_from([0, 1, 2, 9]))
    def looks(self, which: int, further: int) -> None:
        """A copy takes what is due, and so many of its calls end well before it comes to stand still."""
        self.takes(self.copies[which], further)

    def takes(self, copy: Copy, further: int) -> int:
        """See ``looks``; how much was taken."""
        taken = self.runner.run(copy.looks())
        for _ in range(further):
            if copy.calls:
                self.finish(copy, copy.calls[0], "ok")
        return taken

    @rule(which=st.integers(0, 1), call=st.integers(0, 5), end=st.sampled_from(ENDS))
    def ends(self, which: int, call: int, end: str) -> None:
        """One call of a copy ends so."""
        calls = self.copies[which].calls
        if calls:
            self.finish(self.copies[which], calls[call % len(calls)], end)

    def finish(self, copy: Copy, call: Call, end: str) -> None:
        """A bug is thought of in publishing only; what is looked for is not gone."""
        if (end == "bug" and call.what != "publish") or (end == "gone" and call.what not in ("redraw", "preflight")):
            end = "ok"
        call.ends.set_result(end)
        self.runner.run(copy.stands_still())

    @rule(seconds=st.sampled_from([1, 12, 30, 61, 151, 200, 4000]), landed=st.booleans())
    def time_passes(self, seconds: int, landed: bool) -> None:
        """Whoever is in a call sleeps on: what it sent has arrived by then, or never does."""
        for call in self.calls():
            if call.landed is None and self.clock.now() + timedelta(seconds=seconds) - call.since >= CALL:
                self.decide(call, landed)
        self.clock.advance(timedelta(seconds=seconds))
        self.world.arrive()

    def calls(self) -> list[Call]:
        """Every call that sends something."""
        return [call for copy in self.copies for call in copy.calls if call.what in ("publish", "post", "tell")]

    def decide(self, call: Call, landed: bool, *, late: bool = False) -> None:
        """What a call sent has left for good, or never will."""
        call.landed = landed
        if landed:
            self.world.send(call.what, call.key, late=late)

    @rule(which=st.integers(0, 1), landed=st.booleans(), late=st.booleans())
    def dies(self, which: int, landed: bool, late: bool) -> None:
        """A copy loses power, with whatever it had begun; another takes its place."""
        copy = self.copies[which]
        for call in [call for call in self.calls() if call in copy.calls and call.landed is None]:
            self.decide(call, landed, late=late)
        self.runner.run(copy.dies())
        self.copies[which] = Copy(self.database, self.world)

    @rule(which=st.integers(0, 1), landed=st.booleans())
    def nobody_can_tell(self, which: int, landed: bool) -> None:
        """What a copy is sending is answered by nobody, and for some minutes no look brings anything."""
        copy = self.copies[which]
        for call in [call for call in self.calls() if call in copy.calls and call.landed is None]:
            self.decide(call, landed)
        for _ in range(7):
            for call in list(copy.calls):
                self.finish(copy, call, "never")
            self.time_passes(30, landed)
            self.looks(which, 0)

    @rule(which=st.integers(0, 1), further=st.integers(0, 1), landed=st.booleans())
    def sleeps(self, which: int, further: int, landed: bool) -> None:
        """A copy takes what is due and is suspended in a call, while the other works on past its lease. It may go on yet."""
        self.looks(which, further)
        self.time_passes(151, landed)
        for _ in range(4):
            self.looks(1 - which, 9)
            self.time_passes(30, landed)

    @rule(which=st.integers(0, 1))
    def loses_a_card(self, which: int) -> None:
        """A copy dies while it draws a card again; by the next try somebody has deleted that card."""
        (mention,) = rows(self.database.conn, schema.mention, schema.mention.c.number == 2)
        self.undoes(2, Action.RELEASE if mention["state"] == State.CLAIMED else Action.CLAIM)
        self.looks(which, 0)
        self.dies(which, False, False)
        self.time_passes(61, False)
        self.looks(which, 0)
        for call in [call for call in self.copies[which].calls if call.what == "redraw"]:
            self.finish(self.copies[which], call, "gone")

    @rule(which=st.integers(0, 1), landed=st.booleans(), again=st.booleans(), undone=st.booleans())
    def asks_a_person(self, which: int, landed: bool, again: bool, undone: bool) -> None:
        """A reply goes out, nobody can tell whether it arrived, and a person decides, perhaps twice."""
        self.replies(1)
        self.time_passes(12, landed)
        self.looks(which, 1)
        self.nobody_can_tell(which, landed)
        self.settles(1, again)
        if undone:
            self.undoes(1, Action.UNSURE)

    @rule()
    def backs_up(self) -> None:
        """A copy of the database is put away."""
        self.backup = self.database.snapshot()

    @rule(landed=st.booleans())
    def restores(self, landed: bool) -> None:
        """Both copies end, the copy put away takes the database's place, and it is begun with as after a restore."""
        self.dies(0, landed, False)
        self.dies(1, landed, False)
        self.database.restore(self.backup)
        c = schema.delivery.c
        self.was = {
            one.id: (str(one.state), one.attempt) for one in self.database.conn.execute(select(c.id, c.state, c.attempt))
        }
        self.runner.run(self.database.write(recovery.begin, house(), self.clock.now()))

    # --- what must hold

    @invariant()
    def no_reply_is_public_more_often_than_a_person_sent_it(self) -> None:
        """The machine by itself sends none twice."""
        if hasattr(self, "world"):
            doubled = {key: times for key, times in self.world.public.items() if times > 1 + self.resent.get(key, 0)}
            assert doubled == {}

    @invariant()
    def only_edges_of_the_table_are_walked(self) -> None:
        """See ``ALLOWED``."""
        assert self.walked - EDGES - BY_RECOVERY == set()

    def teardown(self) -> None:
        """Left alone on a calm day everything comes to an end that fits what the public sees."""
        if not hasattr(self, "world"):
            return
        try:
            self.calms_down()
            self.judge()
        finally:
            self.dies(0, False, False)
            self.dies(1, False, False)
            self.runner.close()

    def calms_down(self) -> None:
        """Publishing goes on, nothing fails, and days pass."""
        self.dies(1, False, False)
        self.does(lambda: self.bench.desk.start(MORAG))
        for seconds in (0, 151, 20, 20, 60, 60, 600, 90_000, 90_000, 200, 200):
            self.time_passes(seconds, True)
            self.drains()
        for _ in range(300):  # a channel takes a message a second
            if self.under_way():
                self.time_passes(2, True)
                self.drains()

    def drains(self) -> None:
        """The first copy does all there is room for."""
        while self.takes(self.copies[0], 40):
            pass

    def under_way(self) -> list[tuple[object, object, object]]:
        """What has neither ended nor waits for a person."""
        held = [one for one in rows(self.database.conn, schema.delivery) if one["state"] not in {*OVER, D.NEEDS_HUMAN}]
        return [(one["key"], one["state"], one["due_at"]) for one in held]

    def judge(self) -> None:
        """What is sent is public, what failed is not, and the rest waits for a person who was told."""
        conn = self.database.conn
        assert self.under_way() == []
        for reply in rows(conn, schema.reply, schema.reply.c.state.not_in(["draft", "withdrawn"])):
            public, state = self.world.public[reply["id"]], reply["state"]
            assert (state, public > 0) in {("sent", True), ("failed", False), ("unsure", True), ("unsure", False)}
        shown = {number for one, number in cards(conn).items() if self.world.wall[one]}
        assert shown == {one["number"] for one in rows(conn, schema.mention)}


def cards(conn: Connection) -> dict[str, int]:
    """What each card is posted under, and its mention; a card somebody deleted was posted again under another."""
    return {one["id"]: one["number"] for one in rows(conn, schema.delivery, schema.delivery.c.kind == "card")}


def states(conn: Connection) -> dict[str, tuple[str, int]]:
    """Where every delivery stands, and at which attempt."""
    c = schema.delivery.c
    return {row.id: (str(row.state), row.attempt) for row in conn.execute(select(c.id, c.state, c.attempt))}


async def two_mentions(bench: Bench) -> None:
    """Two have come and are on the wall; the hold of a reply to the first is over."""
    for number in (1, 2):
        await bench.arrives(post(f"p{number}", f"words {number}", by=f"lou{number}", conversation=f"c{number}"))
    await quietly(bench)
    await bench.does(Action.REPLY, PRIYA, text="Words")
    await quietly(bench)
    bench.clock.advance(seconds=11)


async def as_coroutine(work: Callable[[], Awaitable[Any]]) -> Any:
    """What a runner takes."""
    return await work()


def ends_so(day: Deliveries, *ends: str) -> None:
    """The first copy takes what is due; its calls end so, one after the other, and then well."""
    day.looks(0, 0)
    for end in ends:
        if day.copies[0].calls:
            day.finish(day.copies[0], day.copies[0].calls[0], end)
    day.looks(0, 9)


def is_asked(day: Deliveries) -> None:
    """A reply's answer is lost and nothing can be seen, until a person is asked."""
    ends_so(day, "ok", "never")
    for _ in range(8):
        day.time_passes(30, False)
        ends_so(day, "never")
    assert day.live(1)


def is_proved_absent(day: Deliveries) -> None:
    """It never arrived, and late looks agree on that."""
    ends_so(day, "ok", "never")
    for _ in range(5):
        day.time_passes(30, False)
        ends_so(day)


def is_sent_again(day: Deliveries) -> None:
    """A person is asked, and has it sent again."""
    is_asked(day)
    day.settles(1, True)


def left_in_a_redraw(day: Deliveries) -> None:
    """A card was deleted before it was drawn again."""
    ends_so(day)
    day.loses_a_card(0)


def is_undone(day: Deliveries) -> None:
    """The author takes the reply back before it leaves."""
    day.undoes(1, Action.WITHDRAW)


def is_undone_again(day: Deliveries) -> None:
    """Somebody takes the second sending back."""
    is_sent_again(day)
    day.undoes(1, Action.UNSURE)


def is_found(day: Deliveries) -> None:
    """Its answer is lost, and it is seen a little later."""
    ends_so(day, "ok", "lost")
    day.time_passes(12, True)
    ends_so(day)


def is_there(day: Deliveries) -> None:
    """A person is asked; by then it has turned up."""
    is_asked(day)
    day.world.send("publish", str(day.live(1)))
    day.settles(1, False)


def is_not_there(day: Deliveries) -> None:
    """A person is asked, and sees that it is not there."""
    is_asked(day)
    day.settles(1, False)


WALKS: dict[tuple[DeliveryState, DeliveryState], Callable[[Deliveries], None]] = {
    (D.PENDING, D.SENDING): ends_so,
    (D.PENDING, D.CANCELLED): is_undone,
    (D.PENDING, D.UNKNOWN): lambda day: day.restores(False),
    (D.PENDING, D.NEEDS_HUMAN): is_undone_again,
    (D.SENDING, D.DONE): ends_so,
    (D.SENDING, D.FAILED): lambda day: ends_so(day, "ok", "refused"),
    (D.SENDING, D.UNKNOWN): lambda day: ends_so(day, "ok", "lost"),
    (D.SENDING, D.PENDING): lambda day: ends_so(day, "later"),
    (D.UNKNOWN, D.DONE): is_found,
    (D.UNKNOWN, D.FAILED): left_in_a_redraw,
    (D.UNKNOWN, D.PENDING): is_proved_absent,
    (D.UNKNOWN, D.UNKNOWN): is_asked,
    (D.UNKNOWN, D.NEEDS_HUMAN): is_asked,
    (D.NEEDS_HUMAN, D.DONE): is_there,
    (D.NEEDS_HUMAN, D.CANCELLED): is_not_there,
    (D.NEEDS_HUMAN, D.PENDING): is_sent_again,
}
"""One way along each edge."""
FEW = settings(SHORT, max_examples=6, stateful_step_count=25)


@pytest.fixture(scope="module", autouse=True)
def prepared(empty_file: Path) -> Iterator[None]:
    """The database of all runs."""
    Deliveries.prepare(empty_file)
    yield
    Deliveries.database.close()


@pytest.fixture(autouse=True)
def nothing_walked() -> None:
    """Each test walks for itself."""
    Deliveries.walked.clear()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", PARTS[:2])
def test_no_reply_goes_twice_and_nothing_is_lost_in_whatever_order_things_happen(number: int) -> None:
    run_state_machine_as_test(seed(number)(Deliveries), settings=FEW)


@pytest.mark.parametrize("edge", WALKS, ids=lambda edge: f"{edge[0]} to {edge[1]}")
def test_every_edge_can_be_walked(edge: tuple[DeliveryState, DeliveryState]) -> None:
    day = Deliveries()
    day.opens(Guarantee.LOOKUP)

    WALKS[edge](day)

    day.no_reply_is_public_more_often_than_a_person_sent_it()
    day.teardown()
    assert edge in Deliveries.walked
    assert Deliveries.walked <= EDGES | BY_RECOVERY


@pytest.mark.parametrize("guarantee", Guarantee)
@pytest.mark.parametrize(("further", "landed"), [(0, False), (1, False), (1, True)], ids=["before", "unheard", "heard"])
def test_a_copy_that_sleeps_past_its_lease_does_not_double_what_another_sent(
    guarantee: Guarantee, further: int, landed: bool
) -> None:
    day = Deliveries()
    day.opens(guarantee)

    day.sleeps(0, further, landed)
    for _ in range(3):
        day.looks(0, 9)

    day.no_reply_is_public_more_often_than_a_person_sent_it()
    day.teardown()


@pytest.mark.parametrize("guarantee", Guarantee)
def test_the_time_to_settle_counts_from_the_socket_however_long_the_look_before_took(guarantee: Guarantee) -> None:
    day = Deliveries()
    day.opens(guarantee)
    day.looks(0, 0)
    day.time_passes(55, False)

    ends_so(day, "ok", "late")
    for _ in range(4):
        day.time_passes(12, False)
        ends_so(day)

    day.teardown()
    day.no_reply_is_public_more_often_than_a_person_sent_it()


def test_no_edge_is_left_out() -> None:
    assert set(WALKS) == EDGES


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("size", [(125, 50), (2500, 50)], ids=["500 in all", "10000 in all"])
@pytest.mark.parametrize("number", PARTS)
def test_every_edge_is_walked_by_chance_and_none_goes_wrong(number: int, size: tuple[int, int]) -> None:
    long = settings(FEW, max_examples=size[0], stateful_step_count=size[1])
    run_state_machine_as_test(seed(number)(Deliveries), settings=long)

    assert EDGES - Deliveries.walked == set()

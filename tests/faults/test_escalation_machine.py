"""Staff, the public, the rota, the clock, a moody chat and power cuts take turns with the ladder: nobody is left waiting.

After each turn every invariant of the live database holds; no ping is said to one who has not the role at that moment, and
none about a mention that somebody has taken since. Left alone for some calm days, whatever is open is pinged about.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from bot.card import Notice
from bot.clock import MovableClock
from bot.duty.rota import DutyRole, Override
from bot.engine.deliver import Deliver
from bot.engine.escalate import Escalate
from bot.errors import Refused, TryLater, Unsure, UserError
from bot.mention import OPEN, Action
from bot.ports import MessageRef
from bot.store import schema
from bot.store.duty import rota
from bot.store.proof import invariants
from bot.times.week import Week
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Letterbox, Wall
from tests.bot.engine.night import DEV, FARAH, MORAG, PRIYA, TAM, ladder, plan, rotation
from tests.faults.crashing import Crossed, Fuse, PowerCut
from tests.faults.machine import SHORT
from tests.faults.machine import quiet as quiet
from tests.faults.memory import MemoryDatabase

PEOPLE = st.sampled_from([DEV, FARAH, PRIYA, TAM, MORAG])
NUMBERS = st.integers(1, 4)
PRESSED = st.sampled_from(
    [
        *(Action.CLAIM, Action.RELEASE, Action.ACKNOWLEDGE, Action.SEE, Action.NOTE, Action.CLOSE, Action.SNOOZE),
        *(Action.REPLY, Action.ANSWERED, Action.PRIORITY),
    ]
)
MOODS = ["", "", "", "lost", "later", "refused"]
TURNS = plan(
    rotation(DutyRole.DUTY, DEV, FARAH, hours=Week.read("mon-sun 07:00-23:00")),
    rotation(DutyRole.BACKUP, PRIYA),
    rotation(DutyRole.SHADOW, TAM),
)
POLICIES = (
    ladder("owner", "duty", "backup", "channel", name="urgent", priorities=("P0",)),
    ladder("owner", "duty", "backup", "lead", "channel", repeat=1, quiet=Week.read("mon-sun 22:00-06:00")),
)
TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
RULES = {"plan": TURNS, "policies": POLICIES}


class Listening(Wall):
    """A chat that may be in a mood, and looks at whoever it tells something: had they that role just then?"""

    def __init__(self, conn: Connection, clock: MovableClock) -> None:
        super().__init__()
        self.conn, self.clock, self.wrong = conn, clock, list[str]()
        self.said: list[int] = []

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """As in that mood, else told."""
        self.judge(key)
        return await super().tell(staff, notice, key)

    def judge(self, key: str) -> None:
        """Note what should not have been said."""
        d, p, m = schema.delivery.c, schema.ping.c, schema.mention.c
        named = p.id == select(d.payload["ping"].as_string()).where(d.id == key).scalar_subquery()
        query = select(p.number, p.person, p.role, m.state, m.owner).join_from(
            schema.ping, schema.mention, m.number == p.number
        )
        for row in self.conn.execute(query.where(named)):
            now = self.clock.now()
            on_duty = rota.snapshot(self.conn, house(**RULES), now)
            if row.role in set(DutyRole) and row.person not in on_duty.on_duty(DutyRole(row.role), now):
                self.wrong.append(f"{row.person} was pinged as {row.role} about M-{row.number}")
            if row.state not in OPEN or (row.role == "owner" and row.owner != row.person):
                self.wrong.append(f"{row.person} was pinged about M-{row.number}, which is {row.state}")
            self.said.append(row.number)


class Ladders(RuleBasedStateMachine):
    """A few mentions, their ladders, and all that happens meanwhile."""

    database: ClassVar[MemoryDatabase]
    begun: ClassVar[bytes]

    @classmethod
    def prepare(cls, empty: Path) -> None:
        """One database for all runs."""
        cls.database = MemoryDatabase(empty)
        cls.begun = cls.database.snapshot()

    @initialize()
    def opens(self) -> None:
        """Begin anew, with something in it."""
        self.runner, self.clock, self.posts = asyncio.Runner(), MovableClock(TUESDAY), 0
        self.database.restore(self.begun)
        self.wall = Listening(self.database.conn, self.clock)
        self.starts()
        self.writes(1)

    def starts(self, fuse: Fuse | None = None) -> None:
        """The bot begins on what is stored."""
        database: Any = Crossed(self.database, "db", fuse) if fuse else self.database
        self.bench = Bench(database, self.clock, house(**RULES))
        self.bench.desk.chats["wall"] = self.wall
        self.bench.desk.networks["website"] = Letterbox()
        self.deliver = Deliver(self.bench.desk)

    def does(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Do it; a refusal is an answer too."""

        async def answered() -> None:
            with suppress(UserError, PowerCut):
                await work()

        self.runner.run(answered())

    async def loops(self) -> None:
        """The loops look until nothing is left to do."""
        for _ in range(20):
            done = await Escalate(self.bench.desk).once()
            while await self.deliver.once():
                tasks = set(self.deliver._running)
                await self.deliver.finish_in_hand()
                if cut := [error for task in tasks if (error := task.exception())]:
                    raise cut[0]
            if not done:
                return

    @rule(many=st.integers(1, 3))
    def writes(self, many: int) -> None:
        """The public writes."""
        first, self.posts = self.posts + 1, self.posts + many
        said = [post(f"p{n}", f"words {n}", by=f"a{n % 4}", conversation=f"c{n % 4}") for n in range(first, self.posts + 1)]
        self.does(lambda: self.bench.arrives(*said))

    @rule(action=PRESSED, by=PEOPLE, number=NUMBERS, lead=st.booleans(), priority=st.sampled_from(["P0", "P2", "P4"]))
    def presses(self, action: Action, by: str, number: int, lead: bool, priority: str) -> None:
        """Somebody does something about a mention."""
        more = {"until": self.clock.now() + timedelta(minutes=50), "priority": priority, "overrides": lead}
        self.does(lambda: self.bench.does(action, by, ref=f"M-{number}", note="why", text="Words", **more))

    @rule(by=PEOPLE, number=NUMBERS)
    def is_not_available(self, by: str, number: int) -> None:
        """Somebody who was pinged passes it on."""
        self.does(lambda: self.bench.desk.pass_on(f"M-{number}", by, ""))

    @rule(person=PEOPLE, role=st.sampled_from([DutyRole.DUTY, DutyRole.BACKUP]), hours=st.integers(1, 9))
    def changes_the_rota(self, person: str, role: DutyRole, hours: int) -> None:
        """Somebody is put on for a while."""
        now = self.clock.now()
        cover = Override(
            f"o{now.timestamp():.0f}{role}", role, person, now, now + timedelta(hours=hours), "the dentist", MORAG
        )
        self.does(lambda: self.bench.db.write(rota.add_override, cover, house=self.bench.house, now=now))

    @rule(
        minutes=st.sampled_from([1, 9, 10, 25, 60, 240, 900, -60, 3000]), moods=st.lists(st.sampled_from(MOODS), max_size=6)
    )
    def time_passes(self, minutes: int, moods: list[str]) -> None:
        """The clock moves, perhaps back, and the loops look while the chat is in some mood."""
        answers = {"lost": Unsure("lost"), "later": TryLater("busy"), "refused": Refused("no such person.")}
        self.clock.advance(minutes=minutes)
        self.wall.answers = [answers.get(mood, mood) for mood in moods]
        self.does(self.loops)
        self.wall.answers = []

    @rule(
        minutes=st.sampled_from([0, 10, 60, 600]),
        person=PEOPLE,
        role=st.sampled_from([DutyRole.DUTY, DutyRole.BACKUP]),
        after=st.sampled_from([1, 10, 900]),
    )
    def the_chat_is_away(self, minutes: int, person: str, role: DutyRole, after: int) -> None:
        """Pings are queued, and can leave only later, when somebody else may be on duty."""
        self.clock.advance(minutes=minutes)
        self.does(Escalate(self.bench.desk).once)
        self.changes_the_rota(person, role, 2)
        self.clock.advance(minutes=after)
        self.does(self.loops)

    @rule(at=st.integers(1, 30), minutes=st.sampled_from([10, 60]))
    def the_power_fails(self, at: int, minutes: int) -> None:
        """In the middle of whatever the loops do; then another begins on what is stored."""
        self.clock.advance(minutes=minutes)
        self.starts(Fuse(at))
        self.does(self.loops)
        self.starts()

    @invariant()
    def nothing_is_broken(self) -> None:
        """What must be so at every moment of the live database."""
        if hasattr(self, "wall"):
            found = invariants.broken(self.database.conn, self.clock.now(), deep=True, prompt=False)
            assert [one for one in found if one.name not in LATE_ONES] == []
            assert self.wall.wrong == []

    def teardown(self) -> None:
        """Some calm days later each open mention has been pinged about, and the record fits."""
        if not hasattr(self, "wall"):
            return
        try:
            self.wall.said.clear()
            for _ in range(60):
                self.time_passes(60, [])
            m = schema.mention.c
            waiting = self.database.conn.execute(select(m.number).where(m.state.in_(OPEN))).scalars().all()
            assert set(waiting) <= set(self.wall.said) | bundled(self.database.conn)
            assert self.runner.run(self.bench.verdict()).startswith("ok")
            self.nothing_is_broken()
        finally:
            self.runner.close()


LATE_ONES = frozenset({"no_ping_after_a_claim"})
"""A clock that is set back makes a ping look later than the claim before it."""


def bundled(conn: Connection) -> set[int]:
    """The mentions that were said in a message of many."""
    c = schema.ping.c
    return set(conn.execute(select(c.number).where(c.bundle.is_not(None), c.said_at.is_not(None))).scalars())


@pytest.fixture(scope="module", autouse=True)
def prepared(empty_file: Path) -> Iterator[None]:
    """The database of all runs."""
    Ladders.prepare(empty_file)
    yield
    Ladders.database.close()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_nobody_is_left_waiting_in_whatever_order_things_happen() -> None:
    run_state_machine_as_test(seed(1)(Ladders), settings=SHORT)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_nobody_is_left_waiting_in_five_hundred_weeks(number: int) -> None:
    run_state_machine_as_test(seed(number)(Ladders), settings=settings(SHORT, max_examples=125, stateful_step_count=50))

"""Whatever is done, in whatever order: nothing open waits for ever, the record fits, one reply at most is on its way."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select, text

from bot.clock import MovableClock
from bot.engine.audit import Audit
from bot.engine.escalate import Escalate
from bot.errors import Refused, TryLater, Unsure, UserError
from bot.mention import SYSTEM, Action, State
from bot.moving import MOVES
from bot.ports import Edited, Found, Gone, NotFound, Receipt
from bot.store.executor import Database
from bot.store.proof import record
from bot.store.schema import event
from bot.store.sending import outbox
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Office

WAITS_FOR_EVER = text(
    "SELECT m.number FROM mention m LEFT JOIN escalation e ON e.number = m.number "
    "WHERE m.state NOT IN ('replied', 'closed') AND e.due_at IS NULL"
)
PINGED_FOR_NOTHING = text(
    "SELECT m.number FROM mention m JOIN escalation e ON e.number = m.number "
    "WHERE m.state IN ('replied', 'closed') AND e.due_at IS NOT NULL"
)
VERSION_IS_NOT_THE_EVENTS = text(
    "SELECT m.number FROM mention m WHERE m.version <> (SELECT count(*) FROM event e WHERE e.subject = 'M-' || m.number)"
)
REPLYING_WITHOUT_A_REPLY = text(
    "SELECT m.number FROM mention m WHERE (m.state = 'replying') <> "
    "((SELECT count(*) FROM reply r WHERE r.number = m.number AND r.state IN ('held', 'sending', 'unsure')) = 1)"
)
REPLYING_WITH_NOTHING_TO_COME = text(
    "SELECT m.number FROM mention m WHERE m.state = 'replying' AND NOT EXISTS (SELECT 1 FROM delivery d WHERE "
    "d.number = m.number AND d.kind = 'reply' AND d.state IN ('pending', 'sending', 'unknown', 'needs_human'))"
)
GOING_OUT_THOUGH_STOPPED = text(
    "SELECT d.number FROM delivery d JOIN reply r ON d.key = 'reply:' || r.id WHERE "
    "d.state IN ('pending', 'sending', 'unknown', 'needs_human') AND r.state NOT IN ('held', 'sending', 'unsure')"
)
OFFERED_FOR_EVER = text(
    "SELECT number FROM mention WHERE offered_to IS NOT NULL AND (offer_until IS NULL OR state <> 'claimed')"
)
ASLEEP_FOR_EVER = text("SELECT number FROM mention WHERE (state = 'snoozed') <> (snooze_until IS NOT NULL)")
HAS_AN_OWNER_OR_NOT = text(
    "SELECT number FROM mention WHERE (state = 'new' AND owner IS NOT NULL) OR "
    "(state IN ('claimed', 'replying', 'replied') AND owner IS NULL)"
)
WAITS_FOR_NOBODY = text(
    "SELECT r.number FROM reply r JOIN mention m ON m.number = r.number WHERE r.state = 'waiting' AND "
    "(m.state <> 'claimed' OR r.approval_due_at IS NULL OR r.submitted_at IS NULL)"
)
UNDER_WAY_TWICE = text(
    "SELECT number FROM reply WHERE state IN ('waiting', 'held', 'sending', 'unsure') GROUP BY number HAVING count(*) > 1"
)
APPROVED_BY_ITS_WRITER = text('SELECT number FROM reply WHERE approved_by = "by"')
NEVER = (
    WAITS_FOR_NOBODY,
    UNDER_WAY_TWICE,
    APPROVED_BY_ITS_WRITER,
    WAITS_FOR_EVER,
    OFFERED_FOR_EVER,
    ASLEEP_FOR_EVER,
    HAS_AN_OWNER_OR_NOT,
    PINGED_FOR_NOTHING,
    VERSION_IS_NOT_THE_EVENTS,
    REPLYING_WITHOUT_A_REPLY,
    REPLYING_WITH_NOTHING_TO_COME,
    GOING_OUT_THOUGH_STOPPED,
)
PEOPLE = st.sampled_from(["U0PRIYA", "U0FARAH", "U0DEV"])
REFS = st.integers(1, 3).map(lambda n: f"M-{n}")
PRESSED = [
    Action.CLAIM, Action.RELEASE, Action.REPLY, Action.WITHDRAW, Action.ANSWERED, Action.CLOSE, Action.NOTE, Action.SEE,
    Action.ACKNOWLEDGE, Action.SENT, Action.NOT_SENT, Action.GIVE, Action.ACCEPT, Action.DECLINE, Action.SNOOZE,
    Action.PRIORITY, Action.RESEND, Action.SUBMIT, Action.APPROVE, Action.SEND_BACK, Action.RECALL,
]  # fmt: skip
ANSWERS = [TryLater("busy"), Refused("no"), Unsure("lost"), "lost", ""]
Step: TypeAlias = Callable[[Office], Awaitable[Any]]
LOOKS = [NotFound.ABSENT, NotFound.CANNOT_TELL, Found(Receipt("found")), TryLater("busy")]


def walked(conn: Connection) -> set[tuple[State, Action]]:
    """The moves of the table that were made, as the record has them."""
    made = set()
    for subject in conn.execute(select(event.c.subject).distinct().where(event.c.subject.startswith("M-"))).scalars():
        state = State.NEW
        for one in record.events_of(conn, subject):
            if (state, one["action"]) in MOVES:
                made.add((state, Action(one["action"])))
            state = State(one["changes"].get("state", state))
    return made


def broken(conn: Connection) -> list[str]:
    """What must never be so, and is."""
    return [f"{query.text} → {found}" for query in NEVER if (found := list(conn.execute(query).scalars()))]


class Council(RuleBasedStateMachine):
    """A day at the desk, with the public, the staff, the network, the clock and a power cut taking turns."""

    empty: ClassVar[Path]
    walked: ClassVar[set[tuple[State, Action]]] = set()
    """Every move that was made, on whichever day."""

    @initialize()
    def opens(self) -> None:
        """A new file, and something in it."""
        self.folder = Path(tempfile.mkdtemp(prefix="council-"))
        shutil.copy(self.empty, self.folder / "tolbooth.db")
        self.clock, self.posts, self.runner = MovableClock(), 0, asyncio.Runner()
        self.starts()
        self.writes("lou", "c1")

    def starts(self) -> None:
        """The bot begins on what the file holds."""
        self.office = Office(Bench(Database(f"sqlite:///{self.folder / 'tolbooth.db'}"), self.clock, house()))

    @property
    def bench(self) -> Bench:
        """The desk."""
        return self.office.bench

    def run_now(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Do it; a refusal is an answer too."""

        async def answered() -> None:
            with suppress(UserError):
                await work()

        self.runner.run(answered())

    @rule(by=st.sampled_from(["lou", "ann", "bob"]), where=st.sampled_from(["c1", "c2"]))
    def writes(self, by: str, where: str) -> None:
        """Somebody writes."""
        self.posts += 1
        self.run_now(lambda: self.bench.arrives(post(f"p{self.posts}", f"words {self.posts}", by=by, conversation=where)))

    @rule(which=st.integers(1, 6))
    def edits(self, which: int) -> None:
        """Somebody says it otherwise."""
        self.posts += 1
        self.run_now(lambda: self.bench.arrives(Edited(f"p{which}", f"words {self.posts}", self.clock.now())))

    @rule(which=st.integers(1, 6))
    def deletes(self, which: int) -> None:
        """Somebody takes it back."""
        self.run_now(lambda: self.bench.arrives(Gone(f"p{which}", self.clock.now())))

    @rule(action=st.sampled_from(PRESSED), by=PEOPLE, ref=REFS, lead=st.booleans())
    def presses(self, action: Action, by: str, ref: str, lead: bool) -> None:
        """Somebody of the staff does something."""
        until = self.clock.now() + timedelta(minutes=10)
        more: dict[str, Any] = {"to": "U0FARAH", "until": until, "priority": "P2"}
        self.run_now(lambda: self.bench.does(action, by, ref=ref, note="why", text="Words", overrides=lead, **more))

    @rule(ref=REFS, by=PEOPLE)
    def replies(self, ref: str, by: str) -> None:
        """A reply is the longest way through the table, so it is walked more often."""
        self.run_now(lambda: self.bench.does(Action.REPLY, by, ref=ref, text="Words"))

    @rule(
        seconds=st.sampled_from([1, 12, 50, 200, 4000, 90_000]),
        answers=st.lists(st.sampled_from(ANSWERS), max_size=3),
        looks=st.lists(st.sampled_from(LOOKS), max_size=3),
    )
    def time_passes(self, seconds: int, answers: list[Any], looks: list[Any]) -> None:
        """The loops look again after a while, and the network is in some mood."""
        self.clock.advance(timedelta(seconds=seconds))
        self.office.box.answers, self.office.box.looks = list(answers), list(looks)
        self.run_now(self.office.delivers)
        self.run_now(Escalate(self.bench.desk).once)
        self.run_now(Audit(self.bench.desk, "mentions").once)

    @rule(by=PEOPLE)
    def stops_or_starts(self, by: str) -> None:
        """Publishing is stopped, or goes on."""

        async def turned() -> None:
            if not await self.bench.desk.stop(by, "wrong figures"):
                await self.bench.desk.start(by)

        self.run_now(turned)

    @rule()
    def a_copy_dies(self) -> None:
        """Another copy takes what is due, and is never heard of again."""
        self.run_now(lambda: self.bench.db.write(outbox.due, self.clock.now(), "dead", 9))

    @rule()
    def the_power_fails(self) -> None:
        """Whatever was in hand is gone; what was stored is not."""
        self.run_now(lambda: self.bench.db.write(lambda conn: None))
        self.bench.db.close()
        self.starts()

    @invariant()
    def nothing_is_lost(self) -> None:
        """See ``NEVER``."""
        if hasattr(self, "office"):
            assert self.runner.run(self.bench.db.read(broken)) == []

    def teardown(self) -> None:
        """The record fits, and nothing the system did is a person's."""
        if not hasattr(self, "office"):
            return
        try:
            verdict = self.runner.run(self.bench.verdict())
            assert verdict.startswith("ok"), verdict
            self.walked.update(self.runner.run(self.bench.db.read(walked)))
            actors = self.runner.run(self.bench.db.read(lambda conn: set(conn.execute(text(SYSTEMS)).scalars())))
            assert actors <= {SYSTEM}
        finally:
            self.bench.db.close()
            self.runner.close()
            shutil.rmtree(self.folder, ignore_errors=True)


SYSTEMS = "SELECT actor FROM event WHERE action IN ('received', 'add', 'edit', 'gone', 'escalate', 'unsure', 'reopen')"
FEW = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)


async def time_goes_by(office: Office) -> None:
    """Three hours, in which the loops look again every ten minutes."""
    for _ in range(18):
        await office.passes(minutes=10, every=600)
        await Escalate(office.bench.desk).once()


async def is_unsure(office: Office) -> None:
    """The reply's answer is lost, and nobody can tell."""
    office.box.answers, office.box.looks = ["lost"], [NotFound.CANNOT_TELL] * 99
    await office.passes(minutes=5)


async def sends_again(office: Office) -> None:
    """A person is asked and has it sent again."""
    await is_unsure(office)
    await office.bench.does(Action.RESEND, "U0PRIYA")


async def is_refused(office: Office) -> None:
    """The network will not have the reply."""
    office.box.answers = [Refused("no")]
    await office.passes(seconds=11)


def press(action: Action, **more: Any) -> Step:
    """A person's deed."""
    return lambda office: office.bench.does(action, "U0PRIYA", note="why", text="Words", overrides=True, **more)


def wakes_soon(office: Office) -> Awaitable[Any]:
    """Somebody puts it to sleep for ten minutes."""
    return press(Action.SNOOZE, until=office.bench.clock.now() + timedelta(minutes=10))(office)


async def is_given(office: Office) -> None:
    """Priya has it, and offers it to Farah."""
    await office.bench.does(Action.GIVE, "U0PRIYA", to="U0FARAH", until=office.bench.clock.now() + timedelta(minutes=10))


def decides(action: Action) -> Sequence[Step]:
    """A reply of Priya's waits, and Farah decides about it."""
    return (press(Action.SUBMIT), lambda office: office.bench.does(action, "U0FARAH", note="shorter"))


BROUGHT: Mapping[State, Sequence[Step]] = {
    State.NEW: (),
    State.CLAIMED: (press(Action.CLAIM),),
    State.SNOOZED: (press(Action.CLAIM), wakes_soon),
    State.REPLYING: (press(Action.REPLY),),
    State.REPLIED: (press(Action.ANSWERED),),
    State.CLOSED: (press(Action.CLOSE),),
}
"""What brings a new mention to each state."""
DEEDS: Mapping[Action, Sequence[Step]] = {
    Action.EXPIRE: (time_goes_by,),
    Action.WAKE: (time_goes_by,),
    Action.SNOOZE: (wakes_soon,),
    Action.GIVE: (is_given,),
    Action.ACCEPT: (is_given, lambda office: office.bench.does(Action.ACCEPT, "U0FARAH")),
    Action.DECLINE: (is_given, lambda office: office.bench.does(Action.DECLINE, "U0FARAH")),
    Action.SENT: (lambda office: office.passes(seconds=11),),
    Action.NOT_SENT: (is_refused,),
    Action.UNSURE: (is_unsure,),
    Action.RESEND: (sends_again,),
    Action.APPROVE: decides(Action.APPROVE),
    Action.SEND_BACK: decides(Action.SEND_BACK),
    Action.RECALL: (press(Action.SUBMIT), press(Action.RECALL)),
    Action.REOPEN: (lambda office: office.bench.arrives(post("p2", "Still?", conversation="c1")),),
}
"""What makes a move; the others are pressed."""


@pytest.mark.slow
@pytest.mark.parametrize(("state", "action"), MOVES, ids=lambda part: str(part))
async def test_every_move_of_the_table_can_be_made_and_breaks_nothing(office: Office, state: State, action: Action) -> None:
    await office.bench.arrives(post("p1", conversation="c1"))
    await office.delivers()

    for step in (*BROUGHT[state], *DEEDS.get(action, (press(action),))):
        await step(office)

    assert (state, action) in await office.bench.db.read(walked)
    assert await office.bench.db.read(broken) == []


@pytest.mark.timeout(180)
@pytest.mark.slow
def test_nothing_is_lost_whatever_is_done_in_whatever_order(empty_file: Path) -> None:
    Council.empty = empty_file

    run_state_machine_as_test(Council, settings=FEW)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_is_lost_in_a_thousand_days(empty_file: Path) -> None:
    Council.empty = empty_file

    run_state_machine_as_test(Council, settings=settings(FEW, max_examples=1000, stateful_step_count=60))

    assert set(MOVES) - Council.walked == set()

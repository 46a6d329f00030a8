"""A power cut at every step a sender takes, whatever it met there: nothing lost, nothing doubled, nothing kept quiet."""

import ast
import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest

from bot.engine import read_back, rooms, say, speak
from bot.ports import REPEATABLE, Guarantee
from bot.reply import ReplyState
from bot.store import schema
from tests.bot.council import rows
from tests.faults.crashing import OUTCOMES, Fuse, Town, begun

pytestmark = pytest.mark.slow  # the power goes at each step

SENDERS = (speak, say, rooms, read_back)
TREES = {module: ast.parse(inspect.getsource(module)) for module in SENDERS}
COUNTED = (
    *("self.desk.db.", "self.desk.peers.", "network.", "chat."),
    *("self.desk.story", "self.desk.stopped", "self.desk.card_link"),  # these ask the database, or the chat
    "self.rooms.",  # one of the senders' files itself
)
"""What a sender may wait for: each is crossed."""
FIRST = 18
"""Steps of a first try, from taking what is due to what comes of it and a little beyond."""
EVERY = 500
QUICK = ("ok", "lost", "late")
CERTAIN = (Guarantee.LOOKUP, Guarantee.NATIVE_KEY)
LONG_ONLY = (pytest.mark.long, pytest.mark.timeout(600))
TABLE = [
    pytest.param(guarantee, outcome, EVERY, id=f"{guarantee}: {outcome}: every point", marks=LONG_ONLY)
    for guarantee in Guarantee
    for outcome in OUTCOMES
] + [
    pytest.param(guarantee, outcome, FIRST, id=f"{guarantee}: {outcome}")
    for guarantee, outcome in (*((one, other) for one in CERTAIN for other in QUICK), (Guarantee.NONE, "ok"))
]
SAID = [
    pytest.param(kind, outcome, history, EVERY, id=f"{kind}: {outcome}: {history}: every point", marks=LONG_ONLY)
    for kind, history in (("card", True), ("card", False), ("ping", False))
    for outcome in OUTCOMES
] + [
    pytest.param("card", "lost", True, FIRST, id="card: lost"),
    pytest.param("ping", "ok", False, FIRST, id="ping: ok"),
]


@pytest.fixture
async def start(empty_file: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The town at the beginning the test names."""
    made = await begun(request.node.callspec.params.get("kind", "reply"), empty_file)
    yield made
    made.database.close()


def stands(made: Town) -> tuple[str, str, int, bool]:
    """The reply's state, its delivery's, how often it is public, and whether staff were told of a doubt."""
    conn = made.database.conn
    reply = [row for row in rows(conn, schema.reply) if row["state"] != ReplyState.DRAFT][-1]
    delivery = rows(conn, schema.delivery, schema.delivery.c.kind == "reply")[-1]
    told = any(key.endswith(":unsure") for key in made.board.there)
    return str(reply["state"]), str(delivery["state"]), len(made.square.public), told


def verdict(made: Town, guarantee: Guarantee, outcome: str) -> str:
    """What is wrong with how a reply ended; empty when nothing is."""
    reply, delivery, public, told = found = stands(made)
    good = {
        ("sent", "done", 1, False),
        ("sent", "done", 1, True),
        ("unsure", "needs_human", public, True),
    }
    if outcome == "rejected":
        good.add(("failed", "failed", 0, False))
    elif guarantee in REPEATABLE:
        good.discard(("unsure", "needs_human", public, True))
    return "" if found in good and public <= 1 else f"reply {reply}, delivery {delivery}, public {public}, told {told}"


@pytest.mark.parametrize(("guarantee", "outcome", "points"), TABLE)
async def test_a_reply_whose_sender_loses_power_is_neither_lost_nor_doubled_nor_guessed(
    start: Town, guarantee: Guarantee, outcome: str, points: int
) -> None:
    wrong, crossed = [], 0

    for at in range(1, points + 1):
        fuse = Fuse(at)
        start.anew(guarantee=guarantee, answers=outcome)
        await start.lives(fuse, days=2)
        await start.lives(Fuse(), days=2)
        if problem := verdict(start, guarantee, outcome):
            wrong.append(f"{at} {fuse.places[-1]}: {problem}")
        crossed = at
        if not fuse.blown:
            break

    assert wrong == []
    assert points == FIRST or crossed < EVERY


@pytest.mark.parametrize("kind", ["thread"])
@pytest.mark.parametrize("each", [9, pytest.param(1, id="every point", marks=LONG_ONLY)])
@pytest.mark.parametrize("guarantee", CERTAIN)
async def test_a_reply_in_several_posts_goes_on_where_the_power_went_and_each_has_its_tick(
    start: Town, kind: str, each: int, guarantee: Guarantee
) -> None:
    wrong = []

    for at in range(1, EVERY + 1, each):
        fuse = Fuse(at)
        start.anew(guarantee=guarantee)
        await start.lives(fuse, days=1)
        await start.lives(Fuse(), days=1)
        public = [one.text for one in start.square.public]
        parts = rows(start.database.conn, schema.reply, schema.reply.c.state == ReplyState.SENT)
        if public != ["One", "Two", "Three"] or [one["confirmed_at"] is None for one in parts] != [False] * 3:
            wrong.append(f"{at} {fuse.places[-1]}: {kind} {public}, {len(parts)} sent")
        if not fuse.blown:
            break

    assert wrong == []


@pytest.mark.parametrize(("kind", "outcome", "history", "points"), SAID)
async def test_what_staff_are_told_is_said_at_least_once_and_again_only_in_doubt(
    start: Town, kind: str, outcome: str, history: bool, points: int
) -> None:
    wrong = []

    for at in range(1, points + 1):
        fuse = Fuse(at)
        start.anew(about=kind, outcome=outcome, history=history)
        await start.lives(fuse, days=2)
        await start.lives(Fuse(), days=2)
        times = sum(key.startswith(f"{kind}:") for key in start.board.there)
        doubts = 0 if history else fuse.blown + (outcome in ("lost", "late"))
        if not 1 <= times <= 1 + doubts:
            wrong.append(f"{at} {fuse.places[-1]}: said {times} times")
        if not fuse.blown:
            break

    assert wrong == []


@pytest.mark.parametrize("module", SENDERS, ids=lambda module: module.__name__)
def test_a_sender_waits_for_nothing_that_is_not_counted(module: ModuleType) -> None:
    tree = TREES[module]
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    calls = [node.value for node in ast.walk(tree) if isinstance(node, ast.Await) and isinstance(node.value, ast.Call)]
    waited = {ast.unparse(call.func) for call in calls}

    assert {name for name in waited if not name.startswith(COUNTED) and name.rpartition(".")[2] not in own} == set()

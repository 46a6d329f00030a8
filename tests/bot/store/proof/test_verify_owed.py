"""The record proves what is owed and what is hidden: whose it is, until when, by which rule, and on what evidence."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Table, update

from bot.mention import Action
from bot.reply import Written
from bot.store import schema
from tests.bot.council import Bench
from tests.bot.engine.square import Town

pytestmark = pytest.mark.slow  # each writes a record and proves it

PRIYA, MORAG = "U0PRIYA", "U0MORAG"
OK, WHEN = "ok: ", datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
async def town(bench: Bench) -> Town:
    """M-1 was hidden, and answered with a promise."""
    town = Town(bench)
    await bench.arrives()
    await town.hides()
    await bench.does(Action.CLAIM)
    await bench.does(Action.REPLY, written=Written("By Friday.", promise_by=bench.clock.now() + timedelta(days=3)))
    await town.passes(seconds=12)
    return town


async def test_what_is_owed_and_hidden_is_proved_at_every_step(town: Town) -> None:
    found = [await town.b.verdict()]
    promise = await town.b.one(schema.task, schema.task.c.kind == "promise")
    await town.b.does(Action.OWE, PRIYA, to=MORAG, detail={"task": promise["id"]})
    await town.b.does(Action.OWED_DONE, MORAG, detail={"task": promise["id"]})
    await town.b.does(Action.OWE, PRIYA, text="Ring them", to=PRIYA, until=WHEN)
    found.append(await town.b.verdict())
    await town.b.does(Action.REVIEW, MORAG, detail={"renew": "yes"})
    found.append(await town.b.verdict())
    await town.b.does(Action.SHOW_AGAIN, PRIYA)
    found.append(await town.b.verdict())
    await town.delivers()
    found.append(await town.b.verdict())

    assert [one for one in found if not one.startswith(OK)] == []


HIDDEN: Mapping[str, object] = {
    "rule": "9.9",
    "by": MORAG,
    "at": WHEN,
    "until": WHEN,
    "state": "failed",
    "native_id": "p9",
    "reviewed_by": MORAG,
    "reviewed_at": WHEN,
    "evidence": {"salt": "0" * 32, "text": "something worse"},
}
OWED: Mapping[str, object] = {
    "what": "nothing",
    "what_salt": "0" * 32,
    "kind": "translation",
    "due_at": WHEN,
    "to": MORAG,
    "by": MORAG,
    "made_at": WHEN,
    "reply": "0" * 32,
    "outcome": "kept",
}


@pytest.mark.parametrize("column", [*HIDDEN])
async def test_a_change_to_what_was_hidden_shows(town: Town, column: str) -> None:
    await town.b.db.write(lambda conn: conn.execute(update(schema.hiding).values({column: HIDDEN[column]})))

    assert "hidden" in await town.b.verdict()


@pytest.mark.parametrize("column", [*OWED])
async def test_a_change_to_what_is_owed_shows(town: Town, column: str) -> None:
    promise = update(schema.task).where(schema.task.c.kind == "promise")
    await town.b.db.write(lambda conn: conn.execute(promise.values({column: OWED[column]})))

    assert "owed" in await town.b.verdict()


@pytest.mark.parametrize("column", ["what", "due_at", "to", "by", "kind", "reply"])
async def test_a_change_to_a_second_look_that_is_owed_shows(town: Town, column: str) -> None:
    review = update(schema.task).where(schema.task.c.kind == "review")
    await town.b.db.write(lambda conn: conn.execute(review.values({column: OWED[column]})))

    assert "owed" in await town.b.verdict()


@pytest.mark.parametrize("kind", ["promise", "review"])
async def test_what_was_said_to_be_done_by_nobody_shows(town: Town, kind: str) -> None:
    done = update(schema.task).where(schema.task.c.kind == kind).values(done_at=WHEN, done_by=PRIYA, next_ask_at=None)
    await town.b.db.write(lambda conn: conn.execute(done))

    assert "owed" in await town.b.verdict()


@pytest.mark.parametrize("table", [schema.task, schema.hiding])
async def test_what_was_taken_away_shows(town: Town, table: Table) -> None:
    await town.b.db.write(lambda conn: conn.execute(table.delete()))

    assert "missing" in await town.b.verdict()


async def test_what_was_hidden_anew_before_it_showed_again_is_proved(town: Town) -> None:
    await town.b.does(Action.SHOW_AGAIN, PRIYA)
    await town.hides(MORAG)

    assert (await town.b.verdict()).startswith(OK)

"""Words are erased at night, once, when the settings say how long they are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.retention import Retention
from bot.mention import SYSTEM, Action
from bot.store import schema
from bot.store.sending import recovery
from tests.bot.council import Bench, post

YEAR = timedelta(days=365)
ERASED = schema.mention.c.erased_at.is_not(None)


def turned_to(bench: Bench, moment: datetime) -> None:
    """The clock is moved on to that moment."""
    bench.clock.advance(moment - bench.clock.now())


@pytest.fixture
async def keeping(bench: Bench) -> Bench:
    """A council that keeps words for a year, with three mentions that ended longer ago and one that is open."""
    bench.desk.house = replace(bench.house, erase_after=YEAR)
    await bench.arrives(*(post(f"p{n}", by=f"author{n}") for n in range(1, 5)))
    for number in (1, 2, 3):
        await bench.does(Action.CLOSE, ref=f"M-{number}", note="praise")
    turned_to(bench, datetime(2027, 11, 20, 2, 30, tzinfo=UTC))
    return bench


async def test_at_night_what_is_older_is_erased_by_the_bot_itself(keeping: Bench) -> None:
    erased = await Retention(keeping.desk).once()

    assert erased == 3
    assert [row["number"] for row in await keeping.all(schema.mention, ERASED)] == [1, 2, 3]
    assert (await keeping.desk.events("M-1"))[-1]["actor"] == SYSTEM
    assert (await keeping.verdict()).startswith("ok: ")


async def test_after_a_restore_no_night_erases_anything_for_a_week(keeping: Bench) -> None:
    await keeping.db.write(recovery.begin, keeping.desk.house, keeping.clock.now())
    erased = [await Retention(keeping.desk).once()]
    turned_to(keeping, keeping.clock.now() + timedelta(days=6))
    erased.append(await Retention(keeping.desk).once())
    turned_to(keeping, keeping.clock.now() + timedelta(days=1))

    assert [*erased, await Retention(keeping.desk).once()] == [0, 0, 3]


@pytest.mark.parametrize("hour", [0, 1, 5, 14])
async def test_by_day_nothing_is_erased(keeping: Bench, hour: int) -> None:
    turned_to(keeping, datetime(2027, 11, 20, hour, 59, tzinfo=UTC))

    assert await Retention(keeping.desk).once() == 0


async def test_night_is_by_the_organisations_clock(keeping: Bench) -> None:
    turned_to(keeping, datetime(2028, 7, 1, 1, 30, tzinfo=UTC))

    assert await Retention(keeping.desk).once() == 3


async def test_a_night_has_its_limit_and_the_next_goes_on(keeping: Bench) -> None:
    retention = Retention(keeping.desk, most=0)

    first = [await retention.once(), await retention.once()]
    retention.most = 2_000
    again_tonight = await retention.once()
    keeping.clock.advance(timedelta(days=1))
    next_night = await retention.once()

    assert (first, again_tonight, next_night) == ([0, 0], 0, 3)


async def test_where_words_are_kept_for_ever_none_is_erased(keeping: Bench) -> None:
    keeping.desk.house = replace(keeping.house, erase_after=timedelta(0))

    assert await Retention(keeping.desk).once() == 0


async def test_what_the_settings_keep_is_kept(keeping: Bench) -> None:
    keeping.desk.house = replace(keeping.house, keeps=frozenset({"M-2"}))

    await Retention(keeping.desk).once()

    assert [row["number"] for row in await keeping.all(schema.mention, ERASED)] == [1, 3]

"""What a chat keeps through a restart is there again, by name and by chat, and goes when it is old."""

from datetime import timedelta

import pytest

from bot.engine.upkeep import Upkeep
from bot.store.remembered import KEPT_FOR, Remembered
from bot.store.sending import recovery
from tests.bot.council import Bench


@pytest.fixture
def hall(either: Bench) -> Remembered:
    """The memory of one chat, on both kinds of database."""
    return Remembered(either.db, either.clock, "hall")


async def test_what_was_kept_last_under_a_name_is_recalled_and_by_no_other_chat(either: Bench, hall: Remembered) -> None:
    await hall.keep("read:77", "1")
    await hall.keep("read:77", "2", "M-1")
    await hall.keep("gone", "x")
    await hall.forget("gone")
    other = Remembered(either.db, either.clock, "wall")

    assert [await hall.recall(name) for name in ("read:77", "gone", "never")] == ["2", None, None]
    assert (await other.recall("read:77"), await other.recall_all("")) == (None, {})


async def test_all_whose_names_begin_alike_are_recalled_whatever_stands_in_the_name(hall: Remembered) -> None:
    for name in ("a_b:1", "a_b:2", "axb:3", "a%b"):
        await hall.keep(name, name)

    assert await hall.recall_all("a_b:") == {"a_b:1": "a_b:1", "a_b:2": "a_b:2"}
    assert list(await hall.recall_all("a%")) == ["a%b"]


async def test_after_a_restore_nothing_is_recalled_so_that_nothing_staff_wrote_is_acted_on_again(
    either: Bench, hall: Remembered
) -> None:
    await hall.keep("read:77", "1")

    await either.db.write(recovery.begin, either.house, either.clock.now())

    assert await hall.recall_all("") == {}


async def test_what_nobody_kept_anew_for_long_is_forgotten_once_a_day(either: Bench, hall: Remembered) -> None:
    upkeep = Upkeep(either.desk, None)
    await upkeep.begin()
    await upkeep.once()
    await hall.keep("old", "x")
    either.clock.advance(KEPT_FOR - timedelta(hours=20))
    await hall.keep("new", "y")
    await upkeep.once()
    either.clock.advance(timedelta(hours=21))

    await upkeep.once()
    meanwhile = await hall.recall_all("")
    either.clock.advance(timedelta(hours=4))
    await upkeep.once()

    assert meanwhile == {"new": "y", "old": "x"}
    assert await hall.recall_all("") == {"new": "y"}

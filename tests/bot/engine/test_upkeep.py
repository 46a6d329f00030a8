"""A copy notes what a restore is noticed by, notices one before anything begins, and stops when it is out of date."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.engine.upkeep import Upkeep
from bot.errors import SettingsError
from bot.mention import Action
from bot.store import schema
from bot.store.sending import recovery
from bot.store.sending.recovery import Noted
from tests.bot.council import Bench


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the note is kept."""
    return tmp_path / "tolbooth.db.newest"


async def newest(bench: Bench) -> int:
    """The newest event there is."""
    seen = await bench.db.read(recovery.newest, bench.clock.now())
    return seen.event if seen else 0


def noted(file: Path) -> int:
    """The event that was noted last; 0 for none."""
    seen = recovery.noted(file)
    return seen.event if seen else 0


async def recoveries(bench: Bench) -> int:
    """How often a restored database was begun with."""
    return len(await bench.all(schema.event, schema.event.c.subject == recovery.SUBJECT))


async def test_the_newest_event_is_noted_at_the_start_each_minute_and_at_a_clean_stop(bench: Bench, file: Path) -> None:
    await bench.arrives()
    upkeep = Upkeep(bench.desk, file)
    seen = []
    for step in (upkeep.begin, upkeep.once, upkeep.end):
        await bench.does(Action.NOTE, note="and so on")
        await step()
        seen.append((noted(file), await newest(bench)))

    assert [at for at, _ in seen] == [at for _, at in seen]
    assert await recoveries(bench) == 0


async def test_a_database_from_before_what_was_noted_is_begun_with_as_restored_once(bench: Bench, file: Path) -> None:
    await bench.arrives()
    later = Noted(event=999, hash="of an event that is not here", at=1, written=1)
    recovery.note(file, later)

    await Upkeep(bench.desk, file).begin()
    await Upkeep(bench.desk, file).begin()

    assert await recoveries(bench) == 1
    assert noted(file) == await newest(bench)


@pytest.mark.parametrize("kept", [True, False])
async def test_one_who_says_that_it_was_restored_is_believed(bench: Bench, file: Path, kept: bool) -> None:
    await bench.arrives()

    await Upkeep(bench.desk, file if kept else None).begin(recovered=True)

    assert await recoveries(bench) == 1


async def test_a_copy_that_never_began_leaves_the_note_as_it_is(bench: Bench, file: Path) -> None:
    await bench.arrives()

    await Upkeep(bench.desk, file).end()

    assert recovery.noted(file) is None


async def test_a_copy_with_another_role_notices_a_restore_and_leaves_the_note_to_others(bench: Bench, file: Path) -> None:
    await bench.arrives()
    recovery.note(file, Noted(event=999, hash="of an event that is not here", at=1, written=1))

    await Upkeep(bench.desk, file, writes=False).begin()

    assert (await recoveries(bench), noted(file)) == (1, 999)


async def test_a_copy_stops_with_a_sentence_once_a_newer_release_has_the_database(bench: Bench) -> None:
    def taken_over(conn: Connection) -> None:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    upkeep = Upkeep(bench.desk, None, every=timedelta(seconds=0.01))
    running = asyncio.create_task(upkeep.run())
    await bench.db.write(taken_over)

    with pytest.raises(SettingsError, match="revision 9999, which a newer release wrote"):
        await asyncio.wait_for(running, 10)

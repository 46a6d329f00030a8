"""The index of words is kept by reading the record: whatever is said is found, and what is erased is in no file."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.clock import MovableClock
from bot.engine.index import Index
from bot.mention import SYSTEM, Action
from bot.ports import Gone
from bot.store import schema
from bot.store.executor import Database
from bot.store.finding import index
from bot.store.proof import forget, trace
from tests.bot.council import Bench, house, post

ODD = "zebrastrip"


async def caught_up(bench: Bench) -> int:
    """All is read; how many mentions that were."""
    total = 0
    while await bench.db.read(index.is_behind):
        total += await bench.db.write(index.catch_up, bench.clock.now())
    return total


async def words(bench: Bench, number: int = 1) -> str:
    """What a mention is found by."""
    return str((await bench.one(schema.findable, schema.findable.c.number == number))["words"])


def holding(file: Path) -> list[str]:
    """The files of a database that hold the odd word."""
    files = [file, *file.parent.glob(f"{file.name}-*")]
    return [one.name for one in files if ODD.encode() in one.read_bytes()]


async def test_what_changed_is_read_again_and_nothing_else(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", by="ann"))
    assert await caught_up(either) == 2

    await either.does(Action.NOTE, note="asked highways")

    assert await caught_up(either) == 1
    assert "highway" in await words(either)
    assert await either.db.read(index.waiting) == 0
    assert await caught_up(either) == 0


async def test_a_move_that_says_nothing_new_leaves_the_index_alone(either: Bench) -> None:
    await either.arrives()
    await caught_up(either)
    before = await words(either)

    await either.does(Action.SEE)

    assert await caught_up(either) == 1
    row = await either.one(schema.findable)
    assert (row["words"], row["version"]) == (before, (await either.mention()).version)


async def test_the_cursor_waits_for_what_may_still_be_committed(either: Bench) -> None:
    await either.arrives()
    await caught_up(either)
    newest = await either.db.read(index.newest)

    assert await either.db.read(index.cursor) == (newest if either.db.is_sqlite else 0)

    either.clock.advance(timedelta(minutes=3))
    await either.does(Action.CLAIM)
    await caught_up(either)
    assert await either.db.read(index.cursor) >= newest


async def test_an_event_committed_late_under_an_earlier_number_is_read(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", by="ann"))
    await either.db.write(lambda conn: conn.execute(update(schema.event).where(schema.event.c.id == 1).values(id=900)))
    await caught_up(either)

    await either.db.write(lambda conn: conn.execute(update(schema.event).where(schema.event.c.id == 900).values(id=901)))
    await either.does(Action.NOTE, note="late", ref="M-2")

    assert await caught_up(either) == 1
    assert await either.db.read(index.waiting) == 0


@pytest.mark.slow
async def test_many_are_read_a_few_at_a_time_until_none_is_left(either: Bench) -> None:
    await either.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(25)))
    await either.does(Action.NOTE, note="the first, changed since", ref="M-1")

    done = [await either.db.write(index.catch_up, either.clock.now(), 10) for _ in range(4)]

    assert sum(done) == len(await either.all(schema.findable)) == 25
    assert max(done) <= 10


@pytest.mark.slow
async def test_a_mention_that_somebody_is_changing_is_left_for_the_next_round(
    postgres_with_schema: str, clock: MovableClock
) -> None:
    database, other = Database(postgres_with_schema), Database(postgres_with_schema)
    bench = Bench(database, clock, house())
    await bench.arrives(post("p1"), post("p2", by="ann"))
    clock.advance(timedelta(minutes=5))

    with other.engine.begin() as conn:
        conn.execute(select(schema.mention).where(schema.mention.c.number == 1).with_for_update())
        read = await database.write(index.catch_up, clock.now())
        behind = await database.read(index.waiting)
    afterwards = await caught_up(bench)

    assert (read, behind, afterwards) == (1, 1, 1)
    database.close()
    other.close()


async def test_erased_words_are_in_no_index_and_in_no_byte_of_the_file(bench: Bench, sqlite_file: Path) -> None:
    for number in range(1, 10):
        await bench.arrives(post(f"p{number}", f"{ODD if number == 8 else 'plain'} words {number}", by=f"by {number}"))
        await caught_up(bench)
    await bench.does(Action.CLOSE, ref="M-8", note="praise")
    await caught_up(bench)
    assert ODD in await words(bench, 8)
    bench.clock.advance(timedelta(days=400))

    await bench.db.write(forget.purge, bench.clock.now(), frozenset(), SYSTEM, house=bench.house, now=bench.clock.now())
    await caught_up(bench)

    assert await words(bench, 8) == ""
    assert trace.leave_none(bench.db)
    assert holding(sqlite_file) == []
    assert (await bench.verdict()).startswith("ok: ")


@pytest.mark.slow
async def test_the_loop_reads_all_an_earlier_release_left(bench: Bench) -> None:
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(300)))
    loop = Index(bench.desk)

    assert [await loop.once() for _ in range(3)] == [index.AT_A_TIME, 100, 0]


@pytest.mark.slow
async def test_what_its_author_took_back_is_in_no_byte_of_the_file_after_a_night(bench: Bench, sqlite_file: Path) -> None:
    for number in range(1, 10):
        await bench.arrives(post(f"p{number}", f"{ODD if number == 8 else 'plain'} words {number}", by=f"by {number}"))
        await caught_up(bench)
    await bench.arrives(Gone("p8", bench.clock.now()))
    await caught_up(bench)
    bench.clock.advance(timedelta(hours=18))
    loop = Index(bench.desk)

    with bench.db.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.execute(select(schema.mention)).all()
        await loop.leave_none()
    while_read = holding(sqlite_file)
    bench.clock.advance(timedelta(minutes=10))
    await loop.leave_none()

    assert while_read
    assert holding(sqlite_file) == []

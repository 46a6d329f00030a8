"""When somebody must look and answer follows what happens to a mention, and every change of it is in the record."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.clock import MovableClock
from bot.engine.upkeep import Upkeep
from bot.mention import SYSTEM, Action, Mention
from bot.store import migrate
from bot.store.columns import to_ms
from bot.store.executor import Database
from bot.store.intake import see_by
from bot.store.proof import invariants
from bot.store.schema import event, mention
from bot.times.working_time import OfficeHours
from bot.triage import read_rules
from tests.bot.council import LONDON, Bench, house, post
from tests.bot.store.earlier import unpacked

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
URGENT = "There is a gas leak in our street"
RULES = house(triage=read_rules(), hours=OfficeHours.read("mon-fri 09:00-17:00", LONDON))


@pytest.fixture
def watchful(bench: Bench) -> Bench:
    """A council with the word list, open on weekdays until five."""
    bench.desk.house = RULES
    return bench


@pytest.fixture
def watchful_either(either: Bench) -> Bench:
    """The same: the test runs on SQLite and on PostgreSQL."""
    either.desk.house = RULES
    return either


async def came(bench: Bench, text: str = "Is my bin day changed?") -> datetime:
    """Something comes in; when."""
    await bench.arrives(post("p1", text))
    return bench.clock.now()


async def times(bench: Bench) -> tuple[datetime | None, datetime | None]:
    """By when somebody must look, and answer."""
    one: Mention = await bench.mention()
    return one.see_by, one.respond_by


async def last_event(bench: Bench) -> dict[str, object]:
    """What the newest event says has changed."""
    changes: dict[str, object] = (await bench.all(event, event.c.subject == "M-1"))[-1]["changes"]
    return changes


async def test_the_clock_starts_when_it_comes_in(watchful: Bench) -> None:
    at = await came(watchful)

    assert await times(watchful) == (at + 4 * HOUR, at + HOUR)
    assert (await last_event(watchful))["see_by"] == to_ms(at + 4 * HOUR)


async def test_words_the_list_knows_make_it_urgent_from_the_first_minute(watchful: Bench) -> None:
    at = await came(watchful, URGENT)

    assert (await watchful.mention()).priority == "P0"
    assert await times(watchful) == (at + 5 * MINUTE, at + HOUR)


async def test_words_that_make_it_urgent_later_start_the_shorter_clock_then(watchful: Bench) -> None:
    at = await came(watchful)
    watchful.clock.advance(30 * MINUTE)

    await watchful.arrives(post("p2", URGENT, conversation="p1"))

    assert await times(watchful) == (watchful.clock.now() + 5 * MINUTE, at + HOUR)
    assert await watchful.verdict() == "ok: 3 events, 1 subjects, 0 seals, 3 events newer than the last seal"


async def test_raising_what_is_late_already_gives_nobody_more_time(watchful: Bench) -> None:
    at = await came(watchful)
    watchful.clock.advance(5 * HOUR)

    await watchful.arrives(post("p2", URGENT, conversation="p1"))

    assert await times(watchful) == (at + 4 * HOUR, at + HOUR)


async def test_a_person_who_raises_it_has_looked_so_only_the_answer_is_due_sooner(watchful: Bench) -> None:
    watchful.desk.house = house(hours=OfficeHours.read("mon-fri 09:00-09:30", LONDON))
    at = await came(watchful)
    before = await times(watchful)

    await watchful.does(Action.PRIORITY, priority="P1")

    assert (await watchful.mention()).seen_at == at
    assert await times(watchful) == (before[0], at + HOUR)


async def test_lowering_gives_the_time_of_the_lower_priority_since_it_came_in_and_says_who_and_from_what(
    watchful_either: Bench,
) -> None:
    watchful_either.clock.advance(7 * HOUR + 30 * MINUTE)  # half past four
    at = await came(watchful_either, URGENT)
    watchful_either.clock.advance(2 * MINUTE)
    before = await times(watchful_either)

    await watchful_either.does(Action.PRIORITY, priority="P3", note="a drill")

    tomorrow = at + 17 * HOUR
    row = (await watchful_either.all(event, event.c.action == "priority"))[-1]
    assert before == (at + 5 * MINUTE, at + HOUR)
    assert await times(watchful_either) == (at + 5 * MINUTE, tomorrow)
    assert (row["actor"], row["note"]) == ("U0PRIYA", "a drill")
    assert {name: row["changes"][name] for name in ("priority_was", "priority", "respond_by_was", "respond_by")} == {
        "priority_was": "P0",
        "priority": "P3",
        "respond_by_was": to_ms(at + HOUR),
        "respond_by": to_ms(tomorrow),
    }


async def test_lowering_takes_nobodys_time_away(watchful: Bench) -> None:
    await came(watchful, URGENT)
    await watchful.does(Action.CLOSE, note="over")
    watchful.clock.advance(9 * HOUR)
    await watchful.arrives(post("p2", "But it is not!", conversation="p1"))
    before = await times(watchful)

    await watchful.does(Action.PRIORITY, priority="P3", note="the gas board is there")

    assert await times(watchful) == before


async def test_the_machine_never_lowers(watchful: Bench) -> None:
    await came(watchful, URGENT)
    before = await times(watchful)
    watchful.clock.advance(MINUTE)

    await watchful.arrives(post("p2", "Thank you, all is well", conversation="p1"))

    assert (await watchful.mention()).priority == "P0"
    assert await times(watchful) == before


async def test_what_is_opened_again_has_been_seen_by_nobody_and_has_both_times_afresh(watchful: Bench) -> None:
    await came(watchful)
    await watchful.does(Action.CLOSE, note="spam")
    watchful.clock.advance(timedelta(days=7))

    await watchful.arrives(post("p2", "It is not spam", conversation="p1"))

    now = watchful.clock.now()
    assert await times(watchful) == (now + 4 * HOUR, now + HOUR)


async def test_what_wakes_has_a_new_time_to_be_answered_and_stays_seen(watchful: Bench) -> None:
    at = await came(watchful)
    await watchful.does(Action.SNOOZE, until=at + timedelta(days=1))
    watchful.clock.advance(timedelta(days=1))

    await watchful.does(Action.WAKE, SYSTEM)

    assert await times(watchful) == (at + 4 * HOUR, watchful.clock.now() + HOUR)


async def test_what_an_older_release_left_without_a_time_to_look_gets_it_from_when_it_came_in(
    watchful_either: Bench,
) -> None:
    at = await came(watchful_either)
    await watchful_either.arrives(post("p2", by="ann"), post("p3", by="bob"))
    await watchful_either.does(Action.SEE, ref="M-2")
    await watchful_either.db.write(forget)
    watchful_either.clock.advance(2 * HOUR)

    filled = [
        await watchful_either.db.write(see_by.fill, watchful_either.house, watchful_either.clock.now()) for _ in range(2)
    ]

    assert filled == [2, 0]
    assert await times(watchful_either) == (at + 4 * HOUR, at + HOUR)
    assert (await watchful_either.mention("M-2")).see_by is None
    assert await watchful_either.actions() == ["received", "target"]
    assert (await last_event(watchful_either))["see_by"] == to_ms(at + 4 * HOUR)


async def test_what_another_copy_or_a_colleague_was_first_to_is_left_alone(watchful_either: Bench) -> None:
    await watchful_either.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"))
    await watchful_either.db.write(forget)
    await watchful_either.does(Action.SEE, ref="M-2")
    await watchful_either.does(Action.CLOSE, SYSTEM, ref="M-3", note="deleted by its author")

    done = [
        await watchful_either.db.write(see_by.fill_one, number, watchful_either.house, watchful_either.clock.now())
        for number in (1, 1, 2, 3)
    ]

    assert done == [True, False, False, False]


async def test_a_database_of_an_earlier_release_starts_with_a_time_to_look_for_all_that_nobody_has_seen(
    tmp_path: Path, clock: MovableClock
) -> None:
    database = Database(f"sqlite:///{unpacked('0.4.0', tmp_path / 'tolbooth.db')}")
    migrate.upgrade(database)
    bench = Bench(database, clock, house())
    before = {one.name for one in await database.read(invariants.broken, clock.now(), prompt=False)}

    await Upkeep(bench.desk, None).begin()

    after = await database.read(invariants.broken, clock.now(), prompt=False)
    said = await bench.verdict()
    database.close()
    assert ("time_to_look" in before, after, said[:3]) == (True, [], "ok:")


def forget(conn: Connection) -> None:
    """No mention has a time to be looked at, as in a database of an older release."""
    conn.execute(update(mention).values(see_by=None))


async def test_those_past_their_time_to_be_looked_at_are_counted(watchful_either: Bench) -> None:
    await watchful_either.arrives(post("p1"), post("p2", by="ann"), post("p3", URGENT, by="bob"))
    await watchful_either.does(Action.SEE, ref="M-1")
    late = []
    for hours in (0, 1, 4):
        watchful_either.clock.advance(hours * HOUR)
        late.append((await watchful_either.desk.report()).unseen_late)

    assert late == [0, 1, 2]

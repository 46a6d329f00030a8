"""What a report reads from the record, on both databases: against moves made in any order, and case by case."""

import asyncio
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from bot.clock import MovableClock
from bot.errors import UserError
from bot.house import CANARY_NETWORK
from bot.mention import OPEN, SYSTEM, Action, Author, State
from bot.ports import Gone
from bot.reports.report import History, Period, last_week
from bot.reports.report_times import milliseconds
from bot.store import schema
from bot.store.columns import to_ms
from bot.store.executor import Database
from bot.store.mentions import meet
from bot.store.proof import record
from bot.store.reading import reports
from tests.bot.council import LONDON, Bench, account, house, post

pytestmark = pytest.mark.slow  # whole histories

TODAY = Period(date(2026, 11, 17), date(2026, 11, 17), LONDON)
"""The day on which the clock stands still."""
TOMORROW = Period(date(2026, 11, 18), date(2026, 11, 18), LONDON)


async def lives(bench: Bench, period: Period = TODAY) -> list[History]:
    """The histories of a period."""
    return await bench.db.read(reports.histories, period)


async def later(bench: Bench, **by: float) -> int:
    """Time passes; the moment it is then."""
    bench.clock.advance(**by)
    return milliseconds(bench.clock.now())


async def test_a_history_has_the_first_time_of_each_thing(either: Bench) -> None:
    received = milliseconds(either.clock.now())
    await either.arrives()
    seen = await later(either, minutes=5)
    await either.does(Action.SEE)
    taken = await later(either, minutes=5)
    await either.does(Action.CLAIM)
    await later(either, minutes=5)
    await either.does(Action.REPLY, text="On Thursday.")
    answered = await later(either, minutes=1)
    await either.does(Action.SENT, SYSTEM)

    (one,) = await lives(either)

    assert one == History(
        "website", "P3", received, seen, taken, answered, ended=answered, reason="", unseen=((received, seen),)
    )


async def test_what_the_bot_does_is_neither_seeing_nor_taking(either: Bench) -> None:
    await either.arrives()
    gone = await later(either, minutes=5)
    await either.arrives(Gone("p1", either.clock.now()))

    (one,) = await lives(either)

    assert (one.seen, one.taken, one.answered, one.ended) == (None, None, None, gone)
    assert one.reason == "deleted by its author"
    assert one.unseen == ((one.received, gone),)


async def test_what_was_answered_by_hand_was_taken_on_and_answered(either: Bench) -> None:
    await either.arrives()
    done = await later(either, minutes=5)
    await either.does(Action.ANSWERED)

    (one,) = await lives(either)

    assert (one.seen, one.taken, one.answered, one.ended) == (done, done, done, done)


async def test_what_its_author_adds_waits_again_to_be_looked_at(either: Bench) -> None:
    await either.arrives(post("p1", conversation="c1"))
    seen = await later(either, minutes=5)
    await either.does(Action.CLOSE, note="thanks")
    wrote = await later(either, minutes=5)
    await either.arrives(post("p2", conversation="c1"))

    (one,) = await lives(either)

    assert one.ended is None
    assert one.unseen == ((one.received, seen), (wrote, None))


async def test_what_the_bot_does_is_no_look_at_what_was_opened_again_either(either: Bench) -> None:
    await either.arrives(post("p1", conversation="c1"))
    await later(either, minutes=5)
    await either.does(Action.PRIORITY, SYSTEM, priority="P1")
    gone = await later(either, minutes=5)
    await either.arrives(Gone("p1", either.clock.now()))
    wrote = await later(either, minutes=5)
    await either.arrives(post("p2", conversation="c1"))

    (one,) = await lives(either)

    assert one.unseen == ((one.received, gone), (wrote, None))


async def test_what_came_in_earlier_counts_on_the_evenings_it_was_unseen(either: Bench) -> None:
    await either.arrives(*(post(f"p{n}", by=f"lou{n}") for n in range(1, 6)))
    await either.does(Action.SEE, ref="M-1")
    await either.does(Action.CLOSE, ref="M-2", note="spam")
    await later(either, days=1)
    await either.does(Action.SEE, ref="M-3")
    await either.arrives(Gone("p5", either.clock.now()))

    report = await either.db.read(reports.report, either.house, TOMORROW, either.clock.now() + timedelta(days=1))
    evening = await either.db.read(reports.report, either.house, TODAY, either.clock.now())

    assert len(await lives(either, TOMORROW)) == 3
    assert report.whole.received == 0
    assert dict(report.left_unseen) == {TOMORROW.first: 1}
    assert dict(evening.left_unseen) == {TODAY.first: 3}


async def test_the_headline_is_of_all_there_is(either: Bench) -> None:
    await either.arrives()
    await later(either, days=1)

    report = await either.db.read(reports.report, either.house, TOMORROW, either.clock.now())

    assert report.oldest_unseen == ("M-1", timedelta(days=1))


async def test_a_test_mention_is_in_no_report(either: Bench) -> None:
    either.desk.house = house(account(), account("canary test", network=CANARY_NETWORK))
    await either.arrives(account="canary test")

    assert await lives(either) == []


@pytest.mark.parametrize(
    ("reason", "repeated"),
    [
        ("Priya rang them", False),
        ("for priya shah", False),
        ("<@U0DEV> deals with it", False),
        ("they may write again", True),
        ("a grant, may be had online", True),
        ("spam", True),
    ],
)
async def test_a_reason_that_names_staff_is_not_repeated_and_ordinary_words_name_nobody(
    bench: Bench, reason: str, repeated: bool
) -> None:
    await bench.db.write(meet, "U0PRIYA", "Priya Shah")
    await bench.db.write(meet, "U0MAY", "May Grant")
    await bench.arrives()
    await bench.does(Action.CLOSE, note=reason)

    assert [one.reason for one in await lives(bench)] == [reason if repeated else ""]


async def test_a_reason_that_names_the_author_or_is_about_a_private_message_is_not_repeated(either: Bench) -> None:
    author, handle = Author("1", "Zebedee Quagmire"), Author("2", "", "@zeb_q")
    await either.arrives(
        replace(post("p1"), author=author),
        replace(post("p2"), author=handle),
        replace(post("p3", by="ann"), private=True),
        replace(post("p4", by="bob"), conversation="c4"),
    )
    for number, reason in enumerate(("Mr Quagmire again", "zeb_q again", "rent arrears", "rent arrears"), 1):
        await either.does(Action.CLOSE, ref=f"M-{number}", note=reason)

    assert [one.reason for one in await lives(either)] == ["", "", "", "rent arrears"]


async def test_mentions_are_found_by_when_they_came_in(bench: Bench) -> None:
    def plan(conn: Connection) -> str:
        week = last_week(bench.clock.now(), LONDON)
        query = reports.wanted(week.since, week.until).compile(conn, compile_kwargs={"literal_binds": True})
        return "\n".join(str(row[-1]) for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))

    found = await bench.db.read(plan)

    assert "touched USING COVERING INDEX ix_mention_received" in found
    assert "SCAN" not in found


# --- against moves made in any order ------------------------------------------------------------------------------

ACTIONS = [
    *(Action.SEE, Action.CLAIM, Action.RELEASE, Action.REPLY, Action.SENT, Action.NOT_SENT, Action.ANSWERED, Action.CLOSE),
    *(Action.SNOOZE, Action.NOTE, Action.PRIORITY, Action.GIVE, Action.ACCEPT),
]
STEPS = st.one_of(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(["U0PRIYA", "U0FARAH"]), st.integers(1, 3)),
    st.tuples(st.sampled_from(["writes", "deletes"]), st.just(""), st.integers(1, 3)),
    st.tuples(st.just("waits"), st.just(""), st.integers(1, 600)),
)


async def lived(bench: Bench, steps: list[tuple[str, str, int]]) -> None:
    """What was done, as far as it could be."""
    posts = 0
    for what, by, number in steps:
        bench.clock.advance(minutes=1)
        if what == "waits":
            bench.clock.advance(minutes=number)
        elif what == "writes":
            posts += 1
            await bench.arrives(post(f"p{posts}", by=f"lou{number}", conversation=f"c{number}"))
        elif what == "deletes":
            await bench.arrives(Gone(f"p{number}", bench.clock.now()))
        else:
            more: dict[str, Any] = {"text": "Yes."} if what == Action.REPLY else {"note": "spam"}
            more |= {"until": bench.clock.now() + timedelta(hours=1), "to": "U0FARAH", "priority": "P1"}
            with suppress(UserError):
                await bench.does(Action(what), SYSTEM if what in ("sent", "not_sent") else by, ref=f"M-{number}", **more)


def slow_history(conn: Connection, number: int) -> History:
    """The same from the row as the record says it was after each event, one event at a time."""
    row: dict[str, Any] = {}
    happened: dict[str, int] = {}
    spells: list[list[int | None]] = []
    for one in record.events_of(conn, f"M-{number}"):
        row.update(one["changes"])
        moment, person, state = to_ms(one["at"]), one["actor"] != SYSTEM, State(row["state"])
        if row.get("seen_at"):
            happened.setdefault("seen", moment)
        if person and (row.get("owner") or state not in OPEN):
            happened.setdefault("taken", moment)
        if state is State.REPLIED:
            happened.setdefault("answered", moment)
        waits = not row.get("seen_at") and state in OPEN
        if waits and (not spells or spells[-1][1] is not None):
            spells.append([moment, None])
        elif not waits and spells[-1][1] is None:
            spells[-1][1] = moment
    known = conn.execute(select(schema.mention).where(schema.mention.c.number == number)).mappings().one()
    ended = None if State(row["state"]) in OPEN else row["ended_at"]
    unseen = tuple((start, end) for start, end in spells if start is not None)
    words = {"account": known["account"], "priority": row["priority"], "reason": known["close_reason"]}
    return History(received=row["received_at"], ended=ended, unseen=unseen, **happened, **words)


async def compared(database: Database, steps: list[tuple[str, str, int]]) -> tuple[list[History], list[History]]:
    """What a report reads, and what the slow way gives."""
    bench = Bench(database, MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC)), house())
    for number in (1, 2, 3):
        await bench.arrives(post(f"p-{number}", by=f"lou{number}", conversation=f"c{number}"))
    await lived(bench, steps)
    month = Period(date(2026, 11, 17), date(2026, 12, 17), LONDON)
    read = await lives(bench, month)
    return read, [await bench.db.read(slow_history, number) for number in (1, 2, 3)]


def agrees(steps: list[tuple[str, str, int]], empty_file: Path, tmp_path: Path) -> None:
    """What a report reads of a day is what the slow way gives."""
    file = shutil.copy(empty_file, tmp_path / "a_day.db")
    database = Database(f"sqlite:///{file}")
    try:
        read, slow = asyncio.run(compared(database, steps))
    finally:
        database.close()
    assert read == slow


SHARED = HealthCheck.function_scoped_fixture, HealthCheck.too_slow
"""Each day has a file of its own in the folder of the test."""


@settings(max_examples=12, deadline=None, suppress_health_check=SHARED)
@given(steps=st.lists(STEPS, max_size=25))
def test_it_reads_what_the_record_says_whatever_was_done(steps: Any, empty_file: Path, tmp_path: Path) -> None:
    agrees(steps, empty_file, tmp_path)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
@given(steps=st.lists(STEPS, max_size=40))
def test_it_reads_what_the_record_says_of_long_days(steps: Any, empty_file: Path, tmp_path: Path) -> None:
    agrees(steps, empty_file, tmp_path)


@pytest.mark.long
async def test_a_hundred_thousand_mentions_take_seconds(either: Bench) -> None:
    def fill(conn: Connection) -> None:
        """One mention as it is, a hundred thousand times."""
        row = dict(conn.execute(select(schema.mention)).mappings().one())
        events = [dict(one) for one in record.events_of(conn, "M-1")]
        for start in range(2, 100_002, 5_000):
            numbers = range(start, min(start + 5_000, 100_001))
            conn.execute(insert(schema.mention), [{**row, "number": n, "native_id": f"p{n}"} for n in numbers])
            fresh = [{name: value for name, value in one.items() if name != "id"} for one in events]
            conn.execute(insert(schema.event), [{**one, "subject": f"M-{n}"} for n in numbers for one in fresh])

    await either.arrives()
    for action in (Action.CLAIM, Action.REPLY):
        await either.does(action, text="On Thursday.")
    await either.does(Action.SENT, SYSTEM)
    await either.db.write(fill)
    began = asyncio.get_running_loop().time()

    report = await either.db.read(reports.report, either.house, TODAY, either.clock.now())

    assert asyncio.get_running_loop().time() - began < 15
    assert report.whole.received == 100_000 == await either.db.read(total)


def total(conn: Connection) -> int:
    """How many mentions there are."""
    return conn.execute(select(func.count()).select_from(schema.mention)).scalar_one()

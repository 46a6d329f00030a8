"""Nobody is left waiting: who is pinged, when, and what stops it."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.clock import MovableClock
from bot.engine.escalate import Escalate
from bot.errors import NotAllowed
from bot.mention import Action, Move, State
from bot.store import mentions, migrate, moves, schema
from bot.store.duty import pinging
from bot.store.executor import Database
from bot.store.moves import Made
from bot.times.working_time import OfficeHours
from tests.bot.council import LONDON, Bench, account, house, post

PINGS = schema.delivery.c.rank == 0
PRIYA, DEV, FARAH = "U0PRIYA", "U0DEV", "U0FARAH"


async def pinged(bench: Bench, **passes: float) -> list[str]:
    """Time passes; whom the pings queued meanwhile are for."""
    before = {row["id"] for row in await bench.all(schema.delivery, PINGS)}
    bench.clock.advance(**passes)
    await Escalate(bench.desk).once()
    return [row["target"] for row in await bench.all(schema.delivery, PINGS) if row["id"] not in before]


async def is_told(bench: Bench, person: str) -> None:
    """The chat says what a person was to be pinged with."""
    said = update(schema.ping).where(schema.ping.c.person == person).values(said_at=bench.clock.now())
    await bench.db.write(lambda conn: conn.execute(said))


async def test_the_officers_are_pinged_in_turn_then_the_channel_then_all_again_a_day_later(either: Bench) -> None:
    await either.arrives()

    assert await pinged(either, minutes=59) == []
    assert await pinged(either, minutes=1) == [DEV]
    assert await pinged(either, minutes=9) == []
    assert await pinged(either, minutes=1) == [FARAH]
    assert await pinged(either, minutes=10) == ["mentions"]
    assert await pinged(either, hours=23) == []
    assert await pinged(either, hours=1) == [DEV]
    assert (await either.verdict()).startswith("ok")


async def test_each_ping_is_in_the_record(bench: Bench) -> None:
    await bench.arrives()
    await pinged(bench, minutes=60)

    event = (await bench.desk.events("M-1"))[-1]

    told = {"pinged": DEV, "role": "named", "rung": "2"}
    assert (event["action"], event["actor"], event["changes"]) == ("escalate", "system", told)


async def test_a_claim_stops_the_pings_that_have_not_left_in_the_same_transaction(either: Bench) -> None:
    await either.arrives()
    await pinged(either, minutes=60)

    await either.does(Action.CLAIM)

    assert [row["state"] for row in await either.all(schema.delivery, PINGS)] == ["cancelled"]
    assert await pinged(either, minutes=10) == []


async def test_a_claim_that_cannot_be_stored_stops_no_ping(bench: Bench) -> None:
    await bench.arrives()
    await pinged(bench, minutes=60)

    with pytest.raises(TypeError, match="floats"):
        await bench.does(Action.CLAIM, detail={"no": 1.5})

    assert [row["state"] for row in await bench.all(schema.delivery, PINGS)] == ["pending"]


async def test_whoever_claimed_and_did_not_answer_is_pinged_first(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)

    assert await pinged(bench, minutes=59) == []
    assert await pinged(bench, minutes=1) == [PRIYA]


async def test_a_claim_that_went_cold_is_put_back_and_the_officers_are_pinged_at_once(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.CLAIM)
    await pinged(either, minutes=60)
    await is_told(either, PRIYA)

    early = await pinged(either, minutes=9)
    at_last = await pinged(either, minutes=1)
    at_once = await pinged(either, seconds=0)

    after = await either.mention()
    assert (early, at_last, at_once) == ([], [], [DEV])
    assert (after.state, after.owner, after.last_owner, after.asked_at) == (State.NEW, None, PRIYA, None)
    assert await either.actions() == ["received", "claim", "escalate", "expire", "escalate"]
    assert "expired" in await either.told(kind="thread")
    assert (await either.verdict()).startswith("ok")


async def test_an_owner_who_is_still_on_it_keeps_it_for_another_target_and_is_asked_again(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)
    await pinged(bench, minutes=60)
    bench.clock.advance(minutes=9)

    await bench.does(Action.ACKNOWLEDGE, PRIYA)

    assert await pinged(bench, minutes=59) == []
    assert await pinged(bench, minutes=1) == [PRIYA]
    assert (await bench.mention()).owner == PRIYA


async def test_a_reply_on_its_way_is_no_cold_claim(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, text="Thursday.")

    told = await pinged(bench, minutes=60)
    then = await pinged(bench, minutes=10)

    assert (told, then) == ([PRIYA], [DEV])
    assert (await bench.mention()).owner == PRIYA


async def test_an_owner_who_answers_at_the_moment_the_claim_is_put_back_finds_it_in_the_queue(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)
    await pinged(bench, minutes=60)
    await is_told(bench, PRIYA)
    await pinged(bench, minutes=10)

    await bench.does(Action.ACKNOWLEDGE, PRIYA)
    after = await bench.mention()

    assert (after.state, after.seen_by) == (State.NEW, PRIYA)
    assert await bench.due_at() is not None


async def test_a_mention_put_back_after_its_target_is_pinged_about_soon(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)
    bench.clock.advance(minutes=90)

    await bench.does(Action.RELEASE)

    assert await bench.due_at() == bench.clock.now() + bench.house.acknowledge_within


async def test_an_acknowledgement_gives_the_time_of_another_target_and_then_the_next_is_pinged(bench: Bench) -> None:
    await bench.arrives()
    await pinged(bench, minutes=60)

    await bench.does(Action.ACKNOWLEDGE, DEV)

    row = await bench.one(schema.escalation)
    assert (row["acknowledged_by"], row["acknowledged_at"]) == (DEV, bench.clock.now())
    assert (await bench.mention()).seen_by == DEV
    assert await pinged(bench, minutes=59) == []
    assert await pinged(bench, minutes=1) == [FARAH]


async def test_an_acknowledgement_gives_wall_time_also_outside_office_hours(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(hours=OfficeHours.read("mon-fri 09:00-17:00", LONDON)))
    clock.advance(hours=6, minutes=59)
    await bench.arrives()
    await pinged(bench, minutes=61)

    await bench.does(Action.ACKNOWLEDGE, DEV)

    assert await pinged(bench, minutes=60) == [FARAH]


async def test_there_is_nothing_to_acknowledge_about_what_is_closed(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLOSE, note="spam")

    with pytest.raises(NotAllowed, match="M-1 is closed"):
        await bench.does(Action.ACKNOWLEDGE, DEV)


@pytest.mark.parametrize("action", [Action.CLOSE, Action.ANSWERED])
async def test_what_is_answered_or_closed_is_pinged_about_no_more(bench: Bench, action: Action) -> None:
    await bench.arrives()
    await pinged(bench, minutes=60)

    await bench.does(action, note="done", text="Done.")

    assert await bench.due_at() is None
    assert await pinged(bench, days=3) == []


async def test_a_restart_between_loses_no_ping(sqlite_file: Path, clock: MovableClock) -> None:
    told: list[list[str]] = []
    for wait in (0, 60, 10, 10):
        database = Database(f"sqlite:///{sqlite_file}")
        bench = Bench(database, clock, house())
        await bench.arrives()
        told.append(await pinged(bench, minutes=wait))
        database.close()

    assert told == [[], [DEV], [FARAH], ["mentions"]]


async def test_while_nothing_ran_for_days_each_step_is_still_taken_one_after_the_other(bench: Bench) -> None:
    await bench.arrives()

    assert await pinged(bench, days=3) == [DEV]
    assert await pinged(bench, seconds=1) == []
    assert await pinged(bench, minutes=10) == [FARAH]


async def test_two_copies_that_look_at_once_ping_once(either: Bench) -> None:
    await either.arrives()
    first = await pinged(either, minutes=60)

    second = await pinged(either, minutes=0)

    assert (first, second) == ([DEV], [])


async def test_a_mention_that_is_just_being_claimed_is_neither_waited_for_nor_pinged_about(
    postgres_database: str, clock: MovableClock
) -> None:
    database = Database(postgres_database)
    migrate.upgrade(database)
    bench = Bench(database, clock, house())
    await bench.arrives()
    clock.advance(minutes=60)
    begun, go = threading.Event(), threading.Event()

    def claims(conn: Connection) -> Made:
        mentions.find(conn, "M-1", lock=True)
        begun.set()
        go.wait(8)
        return moves.make(conn, Move("M-1", Action.CLAIM, PRIYA), house=bench.house, now=clock.now())

    claim = asyncio.ensure_future(database.write(claims))
    await asyncio.to_thread(begun.wait, 8)
    meanwhile = await database.write(pinging.ping_due, bench.house, clock.now())
    go.set()
    made = await claim

    assert (meanwhile, made.changed) == (0, True)
    assert await bench.all(schema.delivery, PINGS) == []
    database.close()


async def test_with_nobody_on_duty_the_channel_is_told(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(officers=()))
    await bench.arrives()

    assert await pinged(bench, minutes=60) == ["mentions"]


async def test_a_held_private_message_pings_the_leads_and_never_a_channel(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(account(private_channel="")))
    await bench.arrives(post("p1", private=True))

    assert await pinged(bench, minutes=60) == ["U0MORAG"]
    assert await pinged(bench, minutes=10) == []
    assert await pinged(bench, hours=24) == ["U0MORAG"]


async def test_outside_office_hours_the_clock_stands_still(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(hours=OfficeHours.read("mon-fri 09:00-17:00", LONDON)))
    clock.advance(hours=7, minutes=30)
    await bench.arrives()

    assert await pinged(bench, hours=16) == []
    assert await pinged(bench, minutes=60) == [DEV]


async def test_many_that_fall_due_together_are_all_pinged_about(bench: Bench) -> None:
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(120)))
    bench.clock.advance(minutes=60)
    escalate = Escalate(bench.desk)

    counts = [await escalate.once() for _ in range(3)]

    assert counts == [120, 0, 0]


async def test_a_reopened_mention_has_a_clock_of_its_own(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLOSE, note="praise")
    bench.clock.advance(timedelta(days=2))

    await bench.arrives(post("p2", "But one thing", conversation="p1"))

    assert await pinged(bench, minutes=59) == []
    assert await pinged(bench, minutes=1) == [DEV]

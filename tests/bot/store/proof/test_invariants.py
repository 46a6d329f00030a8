"""Each invariant holds in a working day, and names what breaks it, on SQLite and on PostgreSQL."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.clock import MovableClock
from bot.mention import SYSTEM, Action
from bot.store import migrate
from bot.store.columns import to_ms
from bot.store.duty import pings
from bot.store.duty.pings import Asked
from bot.store.executor import Database, savepoint
from bot.store.intake import accounts
from bot.store.proof import invariants
from bot.store.proof.invariants import INVARIANTS, Finding
from tests.bot.council import Bench, house, post

BREAKS = {
    "next_ping": ("UPDATE escalation SET due_at = NULL WHERE number = 1", "M-1"),
    "time_to_look": ("UPDATE mention SET see_by = NULL WHERE number = 1", "M-1"),
    "no_ping_when_over": ("UPDATE escalation SET due_at = 1 WHERE number = 4", "M-4"),
    "nobody_is_asked_when_over": ("UPDATE ping SET number = 4", "M-4"),
    "ping_has_a_message": ("DELETE FROM delivery WHERE kind = 'ping'", "M-1"),
    "owner_fits_state": ("UPDATE mention SET owner = NULL WHERE number = 2", "M-2"),
    "offer_has_an_end": ("UPDATE mention SET offered_to = 'U0DEV' WHERE number = 2", "M-2"),
    "snooze_has_an_end": ("UPDATE mention SET snooze_until = 1 WHERE number = 1", "M-1"),
    "version_is_the_record": ("UPDATE mention SET version = 9 WHERE number = 1", "M-1"),
    "one_reply_on_its_way": ("UPDATE reply SET state = 'withdrawn' WHERE number = 3", "M-3"),
    "reply_has_a_delivery": ("UPDATE delivery SET state = 'failed', due_at = NULL WHERE kind = 'reply'", "M-3"),
    "delivery_has_a_reply": ("UPDATE reply SET state = 'withdrawn' WHERE number = 3", "M-3"),
    "lane_in_order": ("UPDATE delivery SET state = 'done', due_at = NULL WHERE number = 2 AND kind = 'redraw'", "M-2"),
    "ping_is_kept": ("UPDATE delivery SET kind = 'ping', state = 'failed', due_at = NULL WHERE number = 1", "M-1"),
    "no_ping_after_a_claim": (
        "UPDATE delivery SET kind = 'ping', created_at = 1, first_sent_at = NULL WHERE number = 2",
        "M-2",
    ),
    "no_mention_vanishes": ("UPDATE counter SET value = 7 WHERE name = 'mention'", "M-7"),
    "escalation_on_time": ("UPDATE escalation SET due_at = :early WHERE number = 2", "M-2"),
    "delivery_is_taken": ("UPDATE delivery SET due_at = :early WHERE kind = 'reply'", "M-3"),
    "delivery_has_an_end": ("UPDATE delivery SET deadline = :yesterday WHERE kind = 'reply'", "M-3"),
    "waits_with_its_writer": ("UPDATE reply SET approved_by = 'U0DEV' WHERE number = 5", "M-5"),
    "approval_on_time": ("UPDATE reply SET approval_due_at = :early WHERE number = 5", "M-5"),
    "owed_is_asked_about": (
        'INSERT INTO task (id, number, kind, what, what_salt, due_at, "to", by, made_at, next_ask_at) '
        "VALUES ('t1', 1, 'promise', '', '', 1, 'U0DEV', 'U0DEV', 1, :early)",
        "M-1",
    ),
    "hidden_has_an_end": (
        "INSERT INTO hiding (id, number, native_id, rule, by, at, until, state, evidence) "
        "VALUES ('h1', 1, 'p1', '3.2', 'U0DEV', 1, 1, 'hidden', '{}')",
        "M-1",
    ),
    "record_is_sealed": ("UPDATE event SET at = :yesterday WHERE subject = 'M-1'", "M-1"),
    "no_number_vanishes": ("UPDATE counter SET value = 7 WHERE name = 'mention'", "M-7"),
    "every_version_is_an_event": ("UPDATE mention SET version = 9 WHERE number = 4", "M-4"),
    "what_is_over_is_over": ("UPDATE mention SET owner = NULL WHERE number = 4", "M-4"),
    "sent_means_sent": ("UPDATE reply SET state = 'sent' WHERE number = 3", "M-3"),
}
NEEDS_NO_INDEX = "each_thing_once"


async def busy_day(bench: Bench) -> None:
    """M-1 is new, M-2 claimed, M-3 being replied to, M-4 answered by hand, a reply to M-5 waits; nothing has left yet."""
    for number, author in enumerate(("lou", "ann", "bob", "eve", "kit"), 1):
        await bench.arrives(post(f"p{number}", f"words {number}", by=author, conversation=f"c{number}"))
    bench.clock.advance(timedelta(minutes=5))
    for number in (2, 3):
        await bench.does(Action.CLAIM, ref=f"M-{number}")
    await bench.does(Action.REPLY, ref="M-3", text="Words")
    await bench.does(Action.ANSWERED, ref="M-4", note="on the telephone")
    await bench.does(Action.SUBMIT, ref="M-5", text="Words")
    asked = Asked("escalation", 1, "U0DEV", "duty", 1, 1, {"what": "ping"})
    await bench.db.write(pings.ask, asked, bench.house, bench.clock.now())


def change(conn: Connection, /, statement: str, **moments: int) -> None:
    """Break something, as a bug or a hand in the database would."""
    conn.execute(text(statement), {name: at for name, at in moments.items() if f":{name}" in statement})


def broken_by(conn: Connection, statement: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """What is found once a statement has been run."""
    change(conn, statement, early=to_ms(now - timedelta(minutes=10)), yesterday=to_ms(now - timedelta(days=1)))
    return {one.name: one.refs for one in invariants.broken(conn, now, deep=True)}


def tried(conn: Connection, statement: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """The same, and as it was before."""
    named = {}
    with suppress(Undone), savepoint(conn):
        named = broken_by(conn, statement, now)
        raise Undone
    return named


class Undone(Exception):
    """Enough was seen."""


async def found(bench: Bench) -> list[Finding]:
    """All that is broken now."""
    return await bench.db.read(invariants.broken, bench.clock.now(), deep=True)


def test_each_invariant_is_broken_by_a_test() -> None:
    assert {one.name for one in INVARIANTS} == {*BREAKS, NEEDS_NO_INDEX}


async def test_nothing_is_broken_in_an_empty_house_or_on_a_busy_day(either: Bench) -> None:
    empty = await found(either)
    await busy_day(either)

    assert (empty, await found(either)) == ([], [])


async def test_what_breaks_an_invariant_is_named(either: Bench) -> None:
    await busy_day(either)
    now = either.clock.now()

    named = {name: await either.db.write(tried, statement, now) for name, (statement, _) in BREAKS.items()}

    assert [name for name, (_, ref) in BREAKS.items() if ref not in named[name].get(name, ())] == []
    assert await found(either) == []


async def test_a_thing_queued_twice_is_found(postgres_database: str, clock: MovableClock) -> None:
    database = Database(postgres_database)
    migrate.upgrade(database)
    bench = Bench(database, clock, house())
    await busy_day(bench)
    await bench.db.write(change, "ALTER TABLE delivery DROP CONSTRAINT uq_delivery_key")

    named = await bench.db.write(tried, "UPDATE delivery SET key = 'twice' WHERE kind = 'card'", clock.now())
    database.close()

    assert named[NEEDS_NO_INDEX] == ("twice",)


async def test_five_references_are_enough(bench: Bench) -> None:
    for number in range(7):
        await bench.arrives(post(f"p{number}", by=f"a{number}", conversation=f"c{number}"))

    named = await bench.db.write(broken_by, "UPDATE escalation SET due_at = NULL", bench.clock.now())

    assert len(named["next_ping"]) == 5


async def test_a_reply_that_waits_because_publishing_is_stopped_is_not_late(bench: Bench) -> None:
    await busy_day(bench)
    await bench.desk.stop("U0MORAG", "wrong figures")
    waits = "UPDATE delivery SET due_at = :early, deadline = :yesterday WHERE kind = 'reply'"

    assert await bench.db.write(broken_by, waits, bench.clock.now()) == {}


async def test_a_minute_is_judged_without_the_clock_when_asked(bench: Bench) -> None:
    await busy_day(bench)
    bench.clock.advance(timedelta(days=9))

    assert await bench.db.read(invariants.broken, bench.clock.now(), deep=True, prompt=False) == []
    assert {one.name for one in await found(bench)} >= {"escalation_on_time", "delivery_is_taken", "delivery_has_an_end"}


async def test_an_account_that_is_not_read_is_named_unless_the_leads_know(bench: Bench) -> None:
    every, now = {"x": timedelta(minutes=1)}, bench.clock.now()
    await bench.db.write(accounts.place, "x")
    never = await bench.db.read(invariants.unread, every, now)
    await bench.db.write(change, "UPDATE account SET polled_at = :then", then=to_ms(now - timedelta(minutes=41)))
    stale = await bench.db.read(invariants.unread, every, now)
    await bench.db.write(accounts.in_trouble, "x", "it is away.", house=bench.house, now=now)
    told = await bench.db.read(invariants.unread, every, now)

    assert (never, stale, told) == ([], [Finding("account_is_read", ("x",))], [])


async def test_a_reply_that_went_out_leaves_nothing_broken(bench: Bench) -> None:
    await busy_day(bench)
    await bench.db.write(change, "UPDATE delivery SET state = 'done', due_at = NULL WHERE kind = 'reply'")
    await bench.does(Action.SENT, SYSTEM, ref="M-3")

    assert await found(bench) == []

"""The record: a format that does not drift, and a proof that names what was changed."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import MovableClock
from bot.engine.audit import Audit, seal
from bot.mention import Action, Media
from bot.ports import Edited, Gone, Receipt
from bot.store import schema
from bot.store.columns import from_ms
from bot.store.executor import Database
from bot.store.proof import record
from bot.store.proof.verify import Verdict, verify
from bot.store.sending import deliveries, outbox
from tests.bot.council import Bench, house, post

PRIYA = "U0PRIYA"
FIXED = {
    "subject": "M-142",
    "seq": 3,
    "at": datetime(2026, 11, 17, 9, 5, 0, 123000, tzinfo=UTC),
    "actor": "U0PRIYA",
    "action": "close",
    "changes": {"state": "closed", "ended_at": 1794906300123, "word": "Ysgol – ysgol", "flags": ["danger"], "seen_by": None},
    "digests": {"note": "ab" * 32},
}


def test_the_hash_of_an_event_is_what_it_was_in_the_first_release() -> None:
    assert record.hash_of("0" * 63 + "1", FIXED) == "8c2d123626601518b121c3829b617fb1ebffcce788c200d275d94d4c10dc646f"


def test_the_digest_of_words_is_what_it_was_in_the_first_release() -> None:
    assert (
        record.digest("00ff", "It is Thursday. – ^PS") == "bb10b208dc17286e1022cee35f6502f55ff481d6ee691f91d0e623999a7597ec"
    )


def test_what_is_hashed_is_sorted_compact_utf8_json() -> None:
    assert record.canonical({"b": "é", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"é"}'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": 1.0}, [0, [2.5]], ({"a": (0.1,)},)])
def test_floats_are_refused_wherever_they_stand(value: object) -> None:
    with pytest.raises(TypeError, match="no floats"):
        record.canonical(value)


async def test_each_events_hash_follows_from_the_one_before_it(either: Bench) -> None:
    await either.arrives()
    await either.does(Action.NOTE, note="hm")

    first, second = await either.desk.events("M-1")

    assert first["hash"] == record.hash_of(record.FIRST, first)
    assert second["hash"] == record.hash_of(str(first["hash"]), second)


async def test_a_seal_lists_what_grew_and_holds_the_last_seals_hash(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", by="ann"))
    await either.db.write(record.seal_up, either.clock.now())
    await either.does(Action.CLAIM, ref="M-2")

    sealed = await either.db.write(record.seal_up, either.clock.now())

    first, second = await either.all(schema.seal)
    body = json.loads(second["body"])
    assert sealed == second["hash"] == hashlib.sha256(second["body"].encode()).hexdigest()
    assert [head[:2] for head in body["heads"]] == [["M-2", 2]]
    assert (body["total"], body["previous"]) == (3, first["hash"])


async def test_nothing_new_needs_no_seal(either: Bench) -> None:
    await either.arrives()
    await either.db.write(record.seal_up, either.clock.now())

    assert await either.db.write(record.seal_up, either.clock.now()) is None


async def test_a_seal_is_written_once_an_hour_and_posted_to_its_channel(bench: Bench) -> None:
    audit = Audit(bench.desk, "mentions")
    await bench.arrives()

    first = await audit.once()
    await bench.does(Action.CLAIM)
    too_soon = await audit.once()
    bench.clock.advance(hours=1)
    second = await audit.once()

    told = [row["payload"]["text"] for row in await bench.all(schema.delivery, schema.delivery.c.lane == "seal")]
    assert too_soon is None
    assert {text.split()[-1] for text in told} == {first, second}


async def test_repeats_are_remembered_for_a_week_and_then_forgotten(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.NOTE, note="hm", key="press-1")

    await bench.db.write(seal, bench.clock.advance(timedelta(days=6)), "")
    kept = await bench.all(schema.handled)
    await bench.db.write(seal, bench.clock.advance(timedelta(days=2)), "")

    assert len(kept) == 1
    assert not await bench.all(schema.handled)


def test_the_line_counts_with_commas() -> None:
    verdict = Verdict(events=1204, subjects=310, seals=12, unsealed=3)

    assert verdict.line == "ok: 1,204 events, 310 subjects, 12 seals, 3 events newer than the last seal"


async def test_an_untouched_record_is_proved(either: Bench) -> None:
    await a_busy_day(either)

    assert await either.verdict() == "ok: 25 events, 4 subjects, 2 seals, 1 events newer than the last seal"


# --- tampering ---------------------------------------------------------------------------------------------------


async def a_busy_day(bench: Bench) -> None:
    """Something in every table the record speaks of, two seals, and one event newer than they."""
    later = bench.clock.now
    await bench.arrives(post("p1"), post("p2", "And mine?", by="ann"), post("p3", "Me too", by="bob"))
    await bench.arrives(post("p4", "Hello?", conversation="p1"), Edited("p1", "Is my brown bin day changed?", later()))
    await bench.does(Action.REPLY, text="Thursday.")
    await bench.does(Action.WITHDRAW)
    await bench.does(Action.RELEASE)
    await bench.db.write(record.seal_up, bench.clock.advance(hours=1))
    await bench.does(Action.NOTE, note="her gran rang", ref="M-2")
    await bench.does(Action.ANSWERED, text="Friday.", ref="M-2")
    await bench.does(Action.CLOSE, note="thanked", ref="M-2")
    await a_reply_goes_out(bench)
    await bench.arrives(Gone("p3", later()))
    await bench.does(Action.CLAIM)
    for note in ("one", "two", "three", "four", "five"):
        await bench.does(Action.NOTE, note=note)
    await bench.db.write(record.seal_up, bench.clock.advance(hours=1))
    await bench.does(Action.RELEASE)


async def a_reply_goes_out(bench: Bench) -> None:
    """M-4, with a picture, and the reply that the network took."""
    picture = Media("photo", "https://example.org/1.jpg", "A bin")
    await bench.arrives(post("p5", "And this?", by="cat", url="https://example.org/p5", language="en", media=(picture,)))
    await bench.does(Action.REPLY, text="Saturday.", ref="M-4")
    bench.clock.advance(seconds=11)
    taken = await bench.db.write(outbox.due, bench.clock.now(), "me", 50)
    (reply,) = [delivery for delivery in taken if delivery.kind == "reply"]
    receipt = Receipt("r1", "https://example.org/r1")
    await bench.db.write(deliveries.reply_sent, reply, receipt, bench.house, now=bench.clock.now())


@pytest.fixture
async def day(bench: Bench, sqlite_file: Path) -> Path:
    """The file after a busy day, closed."""
    await a_busy_day(bench)
    bench.db.close()
    with closing(sqlite3.connect(sqlite_file)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.execute("PRAGMA journal_mode=DELETE")
    return sqlite_file


def proved(file: Path, tamper: Callable[[sqlite3.Connection], object]) -> str:
    """What ``verify`` says of the file after somebody with full rights to it has been at it; then it is as before."""
    whole = file.read_bytes()
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as hand:
            hand.execute("PRAGMA ignore_check_constraints=ON")
            tamper(hand)
        database = Database(f"sqlite:///{file}")
        try:
            with database.engine.connect() as conn:
                return verify(conn).line
        finally:
            database.close()
    finally:
        file.with_name(f"{file.name}-wal").unlink(missing_ok=True)
        file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
        file.write_bytes(whole)


ABOUT = "its author, link, language or media were changed"
SWAPPED = """CREATE TEMP TABLE held AS SELECT text, text_salt FROM mention WHERE number=1;
UPDATE {0} SET (text, text_salt) = (SELECT text, text_salt FROM {1} WHERE number=1) WHERE number=1;
UPDATE {1} SET (text, text_salt) = (SELECT text, text_salt FROM held) WHERE number=1;"""


@pytest.mark.parametrize(
    ("deed", "named"),
    [
        ("UPDATE event SET actor='U0X' WHERE subject='M-2' AND seq=2", "M-2 event 2: its hash does not match"),
        ("UPDATE event SET note='her aunt rang' WHERE subject='M-2' AND seq=2", "M-2 event 2: its note was changed"),
        ("UPDATE event SET note=NULL WHERE subject='M-2' AND seq=2", "M-2 event 2: its note was changed"),
        ("DELETE FROM event WHERE subject='M-2' AND seq=2", "M-2 event 2: is missing"),
        ("DELETE FROM event WHERE subject='M-2' AND seq=4", "M-2 event 4: is missing"),
        ("DELETE FROM event WHERE subject='M-2'", "M-2: its events are missing"),
        (
            "UPDATE event SET seq=CASE seq WHEN 2 THEN 99 WHEN 3 THEN 2 END WHERE subject='M-2' AND seq IN (2,3)",
            "M-2 event 2:",
        ),
        ("UPDATE event SET changes='{' WHERE subject='M-2' AND seq=3", "M-2"),
        ("UPDATE event SET changes='{\"a\":1.5}' WHERE subject='M-2' AND seq=3", "M-2"),
        ("UPDATE event SET at='never' WHERE subject='M-2' AND seq=3", "M-2"),
        ("DELETE FROM chain WHERE subject='M-2'", "M-2 event 5: is missing"),
        (
            "DELETE FROM chain WHERE subject='M-2'; DELETE FROM event WHERE subject='M-2'",
            "M-2 event 1: is not what seal 1 holds",
        ),
        ("UPDATE chain SET sealed_seq=0 WHERE subject='M-2'", "M-2: was sealed up to event 0, but no seal says so"),
        ("DELETE FROM seal WHERE number=2", "M-1: was sealed up to event 13, but no seal says so"),
        ("DELETE FROM seal WHERE number=1", "seal 1: is missing"),
        ("UPDATE seal SET number=number+1 WHERE number=2", "seal 2: is missing"),
        ("UPDATE seal SET at=at+1 WHERE number=2", "seal 2: its time does not match"),
        ("UPDATE mention SET text='Fine words' WHERE number=1", "M-1: text was changed"),
        ("UPDATE mention SET text='', text_salt='' WHERE number=1", "M-1: text was changed"),
        ("UPDATE mention SET owner='U0X' WHERE number=1", "M-1: owner is not what its record says"),
        ("UPDATE mention SET close_reason='spam' WHERE number=2", "M-2: close_reason is not what its record says"),
        ("UPDATE mention SET account='x' WHERE number=2", "M-2: account is not what its record says"),
        ("UPDATE mention SET private=1 WHERE number=2", "M-2: private is not what its record says"),
        ("UPDATE mention SET received_at=received_at+60000 WHERE number=2", "M-2: received_at is not what its record says"),
        ("UPDATE mention SET version=9 WHERE number=2", "M-2: the row is at version 9, its record at 4"),
        ("DELETE FROM mention WHERE number=2", "M-2: is missing"),
        ("DELETE FROM mention WHERE number=4; UPDATE counter SET value=3", "M-4: is missing"),
        ("UPDATE counter SET value=3", "M-4: was never counted or has no record"),
        ("UPDATE addition SET text='Goodbye'", "M-1: an addition was changed"),
        ("DELETE FROM addition", "M-1: words its record speaks of are missing"),
        ("DELETE FROM earlier_text", "M-1: words its record speaks of are missing"),
        ("UPDATE earlier_text SET text='', text_salt=''", "M-1: an earlier text was changed"),
        ("UPDATE reply SET text='Monday.' WHERE number=2", "M-2: a reply was changed"),
        ("DELETE FROM reply WHERE number=2", "M-2: words its record speaks of are missing"),
        ("UPDATE addition SET native_id='p1'", "M-1: an addition was changed"),
        (SWAPPED.format("mention", "addition"), "M-1: text was changed"),
        (SWAPPED.format("mention", "earlier_text"), "M-1: text was changed"),
        (
            "INSERT INTO earlier_text SELECT 99, number, native_id, text, text_salt, until FROM earlier_text",
            "M-1: an earlier",
        ),
        *(
            (f"UPDATE mention SET {name}='x' WHERE number=1", f"M-1: {ABOUT}")
            for name in ("author_id", "author_name", "url")
        ),
        *((f"UPDATE mention SET {name}='x' WHERE number=4", f"M-4: {ABOUT}") for name in ("author_handle", "language")),
        ("UPDATE mention SET media='[]' WHERE number=4", f"M-4: {ABOUT}"),
        ("UPDATE reply SET by='U0X' WHERE number=4", "M-4: by of a reply"),
        ("UPDATE reply SET native_id='r2' WHERE number=4", "M-4: native_id of a reply"),
        ("UPDATE reply SET url=NULL WHERE number=4", "M-4: url of a reply"),
        ("UPDATE reply SET account='x' WHERE number=4", "M-4: account of a reply"),
        ("UPDATE reply SET sent_at=sent_at+1 WHERE number=4", "M-4: sent_at of a reply"),
        ("UPDATE reply SET state='failed' WHERE number=4", "M-4: state of a reply"),
        ("UPDATE reply SET state='sent' WHERE state='withdrawn'", "M-1: state of a reply"),
        ("UPDATE reply SET url='https://example.org/x' WHERE number=2", "M-2: url of a reply"),
    ],
)
@pytest.mark.slow
async def test_what_somebody_changed_is_named(day: Path, deed: str, named: str) -> None:
    assert proved(day, lambda hand: hand.executescript(deed)).startswith(named)


async def test_a_rewritten_last_event_with_its_hash_made_good_is_named_by_the_seal(day: Path) -> None:
    def rewrite(hand: sqlite3.Connection) -> None:
        hand.row_factory = sqlite3.Row
        row = dict(hand.execute("SELECT * FROM event WHERE subject='M-2' AND seq=4").fetchone())
        (before,) = hand.execute("SELECT hash FROM event WHERE subject='M-2' AND seq=3").fetchone()
        forged = {**row, "actor": "U0X", "changes": json.loads(row["changes"]), "digests": json.loads(row["digests"])}
        mended = record.hash_of(before, {**forged, "at": from_ms(row["at"])})
        hand.execute("UPDATE event SET actor='U0X', hash=? WHERE subject='M-2' AND seq=4", (mended,))
        hand.execute("UPDATE chain SET head=? WHERE subject='M-2'", (mended,))

    assert proved(day, rewrite) == "M-2 event 4: is not what seal 2 holds"


PROVED_COLUMNS = {
    "event": ("subject", "seq", "at", "actor", "action", "changes", "digests", "hash"),
    "chain": ("subject", "seq", "head", "sealed_seq"),
    "seal": ("number", "at", "body", "hash"),
    "mention": (
        "number", "account", "network", "native_id", "conversation", "kind", "private", "posted_at", "received_at", "text",
        "text_salt", "state", "version", "owner", "owned_at", "last_owner", "seen_at", "seen_by", "edited_at", "gone_at",
        "ended_at", "respond_by", "see_by", "priority", "topic", "flags", "close_reason",
    ),
    "addition": ("number", "native_id", "text", "text_salt"),
    "earlier_text": ("number", "native_id", "text", "text_salt"),
}  # fmt: skip
COLUMNS = [(table, column) for table, columns in PROVED_COLUMNS.items() for column in columns]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(COLUMNS), st.integers(0, 100), st.integers(0, 10_000))
async def test_any_change_to_any_proved_column_of_any_row_is_named(
    day: Path, place: tuple[str, str], which: int, where: int
) -> None:
    table, column = place

    def change(hand: sqlite3.Connection) -> None:
        rowids = [row[0] for row in hand.execute(f"SELECT rowid FROM {table}")]
        rowid = rowids[which % len(rowids)]
        (value,) = hand.execute(f"SELECT {column} FROM {table} WHERE rowid=?", (rowid,)).fetchone()
        other = other_value(value, where)
        hand.execute("PRAGMA foreign_keys=OFF")
        hand.execute(f"UPDATE OR REPLACE {table} SET {column}=? WHERE rowid=?", (other, rowid))

    assert not proved(day, change).startswith("ok")


def other_value(value: object, where: int) -> object:
    """One character or one unit away from what it was; something where there was nothing."""
    if isinstance(value, int):
        return value + 1
    if not value:
        return 1 if value is None else "x"
    text = str(value)
    at = where % len(text)
    return f"{text[:at]}{'y' if text[at] == 'x' else 'x'}{text[at + 1 :]}"


async def test_words_erased_by_their_author_leave_the_proof_whole(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", "And the brown bin?", conversation="p1"))
    await either.does(Action.REPLY, text="Thursday.")
    await either.arrives(Edited("p2", "And the blue bin?", either.clock.now()), Gone("p2", either.clock.now()))
    await either.arrives(Gone("p1", either.clock.now()))

    assert (await either.verdict()).startswith("ok")


async def test_what_a_person_settled_leaves_the_proof_whole(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, text="Thursday.")
    bench.clock.advance(seconds=11)
    taken = await bench.db.write(outbox.due, bench.clock.now(), "me", 50)
    (reply,) = [delivery for delivery in taken if delivery.kind == "reply"]
    for _ in range(3):
        await bench.db.write(deliveries.stay_unsure, reply, bench.house, now=bench.clock.now(), trouble="no answer")
        bench.clock.advance(minutes=4)
        (reply,) = [one for one in await bench.db.write(outbox.due, bench.clock.now(), "me", 50) if one.kind == "reply"] or [
            reply
        ]
    unsure = await bench.verdict()

    await bench.does(Action.SENT)

    assert (await bench.one(schema.reply))["state"] == "sent"
    assert unsure.startswith("ok")
    assert (await bench.verdict()).startswith("ok")


async def test_a_rebuilt_database_has_the_same_record(sqlite_file: Path, clock: MovableClock) -> None:
    database = Database(f"sqlite:///{sqlite_file}")
    bench = Bench(database, clock, house())
    await a_busy_day(bench)
    before = await bench.verdict()
    await database.write(lambda conn: conn.exec_driver_sql("SELECT 1"))
    database.close()

    with closing(sqlite3.connect(sqlite_file)) as file:
        file.execute("VACUUM")

    again = Database(f"sqlite:///{sqlite_file}")
    assert (await again.read(verify)).line == before
    again.close()


async def test_many_events_written_at_once_stand_as_if_written_one_by_one(either: Bench) -> None:
    at, told = either.clock.now(), {"pinged": "U0DEV", "until": either.clock.now()}
    entries = [record.Entry(subject, "escalate", "system", told) for subject in ("a", "b", "a", "c")]

    seqs = await either.db.write(record.append_all, entries, at)
    alone = [
        await either.db.write(record.append, subject, "escalate", at=at, actor="system", changes=told)
        for subject in ("a", "b", "c")
    ]

    first = {subject: (await either.desk.events(subject))[0]["hash"] for subject in ("a", "b", "c")}
    assert (seqs, alone) == ([1, 1, 2, 1], [3, 2, 2])
    assert first["b"] == record.hash_of(record.FIRST, (await either.desk.events("b"))[0])
    assert (await either.verdict()).startswith("ok")

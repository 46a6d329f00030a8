"""Whoever changes the database by hand is found out: every column that is proved, every event, every row, every seal.

What cannot be proved from the database alone is tested here too, so that nobody believes more than is so.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Integer, LargeBinary, Table, delete, select, update
from sqlalchemy.exc import DBAPIError

from bot.clock import MovableClock
from bot.store import migrate, schema
from bot.store.columns import Moment
from bot.store.executor import Database
from bot.store.proof import record
from bot.store.proof.verify import verify
from tests import servers
from tests.bot.council import Bench, house
from tests.bot.store.proof.full_life import a_full_life

pytestmark = pytest.mark.slow  # a whole history, and hundreds of looks at it

WHICH = "which row it is: nothing else is told by it"
OURS = "when the bot itself does something next, or did last: its own housekeeping"
ERASED = "only of what was erased, or deleted by its author: the salt that proved it is gone"
UNPROVED: Mapping[str, Mapping[str, str]] = {
    "mention": dict.fromkeys(("url", "author_id", "author_name", "author_handle", "language"), ERASED),
    "addition": {"id": WHICH},
    "earlier_text": {"id": WHICH},
    "reply": {
        **dict.fromkeys(("created_at", "updated_at", "hold_until", "approval_due_at", "approval_laps"), OURS),
        **dict.fromkeys(("parts", "split", "one_language", "promise_by", "audience", "drawn_from"), ERASED),
    },
    "reply_media": {
        **{"id": WHICH, "position": "told by the order only", "size": "told by the digest"},
        "name": "what the file was called here; the public never sees it",
    },
    "task": {
        **{"id": "of a second look: the record names what was hidden", "next_ask_at": OURS},
        "what_salt": "of a second look, which has no words",
    },
    "saved": {"told_at": OURS},
    "claim_of_right": {"told": OURS},
    "watch": {"told": OURS},
    "event": {"id": WHICH},
    "trust": {"id": WHICH},
}
"""Columns of what is proved that are not, and why."""


MOST = 8
"""Rows of a table that are looked at, of those that have many."""


@dataclass(frozen=True)
class Life:
    """A database in which everything has happened, for changes that are undone again."""

    database: Database

    def says(self, change: Callable[[Connection], object]) -> str:
        """What ``verify`` says after a change; ``refused`` where the database does not let it be made."""
        with self.database.engine.connect() as conn:
            if self.database.is_sqlite:
                conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
                conn.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
                conn.exec_driver_sql("BEGIN")
            else:
                conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
            try:
                change(conn)
                return verify(conn).line
            except DBAPIError:
                return "refused"
            finally:
                conn.exec_driver_sql("ROLLBACK") if self.database.is_sqlite else conn.rollback()

    def rows(self, table: Table) -> list[Mapping[str, Any]]:
        """All rows of a table."""
        with self.database.engine.connect() as conn:
            return [dict(row) for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """It on both databases: made once, for nothing that is done to it stays."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('life') / 'tolbooth.db'}"
    else:
        url = servers.create_database(request.getfixturevalue("postgres_url"))
    database = Database(url)
    migrate.upgrade(database)
    clock = MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC))
    asyncio.run(a_full_life(Bench(database, clock, house())))
    yield Life(database)
    database.close()
    if request.param == "postgresql":
        servers.drop_database(request.getfixturevalue("postgres_url"), url)


def test_all_that_was_done_is_proved(life: Life) -> None:
    assert life.says(lambda _: None).startswith("ok: ")


def key_of(table: Table, row: Mapping[str, Any]) -> Any:
    """Where one row is."""
    (key, *_) = list(table.primary_key)
    return key == row[key.name]


def other(column: Column[Any], value: Any, at: int = 0) -> Any:
    """A value one letter, one unit or one millisecond away; something where there was nothing."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Moment):
        return value + timedelta(milliseconds=1) if value else datetime(2030, 1, 1, tzinfo=UTC)
    if isinstance(column.type, Integer):
        return (value or 0) + 1
    if isinstance(column.type, LargeBinary):
        return value + b"x"
    if isinstance(column.type, JSON):
        return [*value, "x"] if isinstance(value, list) else {**value, "x": "x"}
    text = value or "x"
    place = at % len(text)
    return f"{text[:place]}{'y' if text[place] == 'x' else 'x'}{text[place + 1 :]}" if value else "x"


PROVED = (
    *(schema.mention, schema.addition, schema.earlier_text, schema.reply, schema.reply_media, schema.task, schema.hiding),
    *(schema.saved, schema.claim_of_right, schema.kept, schema.watch, schema.event, schema.chain, schema.seal, schema.trust),
)
"""The tables whose rows the record speaks for."""


@pytest.mark.parametrize("table", PROVED, ids=lambda table: table.name)
def test_any_column_of_any_row_that_is_changed_is_found_out(life: Life, table: Table) -> None:
    rows = life.rows(table)
    assert rows, "a full life has one"
    silent: dict[str, int] = {}
    for row in rows if len(rows) <= MOST else random.Random(9).sample(rows, MOST):
        for column in table.c:
            deed = update(table).where(key_of(table, row)).values({column.name: other(column, row[column.name])})
            if life.says(lambda conn, deed=deed: conn.execute(deed)).startswith("ok"):
                silent[column.name] = silent.get(column.name, 0) + 1

    assert set(silent) <= set(UNPROVED.get(table.name, {})), silent


@pytest.mark.parametrize("table", PROVED, ids=lambda table: table.name)
def test_any_row_that_is_taken_away_is_found_out(life: Life, table: Table) -> None:
    for row in life.rows(table)[:: 1 + len(life.rows(table)) // 40]:
        assert not life.says(lambda conn, row=row: conn.execute(delete(table).where(key_of(table, row)))).startswith("ok"), (
            row
        )


def test_a_post_of_which_nobody_knows_any_more_that_it_came_is_missed(life: Life) -> None:
    for row in life.rows(schema.arrival):
        here = (schema.arrival.c.account == row["account"]) & (schema.arrival.c.native_id == row["native_id"])
        said = life.says(lambda conn, here=here: conn.execute(delete(schema.arrival).where(here)))
        assert said == f"M-{row['number']}: that a post came in is not known any more", row


# --- the chain and its seals -------------------------------------------------------------------------------------

E, C, SEAL = schema.event.c, schema.chain.c, schema.seal.c


def of_subject(conn: Connection, subject: str) -> list[dict[str, Any]]:
    """A subject's events as plain rows."""
    return [dict(event) for event in record.events_of(conn, subject)]


def written_anew(conn: Connection, subject: str, events: list[dict[str, Any]]) -> None:
    """A chain as a forger would make it: every hash follows from the one before, and its end is the one noted."""
    conn.execute(delete(schema.event).where(E.subject == subject))
    head = record.FIRST
    for seq, row in enumerate(events, 1):
        row.update(seq=seq)
        row["hash"] = head = record.hash_of(head, row)
        conn.execute(schema.event.insert().values(**row))
    conn.execute(update(schema.chain).where(C.subject == subject).values(seq=len(events), head=head))


@pytest.mark.parametrize("seq", [1, 3, 6])
def test_any_letter_of_an_event_that_is_changed_names_that_event(life: Life, seq: int) -> None:
    with life.database.engine.connect() as conn:
        event = of_subject(conn, "M-2")[seq - 1]
    here = (E.subject == "M-2") & (E.seq == seq)
    for column in (E.actor, E.action, E.hash):
        for at in range(len(event[column.name])):
            deed = update(schema.event).where(here).values({column.name: other(column, event[column.name], at)})
            assert life.says(lambda conn, deed=deed: conn.execute(deed)) == f"M-2 event {seq}: its hash does not match"


def test_the_first_of_several_that_were_changed_is_named(life: Life) -> None:
    later = update(schema.event).where(E.seq >= 2, E.subject.in_(("M-2", "M-3"))).values(actor="U0X")

    assert life.says(lambda conn: conn.execute(later)) == "M-2 event 2: its hash does not match"


def test_two_events_that_changed_places_are_found_out_however_well_it_was_done(life: Life) -> None:
    def swapped(conn: Connection, *, anew: bool) -> None:
        events = of_subject(conn, "M-2")
        events[2], events[3] = events[3], events[2]
        if anew:
            written_anew(conn, "M-2", events)
            return
        conn.execute(delete(schema.event).where(E.subject == "M-2"))
        head = events[1]["hash"]
        for seq, row in enumerate(events, 1):
            row["seq"] = seq
            if seq in (3, 4):  # made good where it was done, and not after
                row["hash"] = head = record.hash_of(head, row)
            conn.execute(schema.event.insert().values(**row))

    assert life.says(lambda conn: swapped(conn, anew=False)) == "M-2 event 5: its hash does not match"
    assert life.says(lambda conn: swapped(conn, anew=True)).startswith("M-2 event ")


def test_a_chain_that_was_forged_whole_is_named_by_its_seal(life: Life) -> None:
    def forged(conn: Connection) -> None:
        events = of_subject(conn, "M-2")
        events[1]["actor"] = "U0X"
        written_anew(conn, "M-2", events)

    assert life.says(forged).endswith("is not what seal 1 holds")


def test_the_newest_events_of_a_chain_that_were_cut_off_are_missed(life: Life) -> None:
    def cut(conn: Connection) -> None:
        written_anew(conn, "M-2", of_subject(conn, "M-2")[:-2])

    assert "M-2 event " in life.says(cut)
    last = delete(schema.event).where(E.subject == "M-2", E.seq == select(C.seq).where(C.subject == "M-2").scalar_subquery())
    assert life.says(lambda conn: conn.execute(last)).endswith(": is missing")


def test_a_mention_that_was_taken_out_with_all_that_is_its_own_is_missed(life: Life) -> None:
    def taken_out(conn: Connection) -> None:
        for table in schema.METADATA.sorted_tables:
            if "number" in table.c and table is not schema.saved and table is not schema.watch and table is not schema.seal:
                conn.execute(delete(table).where(table.c.number == 7))
        for column in (E.subject, C.subject):
            conn.execute(delete(column.table).where(column == "M-7"))
        conn.execute(update(schema.counter).where(schema.counter.c.name == "mention").values(value=6))

    assert life.says(taken_out).startswith("M-7 event ")


@pytest.mark.parametrize("number", [1, 2])
def test_a_seal_that_was_taken_away_or_changed_is_missed(life: Life, number: int) -> None:
    (body,) = (row["body"] for row in life.rows(schema.seal) if row["number"] == number)
    here = SEAL.number == number

    assert not life.says(lambda conn: conn.execute(delete(schema.seal).where(here))).startswith("ok")
    for at in range(0, len(body), 37):
        deed = update(schema.seal).where(here).values(body=other(SEAL.body, body, at))
        assert life.says(lambda conn, deed=deed: conn.execute(deed)) == f"seal {number}: its hash does not match"


def test_what_was_never_sealed_or_is_forged_with_its_seals_only_the_posted_hashes_show(life: Life) -> None:
    """What no look at the database alone can find: that is why each seal's hash is posted in a channel."""

    def as_if_never_sealed(conn: Connection) -> None:
        conn.execute(delete(schema.seal))
        conn.execute(update(schema.chain).values(sealed_seq=0))

    said = life.says(as_if_never_sealed)
    assert said.startswith("ok: ")
    assert ", 0 seals, " in said

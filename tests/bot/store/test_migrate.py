"""A database outlives its release: brought up to date with all it holds, copied first, and never taken back."""

import asyncio
import resource
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, select

from bot.clock import MovableClock
from bot.errors import SettingsError
from bot.mention import Action, State
from bot.reply import ReplyState
from bot.store import migrate, schema
from bot.store.backup import latest
from bot.store.executor import Database
from bot.store.proof.verify import verify
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Office
from tests.bot.store.alike import differences
from tests.bot.store.earlier import RELEASES, Rows, copied_to_postgresql, later_release, rows_of, unpacked

TABLES = schema.METADATA.sorted_tables
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
NEWEST = migrate.head(migrate.migrations())
TOO_NEW = "The database is at revision 0010, which a newer release wrote: use that release, or an earlier backup"


SELDOM = [
    release if release in (RELEASES[0], RELEASES[-1]) else pytest.param(release, marks=pytest.mark.slow)
    for release in RELEASES
]
"""The oldest and the newest always; those between them where there is time."""


@pytest.fixture(params=SELDOM)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database file of an earlier release."""
    return unpacked(request.param, tmp_path / "tolbooth.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, file: Path) -> Iterator[Database]:
    """A database of an earlier release, on SQLite and on PostgreSQL."""
    url = f"sqlite:///{file}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database")
        copied_to_postgresql(file, url)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def old(file: Path) -> Iterator[Database]:
    """The same on SQLite only."""
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture
def fresh(database_url: str) -> Iterator[Database]:
    """An empty database."""
    database = Database(database_url)
    yield database
    database.close()


def at(database: Database) -> str:
    """The revision it stands at."""
    with database.engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision() or ""


def columns_before(before: Rows, after: Rows) -> Rows:
    """What is stored now in the tables and columns there were before."""
    return {
        table: [{name: row[name] for name in (rows[0] if rows else {})} for row in after[table]]
        for table, rows in before.items()
        if rows and table != "counter"
    }


async def test_a_database_of_an_earlier_release_comes_through_with_its_claims_and_its_chain(earlier: Database) -> None:
    before, stood = await earlier.read(rows_of), at(earlier)

    moved = migrate.upgrade(earlier)

    after = await earlier.read(rows_of)
    verdict = await earlier.read(verify)
    assert moved == (stood, NEWEST)
    assert columns_before(before, after) == {name: rows for name, rows in before.items() if rows and name != "counter"}
    assert {row["number"]: row["owner"] for row in after["mention"] if row["state"] == "claimed"} == {1: "U0PRIYA"}
    assert verdict.line.startswith("ok: ")
    assert verdict.seals == 1
    with earlier.engine.connect() as conn:
        assert differences(conn) == []


@pytest.mark.slow
async def test_work_goes_on_where_the_earlier_release_left_it(earlier: Database, clock: MovableClock) -> None:
    migrate.upgrade(earlier)
    clock.advance(minutes=12)
    office = Office(Bench(earlier, clock, house()))

    await office.bench.does(Action.CLAIM, "U0DEV", ref="M-5")
    await office.bench.arrives(post("p7", "One more", by="ann"))
    await office.passes(minutes=2)
    await office.bench.does(Action.NOT_SENT, "U0PRIYA", ref="M-3")

    assert [reply.text for reply in office.box.public] == ["At the town hall."]
    assert [(await office.bench.mention(f"M-{n}")).state for n in (3, 5, 6, 7)] == [
        State.CLAIMED,
        State.CLAIMED,
        State.REPLIED,
        State.NEW,
    ]
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_what_was_on_its_way_has_an_end_after_the_upgrade(old: Database) -> None:
    migrate.upgrade(old)

    rows = (await old.read(rows_of))["delivery"]
    alive = [row for row in rows if row["state"] in ("pending", "sending", "unknown", "needs_human")]
    assert {row["kind"] for row in alive} == {"reply", "redraw"}
    assert all(row["deadline"] > max(row["created_at"], row["due_at"] or row["created_at"]) for row in alive)


async def test_a_file_is_copied_before_it_is_changed_and_the_copy_is_the_earlier_database(old: Database, file: Path) -> None:
    before, stood = await old.read(rows_of), at(old)

    migrate.upgrade(old)

    copy = file.with_name(f"tolbooth.db.before-{NEWEST}")
    kept = Database(f"sqlite:///{copy}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (at(kept), await kept.read(rows_of)) == (stood, before)
    kept.close()


def test_a_copy_is_never_written_over(old: Database, file: Path) -> None:
    migrate.upgrade(old)
    first = latest(file, NEWEST)
    assert first
    again = Path(shutil.copy(first, file.with_name("again.db")))
    again.with_name(f"again.db.before-{NEWEST}").write_text("an earlier copy")

    database = Database(f"sqlite:///{again}")
    migrate.upgrade(database)
    database.close()

    assert again.with_name(f"again.db.before-{NEWEST}").read_text() == "an earlier copy"
    assert latest(again, NEWEST) == again.with_name(f"again.db.before-{NEWEST}.2")


async def test_without_room_for_the_copy_nothing_is_changed(old: Database, file: Path) -> None:
    before, stood = await old.read(rows_of), at(old)
    there = {path.name for path in file.parent.iterdir()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(SettingsError, match=r"could not be written: .*\. Nothing was changed\."):
            migrate.upgrade(old)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (at(old), await old.read(rows_of)) == (stood, before)
    assert {path.name for path in file.parent.iterdir()} == there


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tolbooth.db'}")

    assert migrate.upgrade(database) == ("", NEWEST)
    database.close()

    assert not list(tmp_path.glob("*.before-*"))


async def test_the_release_before_goes_on_beside_a_newer_one_that_allows_it(
    fresh: Database, clock: MovableClock, tmp_path: Path
) -> None:
    migrate.upgrade(fresh)
    bench = Bench(fresh, clock, house())
    await bench.arrives()
    newer = later_release(tmp_path / "newer", "0009", oldest=NEWEST)

    moved = migrate.upgrade(fresh, newer)

    assert moved == (NEWEST, "0009")
    assert await fresh.read(migrate.fallen_behind) == ""
    assert migrate.upgrade(fresh) == ("0009", "0009")
    await bench.does(Action.CLAIM)
    await bench.arrives(post("p2", by="ann"))
    assert [(await bench.mention(ref)).state for ref in ("M-1", "M-2")] == [State.CLAIMED, State.NEW]
    assert await fresh.read(migrate.fallen_behind, newer) == ""


async def test_the_release_before_stops_in_a_sentence_when_a_newer_one_no_longer_allows_it(
    fresh: Database, tmp_path: Path
) -> None:
    migrate.upgrade(fresh)
    later_release(tmp_path / "newer", "0009", oldest=NEWEST)
    migrate.upgrade(fresh, later_release(tmp_path / "newer", "0010", oldest="0010"))
    stored = await fresh.read(rows_of)

    with pytest.raises(SettingsError) as refused:
        migrate.upgrade(fresh)

    assert str(refused.value) == await fresh.read(migrate.fallen_behind) == TOO_NEW
    assert (at(fresh), await fresh.read(rows_of)) == ("0010", stored)


async def test_a_release_that_was_not_allowed_stays_so_when_a_later_one_names_nobody_older(
    fresh: Database, tmp_path: Path
) -> None:
    later_release(tmp_path / "newer", "0009", oldest="0009")
    migrate.upgrade(fresh, later_release(tmp_path / "newer", "0010", oldest="0001"))

    assert await fresh.read(migrate.fallen_behind) == TOO_NEW


async def test_a_migration_that_breaks_leaves_the_database_as_it_was(fresh: Database, tmp_path: Path) -> None:
    migrate.upgrade(fresh)
    stored = await fresh.read(rows_of)
    broken = later_release(tmp_path / "newer", "0009", oldest="0009", more="raise LookupError('a bug')")

    with pytest.raises(LookupError, match="a bug"):
        migrate.upgrade(fresh, broken)

    assert (at(fresh), await fresh.read(rows_of)) == (NEWEST, stored)
    assert await fresh.read(migrate.fallen_behind) == ""
    with fresh.engine.connect() as conn:
        assert differences(conn) == []


async def test_copies_that_start_together_bring_it_up_once(fresh: Database) -> None:
    other = Database(fresh.url.render_as_string(hide_password=False))
    assert at(fresh) == at(other) == ""

    moved = await asyncio.gather(*(asyncio.to_thread(migrate.upgrade, one) for one in (fresh, other)))
    other.close()

    assert sorted(moved) == [("", NEWEST), (NEWEST, NEWEST)]


async def test_every_migration_says_which_code_may_still_run(fresh: Database) -> None:
    migrate.upgrade(fresh)
    made = {one.revision: getattr(one.module, "OLDEST", one.revision) for one in migrate.migrations().walk_revisions()}
    c = schema.counter.c

    said = await fresh.read(lambda conn: conn.execute(select(c.value).where(c.name == migrate.OLDEST_CODE)).scalar())

    assert all(name.isdigit() and len(name) == 4 and oldest <= name for name, oldest in made.items())
    assert said == max(int(oldest) for oldest in made.values())


def test_code_that_knows_no_hold_may_not_run_beside_code_that_does() -> None:
    (one,) = (one for one in migrate.migrations().walk_revisions() if one.revision == "0008")

    assert one.module.OLDEST == "0008"


async def test_a_table_has_each_of_its_rules_once_however_old_the_database_is(earlier: Database) -> None:
    migrate.upgrade(earlier)

    def rules(conn: Connection) -> dict[str, list[str]]:
        there = inspect(conn)
        return {t.name: sorted(str(one["name"]) for one in there.get_check_constraints(t.name)) for t in TABLES}

    meant = {t.name: sorted(str(one.name) for one in t.constraints if isinstance(one, CheckConstraint)) for t in TABLES}
    assert await earlier.read(rules) == meant


async def test_a_reply_can_be_in_every_state_in_a_database_that_was_brought_up_to_date(old: Database) -> None:
    migrate.upgrade(old)
    rows = [
        {
            **dict.fromkeys(("account", "text", "text_salt", "by"), "x"),
            **dict.fromkeys(("created_at", "updated_at"), NOON),
            **{"id": state, "number": 1, "state": state, "approval_due_at": NOON if state == "waiting" else None},
        }
        for state in ReplyState
    ]

    def put_in_each(conn: Connection) -> set[str]:
        kept = set()
        for row in rows:  # one after the other: most exclude one another
            at = conn.begin_nested()
            conn.execute(schema.reply.insert().values(**row))
            kept.add(conn.execute(select(schema.reply.c.state).where(schema.reply.c.id == row["id"])).scalar_one())
            at.rollback()
        return kept

    assert await old.write(put_in_each) == {state.value for state in ReplyState}

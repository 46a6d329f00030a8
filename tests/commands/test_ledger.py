"""``migrate``, ``export`` and ``verify``: they need only the database, and leave nothing half done."""

import csv
import io
import json
import os
import resource
import sqlite3
import stat
import zipfile
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.errors import Busy, SettingsError
from bot.line import ledger
from bot.store.proof.export import FIELDS, everything, write_jsonl
from tests.commands.line import Line
from tests.handlers.office import PRIYA, Office

pytestmark = pytest.mark.slow

FULL = Path("/dev/full")
NEWER = "The database is at revision 9999, which a newer release wrote: use that release, or an earlier backup"


@pytest.fixture
async def kept(line: Line, blank: Path, clock: MovableClock) -> Line:
    """A shell beside a database with three mentions in it, one of them hostile to spreadsheets."""
    office = Office(blank, line.folder, clock)
    await office.hears("Is my school shut?", url="https://x.example/1")
    await office.hears('=HYPERLINK("http://evil.example")', by="@Bob")
    await office.hears("Zażółć gęślą jaźń 👩‍👩‍👧‍👦\nsecond line", by="Ann")
    await office.ask(PRIYA, "note 1 asked highways")
    await office.ask(PRIYA, "close 1 praise")
    office.close()
    line.environment["TOLBOOTH_DATABASE_URL"] = "sqlite:///office.db"
    return line


def settings(line: Line) -> Path:
    """The same database for a call in this process."""
    return line.folder / line.settings(f'database_url = "sqlite:///{line.folder}/office.db"\n')


def left_in(folder: Path) -> set[str]:
    """What is there besides the database."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(("office.db", "tolbooth.toml"))}


async def test_migrate_makes_a_database_and_a_second_time_has_nothing_to_do(line: Line) -> None:
    first = await line.tolbooth("migrate")
    second = await line.tolbooth("migrate")

    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("Migrated from nothing to ")
    assert second.out.startswith("The database is at revision ")
    assert second.out.endswith(" already.\n")


async def test_a_database_of_a_later_release_is_left_alone(kept: Line) -> None:
    with sqlite3.connect(kept.folder / "office.db") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()

    done = await kept.tolbooth("migrate")

    assert done.code == 2
    assert done.said == [NEWER]


@pytest.mark.parametrize("command", ["export", "verify"])
async def test_what_only_reads_refuses_a_database_of_another_release_in_one_sentence_and_leaves_it_alone(
    kept: Line, command: str
) -> None:
    with closing(sqlite3.connect(kept.folder / "office.db")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
        before = list(conn.iterdump())

    done = await kept.tolbooth(command)

    with closing(sqlite3.connect(kept.folder / "office.db")) as conn:
        assert list(conn.iterdump()) == before
    assert (done.code, done.out) == (2, "")
    assert done.said == [NEWER]


def test_an_empty_file_is_not_made_into_a_database_by_what_only_reads(line: Line) -> None:
    file = line.folder / "office.db"
    file.touch()

    with pytest.raises(
        SettingsError, match=r"The database is empty and this release needs \w+: run `tolbooth migrate` first"
    ):
        ledger.verify(settings(line))

    assert file.stat().st_size == 0


@pytest.mark.parametrize("command", ["export", "verify"])
async def test_without_a_database_none_is_made(line: Line, command: str) -> None:
    done = await line.tolbooth(command)

    assert done.code == 2
    assert done.lines == ["database_url: there is no database at tolbooth.db yet; `tolbooth run` makes one"]
    assert left_in(line.folder) == set()


async def test_export_writes_an_object_a_line_in_the_agreed_shape(kept: Line) -> None:
    done = await kept.tolbooth("export")

    rows = [json.loads(row) for row in done.out.splitlines()]
    assert (done.code, done.err) == (0, "3 mentions exported\n")
    assert [row["ref"] for row in rows] == ["M-1", "M-2", "M-3"]
    assert all(tuple(row) == FIELDS for row in rows)
    assert rows[0]["state"] == "closed"
    assert rows[0]["received_at"] == "2026-11-17T09:00:00.000Z"
    assert [event["action"] for event in rows[0]["events"]] == ["received", "note", "close"]
    assert rows[0]["events"][1]["actor"] == {"id": "U0PRIYA", "name": "Priya Shah"}
    assert rows[0]["events"][0]["actor"] == "system"
    assert rows[2]["text"] == "Zażółć gęślą jaźń 👩‍👩‍👧‍👦\nsecond line"


async def test_every_export_is_on_the_record_with_its_reason_and_the_digest_of_what_was_written(kept: Line) -> None:
    piped = await kept.tolbooth("export", "--because", "the auditors asked", "--by", "Morag Muir")
    await kept.tolbooth("export", "--format", "csv", "--out", "mentions.csv")

    with closing(sqlite3.connect(kept.folder / "office.db")) as conn:
        rows = conn.execute(
            "SELECT action, actor, note, changes FROM event WHERE subject = 'export' ORDER BY seq"
        ).fetchall()
    first, second = (json.loads(row[3]) for row in rows)
    assert rows[0][:3] == ("export", "Morag Muir", "the auditors asked")
    assert first == {"count": 3, "of": "every mention, as jsonl", "sha256": sha256(piped.out.encode()).hexdigest()}
    assert rows[1][2] == "no reason given"
    assert second["sha256"] == sha256((kept.folder / "mentions.csv").read_bytes()).hexdigest()
    assert ledger.verify(settings(kept)).line.startswith("ok: 7 events, 4 subjects")


@pytest.mark.parametrize("out", [None, "mentions.csv"])
def test_what_cannot_be_recorded_is_not_written_out(kept: Line, out: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(kept.folder / "office.db")) as conn:
        conn.execute("CREATE TRIGGER no_more BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END")
        conn.commit()

    with pytest.raises(Busy, match=r"^Nothing was written out, because that could not be put on the record: "):
        ledger.export(settings(kept), "csv", kept.folder / out if out else None)

    assert "school" not in capsys.readouterr().out
    assert left_in(kept.folder) == set()


def test_export_as_a_workbook_holds_words_and_no_formula(kept: Line) -> None:
    out = kept.folder / "mentions.xlsx"

    assert ledger.export(settings(kept), "xlsx", out) == 3
    with pytest.raises(SettingsError, match="--format xlsx"):
        ledger.export(settings(kept), "xlsx", None)

    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK(&quot;http://evil.example&quot;)" in sheet or '=HYPERLINK("http://evil.example")' in sheet
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


async def test_export_as_csv_is_safe_in_a_spreadsheet(kept: Line) -> None:
    done = await kept.tolbooth("export", "--format", "csv", "--out", "mentions.csv")

    text = (kept.folder / "mentions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (done.code, len(rows)) == (0, 3)
    assert not [value for row in rows for value in row.values() if value[:1] in ("=", "+", "-", "@")]
    assert left_in(kept.folder) == {"mentions.csv"}


def test_an_export_takes_the_place_of_an_earlier_one_whole(kept: Line) -> None:
    out = kept.folder / "mentions.jsonl"
    out.write_text("the earlier one")

    count = ledger.export(settings(kept), "jsonl", out)

    assert count == len(out.read_text().splitlines()) == 3
    assert left_in(kept.folder) == {"mentions.jsonl"}


@pytest.mark.parametrize("place", ["nowhere/mentions.csv", "office.db/mentions.csv"])
def test_an_export_to_where_nothing_can_be_written_leaves_nothing_behind(kept: Line, place: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be written: .*\. Nothing was left behind\."):
        ledger.export(settings(kept), "csv", kept.folder / place)

    assert left_in(kept.folder) == set()


def test_an_export_that_runs_out_of_room_leaves_the_earlier_one_and_nothing_else(kept: Line) -> None:
    out = kept.folder / "mentions.jsonl"
    out.write_text("the earlier one")
    database = ledger.database_in_use(settings(kept))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    with database.engine.connect() as conn:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with pytest.raises(OSError, match="File too large"):
                ledger.to_file(partial(write_jsonl, everything(conn)), out)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    database.close()

    assert out.read_text() == "the earlier one"
    assert left_in(kept.folder) == {"mentions.jsonl"}


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
async def test_an_export_with_no_room_exits_1_in_a_line(kept: Line) -> None:
    full = os.open(FULL, os.O_WRONLY)
    piped = await kept.tolbooth("export", out=full)
    os.close(full)
    named = await kept.tolbooth("export", "--out", "/dev/full")

    assert (piped.code, piped.lines) == (1, ["Error: Standard output was not written: No space left on device."])
    assert (named.code, named.lines) == (1, ["Error: /dev/full was not written: No space left on device."])
    assert stat.S_ISCHR(os.stat(FULL).st_mode)


async def test_verify_is_one_line_and_exits_0(kept: Line) -> None:
    done = await kept.tolbooth("verify")

    assert (done.code, done.err) == (0, "")
    assert done.out == "ok: 5 events, 3 subjects, 0 seals, 5 events newer than the last seal\n"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("UPDATE event SET note = 'something else' WHERE subject = 'M-1' AND action = 'note'", "M-1 event 2"),
        ("UPDATE event SET actor = 'U0FARAH' WHERE subject = 'M-1' AND seq = 2", "M-1 event 2"),
        ("UPDATE mention SET text = 'something else' WHERE number = 2", "M-2"),
        ("UPDATE mention SET state = 'new' WHERE number = 1", "M-1"),
        ("DELETE FROM event WHERE subject = 'M-1' AND seq = 2", "M-1"),
    ],
)
def test_a_record_that_was_tampered_with_is_named(kept: Line, what: str, said: str) -> None:
    with sqlite3.connect(kept.folder / "office.db") as conn:
        conn.execute(what)
    conn.close()

    verdict = ledger.verify(settings(kept))

    assert verdict.fault
    assert verdict.line.startswith(said)
    assert "something else" not in verdict.line
    assert "\n" not in verdict.line


async def test_verify_of_a_record_that_was_tampered_with_exits_1(kept: Line) -> None:
    with sqlite3.connect(kept.folder / "office.db") as conn:
        conn.execute("UPDATE event SET note = 'something else' WHERE subject = 'M-1' AND action = 'note'")
    conn.close()

    done = await kept.tolbooth("verify")

    assert done.code == 1
    assert done.lines == ["M-1 event 2: its note does not match its digest"] or done.out.startswith("M-1 event 2: ")

"""``tolbooth saved``: out to a file and back, all of it or nothing."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.saving.exchanged import safe, unsafe
from bot.saving.saved import Saved
from bot.store.executor import Database
from bot.store.proof.verify import verify
from bot.store.replying import saved
from tests.handlers.office import PRIYA

pytestmark = pytest.mark.slow

HEAD = "title,text,second,topic,owner,review_at,expires_at"
HOSTILE = ["=1+1", "'=1+1", "''=1", "'hello", "@sum", "\t=x", "＝1", "- a list", '"quoted", and\nlines', "Zażółć 👩‍👩‍👧‍👦"]


Says = Callable[..., Result]


@pytest.fixture
def tolbooth(blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """The command line in a folder with a database that knows Priya."""
    monkeypatch.chdir(tmp_path)
    known(blank, Path("office.db"))
    return lambda *args: CliRunner().invoke(main, ["saved", *args], env={"TOLBOOTH_DATABASE_URL": "sqlite:///office.db"})


def known(blank: Path, file: Path) -> None:
    """A new database, in which Priya was met."""
    shutil.copyfile(blank, file)
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("INSERT INTO staff (id, name) VALUES (?, ?)", (PRIYA.id, PRIYA.name))


def in_use() -> list[Saved]:
    """What is saved now; the record is whole."""
    database = Database("sqlite:///office.db")
    try:
        with database.engine.connect() as conn:
            assert verify(conn).line.startswith("ok:")
            return saved.in_use(conn)
    finally:
        database.close()


def rows(*cells: list[str]) -> str:
    """A table."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD.split(","), *cells])
    return out.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_each_is_read_back_as_it_was(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert not safe(text).lstrip().startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize("shape", ["csv", "json"])
def test_what_is_written_out_is_read_back_word_for_word(tolbooth: Says, blank: Path, shape: str) -> None:
    cells = [
        [f"{text} {n}", text, "Cymraeg", "bins.missed", "Priya Shah", "2027-05-01", ""] for n, text in enumerate(HOSTILE)
    ]
    Path("in.json").write_text(json.dumps([dict(zip(HEAD.split(","), one, strict=True)) for one in cells]))
    first = tolbooth("import", "in.json", "--by", "priya shah")
    out = tolbooth("export", "--format", shape, "--out", f"out.{shape}", "--because", "a look")
    before = in_use()

    again = tolbooth("import", f"out.{shape}")
    shutil.copyfile(blank, "office.db")
    unmet = tolbooth("import", f"out.{shape}")

    assert (first.exit_code, out.exit_code, again.exit_code) == (0, 0, 0)
    assert f"{len(HOSTILE)} imported. Each waits for approval" in first.output
    assert [one.text for one in before] == [text.strip() for text in HOSTILE]
    assert {(one.owner, one.made_by, one.approved_by) for one in before} == {(PRIYA.id, PRIYA.id, None)}
    assert "left out: row" in again.output
    assert "0 imported" in again.output
    assert (unmet.exit_code, "owner: is nobody who was met here" in unmet.output) == (1, True)


WRONG = {
    "no table of ours": ("name,words\na,b\n", "it has no column called title and none called text"),
    "an open quote": (f'{HEAD}\n"a,b\n', "it is no table"),
    "no words": (rows(["Bins", "", "", "", "", "", ""]), "row 2, text: is empty"),
    "no title": (rows(["A", "a", "", "", "", "", ""], [" ", "b", "", "", "", "", ""]), "row 3, title: is empty"),
    "a date": (rows(["A", "a", "", "", "", "1 May", ""]), "row 2, review_at: is not a date such as 2027-05-01"),
    "a topic": (rows(["A", "a", "", "the bins", "", "", ""]), "row 2, topic: is not a word"),
    "an owner": (rows(["A", "a", "", "", "Nobody", "", ""]), "row 2, owner: is nobody who was met here"),
    "too many words": (rows(["A", "a" * 3_001, "", "", "", "", ""]), "row 2, text: has 3,001 characters"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named_by_row_and_column_and_nothing_comes_in(tolbooth: Says, what: str) -> None:
    content, says = WRONG[what]
    Path("in.csv").write_text(content)

    done = tolbooth("import", "in.csv")

    assert done.exit_code in (1, 2)
    assert says in done.output
    assert "Nothing was imported." in done.output
    assert in_use() == []


def test_a_preview_changes_nothing_and_a_file_that_is_not_there_or_no_text_is_said(tolbooth: Says) -> None:
    Path("in.csv").write_text(rows(["Bins", "Leave it out.", "", "", "", "", ""]).replace(",", ";"))
    Path("bad.csv").write_bytes(b"\xff\xfe\x00")

    seen = tolbooth("import", "in.csv", "--preview")
    no_text, absent = tolbooth("import", "bad.csv"), tolbooth("import", "none.csv")
    by = tolbooth("import", "in.csv", "--by", "Nobody")

    assert (seen.exit_code, seen.output) == (0, "1 would be imported, and wait for approval. Nothing was changed.\n")
    assert (no_text.exit_code, absent.exit_code, by.exit_code) == (2, 2, 2)
    assert "UTF-8" in no_text.stderr
    assert "cannot be read: No such file" in absent.stderr
    assert "--by Nobody: is nobody who was met here" in by.stderr
    assert in_use() == []


def test_ten_thousand_come_in_and_go_out(tolbooth: Says) -> None:
    many = [[f"Title {n}", f"Answer number {n}, in some words.", "", "bins", "", "", ""] for n in range(10_000)]
    Path("in.csv").write_text(rows(*many))

    done = tolbooth("import", "in.csv")
    out = tolbooth("export")

    assert (done.exit_code, out.exit_code) == (0, 0)
    assert "10,000 imported" in done.output
    assert len(list(csv.reader(io.StringIO(out.stdout)))) == 10_001


def test_an_export_to_a_full_disk_leaves_nothing_and_says_so(tolbooth: Says) -> None:
    full = tolbooth("export", "--out", "/dev/full")
    nowhere = tolbooth("export", "--out", "no/such/folder.csv")

    assert (full.exit_code, nowhere.exit_code) == (1, 2)
    assert "was not written" in full.stderr

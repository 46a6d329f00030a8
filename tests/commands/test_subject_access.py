"""``subject-access``: all that is held about one person, without what is others', in a file that is whole or not there."""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.clock import MovableClock
from bot.mention import SYSTEM, Action, Author, Media
from bot.ports import Edited, Parent
from bot.reply import Written
from bot.store import mentions, schema
from bot.store.executor import Database
from tests.bot.council import Bench, house, post

pytestmark = pytest.mark.slow  # a database, and the command as it is typed

PRIYA = "U0PRIYA"
Runs = Callable[..., Result]


@pytest.fixture
async def runs(blank: Path, tmp_path: Path) -> Runs:
    """A council to which Lou and Ann wrote; Priya answered Lou, and wrote notes that name others."""
    file = Path(shutil.copy(blank, tmp_path / "tolbooth.db"))
    database = Database(f"sqlite:///{file}")
    bench = Bench(database, MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC)), house())
    await database.write(mentions.meet, PRIYA, "Priya Shah")
    lou = replace(post("p1", "My lamp and Ann Oyelaran's"), author=Author("a-lou", "Lou Tranter", "@lou_t"))
    lou = replace(lou, media=(Media("photo", "https://x.example/1.jpg", "Mrs Featherstone of number 14, 07700 900456"),))
    parent = Parent("q1", Author("", "Will Okafor", "@will"), "Is yours out too?", "https://x.example/will/1")
    await bench.arrives(replace(lou, parent=parent, in_reply_to="q1"))
    await bench.arrives(Edited("p1", "My lamp and Ann Oyelaran's is out", bench.clock.now()))
    await bench.arrives(replace(post("p2", "Help", by="x"), author=Author("a-ann", "Ann Oyelaran", "@ann")))
    await bench.does(Action.CLAIM)
    await bench.does(Action.NOTE, note="Priya Shah rang 07700 900123, Ann Oyelaran answered")
    promised = Written("Lou, by Friday. Priya", promise_by=bench.clock.now() + timedelta(days=3))
    await bench.does(Action.REPLY, written=promised)
    await bench.does(Action.SENT, SYSTEM, detail={"native_id": "r1"})
    await bench.does(Action.NOTE, ref="M-2", note="Same lamp as Lou's")
    database.close()
    settings = tmp_path / "tolbooth.toml"
    settings.write_text(f'organisation = "Harrowmere"\ndatabase_url = "sqlite:///{file}"\n')

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(settings), *words])

    return run


def asked(runs: Runs, out: Path, *more: str) -> Result:
    """The command for Lou."""
    return runs("subject-access", "@lou_t", "--because", "SAR 7", "--by", "Ian", "--out", str(out), *more)


def read(out: Path) -> tuple[str, str]:
    """The page and the lines."""
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["what-we-hold.html", "what-we-hold.jsonl"]
        return archive.read("what-we-hold.html").decode(), archive.read("what-we-hold.jsonl").decode()


def test_all_that_is_theirs_is_in_it_and_nothing_of_others(runs: Runs, tmp_path: Path) -> None:
    done = asked(runs, tmp_path / "lou.zip")
    page, lines = read(tmp_path / "lou.zip")

    assert done.exit_code == 0, done.output
    for whole in (page, lines):
        assert "Lou Tranter" in whole
        assert "is out" in whole
        assert "by Friday" in whole
        for others in ("Oyelaran", "07700", "Priya", "Shah", "U0PRIYA", "Okafor", "Is yours out"):
            assert others not in whole
    kinds = {json.loads(line)["what"] for line in lines.splitlines()}
    assert {"what you said", "an earlier version", "our reply", "what is owed to you", "what was done: note"} <= kinds
    assert "<h1>What Harrowmere holds about you</h1>" in page
    assert "the name of another person: " in page
    assert "Nothing was sent." in done.output


def test_the_officer_has_a_list_of_what_was_taken_out_and_of_what_to_look_at(runs: Runs, tmp_path: Path) -> None:
    asked(runs, tmp_path / "lou.zip")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "lou.zip.redactions.csv").read_text("utf-8-sig"))))

    taken = {(row["what was taken out"], row["the words"]) for row in rows}
    assert ("the name of another person", "Ann Oyelaran's") in taken or (
        "the name of another person",
        "Ann Oyelaran",
    ) in taken
    assert ("a telephone number", "07700 900123") in taken
    assert ("the name of a member of staff", "Priya Shah") in taken
    look = " ".join(row["look at this"] for row in rows)
    assert "M-2 (a note)" in look
    assert "M-1: the message as the network sent it" in look


def test_staff_stand_as_was_asked(runs: Runs, tmp_path: Path) -> None:
    asked(runs, tmp_path / "i.zip", "--staff", "initials")
    asked(runs, tmp_path / "n.zip", "--staff", "names")

    assert "PS rang" in read(tmp_path / "i.zip")[0]
    assert "Priya Shah rang" in read(tmp_path / "n.zip")[0]


def test_it_is_on_the_record_with_its_reason_and_the_record_is_whole(runs: Runs, tmp_path: Path) -> None:
    asked(runs, tmp_path / "lou.zip")
    database = Database(f"sqlite:///{tmp_path}/tolbooth.db")
    with database.engine.connect() as conn:
        event = conn.execute(schema.event.select().where(schema.event.c.subject == "export")).mappings().one()
    database.close()

    assert (event["action"], event["actor"], event["note"]) == ("subject_access", "Ian", "SAR 7")
    assert runs("verify").output.startswith("ok: ")


def test_what_stands_with_a_picture_is_looked_through_like_words(runs: Runs, tmp_path: Path) -> None:
    asked(runs, tmp_path / "lou.zip")
    page, _ = read(tmp_path / "lou.zip")

    assert "what came with it" in page
    assert "07700 900456" not in page
    assert "Featherstone" not in page


def test_a_file_that_is_there_is_not_written_over(runs: Runs, tmp_path: Path) -> None:
    first, again = asked(runs, tmp_path / "lou.zip"), asked(runs, tmp_path / "lou.zip")

    assert (first.exit_code, again.exit_code) == (0, 2)
    assert "is there already" in again.output


def test_where_it_is_not_certain_who_is_meant_or_it_cannot_be_written_nothing_is(runs: Runs, tmp_path: Path) -> None:
    nobody = runs("subject-access", "Zoe", "--because", "x", "--out", str(tmp_path / "z.zip"))
    nowhere = asked(runs, tmp_path / "no" / "such" / "lou.zip")
    full = asked(runs, Path("/dev/full"))
    no_reason = runs("subject-access", "@lou_t", "--out", str(tmp_path / "z.zip"))

    assert (nobody.exit_code, nowhere.exit_code, full.exit_code, no_reason.exit_code) == (1, 2, full.exit_code, 2)
    assert full.exit_code in (1, 2)
    assert not list(tmp_path.glob("*.zip*"))
    assert not list(Path("/dev").glob("full.*"))
    assert runs("verify").output.startswith("ok: ")

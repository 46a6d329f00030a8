"""``evidence`` and ``decisions``: readable and provable without us, on the record, and never half written."""

import asyncio
import csv
import hashlib
import io
import json
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.clock import MovableClock
from bot.store.executor import Database
from tests.bot.council import Bench, house
from tests.bot.store.proof.full_life import a_full_life
from tests.commands.line import Line

pytestmark = pytest.mark.slow  # a whole history, and other interpreters

WHY = ("--because", "the inquiry of 2027")
ALL = ("--day", "2026-11-17", "--until", "2026-12-31")
INTERPRETERS = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))
Runs = Callable[..., Result]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Path:
    """A database in which everything has happened once."""
    file = Path(shutil.copy(blank, tmp_path_factory.mktemp("life") / "tolbooth.db"))
    database = Database(f"sqlite:///{file}")
    asyncio.run(a_full_life(Bench(database, MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC)), house())))
    database.close()
    return file


@pytest.fixture
def runs(life: Path, tmp_path: Path) -> Runs:
    """Types a command of that council."""
    file = Path(shutil.copy(life, tmp_path / "tolbooth.db"))
    settings = tmp_path / "tolbooth.toml"
    settings.write_text(f'organisation = "Harrowmere"\ndatabase_url = "sqlite:///{file}"\n')
    return lambda *words: CliRunner().invoke(main, ["--config", str(settings), *words])


@pytest.fixture
def bundle(runs: Runs, tmp_path: Path) -> Path:
    """The folder of an unpacked bundle with everything in it."""
    done = runs("evidence", *ALL, *WHY, "--out", str(tmp_path / "all.zip"))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "all.zip") as file:
        file.extractall(tmp_path / "all")
    return tmp_path / "all"


def verified(folder: Path, python: str = sys.executable) -> tuple[int, str]:
    """What the bundle's own verifier says, without anything of ours."""
    done = subprocess.run(
        [python, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True, check=False, env={"PATH": ""}
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.strip()


def seal_again(folder: Path) -> None:
    """What somebody would do who changes a bundle and knows what a manifest is."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def left_in(folder: Path) -> set[str]:
    """What is there besides the database and the settings."""
    return {path.name for path in folder.iterdir() if not path.name.startswith("tolbooth.")}


# --- what is in it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("python", [sys.executable, *map(str, INTERPRETERS)])
def test_a_bundle_proves_itself_on_a_machine_without_tolbooth(bundle: Path, python: str) -> None:
    found = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info >= (3, 8))"], capture_output=True, text=True, check=False
    )
    if found.stdout.strip() != "True":
        pytest.skip(f"{python} is older than the verifier needs")

    code, said = verified(bundle, python)

    assert code == 0, said
    assert re.match(r"ok: \d+ files, \d+ events of 7 subjects, 2 seals, 1 events newer than the last seal, ", said)
    assert not said.endswith(" 0 not held any more"), "three mentions have lost their words"


def test_a_bundle_says_what_was_said_and_done_and_what_was_erased(bundle: Path) -> None:
    page = (bundle / "index.html").read_text()
    log = list(csv.reader(io.StringIO((bundle / "decisions.csv").read_text(), newline="")))
    mentions = [json.loads(line) for line in (bundle / "mentions.jsonl").read_text().splitlines()]

    for words in ("Question 1, again", "By Friday.", "Approved by</dt><dd>Angela Ross", "Will Okafor", "which street"):
        assert words in page, words
    assert re.search(r"Erased on \d+ December 2026: its author asked", page)
    assert [int(row[0]) for row in log[1:]] == list(range(1, len(log)))
    assert f"Lines 1 to {len(log) - 1:,}: {len(log) - 1:,} in all." in (bundle / "decisions.html").read_text()
    assert [one["ref"] for one in mentions] == [f"M-{n}" for n in range(1, 8)]
    assert (bundle / "attachments/M-1/hidden-1.json").exists()
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!attachments/|#|decisions\.html)', page), "nothing outside the bundle"


def test_a_bundle_is_on_the_record_with_the_digest_of_the_very_file(bundle: Path, runs: Runs, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tolbooth.db")) as conn:
        (told, why) = conn.execute("SELECT changes, note FROM event WHERE subject = 'export' ORDER BY seq DESC").fetchone()
    done = runs("verify")

    assert json.loads(told)["sha256"] == hashlib.sha256((tmp_path / "all.zip").read_bytes()).hexdigest()
    assert why == "the inquiry of 2027"
    assert done.output.startswith("ok: "), done.output
    assert oct((tmp_path / "all.zip").stat().st_mode & 0o777) == "0o600"


def test_staff_stand_without_their_names_where_that_is_asked(runs: Runs, tmp_path: Path) -> None:
    out = tmp_path / "some.zip"

    done = runs("evidence", "--mention", "m2", *WHY, "--redact-staff", "--out", str(out))

    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as file:
        seen = "".join(
            file.read(name).decode() for name in ("index.html", "decisions.html", "decisions.csv", "mentions.jsonl")
        )
    assert "Staff member 1" in seen
    assert not re.search("Tam Reid|U0TAM|Angela Ross|U0ANGELA", seen)


@pytest.mark.parametrize(
    ("asked", "refs"),
    [
        (("--mention", "M-3"), ["M-3"]),
        (("--person", "a-author2"), ["M-2"]),
        (("--search", "question again"), ["M-1"]),
        (("--search", 'by:"Tam Reid"'), ["M-2"]),
        (("--day", "2026-11-17"), [f"M-{n}" for n in range(1, 8)]),
    ],
)
def test_evidence_is_of_a_mention_a_person_a_search_or_a_day(
    runs: Runs, tmp_path: Path, asked: tuple[str, ...], refs: list[str]
) -> None:
    done = runs("evidence", *asked, *WHY, "--out", str(tmp_path / "one.zip"))

    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "one.zip") as file:
        file.extractall(tmp_path / "one")
    assert [json.loads(line)["ref"] for line in (tmp_path / "one/mentions.jsonl").read_text().splitlines()] == refs
    assert verified(tmp_path / "one")[0] == 0


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--mention", "M-99"), 1, "There is no M-99. Nothing was written."),
        (("--mention", "bins"), 2, "--mention: 'bins' is not a mention; write M-142"),
        (("--person", "nobody"), 1, "Nobody goes by that id, handle or name, or their words are erased already."),
        (("--day", "2020-01-01"), 1, "Nothing came in and nothing was done on 2020-01-01."),
        (("--search", '"'), 2, "--search: "),
        (("--search", "zyx" * 3_000), 2, "--search: "),
        ((), 2, "Say what the evidence is of: one of --mention, --person, --day or --search."),
        (("--mention", "M-1", "--day", "2026-11-17"), 2, "Say what the evidence is of"),
        (("--mention", "M-1", "--because", " "), 2, "--because: say why."),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence_and_nothing_is_written(
    runs: Runs, tmp_path: Path, asked: tuple[str, ...], code: int, said: str
) -> None:
    done = runs("evidence", *WHY, *asked, "--out", str(tmp_path / "none.zip"))

    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert left_in(tmp_path) == set()


def test_evidence_is_never_written_over(runs: Runs, tmp_path: Path) -> None:
    (tmp_path / "kept.zip").write_text("the earlier one")

    done = runs("evidence", "--mention", "M-1", *WHY, "--out", str(tmp_path / "kept.zip"))

    assert done.exit_code == 2
    assert (tmp_path / "kept.zip").read_text() == "the earlier one"


# --- a bundle somebody changed -----------------------------------------------------------------------------------


def test_any_byte_of_any_file_is_found_out(bundle: Path) -> None:
    chance = random.Random(5)
    for path in sorted(one for one in bundle.rglob("*") if one.is_file() and one.name not in ("manifest.json", "verify.py")):
        was = path.read_bytes()
        if not was:
            continue
        at = chance.randrange(len(was))
        path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
        name = path.relative_to(bundle).as_posix()

        assert verified(bundle) == (1, f"{name}: was changed: its SHA-256 is not the one in manifest.json")
        path.write_bytes(was)
    assert verified(bundle)[0] == 0


def lines(folder: Path, name: str) -> list[dict[str, object]]:
    """A file of the record."""
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


Tampers = Callable[[list[dict[str, object]]], object]


def edit_event(events: list[dict[str, object]]) -> None:
    events[4]["actor"] = "U0NOBODY"


def lose_note(texts: list[dict[str, object]]) -> None:
    note = next(one for one in texts if one["name"] == "note" and one["words"])
    note["words"], note["salt"] = None, None


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("record/events.jsonl", edit_event, r"M-\d event \d+: its hash does not match"),
        ("record/events.jsonl", lambda events: events.pop(3), r"M-\d event \d+: (is missing|its hash does not match)"),
        ("record/events.jsonl", lambda events: events.insert(1, events.pop(2)), r"M-\d event 2: is missing"),
        ("record/events.jsonl", lambda events: events[-1].update(at=1), r"M-7 event \d+: its hash does not match"),
        ("record/events.jsonl", lambda events: events.pop(), r"M-7 event \d+: is not what seal 2 was set on"),
        ("record/texts.jsonl", lambda texts: texts[1].update(words="else"), r"M-1 event 1: its text was changed"),
        ("record/texts.jsonl", lambda texts: texts.pop(1), r"M-1 event 1: its text is missing"),
        ("record/texts.jsonl", lose_note, r"M-\d event \d+: its note is missing, and no event says that it was erased"),
        ("record/seals.jsonl", lambda seals: seals[0].update(body="{}"), r"seal 1: its hash does not match"),
        ("record/seals.jsonl", lambda seals: seals.pop(0), r"M-\d event \d+: is older than the last seal, and in none"),
        ("record/seals.jsonl", lambda seals: seals[1].update(number=3), r"seal 2: is missing"),
    ],
)
def test_a_changed_record_is_named_though_the_manifest_was_made_anew(
    bundle: Path, name: str, change: Tampers, said: str
) -> None:
    held = lines(bundle, name)
    change(held)
    (bundle / name).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held))
    seal_again(bundle)

    assert re.match(said, verified(bundle)[1]), verified(bundle)[1]


def test_a_file_that_was_added_or_taken_away_is_named(bundle: Path) -> None:
    (bundle / "more.html").write_text("more")
    added = verified(bundle)
    (bundle / "more.html").unlink()
    (bundle / "index.html").unlink()

    assert added == (1, "more.html: is not in manifest.json, so it was added later")
    assert verified(bundle) == (1, "index.html: is missing")


# --- no room, no time --------------------------------------------------------------------------------------------


def test_without_room_nothing_is_left_behind(runs: Runs, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "tolbooth.db")) as conn:
        conn.execute("UPDATE mention SET raw = randomblob(300000) WHERE number = 3")
        conn.commit()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        done = runs("evidence", *ALL, *WHY, "--out", str(tmp_path / "all.zip"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    assert (done.exit_code, "all.zip was not written: File too large." in done.output) == (1, True), done.output
    assert left_in(tmp_path) == set()


@pytest.fixture
def large(life: Path, tmp_path: Path) -> Line:
    """A council with so much that a bundle takes a while."""
    line = Line(tmp_path)
    shutil.copy(life, tmp_path / "tolbooth.db")
    with closing(sqlite3.connect(tmp_path / "tolbooth.db")) as conn:
        columns = [row[1] for row in conn.execute("PRAGMA table_info(mention)")]
        rest = ", ".join(f'"{name}"' for name in columns if name not in ("number", "native_id"))
        count = "WITH RECURSIVE n(i) AS (SELECT 8 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
        into = f"INSERT INTO mention (number, native_id, {rest})"
        conn.execute(f"{count} {into} SELECT i, 'x' || i, {rest} FROM mention, n WHERE number = 4")
        conn.commit()
    line.environment["TOLBOOTH_DATABASE_URL"] = "sqlite:///tolbooth.db"
    return line


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
async def test_what_is_killed_leaves_nothing_behind(large: Line, sign: signal.Signals) -> None:
    process = await large.start("evidence", *ALL, *WHY, "--out", "all.zip", TMPDIR=str(large.folder))
    await asyncio.sleep(3.0)
    assert process.returncode is None, "it was too quick to be killed"

    process.send_signal(sign)
    await process.communicate()

    assert left_in(large.folder) == set()
    with closing(sqlite3.connect(large.folder / "tolbooth.db")) as conn:
        assert conn.execute("SELECT count(*) FROM event WHERE subject = 'export'").fetchone() == (1,)


# --- the log alone -----------------------------------------------------------------------------------------------


def test_the_decision_log_has_every_subject_and_is_on_the_record_too(runs: Runs, tmp_path: Path) -> None:
    out = tmp_path / "log.html"

    done = runs("decisions", *ALL, "--out", str(out), "--because", "the auditors")

    page = out.read_text()
    assert done.exit_code == 0, done.output
    assert re.search(r"\d+ lines written", done.output)
    for words in ("M-1/1", "export: evidence, 3 of them, SHA-256 000", "trust", "for the inquiry", "Priya Shah"):
        assert words in page, words
    with closing(sqlite3.connect(tmp_path / "tolbooth.db")) as conn:
        (digest,) = conn.execute("SELECT changes ->> 'sha256' FROM event WHERE action = 'decisions'").fetchone()
    assert digest == hashlib.sha256(out.read_bytes()).hexdigest()

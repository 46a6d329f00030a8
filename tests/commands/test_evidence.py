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
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.clock import MovableClock
from bot.evidence.verifying_record import HASHED, canonical
from bot.store.executor import Database
from tests.bot.council import Bench, house
from tests.bot.store.proof.full_life import a_full_life
from tests.commands.line import Line

pytestmark = pytest.mark.slow  # a whole history, and other interpreters

NAMES = ("text", "about", "note", "reply", "chosen", "posts", "written", "task", "kept", "evidence")
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
    there = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    manifest["files"] = {one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in there}
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
    assert re.match(r"ok: \d+ files, \d+ events of 7 subjects, 2 seals, \d+ texts as they were, \d+ not held any more", said)
    assert ", 0 not held" not in said, "three mentions have lost their words"
    assert said.endswith("1 events that no seal covers, 0 texts that are gone because one of these says so, 0 attachments")


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
        (("--search", "by:tam"), ["M-2"]),
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
        (("--search", "by:tam by:nobody"), 2, "--search: by:nobody is nobody's name here, or more than one's."),
        (("--day", "9999-12-31"), 2, "--until 9999-12-31: is later than any time can be written"),
        (("--mention", "M-1", "--by", "caf\udce9"), 2, "Something in that is not UTF-8."),
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


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """A file of the record."""
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


Tampers = Callable[[list[dict[str, Any]]], object]


def edit_event(events: list[dict[str, Any]]) -> None:
    events[4]["actor"] = "U0NOBODY"


def lose_note(texts: list[dict[str, Any]]) -> None:
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
        ("record/texts.jsonl", lambda texts: texts[2].update(words="else"), r"M-1 event 1: its text was changed"),
        ("record/texts.jsonl", lambda texts: texts.pop(2), r"M-1 event 1: its text is missing"),
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


def put_lines(folder: Path, name: str, held: list[dict[str, Any]]) -> None:
    """Such a file anew."""
    (folder / name).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held))


def says_else(folder: Path) -> None:
    for name in ("index.html", "mentions.jsonl"):
        page = folder / name
        page.write_text(page.read_text().replace("Question 1, again", "The council is wonderful"))


def shows_else(folder: Path) -> None:
    page = folder / "index.html"
    page.write_text(page.read_text().replace('auto">By Friday.', 'auto">Never.'))


def notes_else(folder: Path) -> None:
    page = folder / "mentions.jsonl"
    page.write_text(page.read_text().replace("newer than the last seal", "nobody was told"))


def reopens(folder: Path) -> None:
    page = folder / "mentions.jsonl"
    page.write_text(page.read_text().replace('"state": "replied"', '"state": "closed"', 1))


def hid_else(folder: Path) -> None:
    (folder / "attachments/M-1/hidden-1.json").write_text('{"forged": 1}')


def sent_else(folder: Path) -> None:
    (folder / "attachments/M-1/post-1.bin").write_text("forged")


def loses(*kinds: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        texts = lines(folder, "record/texts.jsonl")
        for one in texts:
            if one["name"] in kinds:
                one["words"] = one["salt"] = None
        put_lines(folder, "record/texts.jsonl", texts)

    return change


def drops_a_mention(folder: Path) -> None:
    for name in ("record/events.jsonl", "record/texts.jsonl"):
        put_lines(folder, name, [one for one in lines(folder, name) if one["subject"] != "M-2"])


def drops_it_from_everything(folder: Path) -> None:
    drops_a_mention(folder)
    put_lines(folder, "mentions.jsonl", [one for one in lines(folder, "mentions.jsonl") if one["ref"] != "M-2"])
    rows = [row for row in csv.reader(io.StringIO((folder / "decisions.csv").read_text())) if not row[-1].startswith("M-2/")]
    rows = [[str(number) if number else row[0], *row[1:]] for number, row in enumerate(rows)]
    with (folder / "decisions.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    page = (folder / "index.html").read_text()
    (folder / "index.html").write_text(re.sub(r'<article aria-labelledby="M-2">.*?</article>', "", page, flags=re.DOTALL))


def cuts_the_end(folder: Path) -> None:
    (folder / "record/seals.jsonl").write_text("")
    for name in ("record/events.jsonl", "record/texts.jsonl"):
        put_lines(folder, name, [one for one in lines(folder, name) if (one["subject"], one["seq"] > 3) != ("M-1", True)])


def appends_an_erasure(folder: Path) -> None:
    """An event no seal covers says that all words of M-1 were erased."""
    notes = ",".join(str(number) for number in range(1, 99))
    add_event(folder, "erase", {"because": "its author asked", "notes": notes})
    texts = lines(folder, "record/texts.jsonl")
    for one in texts:
        if one["subject"] == "M-1":
            one["words"] = one["salt"] = None
            one.pop("file", None)
    put_lines(folder, "record/texts.jsonl", texts)


def blames_an_addition(folder: Path) -> None:
    """An event no seal covers says that the author deleted an addition; the words of the post itself are gone."""
    add_event(folder, "edit", {"deleted": True, "native_id": "p1c"})
    texts = lines(folder, "record/texts.jsonl")
    for one in texts:
        if one["subject"] == "M-1" and one["seq"] == 1:
            one["words"] = one["salt"] = None
    put_lines(folder, "record/texts.jsonl", texts)


def add_event(folder: Path, action: str, changes: dict[str, Any]) -> None:
    """One more to the end of M-1, with the hash that it would have."""
    events = lines(folder, "record/events.jsonl")
    last = [one for one in events if one["subject"] == "M-1"][-1]
    at = json.loads(lines(folder, "record/seals.jsonl")[-1]["body"])["at"] + 1_000
    new = {"subject": "M-1", "seq": last["seq"] + 1, "at": at, "actor": "system", "action": action}
    new |= {"changes": changes, "digests": {}}
    new["hash"] = hashlib.sha256(last["hash"].encode() + canonical({name: new[name] for name in HASHED})).hexdigest()
    put_lines(folder, "record/events.jsonl", [*events, new])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (says_else, r"mentions.jsonl: the words of M-1 is not what its record says"),
        (shows_else, r"index.html: what it quotes of M-1 is not what its record says"),
        (notes_else, r"mentions.jsonl: what happened of M-3 is not what its record says"),
        (reopens, r"mentions.jsonl: state of M-\d is not what its record says"),
        (hid_else, r"attachments/M-1/hidden-1.json: is not what its record says was kept"),
        (sent_else, r"M-1 event 1: its raw was changed"),
        *((loses(one), rf"M-\d event \d+: its {one} is missing, and no event says") for one in NAMES),
        (drops_a_mention, r"mentions.jsonl: M-2 is there twice, or not in the record"),
        (drops_it_from_everything, r"manifest.json: speaks of 7 mentions, and there are 6"),
        (cuts_the_end, r"mentions.jsonl: what happened of M-1 is not what its record says"),
        (
            lambda folder: (folder / "record/seals.jsonl").write_text(""),
            r"manifest.json: speaks of 2 seals, and there are 0",
        ),
        (lambda folder: (folder / "record/seals.jsonl").unlink(), r"(record/)?seals.jsonl: (is missing|cannot be read)"),
        (appends_an_erasure, r"mentions.jsonl: what happened of M-1 is not what its record says"),
        (blames_an_addition, r"M-1 event 1: its about is missing, and no event says that it was erased"),
    ],
)
def test_what_people_read_is_what_the_record_says_though_the_manifest_was_made_anew(
    bundle: Path, change: Callable[[Path], object], said: str
) -> None:
    change(bundle)
    seal_again(bundle)

    code, found = verified(bundle)
    assert (code, bool(re.match(said, found))) == (1, True), found


@pytest.mark.parametrize("place", ["more", "__pycache__"])
def test_nothing_hides_in_a_folder_beside_the_bundle(bundle: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else/index.html").write_text("else")
    if place == "more":
        (bundle / place).symlink_to(tmp_path / "else")
    else:
        shutil.copytree(tmp_path / "else", bundle / place)

    assert re.match(place, verified(bundle)[1]), verified(bundle)[1]


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

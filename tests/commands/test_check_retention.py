"""``tolbooth check`` of the classes of retention: a topic that nothing has is said, with the nearest; no fault."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from bot.line.checking_retention import notes_on_classes, unused
from bot.retention.classes import RetentionClass
from bot.store import migrate as migrations
from bot.store.executor import Database
from bot.store.schema_knowing import saved
from tests.commands.line import Line

CLASSES = """
[retention]
personal_text_days = 30
[[retention.classes]]
name = "complaints"
topics = ["info.complaints"]
days = 2190
"""
KNOWN = {"info.complaint", "bins.missed", "roads"}


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        (("info.complaint", "info.*", "roads.*"), []),
        (("info.complaints",), ["'info.complaints'", "; did you mean 'info.complaint'?"]),
        (("inof.*",), ["'inof.*'", "; did you mean 'info.*'?"]),
        (("Bins.missed",), ["'Bins.missed'", "; did you mean 'bins.missed'?"]),
        (("nonsense",), ["'nonsense'", "; known are: bins.missed, info.complaint, roads"]),
    ],
)
def test_a_topic_that_nothing_has_is_said_with_the_nearest(topics: tuple[str, ...], said: list[str]) -> None:
    notes = list(unused([RetentionClass("complaints", topics, timedelta(days=2190))], KNOWN))

    assert len(notes) == bool(said)
    assert all(part in note for note in notes for part in said)


def test_where_no_topic_is_known_yet_nothing_is_said() -> None:
    assert list(unused([RetentionClass("complaints", ("info.complaints",), timedelta(days=2190))], set())) == []


def test_a_database_that_is_new_or_empty_has_nothing_said_of_it(tmp_path: Path, blank: Path) -> None:
    where = tmp_path / "tolbooth.db"
    database, classes = Database(f"sqlite:///{where}"), [RetentionClass("complaints", ("nonsense",), timedelta(days=1))]
    try:
        new = notes_on_classes(database, classes)
        assert not where.exists()
        shutil.copy(blank, where)
        assert (new, notes_on_classes(database, classes)) == ([], [])
    finally:
        database.close()


@pytest.mark.slow
async def test_check_says_it_of_the_database_and_finds_no_fault(council: Line, slack: object, blank: Path) -> None:
    """A misspelt class would erase its words with everything else."""
    where = council.folder / "tolbooth.db"
    written = (council.folder / "tolbooth.toml").read_text()
    council.settings(written + CLASSES)
    shutil.copy(blank, where)
    give_topic(f"sqlite:///{where}", "info.complaint")

    done = await council.tolbooth("check")

    assert done.code == 0, done.lines
    assert [line for line in done.out.splitlines() if line.startswith("note: ")] == [
        "note: retention.classes: nothing is in 'complaints' by 'info.complaints': no mention and no saved reply has that "
        "topic; did you mean 'info.complaint'?"
    ]


@pytest.mark.slow
def test_on_a_server_it_is_asked_the_same(postgres_database: str) -> None:
    database = Database(postgres_database)
    try:
        migrations.upgrade(database)
        give_topic(postgres_database, "info.complaint")
        [said] = notes_on_classes(database, [RetentionClass("odd", ("nonsense", "info.*"), timedelta(days=1))])
        assert "'nonsense'" in said
    finally:
        database.close()


def give_topic(url: str, topic: str) -> None:
    """A saved reply about it."""
    engine, at = create_engine(url), datetime(2026, 11, 17, 9, tzinfo=UTC)
    own = {
        "number": 1,
        "version": 1,
        "title": "Sorry",
        "text": "We are sorry.",
        "words_salt": "",
        "topic": topic,
        "edition": 1,
    }
    whose = {"made_by": "U0PRIYA", "made_at": at, "written_by": "U0PRIYA", "changed_at": at, "review_at": at}
    with engine.begin() as conn:
        conn.execute(insert(saved).values(**own, **whose))
    engine.dispose()

"""The privacy papers are true of the schema, the commands and the settings, are short enough, and say what they are."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Table

from bot.cli import main
from bot.settings import CoreSettings
from bot.store import schema
from bot.store.proof.personal import PLACES
from handlers import VERBS
from tests.bot.store.proof.held import OF_STAFF, named_in
from tests.house.tree import ROOT

PAPERS = sorted((ROOT / "deploy" / "privacy").glob("*.md"))
TEMPLATES = ("DPIA.md", "PUBLIC_NOTICE.md", "REQUESTS.md", "STAFF_NOTICE.md")
MOST_WORDS = {"PUBLIC_NOTICE.md": 300, "STAFF_NOTICE.md": 600, "REQUESTS.md": 700, "DPIA.md": 2500}
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.*?) \| (.*?) \| (.+?) \|$", re.MULTILINE)
PUBLICS, STAFFS = 2, 3
SALT = "_salt"


def paper(name: str) -> str:
    """What one says."""
    return (ROOT / "deploy" / "privacy" / name).read_text()


def columns(cell: str) -> set[str]:
    """The columns named in a cell."""
    return set(re.findall(r"`(\w+)`", cell))


ROWS = {found[1]: found.groups() for found in ROW.finditer(paper("DPIA.md"))}


@pytest.mark.parametrize("table", schema.METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_column_that_may_hold_personal_data_stands_in_the_assessment(table: Table) -> None:
    row = ROWS[table.name]

    assert columns(row[PUBLICS]) == {name for name in PLACES.get(table, {}) if not name.endswith(SALT)}
    assert columns(row[STAFFS]) == named_in(OF_STAFF, table)


def test_the_assessment_names_no_table_that_is_not_there() -> None:
    assert set(ROWS) == set(schema.METADATA.tables)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_that_it_is_one(name: str) -> None:
    assert "*Template, not legal advice." in paper(name)[:400]


@pytest.mark.parametrize("name", MOST_WORDS)
def test_it_is_short_enough_to_be_read(name: str) -> None:
    words = re.findall(r"[^\s|*#`_-]+\S*", paper(name))

    assert len(words) <= MOST_WORDS[name]


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_every_command_and_option_it_names_is_there(path: Path) -> None:
    typed = re.findall(r"`/mention (\w+)", path.read_text())
    run = re.findall(r"`tolbooth ([\w-]+)([^`]*)`", path.read_text())

    assert set(typed) <= set(VERBS)
    assert {command for command, _ in run} <= set(main.commands)
    for command, rest in run:
        said = CliRunner().invoke(main, [command, "--help"]).output
        assert all(option in said for option in re.findall(r"--[\w-]+", rest)), (command, rest)


def test_staff_are_told_what_it_is_not_used_for() -> None:
    assert "It is not used to rank you" in paper("STAFF_NOTICE.md")


def test_the_example_of_a_class_can_be_read() -> None:
    examples = re.findall(r"```toml\n(.*?)```", paper("RETENTION.md"), re.DOTALL)
    settings = CoreSettings.model_validate(tomllib.loads("\n".join(examples)))

    assert [(one.name, one.days) for one in settings.retention.classes] == [("complaints", 2190)]

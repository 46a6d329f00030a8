"""``tolbooth config`` prints what may be there several times as tables, each key described, and no secret."""

import tomllib
from pathlib import Path

import pytest

from bot.line.settings_page import lines, row_of
from bot.settings import CoreSettings

SET = """
[[people]]
id = "U0DEV"
phone = "+447700900456"
email = "dev@harrowmere.example"
calendar_url = "https://calendar.example/secret-of-dev"
[[rota]]
name = "weeks"
people = ["U0DEV", "U0FARAH"]
starts = "2026-01-05 09:00"
hours = "mon-fri 17:00-09:00"
"""
REPEATED = [name for name, field in CoreSettings.model_fields.items() if row_of(field)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Settings with one of some tables, and none of the others."""
    path = tmp_path / "tolbooth.toml"
    path.write_text(SET)
    return path


def test_the_tables_of_duty_may_be_there_several_times() -> None:
    assert {"targets", "rota", "people", "escalation"} <= set(REPEATED)


@pytest.mark.parametrize("name", REPEATED)
def test_each_is_printed_as_a_table_with_each_key_described(name: str, file: Path) -> None:
    page = list(lines(file))

    head = next(place for place, line in enumerate(page) if line.removeprefix("# ") == f"[[{name}]]")
    row = row_of(CoreSettings.model_fields[name])
    assert row
    for place, (key, field) in enumerate(row.model_fields.items()):
        described, value = page[head + 1 + 2 * place : head + 3 + 2 * place]
        assert described == f"# {field.description}"
        assert value.removeprefix("# ").startswith(f"{key} = ")


def test_what_is_set_is_printed_as_it_is_set(file: Path) -> None:
    printed = tomllib.loads("\n".join(lines(file)))

    assert printed["rota"] == tomllib.loads(SET)["rota"]


def test_no_number_address_or_calendar_of_anybody_is_printed(file: Path) -> None:
    page = "\n".join(lines(file))

    assert 'phone = "(set)"' in page
    assert not any(secret in page for secret in ("900456", "dev@harrowmere", "secret-of-dev"))

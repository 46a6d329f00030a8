"""``tolbooth report``: which days it counts, in which shape, and what it leaves behind."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.line import reporting
from bot.line.reporting import period
from tests.commands.line import Line
from tests.handlers.office import LONDON

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(line: Line, blank: Path) -> Path:
    """Settings of a council with an empty database."""
    shutil.copyfile(blank, line.folder / "tolbooth.db")
    name = line.settings(f"""
organisation = "Harrowmere Council"
office_hours = "mon-fri 09:00-17:00"
database_url = "sqlite:///{line.folder / "tolbooth.db"}"
[holidays]
closed = ["2026-10-05"]
""")
    return line.folder / name


def test_without_days_it_is_the_last_month_that_is_over() -> None:
    days = period((None, None), NOW, LONDON)

    assert (days.first, days.last) == (date(2026, 10, 1), date(2026, 10, 31))


def test_with_a_first_day_alone_it_goes_up_to_today() -> None:
    assert period((date(2026, 11, 2), None), NOW, LONDON).last == date(2026, 11, 17)


def test_days_to_come_and_days_before_anything_are_left_out() -> None:
    days = period((date.min, date.max), NOW, LONDON)

    assert (days.first, days.last) == (date(2000, 1, 1), date(2026, 11, 17))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((None, date(2026, 11, 1)), "--to: say the first day too, with --from"),
        ((date(2026, 11, 3), date(2026, 11, 2)), "--from 2026-11-03: is after the last day counted, 2026-11-02"),
        ((date(2026, 11, 18), None), "--from 2026-11-18: is after the last day counted, 2026-11-17"),
    ],
)
def test_days_that_make_no_period_are_refused_in_one_sentence(days: tuple[date | None, date | None], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        period(days, NOW, LONDON)

    assert str(refused.value) == said


def test_it_goes_by_the_organisations_own_hours_and_closed_days(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reporting.report(config, "md", (date(2026, 10, 5), date(2026, 10, 11)), None)

    said = capsys.readouterr().out
    assert said.startswith("# Harrowmere Council. What the public said, and what became of it: 5 to 11 October 2026\n")
    assert "none, on any of 4 evenings" in said


def test_a_file_is_put_in_the_place_of_an_earlier_one(config: Path) -> None:
    out = config.parent / "october.html"
    out.write_text("an earlier one")

    reporting.report(config, "html", (None, None), out)

    assert out.read_text().endswith("</html>\n")
    assert not list(config.parent.glob(".october.html*"))


@pytest.mark.slow
async def test_from_the_command_line(line: Line, config: Path) -> None:
    done = await line.tolbooth("report", "--config", str(config), "--format", "csv", "--from", "2026-10-01")
    refused = await line.tolbooth("report", "--config", str(config), "--from", "yesterday")

    assert (done.code, refused.code) == (0, 2)
    assert done.out.splitlines()[0] == '"about","name","figure","value","n","not_yet","at_least"'
    assert "does not match the format" in refused.err

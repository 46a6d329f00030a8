"""Response targets and closed days are read from the settings, and a fault in them is named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.settings.duty import HolidaySettings, TargetSettings
from bot.times.promises import closed_days, targets_of
from tests.bot.council import account


def days(**given: Any) -> dict[date, str]:
    """The closed days of these settings."""
    return dict(closed_days(HolidaySettings(**given)))


def targets(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    """The words of each target of these settings."""
    read = targets_of([TargetSettings(**row) for row in rows], {"website": account()})
    return [(row.see.words if row.see else "", row.respond.words if row.respond else "") for row in read.rows]


def test_nobody_is_closed_by_default() -> None:
    assert days() == {}


def test_bank_holidays_a_file_and_days_of_ones_own_are_closed_and_days_worked_all_the_same_are_not(tmp_path: Path) -> None:
    file = tmp_path / "closed.txt"
    file.write_text("2026-12-24 Christmas Eve\n2026-12-29 Between the years\n")

    kept = days(nations=["england"], file=str(file), closed="2026-12-30", open=["2026-12-28", "2026-12-29"])

    december = {day.day: name for day, name in kept.items() if (day.year, day.month) == (2026, 12)}
    assert december == {24: "Christmas Eve", 25: "Christmas Day", 26: "Boxing Day", 30: "closed"}


def test_targets_keep_their_order() -> None:
    rows = ({"priority": "P1", "see": "10 minutes"}, {"account": "website", "see": "1 hour", "respond": "240"})

    assert targets(*rows) == [("10 minutes", ""), ("1 hour", "4 working hours")]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"nations": ["england", "cornwall"]}, "holidays.nations: 'cornwall' is not one of england, wales"),
        ({"file": "/nowhere/closed.txt"}, "holidays.file: cannot read /nowhere/closed.txt"),
        ({"closed": ["2026-12-24", "boxing day"]}, "holidays.closed: 'boxing day' is not a day"),
        ({"open": ["2026-02-30"]}, "holidays.open: '2026-02-30' is not a day"),
    ],
)
def test_a_closed_day_that_cannot_be_read_names_the_setting(given: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        days(**given)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"see": "soon"}, "targets 2.see: 'soon': write"),
        ({"respond": "never"}, "targets 2.respond: 'never': write"),
        ({"account": "webste", "see": "1 hour"}, "targets 2.account: 'webste' is not one of website"),
        ({"priority": "P1"}, "targets 2: says neither how soon to see nor how soon to respond"),
    ],
)
def test_a_target_that_cannot_be_read_is_named(row: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        targets({"see": "1 hour"}, row)

"""The days nobody works: three nations' bank holidays and one's own, with bad lines named."""

from datetime import date
from pathlib import Path

import pytest

from bot.times.closed_days import NATIONS, bank_holidays, is_weekday, read_file, working_day_after

ST_ANDREW, ST_PATRICK, EASTER_MONDAY = date(2026, 11, 30), date(2026, 3, 17), date(2026, 4, 6)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of closed days."""
    return tmp_path / "closed.txt"


def test_each_nation_has_its_own_bank_holidays() -> None:
    kept = {nation: bank_holidays([nation]) for nation in NATIONS}

    assert {nation for nation, days in kept.items() if ST_ANDREW in days} == {"scotland"}
    assert {nation for nation, days in kept.items() if ST_PATRICK in days} == {"northern-ireland"}
    assert {nation for nation, days in kept.items() if EASTER_MONDAY not in days} == {"scotland"}
    assert all(days[date(2026, 12, 25)] == "Christmas Day" for days in kept.values())


def test_several_nations_keep_the_bank_holidays_of_each() -> None:
    both = bank_holidays(["Scotland", "northern-ireland"])

    assert both.keys() == bank_holidays(["scotland"]).keys() | bank_holidays(["northern-ireland"]).keys()


def test_they_are_known_from_2020_to_2040() -> None:
    years = {day.year for day in bank_holidays(["wales"])}

    assert years == set(range(2020, 2041))


def test_a_nation_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="'cornwall' is not one of england, wales, scotland, northern-ireland"):
        bank_holidays(["england", "cornwall"])


def test_a_file_holds_a_day_on_each_line(file: Path) -> None:
    file.write_text("\ufeff# ours\n2026-12-24 Christmas Eve\n\n  2027-01-02   # the day after\r\n", encoding="utf-8")

    assert read_file(file) == {date(2026, 12, 24): "Christmas Eve", date(2027, 1, 2): "closed"}


@pytest.mark.parametrize(
    "line", ["24/12/2026", "2026-02-29 leap", "Christmas 2026-12-25", "2019-12-25", "2041-01-01", "2026-13-01"]
)
def test_a_line_that_is_no_day_is_named(file: Path, line: str) -> None:
    file.write_text(f"2026-12-24 Christmas Eve\n{line}\n")

    with pytest.raises(ValueError, match=r"closed\.txt line 2: .* is not a day; write one from 2020 to 2040"):
        read_file(file)


def test_a_file_that_cannot_be_read_is_named(file: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot read .*closed\.txt: No such file"):
        read_file(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not text"):
        read_file(file)


def test_working_days_are_counted_from_the_day_after() -> None:
    saturday = date(2026, 11, 21)

    assert working_day_after(saturday, 1, is_weekday) == date(2026, 11, 23)
    assert working_day_after(date(2026, 11, 23), 5, is_weekday) == date(2026, 11, 30)
    assert working_day_after(saturday, 0, is_weekday) == saturday


def test_counting_ends_where_no_day_is_ever_worked() -> None:
    assert working_day_after(date(2026, 1, 1), 1, lambda _: False).year == 2028

"""How the load is shared is said in hours and nights; what is a lot is remarked on, and nothing is refused."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.card import Line, plain
from bot.duty.rota import DutyRole, Override, Plan, Rota, Rotation, Unit
from bot.duty.rota_report import heavy_lines, load_lines, nights
from bot.times.week import Week
from tests.bot.rotas import LONDON, at, rotation, wall

NAMES = {"U0DEV": "Dev Rao", "U0FARAH": "Farah Ali", "U0TAM": "Tam Doig"}
NOW = at(2026, 12, 14, 9)


def said(lines: list[Line]) -> list[str]:
    return [plain(line).replace("\x02duty cover\x03", "duty cover") for line in lines]


def loads(*rotations: Rotation) -> list[str]:
    return said(load_lines(Rota(Plan(rotations)), NOW, NAMES, LONDON))


def heavy(*rotations: Rotation, **changes: tuple[Override, ...]) -> list[str]:
    return said(heavy_lines(Rota(Plan(rotations), **changes), NOW, NAMES, LONDON))


WEEKS = rotation(first=wall(2026, 11, 16, 9))
DAILY = rotation(unit=Unit.DAYS, first=wall(2026, 10, 1, 9))
NIGHTLY = replace(DAILY, hours=Week.read("mon-sun 19:00-07:00"))


def test_each_has_so_many_hours_and_nights() -> None:
    assert loads(WEEKS) == [
        "Duty officer, the last 28 days and the next 14: Dev Rao 336 h and 14 nights, then 168 h and 7 nights; "
        "Farah Ali 336 h and 14 nights, then 168 h and 7 nights"
    ]


def test_a_rota_of_office_hours_has_no_nights() -> None:
    office = replace(WEEKS, hours=Week.read("mon-fri 09:00-17:00"))

    assert loads(office) == [
        "Duty officer, the last 28 days and the next 14: Dev Rao 80 h, then 40 h; Farah Ali 80 h, then 40 h"
    ]


def test_of_one_person_alone_nothing_is_compared() -> None:
    assert loads(replace(WEEKS, people=("U0DEV",))) == []


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (at(2026, 11, 16, 23), at(2026, 11, 17, 2), 1),
        (at(2026, 11, 16, 23), at(2026, 11, 17, 1, 59), 0),
        (at(2026, 11, 17, 3), at(2026, 11, 17, 9), 1),
        (at(2026, 11, 16, 9), at(2026, 11, 16, 23), 0),
        (at(2026, 11, 16, 9), at(2026, 11, 23, 9), 7),
        (at(2026, 10, 24, 23), at(2026, 10, 25, 1, zone=ZoneInfo("UTC")), 1),
    ],
)
def test_a_night_counts_from_three_hours_of_it(start: object, end: object, number: int) -> None:
    """Where the clocks go back, from 23:00 to the second 01:00 is three hours."""
    assert len(nights((start, end), LONDON)) == number  # type: ignore[arg-type]


def test_seven_nights_in_a_row_are_not_remarked_on() -> None:
    assert heavy(WEEKS) == []


def test_more_than_seven_are_with_a_way_to_share_them() -> None:
    assert heavy(replace(WEEKS, count=2)) == [
        "Dev Rao has 14 nights in a row, from Mon 14 Dec. Perhaps somebody can take a part: duty cover"
    ]


def test_nights_that_are_over_are_not_remarked_on() -> None:
    past = replace(WEEKS, count=2, until=wall(2026, 12, 14, 9))

    assert heavy(past) == []


def test_nights_of_two_roles_in_one_row_are_counted_together() -> None:
    backup = replace(WEEKS, name="backup", role=DutyRole.BACKUP, people=("U0FARAH", "U0DEV"))

    assert any(line.startswith("Dev Rao has 42 nights in a row") for line in heavy(WEEKS, backup))


def test_a_shadow_is_no_burden() -> None:
    shadow = replace(WEEKS, name="shadow", role=DutyRole.SHADOW, people=("U0FARAH", "U0DEV"))

    assert heavy(WEEKS, shadow) == []


def test_little_rest_between_two_turns_is_remarked_on_once() -> None:
    swap = Override("d1", DutyRole.DUTY, "U0FARAH", at(2026, 12, 16, 17), at(2026, 12, 16, 19))

    assert heavy(NIGHTLY) == []
    assert heavy(NIGHTLY, overrides=(swap,)) == [
        "Farah Ali has 10 h of rest before Wed 16 Dec 17:00; 11 hours are usual between two turns. "
        "Perhaps somebody can take a part: duty cover"
    ]


def test_what_was_is_not_remarked_on() -> None:
    swap = Override("d1", DutyRole.DUTY, "U0DEV", NOW - timedelta(hours=60), NOW - timedelta(hours=58))

    assert heavy(NIGHTLY, overrides=(swap,)) == []

"""When the law wants an answer: the dates worked out by hand in the research, and both ends where calendars disagree."""

from datetime import UTC, date, datetime

import pytest

from bot.times.closed_days import bank_holidays
from tests.bot.statutory import By, days, hours, one_month, working_days, working_days_by

ENGLAND = bank_holidays(["england", "wales"])
SCOTLAND = bank_holidays(["scotland"])
ANYWHERE = bank_holidays(["england", "wales", "scotland", "northern-ireland"])


@pytest.mark.parametrize(
    ("received", "earliest", "long_stop"),
    [
        (date(2026, 10, 5), date(2026, 11, 2), date(2026, 11, 2)),
        (date(2026, 12, 19), date(2027, 1, 20), date(2027, 1, 21)),  # a Saturday; 2 January is Scotland's
        (date(2026, 3, 9), date(2026, 4, 8), date(2026, 4, 9)),  # St Patrick's Day
        (date(2026, 6, 22), date(2026, 7, 20), date(2026, 7, 21)),  # the Boyne
        (date(2026, 7, 25), date(2026, 8, 21), date(2026, 8, 24)),  # Scotland's summer holiday
        (date(2026, 11, 20), date(2026, 12, 18), date(2026, 12, 21)),  # St Andrew's Day
        (date(2026, 6, 1), date(2026, 6, 29), date(2026, 6, 30)),  # Scotland's one-off holiday of 15 June 2026
    ],
)
def test_freedom_of_information_is_twenty_working_days_by_each_calendar(
    received: date, earliest: date, long_stop: date
) -> None:
    assert working_days_by(received, 20, [ENGLAND, ANYWHERE]) == By(earliest, long_stop)


def test_scotland_counts_by_its_own_bank_holidays() -> None:
    st_andrews_substitute = date(2025, 12, 1)

    assert working_days(st_andrews_substitute, 20, SCOTLAND) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 10, 5), date(2026, 11, 5)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day
        (date(2027, 2, 28), date(2027, 3, 30)),  # Easter
        (date(2023, 12, 31), date(2024, 1, 31)),
        (date(2024, 1, 31), date(2024, 2, 29)),  # a leap day
    ],
)
def test_a_subject_access_request_is_one_month_rolled_on_to_a_working_day(received: date, due: date) -> None:
    assert one_month(received, ENGLAND) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [(date(2026, 10, 5), date(2026, 11, 4)), (date(2026, 11, 28), date(2026, 12, 29))],
)
def test_a_data_protection_complaint_is_acknowledged_within_thirty_days(received: date, due: date) -> None:
    assert days(received, 30, ENGLAND) == due


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        (date(2026, 11, 3), 10, date(2026, 11, 17)),  # damp and mould
        (date(2026, 12, 23), 10, date(2027, 1, 11)),
        (date(2026, 11, 5), 10, date(2026, 11, 19)),  # stage 1 of a complaint
        (date(2026, 10, 12), 10, date(2026, 10, 26)),  # a councillor's enquiry
    ],
)
def test_what_is_counted_in_working_days_skips_what_england_closes(received: date, count: int, due: date) -> None:
    assert working_days(received, count, ENGLAND) == due


def test_hours_of_an_emergency_go_by_no_calendar_and_no_change_of_the_clocks() -> None:
    christmas = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)

    assert hours(christmas, 24) == datetime(2026, 12, 25, 18, 0, tzinfo=UTC)
    assert hours(datetime.fromisoformat("2026-03-28T12:00+00:00"), 72).isoformat() == "2026-03-31T12:00:00+00:00"

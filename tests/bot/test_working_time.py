"""What time it is after so much office time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.working_time import OfficeHours

LONDON = ZoneInfo("Europe/London")
OFFICE = OfficeHours.read("mon-fri 09:00-17:00", LONDON)
SUNDAY_NIGHT = OfficeHours.read("sun 00:30-02:30", LONDON)


def london(text: str) -> datetime:
    """A moment by London's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-17 10:00", 1, "2026-11-17 11:00"),
        ("2026-11-17 16:30", 1, "2026-11-18 09:30"),
        ("2026-11-20 16:30", 1, "2026-11-23 09:30"),  # over a weekend
        ("2026-11-21 12:00", 1, "2026-11-23 10:00"),  # begins on a Saturday
        ("2026-11-17 03:00", 1, "2026-11-17 10:00"),  # before opening
        ("2026-11-17 17:00", 1, "2026-11-18 10:00"),  # at closing time
        ("2026-11-17 09:00", 8, "2026-11-17 17:00"),
        ("2026-11-17 09:00", 40, "2026-11-23 17:00"),
        ("2026-03-27 16:00", 2, "2026-03-30 10:00"),  # the clocks go forward on the Sunday between
        ("2026-10-23 16:00", 2, "2026-10-26 10:00"),  # and back
        ("2026-11-18 12:00", 0, "2026-11-18 12:00"),
        ("2026-11-21 12:00", 0, "2026-11-23 09:00"),
    ],
)
def test_only_office_hours_count(start: str, hours: int, end: str) -> None:
    assert OFFICE.after(london(start), timedelta(hours=hours)) == london(end)


def test_without_office_hours_every_hour_counts() -> None:
    always = OfficeHours.read("", LONDON)

    assert always.after(london("2026-11-21 23:30"), timedelta(hours=1)) == london("2026-11-22 00:30")
    assert always.open_at(london("2026-11-22 03:00"))


def test_the_hour_the_clocks_skip_is_not_worked() -> None:
    begins, ends = SUNDAY_NIGHT.window(london("2026-03-29 12:00").date()) or pytest.fail("closed")

    assert ends - begins == timedelta(hours=1)


def test_the_hour_that_comes_twice_is_worked_twice() -> None:
    begins, ends = SUNDAY_NIGHT.window(london("2026-10-25 12:00").date()) or pytest.fail("closed")

    assert ends - begins == timedelta(hours=3)


def test_hours_the_clocks_turn_upside_down_are_a_day_off_and_add_no_time() -> None:
    small_hours = OfficeHours.read("sun 01:30-02:15", LONDON)

    after = small_hours.after(london("2026-03-28 12:00"), timedelta(minutes=45))

    assert after == london("2026-04-05 02:15")


def test_an_answer_due_in_utc_comes_back_in_utc() -> None:
    assert OFFICE.after(datetime(2026, 7, 1, 7, 0, tzinfo=UTC), timedelta(hours=1)) == datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_hours_that_are_never_enough_within_a_year_still_end() -> None:
    a_minute_a_week = OfficeHours.read("mon 09:00-09:01", LONDON)
    start = london("2026-11-17 09:00")

    assert a_minute_a_week.after(start, timedelta(hours=2)) == start + timedelta(hours=2)


@pytest.mark.parametrize(
    "text", ["mon-fri", "09:00-17:00", "mon-fri 17:00-09:00", "mon 09:00-09:00", "moon 09:00-17:00", "mon 25:00-26:00"]
)
def test_hours_that_cannot_be_read_say_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="mon-fri 09:00-17:00"):
        OfficeHours.read(text, LONDON)


@pytest.mark.parametrize(("text", "days"), [("fri-mon", {4, 5, 6, 0}), ("mon,wed,sat-sun", {0, 2, 5, 6}), ("Sun", {6})])
def test_days_are_read_as_they_are_written(text: str, days: set[int]) -> None:
    assert OfficeHours.read(f"{text} 09:00-17:00", LONDON).days == days


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-17 08:59", False),
        ("2026-11-17 09:00", True),
        ("2026-11-17 16:59", True),
        ("2026-11-17 17:00", False),
        ("2026-11-21 12:00", False),
    ],
)
def test_the_office_is_open_from_its_first_minute_until_its_last(at: str, is_open: bool) -> None:
    assert OFFICE.open_at(london(at)) is is_open


times = st.integers(0, 23 * 60)
hours = st.builds(
    lambda days, start, length: OfficeHours.read(
        f"{','.join(sorted(days))} {start // 60:02}:{start % 60:02}-{(start + length) // 60:02}:{(start + length) % 60:02}",
        LONDON,
    ),
    st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1),
    times,
    st.integers(30, 59),
)
moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
worked = st.timedeltas(timedelta(0), timedelta(hours=4))


def office_time(hours: OfficeHours, start: datetime, end: datetime) -> timedelta:
    """How much office time lies between two moments, counted another way: day by day from the first to the last."""
    total, day = timedelta(0), start.astimezone(LONDON).date() - timedelta(days=1)
    while day <= end.astimezone(LONDON).date():
        if window := hours.window(day):
            total += max(min(window[1], end) - max(window[0], start), timedelta(0))
        day += timedelta(days=1)
    return total


@settings(max_examples=200, deadline=None)
@given(hours, moments, worked)
def test_exactly_the_time_asked_for_is_worked_in_between(hours: OfficeHours, start: datetime, asked: timedelta) -> None:
    end = hours.after(start, asked)

    assert end >= start
    assert office_time(hours, start, end) == asked


@settings(max_examples=100, deadline=None)
@given(hours, moments, worked, worked)
def test_more_work_never_ends_earlier(hours: OfficeHours, start: datetime, some: timedelta, more: timedelta) -> None:
    assert hours.after(start, some) <= hours.after(start, some + more)

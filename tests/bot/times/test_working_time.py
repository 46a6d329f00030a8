"""What time it is after so much office time: split shifts, closed days, and the clocks' changes anywhere."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.times.closed_days import bank_holidays
from bot.times.working_time import OfficeHours

LONDON = ZoneInfo("Europe/London")
OFFICE = OfficeHours.read("mon-fri 09:00-17:00", LONDON)
SPLIT = OfficeHours.read("mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00", LONDON)
CHRISTMAS = OfficeHours.read("mon-fri 09:00-17:00", LONDON, {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "x"})
ALWAYS = OfficeHours.read("", LONDON)
SUNDAY_NIGHT = OfficeHours.read("sun 00:30-02:30", LONDON)
NIGHTS = OfficeHours.read("mon-sun 22:00-06:00", LONDON)


def london(text: str) -> datetime:
    """A moment by London's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def worked(hours: OfficeHours, start: datetime, end: datetime) -> timedelta:
    """How much office time lies between two moments."""
    spans = (min(ends, end) - max(begins, start) for begins, ends in hours.windows(start, end))
    return sum(spans, timedelta(0))


def minutes(hours: OfficeHours, since: str, until: str) -> float:
    """Office minutes between two moments by London's clocks."""
    return worked(hours, london(since), london(until)).total_seconds() / 60


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
        ("2028-02-28 16:30", 1, "2028-02-29 09:30"),  # a leap day
        ("2026-11-18 12:00", 0, "2026-11-18 12:00"),
        ("2026-11-21 12:00", 0, "2026-11-23 09:00"),
    ],
)
def test_only_office_hours_count(start: str, hours: int, end: str) -> None:
    assert OFFICE.after(london(start), timedelta(hours=hours)) == london(end)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-17 12:00", 60, "2026-11-17 14:00"),  # over lunch
        ("2026-11-17 12:00", 30, "2026-11-17 12:30"),
        ("2026-11-17 13:00", 1, "2026-11-17 13:31"),  # begins at lunch
        ("2026-11-20 15:30", 60, "2026-11-23 09:30"),  # Friday ends early
    ],
)
def test_lunch_is_not_worked(start: str, minutes: int, end: str) -> None:
    assert SPLIT.after(london(start), timedelta(minutes=minutes)) == london(end)


def test_closed_days_are_not_worked() -> None:
    assert CHRISTMAS.after(london("2026-12-24 16:00"), timedelta(hours=2)) == london("2026-12-29 10:00")
    assert not CHRISTMAS.open_at(london("2026-12-25 12:00"))
    assert CHRISTMAS.missed(london("2026-12-24 16:00"), london("2026-12-29 10:00")) == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "x"),
    ]


def test_a_closed_day_that_nobody_works_anyway_is_not_missed() -> None:
    boxing_day = OfficeHours.read("mon-fri 09:00-17:00", LONDON, {date(2026, 12, 26): "Boxing Day"})

    assert boxing_day.missed(london("2026-12-20 09:00"), london("2026-12-31 09:00")) == []


def test_without_office_hours_every_hour_counts() -> None:
    assert ALWAYS.after(london("2026-11-21 23:30"), timedelta(hours=1)) == london("2026-11-22 00:30")
    assert ALWAYS.open_at(london("2026-11-22 03:00"))
    assert minutes(ALWAYS, "2026-11-21 23:30", "2026-11-22 00:30") == 60


def test_without_office_hours_a_closed_day_is_closed_from_midnight_to_midnight() -> None:
    hours = OfficeHours.read("", LONDON, {date(2026, 12, 25): "Christmas Day"})

    assert hours.after(london("2026-12-24 23:30"), timedelta(hours=1)) == london("2026-12-26 00:30")
    assert not hours.open_at(london("2026-12-25 00:00"))


def test_hours_that_touch_or_overlap_at_midnight_are_worked_once() -> None:
    hours = OfficeHours.read("mon 20:00-04:00, tue 00:00-06:00, wed 22:00-00:00, thu 00:00-02:00", LONDON)

    assert minutes(hours, "2026-11-16 12:00", "2026-11-17 12:00") == 10 * 60
    assert minutes(hours, "2026-11-18 12:00", "2026-11-19 12:00") == 4 * 60
    assert hours.after(london("2026-11-16 23:00"), timedelta(hours=6)) == london("2026-11-17 05:00")
    assert worked(hours, london("2026-11-16 21:00"), london("2026-11-17 03:00")) == timedelta(hours=6)


def test_night_hours_belong_to_the_day_they_begin_on_and_are_closed_with_it() -> None:
    hours = OfficeHours.read("mon-sun 22:00-06:00", LONDON, {date(2026, 12, 25): "Christmas Day"})

    assert hours.open_at(london("2026-12-25 05:00"))
    assert not hours.open_at(london("2026-12-26 05:00"))


def test_the_hour_the_clocks_skip_is_not_worked() -> None:
    assert minutes(SUNDAY_NIGHT, "2026-03-28 12:00", "2026-03-29 12:00") == 60
    assert minutes(NIGHTS, "2026-03-28 12:00", "2026-03-29 12:00") == 7 * 60


def test_the_hour_that_comes_twice_is_worked_twice() -> None:
    assert minutes(SUNDAY_NIGHT, "2026-10-24 12:00", "2026-10-25 12:00") == 3 * 60
    assert minutes(NIGHTS, "2026-10-24 12:00", "2026-10-25 12:00") == 9 * 60


def test_hours_that_begin_in_the_hour_the_clocks_skip_begin_after_it() -> None:
    small_hours = OfficeHours.read("sun 01:30-02:15", LONDON)

    after = small_hours.after(london("2026-03-28 12:00"), timedelta(minutes=45))

    assert after == london("2026-04-05 02:00")


def test_an_answer_due_in_utc_comes_back_in_utc() -> None:
    due = OFFICE.after(datetime(2026, 7, 1, 7, 0, tzinfo=UTC), timedelta(hours=1))

    assert (due, due.tzinfo) == (datetime(2026, 7, 1, 9, tzinfo=UTC), UTC)


def test_hours_that_are_never_enough_within_a_year_still_end() -> None:
    a_minute_a_week = OfficeHours.read("mon 09:00-09:01", LONDON)
    start = london("2026-11-17 09:00")

    assert a_minute_a_week.after(start, timedelta(hours=2)) == start + timedelta(hours=2)


@pytest.mark.parametrize(
    "text", ["09:00-17:00", "moon 09:00-17:00", "mon 25:00-26:00", "mon 9-5", "mon 09:00-10:00 09:30-11:00"]
)
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"mon-fri 09:00-17:00|overlap"):
        OfficeHours.read(text, LONDON)


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


@pytest.mark.parametrize(
    ("hours", "start", "days", "end"),
    [
        (OFFICE, "2026-11-17 10:00", 0, "2026-11-17 17:00"),
        (OFFICE, "2026-11-17 17:00", 0, "2026-11-18 17:00"),  # after hours: the next working day
        (OFFICE, "2026-11-21 12:00", 0, "2026-11-23 17:00"),  # on a Saturday
        (OFFICE, "2026-11-17 10:00", 1, "2026-11-18 17:00"),
        (OFFICE, "2026-11-20 10:00", 1, "2026-11-23 17:00"),
        (OFFICE, "2026-11-21 12:00", 1, "2026-11-23 17:00"),
        (OFFICE, "2026-11-20 10:00", 5, "2026-11-27 17:00"),
        (SPLIT, "2026-11-17 10:00", 0, "2026-11-17 17:00"),  # not when lunch begins
        (SPLIT, "2026-11-19 10:00", 1, "2026-11-20 16:00"),
        (CHRISTMAS, "2026-12-24 10:00", 1, "2026-12-29 17:00"),
        (CHRISTMAS, "2026-12-25 10:00", 0, "2026-12-29 17:00"),
        (ALWAYS, "2026-11-17 10:00", 0, "2026-11-18 00:00"),
        (ALWAYS, "2026-11-17 10:00", 1, "2026-11-19 00:00"),
        (NIGHTS, "2026-11-17 23:00", 0, "2026-11-18 06:00"),
    ],
)
def test_a_working_day_ends_when_the_office_closes(hours: OfficeHours, start: str, days: int, end: str) -> None:
    assert hours.close_of_play(london(start), days) == london(end)


# --- whatever the hours, the zone and the day ------------------------------------------------------------------------

ZONES = [
    "Europe/London", "America/New_York", "America/St_Johns", "America/Asuncion", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia", "UTC",
]  # fmt: skip
NATIONS = [bank_holidays([nation]) for nation in ("england", "scotland", "northern-ireland")]
QUARTER = timedelta(minutes=15)
clocks = st.integers(5, 22).map(lambda hour: f"{hour:02}:{('00', '15', '30')[hour % 3]}")
spans = st.lists(clocks, min_size=2, max_size=4, unique=True).map(sorted)
weekdays = st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1)
moments = st.integers(0, 7 * 365 * 96 + 96).map(lambda quarters: datetime(2024, 1, 1, tzinfo=UTC) + QUARTER * quarters)
lengths = st.integers(0, 32).map(lambda quarters: QUARTER * quarters)


@st.composite
def office_hours(draw: st.DrawFn) -> OfficeHours:
    """One or two shifts a day, or one through the night, somewhere; with some nation's bank holidays, or none."""
    days, times = ",".join(sorted(draw(weekdays))), draw(spans)
    shifts = [f"{start}-{end}" for start, end in zip(times[::2], times[1::2], strict=False)]
    if draw(st.booleans()):
        shifts = [f"{times[-1]}-{times[0]}"]  # through the night
    closed = draw(st.sampled_from([{}, *NATIONS]))
    return OfficeHours.read(f"{days} {' '.join(shifts)}", ZoneInfo(draw(st.sampled_from(ZONES))), closed)


def seen_on_the_wall(hours: OfficeHours, moment: datetime) -> bool:
    """Whether the clock on the wall shows an office hour: worked out without any of the code that is tested."""
    wall = moment.astimezone(hours.zone).replace(tzinfo=None)
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        for span in hours.week.days[day.weekday()]:
            start = datetime.combine(day, span.start)
            end = datetime.combine(day, span.end)
            if start <= wall < (end if end > start else end + timedelta(days=1)) and day not in hours.closed:
                return True
    return False


def is_what_the_wall_shows(hours: OfficeHours, start: datetime, length: timedelta) -> None:
    """Office time is the quarters of an hour at whose beginning the clock on the wall shows an office hour."""
    quarters = [start + QUARTER * n for n in range(int(length / QUARTER) * 6)]

    assert worked(hours, start, start + QUARTER * len(quarters)) == QUARTER * sum(
        seen_on_the_wall(hours, moment) for moment in quarters
    )


def is_all_worked(hours: OfficeHours, start: datetime, length: timedelta) -> None:
    """So much time lies between the beginning and the end, and the end is not later than it need be."""
    end = hours.after(start, length)

    assert end >= start
    assert worked(hours, start, end) == length
    assert not length or worked(hours, start, end - timedelta(seconds=1)) == length - timedelta(seconds=1)


def adds_up(hours: OfficeHours, start: datetime, one: timedelta, other: timedelta) -> None:
    """Some time and then some more is as long as both together."""
    more = other + QUARTER

    assert hours.after(hours.after(start, one), more) == hours.after(start, one + more)


def never_ends_earlier(hours: OfficeHours, start: datetime, one: timedelta, other: timedelta) -> None:
    """More work, or a later start, never ends earlier."""
    assert hours.after(start, one) <= hours.after(start, one + other)
    assert hours.after(start, one) <= hours.after(start + other, one)


def closes_in_order(hours: OfficeHours, start: datetime) -> None:
    """A working day ends after it began, while the office is open or just closes, and more of them never end earlier."""
    ends = [hours.close_of_play(start, days) for days in range(3)]

    assert start < ends[0]
    assert ends == sorted(ends)
    assert all(hours.open_at(end - timedelta(seconds=1)) for end in ends)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("holds", "given_lengths"),
    [(is_what_the_wall_shows, 1), (is_all_worked, 1), (adds_up, 2), (never_ends_earlier, 2), (closes_in_order, 0)],
)
def test_office_time_is_right_in_every_zone_and_every_year(
    holds: Callable[..., None], given_lengths: int, request: pytest.FixtureRequest
) -> None:
    examples = 10_000 if request.config.getoption("--long") else 200

    settings(max_examples=examples, deadline=None)(given(office_hours(), moments, *[lengths] * given_lengths)(holds))()

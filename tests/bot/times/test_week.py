"""Hours of the week are read from words, written down as such, and counted by the clock on the wall."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.times.week import Week, instant, join
from tests.bot.rotas import LONDON, LORD_HOWE, MOMENTS, WEEKS, ZONES, at, wall

SPLIT = "09:00-12:30 13:30-17:00"


def held(words: str, *when: int) -> bool:
    return Week.read(words).holds(at(*when), LONDON)


def windows(words: str, since: datetime, until: datetime) -> list[str]:
    found = Week.read(words).windows(since, until, LONDON)
    return [f"{start.astimezone(LONDON):%a %H:%M}-{end.astimezone(LONDON):%a %H:%M}" for start, end in found]


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("", ""),
        ("mon-fri 09:00-17:00", "mon-fri 09:00-17:00"),
        ("Mon - Fri 9:00 - 17:00", "mon-fri 09:00-17:00"),
        ("mon,wed 09:00-12:30 13:30-17:00, sat", f"mon {SPLIT}, wed {SPLIT}, sat 00:00-24:00"),
        ("fri-mon 17:00-09:00", "mon 17:00-09:00, fri-sun 17:00-09:00"),
        ("sat-sun 00:00-24:00", "sat-sun 00:00-24:00"),
        ("mon 13:00-17:00, mon 09:00-12:00", "mon 09:00-12:00 13:00-17:00"),
    ],
)
def test_hours_are_read_as_they_are_commonly_written(words: str, canonical: str) -> None:
    assert Week.read(words).words == canonical
    assert Week.read(canonical) == Week.read(words)


@given(WEEKS)
@settings(max_examples=100, deadline=None)
def test_any_hours_are_read_as_they_were_written(week: Week) -> None:
    assert Week.read(week.words) == week


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("always", "write days and hours"),
        ("09:00-17:00", "write days and hours"),
        ("mon-fri nine to five", "write days and hours"),
        ("mon-fri 09:00-25:00", "09:00-25:00: there is no such time"),
        ("mon-fri 09:60-17:00", "09:60-17:00: there is no such time"),
        ("mon-fri 09:00-12:00 11:30-17:00", "mon: 09:00-12:00 and 11:30-17:00 overlap"),
        ("mon 09:00-08:00 10:00-11:00", "mon: 09:00-08:00 and 10:00-11:00 overlap"),
        ("mon-xyz 09:00-17:00", "write days and hours"),
        ("sat-sun, mon-fri 17:00-09:00", 'sat-sun: for whole days write "sat-sun 00:00-24:00"'),
        ("sat, mon-fri 17:00-09:00", 'for the same hours "sat,mon-fri 17:00-09:00"'),
    ],
)
def test_hours_that_cannot_be_read_are_named(words: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Week.read(words)


# --- hours --------------------------------------------------------------------------------------------------------


def test_without_hours_every_hour_counts() -> None:
    assert held("", 2026, 11, 21, 3)


@pytest.mark.parametrize(
    ("when", "is_held"),
    [((16, 9), True), ((16, 16, 59), True), ((16, 17), False), ((16, 8, 59), False), ((21, 12), False)],
)
def test_a_span_holds_from_its_beginning_to_just_before_its_end(when: tuple[int, ...], is_held: bool) -> None:
    assert held("mon-fri 09:00-17:00", 2026, 11, *when) is is_held


@pytest.mark.parametrize(("when", "is_held"), [((20, 23), True), ((21, 8, 59), True), ((21, 9), False), ((16, 3), False)])
def test_a_span_may_run_into_a_day_that_has_none(when: tuple[int, ...], is_held: bool) -> None:
    assert held("mon-fri 17:00-09:00", 2026, 11, *when) is is_held


def test_windows_are_those_that_touch_a_stretch_whole() -> None:
    assert windows("mon-fri 17:00-09:00, sat", at(2026, 11, 20, 8), at(2026, 11, 23, 17)) == [
        "Thu 17:00-Fri 09:00",
        "Fri 17:00-Sat 09:00",
        "Sat 00:00-Sun 00:00",
    ]


def test_a_window_is_as_long_as_the_clock_makes_it() -> None:
    ((start, end),) = Week.read("sun").windows(at(2026, 10, 25, 1), at(2026, 10, 25, 2), LONDON)

    assert end - start == timedelta(hours=25)


def test_a_window_that_the_clocks_skip_whole_is_left_out() -> None:
    assert windows("sun 01:00-02:00", at(2026, 3, 29), at(2026, 3, 30)) == []
    assert windows("sun 01:30-02:30", at(2026, 3, 29), at(2026, 3, 30)) == ["Sun 02:00-Sun 02:30"]


@given(WEEKS, MOMENTS, ZONES)
@settings(max_examples=60, deadline=None)
def test_a_moment_is_held_when_a_window_has_it(week: Week, moment: datetime, zone: st.SearchStrategy) -> None:
    around = list(week.windows(moment - timedelta(days=2), moment + timedelta(days=2), zone))

    assert week.holds(moment, zone) is any(start <= moment < end for start, end in around)


# --- moments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (wall(2026, 7, 1, 9), "08:00"),
        (wall(2026, 3, 29, 1), "01:00"),
        (wall(2026, 3, 29, 1, 59), "01:00"),
        (wall(2026, 3, 29, 2), "01:00"),
        (wall(2026, 10, 25, 1), "00:00"),
        (wall(2026, 10, 25, 2), "02:00"),
    ],
)
def test_a_local_time_is_the_first_of_two_and_the_first_after_a_gap(local: datetime, utc: str) -> None:
    assert f"{instant(local, LONDON):%H:%M}" == utc


def test_half_an_hour_may_be_skipped_too() -> None:
    assert instant(wall(2026, 10, 4, 2, 15), LORD_HOWE) == instant(wall(2026, 10, 4, 2, 30), LORD_HOWE)


def test_stretches_are_joined_where_they_touch() -> None:
    hours = [at(2026, 11, 16, hour) for hour in range(8)]

    assert join([(hours[4], hours[5]), (hours[0], hours[2]), (hours[1], hours[3]), (hours[5], hours[6])]) == [
        (hours[0], hours[3]),
        (hours[4], hours[6]),
    ]

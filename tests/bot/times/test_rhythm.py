"""How an account is usually heard, and how long a silence must be before it is no chance any more; by simulation."""

import math
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.times.rhythm import HOUR, UNLIKELY, Rhythm, hours, rhythm_of, slot_of, whole

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
FOUR_WEEKS = timedelta(days=28)
SHAPE = [5, 3, 2, 2, 3, 10, 30, 70, 100, 100, 95, 90, 95, 90, 85, 85, 90, 100, 90, 80, 70, 50, 30, 15]
"""How a council is written to over a day; at weekends half of that."""


def usual(hour: datetime, a_day: float) -> float:
    """Posts usual in an hour, at so many on a weekday."""
    local = hour.astimezone(LONDON)
    return SHAPE[local.hour] / sum(SHAPE) * a_day * (1 if local.weekday() < 5 else 0.5)


def some(mean: float, chance: random.Random) -> int:
    """A Poisson count."""
    count, left, end = 0, chance.random(), math.exp(-mean)
    while left > end:
        count, left = count + 1, left * chance.random()
    return count


def heard(days: int, a_day: float, *, seed: int, bursts: bool = False) -> list[datetime]:
    """Posts from MONDAY on; with bursts the days and hours vary more than chance has it."""
    chance, posts = random.Random(seed), []
    for number in range(days * 24):
        hour = MONDAY + number * HOUR
        if number % 24 == 0:
            of_day = chance.gammavariate(6, 1 / 6) if bursts else 1.0
        mean = usual(hour, a_day) * of_day * (chance.gammavariate(1.5, 1 / 1.5) if bursts else 1.0)
        posts += [hour + chance.random() * HOUR for _ in range(some(mean, chance))]
    return sorted(posts)


def learnt(posts: list[datetime], until: datetime, closed: frozenset[date] = frozenset()) -> Rhythm:
    """The rhythm of the four weeks before a moment."""
    counts = Counter(whole(one) for one in posts if until - FOUR_WEEKS <= one < until)
    return rhythm_of(counts, until - FOUR_WEEKS, until, zone=LONDON, closed=closed)


def noticed(rhythm: Rhythm, since: datetime) -> timedelta:
    """How long after its last post an account that falls silent is noticed."""
    now = since
    while rhythm.surprise(since, now) < rhythm.alarms_at:
        now += timedelta(minutes=10)
    return now - since


@pytest.mark.parametrize(("a_day", "most"), [(10, 30), (40, 9), (200, 4)])
def test_an_outage_on_a_tuesday_morning_is_noticed_in_time(a_day: int, most: int) -> None:
    tuesday = datetime(2026, 2, 10, 10, tzinfo=UTC)
    for bursts in (False, True):
        posts = [one for one in heard(37, a_day, seed=1, bursts=bursts) if one < tuesday]

        assert noticed(learnt(posts, tuesday), posts[-1]) < timedelta(hours=most)


@pytest.mark.slow
@pytest.mark.parametrize("a_day", [3, 10, 40, 200])
def test_ninety_days_with_no_outage_raise_hardly_an_alarm(a_day: int) -> None:
    alarms = 0
    for seed in range(2):
        posts = heard(118, a_day, seed=seed, bursts=bool(seed % 2))
        rhythm, learnt_on = None, MONDAY
        for last, following in pairwise(posts):
            if last < MONDAY + FOUR_WEEKS:
                continue
            if rhythm is None or last - learnt_on > timedelta(days=1):
                rhythm, learnt_on = learnt(posts, last), last
            is_long = following - last >= timedelta(minutes=30)
            alarms += is_long and rhythm.surprise(last, following) >= rhythm.alarms_at

    assert alarms <= 2, "two accounts, ninety days each"


def test_a_night_is_no_silence_and_a_bank_holiday_is_as_a_sunday() -> None:
    posts = heard(35, 40, seed=2)
    holiday = date(2026, 2, 11)
    rhythm, told = learnt(posts, MONDAY + 5 * timedelta(days=7)), {"closed": frozenset({holiday})}
    knows = learnt(posts, MONDAY + 5 * timedelta(days=7), **told)
    day = datetime(2026, 2, 11, tzinfo=UTC)

    assert rhythm.expected(day, day + 5 * HOUR) < 2
    assert knows.expected(day, day + timedelta(days=1)) < rhythm.expected(day, day + timedelta(days=1)) * 0.7
    assert slot_of(day, LONDON, {holiday}) == (6, 0)


def test_a_surge_last_month_does_not_make_today_a_silence() -> None:
    quiet = heard(35, 10, seed=3)
    flood = [MONDAY + timedelta(days=9, minutes=one) for one in range(1440)]
    until = MONDAY + timedelta(days=35)
    day = datetime(2026, 2, 11, tzinfo=UTC)

    with_it, without = learnt(sorted([*quiet, *flood]), until), learnt(quiet, until)

    assert with_it.expected(day, day + timedelta(days=1)) < without.expected(day, day + timedelta(days=1)) * 2


def test_what_is_heard_often_must_be_silent_for_longer_than_chance_alone_explains() -> None:
    seldom, often = learnt(heard(28, 1, seed=4), MONDAY + FOUR_WEEKS), learnt(heard(28, 200, seed=4), MONDAY + FOUR_WEEKS)

    assert seldom.alarms_at >= UNLIKELY
    assert often.alarms_at > seldom.alarms_at


@pytest.mark.parametrize("counts", [{}, {whole(MONDAY): 3}])
def test_hardly_anything_heard_raises_nothing(counts: dict[datetime, int]) -> None:
    rhythm = rhythm_of(counts, MONDAY, MONDAY + FOUR_WEEKS, zone=LONDON)

    assert rhythm.surprise(MONDAY, MONDAY + timedelta(days=2)) < rhythm.alarms_at


def test_hours_are_counted_by_how_much_of_them_lies_between() -> None:
    begins = MONDAY + timedelta(minutes=45)

    assert list(hours(begins, begins + timedelta(minutes=30))) == [(MONDAY, 0.25), (MONDAY + HOUR, 0.25)]
    assert list(hours(begins, begins)) == []

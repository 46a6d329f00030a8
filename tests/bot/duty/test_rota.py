"""Who is on duty: one holder or a gap at every instant, by the clock on the wall, in every zone, whatever changes it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.duty.rota import Absence, DutyRole, Hold, Override, Plan, Rota, Rotation, Unit, Why
from bot.times.week import Week, instant
from tests.bot.rotas import LOCAL, LONDON, LORD_HOWE, MOMENTS, ZONES, at, rotas, rotation, rotations, wall

DUTY = DutyRole.DUTY
FEW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))


def rota(*those: Rotation, **changes: Any) -> Rota:
    return Rota(Plan(those or (rotation(),)), **changes)


def on(rota: Rota, *when: int, zone: ZoneInfo = LONDON) -> tuple[str, ...]:
    return rota.on_duty(DUTY, at(*when, zone=zone))


# --- properties: a few examples each time, ten thousand with --long -----------------------------------------------


def one_holder_or_a_gap(case: tuple[Rota, datetime], offsets: list[int]) -> None:
    """The turns tile what is covered, and say what ``turn_at`` and ``on_duty`` say, at their ends and in between."""
    rota, since = case
    until = since + timedelta(days=20)
    turns = rota.turns(DUTY, since, until)

    assert all(one.start < one.end for one in turns)
    assert all(one.end <= other.start for one, other in pairwise(turns))
    assert not turns or since <= turns[0].start < turns[-1].end <= until
    ends = [moment for turn in turns for moment in (turn.start, turn.end, turn.end - timedelta(microseconds=1))]
    for moment in {*ends, *(since + timedelta(seconds=offset) for offset in offsets)} - {until}:
        held = [turn for turn in turns if turn.start <= moment < turn.end]
        assert [(turn.person, turn.why) for turn in held] == said(rota, moment)


def said(rota: Rota, moment: datetime) -> list[tuple[str, Why]]:
    """What the rota says of a moment; it agrees with itself, and with what the rotations mean to cover."""
    turn = rota.turn_at(DUTY, moment)
    assert rota.on_duty(DUTY, moment) == ((turn.person,) if turn and turn.person else ())
    if any(means_to_cover(one, moment) for one in rota.plan.of(DUTY)):
        assert turn is not None
    return [(turn.person, turn.why)] if turn else []


def means_to_cover(rotation: Rotation, moment: datetime) -> bool:
    """Read from the clock on the wall alone; not asked near a change of the clocks, where that has no one answer."""
    here = [(moment + timedelta(hours=hours)).astimezone(rotation.zone) for hours in (-30, 0, 30)]
    if len({each.utcoffset() for each in here}) > 1:
        return False
    local = here[1].replace(tzinfo=None)
    days = [local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=back) for back in (-1, 0)]
    return not rotation.hours.days or any(
        datetime.combine(day, span.start) <= local < datetime.combine(day, span.end) + timedelta(days=span.days_on)
        for day in days
        for span in rotation.hours.on(day.date())
    )


def hand_offs_keep_to_the_wall_clock(rotation: Rotation, moment: datetime) -> None:
    """Each hand-off is when the wall clock first shows its time, or first shows a later one; none is lost or doubled."""
    index = rotation.index_at(moment)

    assert rotation.hand_off(index) <= moment < rotation.hand_off(index + 1)
    for number in range(index - 3, index + 4):
        handed_over, wanted = rotation.hand_off(number), rotation.local_hand_off(number)
        shown = handed_over.astimezone(rotation.zone).replace(tzinfo=None)
        before = (handed_over - timedelta(seconds=1)).astimezone(rotation.zone).replace(tzinfo=None)
        assert wanted.time() == rotation.first.time()
        assert shown == wanted or before < wanted < shown
        assert rotation.hand_off(number - 1) < handed_over
        assert rotation.index_at(handed_over) == number
        assert rotation.index_at(handed_over - timedelta(microseconds=1)) == number - 1


def a_local_time_is_one_moment(local: datetime, zone: ZoneInfo) -> None:
    """The first of two, the first after a gap; a later time is never an earlier moment."""
    moment = instant(local, zone)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    before = (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)

    assert shown == local or before < local < shown
    assert moment.astimezone(zone).fold == 0 or shown != local
    assert instant(local + timedelta(minutes=15), zone) >= moment


PROPERTIES: dict[Callable[..., None], tuple[st.SearchStrategy[Any], ...]] = {
    one_holder_or_a_gap: (rotas(), st.lists(st.integers(0, 20 * 86_400), max_size=20)),
    hand_offs_keep_to_the_wall_clock: (rotations(), MOMENTS),
    a_local_time_is_one_moment: (LOCAL, ZONES),
}
EACH = pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)


@EACH
def test_it_is_so_of_any_rota(holds: Callable[..., None]) -> None:
    FEW(given(*PROPERTIES[holds])(holds))()


@pytest.mark.long
@pytest.mark.timeout(1800)
@EACH
def test_it_is_so_of_ten_thousand(holds: Callable[..., None]) -> None:
    MANY(given(*PROPERTIES[holds])(holds))()


# --- by the clock on the wall -------------------------------------------------------------------------------------


def test_a_week_over_the_end_of_summer_time_is_169_hours_and_begins_and_ends_at_nine() -> None:
    weekly = rota(rotation(first=wall(2026, 10, 19, 9)))
    (turn, _) = weekly.turns(DUTY, at(2026, 10, 19, 9), at(2026, 10, 26, 10))

    assert turn.end - turn.start == timedelta(hours=169)
    assert [moment.astimezone(LONDON).hour for moment in (turn.start, turn.end)] == [9, 9]


def test_a_week_over_the_beginning_of_summer_time_is_167_hours() -> None:
    weekly = rotation(first=wall(2026, 3, 23, 9))

    assert weekly.hand_off(1) - weekly.hand_off(0) == timedelta(hours=167)


@pytest.mark.parametrize(("month", "day", "hours"), [(4, 5, 24.5), (10, 4, 23.5)])
def test_lord_howe_changes_its_clocks_by_half_an_hour(month: int, day: int, hours: float) -> None:
    daily = rotation(first=wall(2026, month, day), zone=LORD_HOWE, unit=Unit.DAYS)

    assert daily.hand_off(1) - daily.hand_off(0) == timedelta(hours=hours)


def test_a_hand_off_at_a_time_the_clocks_skip_is_the_first_moment_after() -> None:
    daily = rotation(first=wall(2026, 3, 28, 1, 30), unit=Unit.DAYS)

    assert daily.hand_off(1) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert daily.hand_off(2) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_hand_off_at_a_time_that_comes_twice_is_the_first_of_them() -> None:
    daily = rotation(first=wall(2026, 10, 24, 1, 30), unit=Unit.DAYS)

    assert daily.hand_off(1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert daily.hand_off(2) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_month_that_begins_on_the_31st_begins_on_the_last_of_a_shorter_month() -> None:
    monthly = rotation(first=wall(2027, 12, 31, 9), unit=Unit.MONTHS)

    assert [f"{monthly.local_hand_off(index):%d %b}" for index in range(5)] == [
        "31 Dec",
        "31 Jan",
        "29 Feb",
        "31 Mar",
        "30 Apr",
    ]


def test_hours_that_the_clocks_skip_whole_are_no_turn() -> None:
    short = rota(rotation(first=wall(2026, 3, 28), hours=Week.read("mon-sun 01:00-02:00"), unit=Unit.DAYS))
    starts = [f"{turn.start:%d %H:%M}" for turn in short.turns(DUTY, at(2026, 3, 28), at(2026, 3, 31))]

    assert starts == ["28 01:00", "30 00:00"]


# --- who counts ---------------------------------------------------------------------------------------------------


def test_people_take_turns_in_the_order_written() -> None:
    weekly = rota()

    assert [on(weekly, 2026, 11, day, 12) for day in (16, 22, 23, 30)] == [("U0DEV",), ("U0DEV",), ("U0FARAH",), ("U0DEV",)]
    assert on(weekly, 2026, 11, 23, 8, 59) == ("U0DEV",)
    assert on(weekly, 2026, 11, 23, 9) == ("U0FARAH",)


def test_before_its_first_hand_off_and_after_its_end_a_rotation_leaves_a_gap_under_its_name() -> None:
    ended = rota(rotation(until=wall(2026, 11, 25, 12)))
    gaps = ended.gaps(at(2026, 11, 15), at(2026, 11, 26))

    assert [(turn.name, turn.why, turn.start, turn.end) for turn in gaps] == [
        ("duty week", Why.NOBODY, at(2026, 11, 15), at(2026, 11, 16, 9)),
        ("duty week", Why.NOBODY, at(2026, 11, 25, 12), at(2026, 11, 26)),
    ]


def test_of_two_layers_the_higher_counts_in_its_hours() -> None:
    nights = rotation(name="nights", people=("U0TAM",), layer=1, hours=Week.read("mon-fri 17:00-09:00"))
    both = rota(rotation(), nights)

    assert [on(both, 2026, 11, 17, hour) for hour in (8, 9, 16, 17)] == [("U0TAM",), ("U0DEV",), ("U0DEV",), ("U0TAM",)]


def test_where_the_person_of_the_higher_layer_is_away_the_lower_one_counts() -> None:
    weekend = rotation(name="weekend", people=("U0TAM",), layer=1, hours=Week.read("sat-sun"))
    away = Absence("U0TAM", at(2026, 11, 21), at(2026, 11, 22))
    both = rota(rotation(), weekend, absences=(away,))

    assert on(both, 2026, 11, 21, 12) == ("U0DEV",)
    assert on(both, 2026, 11, 22, 12) == ("U0TAM",)


def test_a_person_who_is_away_leaves_a_gap_that_says_who() -> None:
    away = Absence("U0DEV", at(2026, 11, 18), at(2026, 11, 19))
    (gap,) = rota(absences=(away,)).gaps(at(2026, 11, 16, 9), at(2026, 11, 23))

    assert (gap.start, gap.end, gap.why, gap.reason, gap.person) == (away.start, away.end, Why.AWAY, "U0DEV", "")


def test_an_override_counts_before_the_rotations_and_before_an_absence() -> None:
    away = Absence("U0TAM", at(2026, 11, 17), at(2026, 11, 18))
    swap = Override("d1", DUTY, "U0TAM", at(2026, 11, 17, 12), at(2026, 11, 17, 13), "dentist")
    changed = rota(overrides=(swap,), absences=(away,))

    assert [on(changed, 2026, 11, 17, hour) for hour in (11, 12, 13)] == [("U0DEV",), ("U0TAM",), ("U0DEV",)]
    turn = changed.turn_at(DUTY, swap.start)
    assert turn
    assert (turn.why, turn.name, turn.reason) == (Why.OVERRIDE, "d1", "dentist")


def test_of_two_overrides_for_one_moment_the_first_listed_counts() -> None:
    newer = Override("d2", DUTY, "U0MORAG", at(2026, 11, 17), at(2026, 11, 18))
    older = Override("d1", DUTY, "U0TAM", at(2026, 11, 17), at(2026, 11, 18))

    assert on(rota(overrides=(newer, older)), 2026, 11, 17, 12) == ("U0MORAG",)


def test_an_override_of_one_role_leaves_the_others_alone() -> None:
    swap = Override("d1", DutyRole.BACKUP, "U0TAM", at(2026, 11, 17), at(2026, 11, 18))

    assert on(rota(overrides=(swap,)), 2026, 11, 17, 12) == ("U0DEV",)
    assert rota(overrides=(swap,)).on_duty(DutyRole.BACKUP, at(2026, 11, 17, 12)) == ("U0TAM",)


def test_who_has_not_been_relieved_keeps_the_role_until_then() -> None:
    hold = Hold(DUTY, "U0DEV", at(2026, 11, 23, 9), at(2026, 11, 23, 9, 40))
    held = rota(holds=(hold,))

    assert [on(held, 2026, 11, 23, 9, minute) for minute in (0, 39, 40)] == [("U0DEV",), ("U0DEV",), ("U0FARAH",)]
    assert held.scheduled(DUTY, hold.start).person == "U0FARAH"  # type: ignore[union-attr]


def test_who_is_put_on_while_a_hand_off_waits_has_the_role_at_once() -> None:
    put_on = Override("d1", DUTY, "U0TAM", at(2026, 11, 23, 10), at(2026, 11, 24, 9))
    held = rota(holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)),), overrides=(put_on,))

    assert on(held, 2026, 11, 23, 9) == ("U0DEV",)
    assert on(held, 2026, 11, 23, 12) == ("U0TAM",)


def test_the_role_is_kept_from_one_who_covers_from_the_hand_off_on_until_they_accept() -> None:
    cover = Override("d1", DUTY, "U0TAM", at(2026, 11, 23, 9), at(2026, 11, 24, 9))
    waits = rota(holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)),), overrides=(cover,))
    accepted = rota(holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9), at(2026, 11, 23, 10)),), overrides=(cover,))

    assert on(waits, 2026, 11, 23, 12) == ("U0DEV",)
    assert on(accepted, 2026, 11, 23, 12) == ("U0TAM",)


def test_nobody_is_relieved_by_the_absence_of_whom_they_wait_for() -> None:
    away = (Absence("U0FARAH", at(2026, 11, 23, 10), at(2026, 11, 23, 11)),)
    held = rota(holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)),), absences=away)

    assert [on(held, 2026, 11, 23, hour) for hour in (9, 10, 11)] == [("U0DEV",)] * 3


def test_a_hand_off_that_nobody_accepts_is_over_with_the_turn_it_holds_up() -> None:
    held = rota(rotation(people=("U0DEV", "U0FARAH", "U0TAM")), holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)),))

    assert on(held, 2026, 11, 29, 12) == ("U0DEV",)
    assert on(held, 2026, 11, 30, 9) == ("U0TAM",)


def test_a_newer_hand_off_ends_an_older_one() -> None:
    holds = (Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)), Hold(DUTY, "U0FARAH", at(2026, 11, 24, 9), at(2026, 11, 24, 10)))
    held = rota(holds=holds)

    assert [on(held, 2026, 11, 24, hour) for hour in (8, 9, 10)] == [("U0DEV",), ("U0FARAH",), ("U0FARAH",)]


def test_nobody_is_kept_on_duty_in_hours_that_are_not_covered() -> None:
    office = rotation(hours=Week.read("mon-fri 09:00-17:00"))

    assert on(rota(office, holds=(Hold(DUTY, "U0DEV", at(2026, 11, 23, 9)),)), 2026, 11, 23, 17) == ()


def test_those_always_on_duty_are_all_of_them_in_order() -> None:
    standing = Rota(Plan(standing={DUTY: ("U0DEV", "U0FARAH")}))

    assert on(standing, 2026, 11, 17) == ("U0DEV", "U0FARAH")
    assert standing.turns(DUTY, at(2026, 11, 17), at(2026, 11, 18)) == []


# --- what is asked of it ------------------------------------------------------------------------------------------


def test_the_next_change_is_to_somebody_else() -> None:
    alone = rota(rotation(people=("U0DEV", "U0DEV", "U0FARAH")))
    change = alone.next_change(DUTY, at(2026, 11, 17), timedelta(days=21))

    assert change
    assert (change.person, change.start) == ("U0FARAH", at(2026, 11, 30, 9))
    assert alone.next_change(DUTY, at(2026, 11, 17), timedelta(days=7)) is None


def test_hours_are_counted_as_they_pass_not_as_the_clock_shows_them() -> None:
    hours = rota(rotation(first=wall(2026, 10, 19, 9))).hours_of(at(2026, 10, 19, 9), at(2026, 10, 26, 11))

    assert hours == {("U0DEV", DUTY): timedelta(hours=169), ("U0FARAH", DUTY): timedelta(hours=2)}


def test_people_are_named_once() -> None:
    plan = Plan((rotation(), rotation(name="b", people=("U0FARAH", "U0TAM"))), {DutyRole.LEAD: ("U0MORAG", "U0DEV")})

    assert plan.people == ("U0DEV", "U0FARAH", "U0TAM", "U0MORAG")
    assert plan.roles == (DUTY,)

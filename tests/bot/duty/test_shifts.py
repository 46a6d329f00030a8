"""What is due at a change of shift, and between whom it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.duty.rota import Absence, DutyRole, Hold, Override, Plan, Rota, Rotation, Unit
from bot.duty.shifts import Change, Handover, Stage, Step, Times, changes, next_step, to_look_at
from bot.times.week import Week

LONDON = ZoneInfo("Europe/London")
DUTY = DutyRole.DUTY
FIVE = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAILY = Rotation("days", DUTY, ("A", "B", "C"), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS)
"""A has it from Monday at five, B from Tuesday, C from Wednesday."""
ROTA = Rota(Plan((DAILY,)))
ONE = Handover("h1", DUTY, FIVE, FIVE + DAY, "B", "A", keeps=True)
TIMES = Times()


def between(rota: Rota, since: datetime = FIVE - MINUTE, until: datetime = FIVE + MINUTE) -> list[Change]:
    return changes(rota, DUTY, since, until)


def test_the_outgoing_person_hands_over_to_the_next_and_keeps_the_role_until_then() -> None:
    assert between(ROTA) == [Change(DUTY, FIVE, FIVE + DAY, "B", "A", keeps=True)]


def test_the_first_shift_of_a_rota_has_nobody_to_hand_it_over() -> None:
    (first,) = between(ROTA, FIVE - DAY - MINUTE, FIVE - DAY + MINUTE)

    assert (first.incoming, first.outgoing, first.keeps) == ("A", "", False)


def test_the_same_person_twice_in_a_row_is_no_change() -> None:
    assert between(Rota(Plan((replace(DAILY, people=("A", "A", "B")),)))) == []


def test_hours_that_nobody_covers_part_two_turns_of_one_person() -> None:
    nights = Rota(Plan((replace(DAILY, people=("A",), hours=Week.read("mon-fri 17:00-09:00")),)))

    (change,) = between(nights)

    assert (change.incoming, change.outgoing, change.ends) == ("A", "", FIVE + timedelta(hours=16))


def test_who_covers_comes_in_the_place_of_who_should_have() -> None:
    cover = Override("d1", DUTY, "D", FIVE, FIVE + timedelta(hours=3))

    (change,) = between(replace(ROTA, overrides=(cover,)))

    assert (change.incoming, change.outgoing, change.ends) == ("D", "A", FIVE + timedelta(hours=3))


def test_nobody_hands_over_to_a_gap_and_nobody_takes_over_from_one() -> None:
    away = replace(ROTA, absences=(Absence("B", FIVE, FIVE + DAY),))

    assert between(away) == []
    assert between(away, FIVE + DAY - MINUTE, FIVE + DAY)[0].outgoing == ""


def test_who_only_has_the_role_because_the_last_hand_off_was_not_accepted_is_not_kept_again() -> None:
    unaccepted = replace(ROTA, holds=(Hold(DUTY, "A", FIVE, FIVE + DAY),))

    (change,) = between(unaccepted, FIVE + DAY - MINUTE, FIVE + DAY)

    assert (change.incoming, change.outgoing, change.keeps) == ("C", "A", False)


def test_after_a_long_sleep_only_the_newest_change_counts() -> None:
    found = to_look_at(ROTA, DUTY, since=FIVE, now=FIVE + 3 * DAY + timedelta(hours=2), times=TIMES)

    assert [(one.at, one.outgoing, one.incoming) for one in found] == [(FIVE + 3 * DAY, "A", "B")]


def test_a_change_is_looked_at_from_half_an_hour_before() -> None:
    early = to_look_at(ROTA, DUTY, since=FIVE - 60 * MINUTE, now=FIVE - 31 * MINUTE, times=TIMES)
    soon = to_look_at(ROTA, DUTY, since=FIVE - 60 * MINUTE, now=FIVE - 30 * MINUTE, times=TIMES)

    assert (early, [one.at for one in soon]) == ([], [FIVE])


def test_the_shift_changes_at_the_same_time_by_the_clock_when_the_clocks_change() -> None:
    sunday = datetime(2026, 10, 25, 17, 0, tzinfo=UTC)
    since = Rota(Plan((replace(DAILY, first=datetime.fromisoformat("2026-10-23 17:00")),)))

    assert [one.at for one in changes(since, DUTY, sunday - DAY - 2 * 60 * MINUTE, sunday)] == [
        sunday - timedelta(hours=25),
        sunday,
    ]


SENT = replace(ONE, stage=Stage.SENT, drafted_at=FIVE - 30 * MINUTE, sent_at=FIVE - 5 * MINUTE)
ASKED = replace(SENT, ready_asked_at=FIVE - 10 * MINUTE)
READY = replace(ASKED, ready_at=FIVE - 9 * MINUTE)
MISSED = replace(ASKED, missed_told_at=FIVE)


@pytest.mark.parametrize(
    ("one", "minutes", "due"),
    [
        (ONE, -31, None),
        (ONE, -30, Step.DRAFT),
        (replace(ONE, from_person="", keeps=False), -30, None),
        (replace(ONE, from_person="", keeps=False), -10, Step.ASK),
        (replace(ONE, stage=Stage.DRAFTED), -29, None),
        (replace(ONE, stage=Stage.DRAFTED), -10, Step.ASK),
        (replace(ONE, stage=Stage.DRAFTED, ready_asked_at=FIVE), 0, Step.SEND),
        (SENT, 1, None),  # the bot was away when it should have asked
        (ASKED, -1, None),
        (ASKED, 0, Step.MISS),
        (MISSED, 14, None),
        (MISSED, 15, Step.LATE),
        (replace(READY, sent_at=FIVE + 90 * MINUTE), 100, None),
        (replace(READY, sent_at=FIVE + 90 * MINUTE), 105, Step.LATE),
        (replace(MISSED, late_told_at=FIVE), 900, None),
        (replace(MISSED, late_told_at=FIVE), 1440, Step.LAPSE),
        (replace(ASKED, stage=Stage.ACCEPTED), 900, None),
        (replace(ASKED, stage=Stage.LAPSED), 1440, None),
    ],
)
def test_what_is_due_when(one: Handover, minutes: int, due: Step | None) -> None:
    assert next_step(one, FIVE + minutes * MINUTE, TIMES) is due

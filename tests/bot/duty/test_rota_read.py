"""The rota is read from rows and written down as such; each fault is one sentence that names the row."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.duty.rota import DutyRole, Plan, Rota, Unit
from bot.duty.rota_read import body_of, plan_from, remarks_on, rotation_from
from bot.times.week import Week
from tests.bot.rotas import LONDON, PLANS, wall

DAYS: dict[str, Any] = {
    "name": "office hours",
    "role": "duty",
    "people": ["U0DEV", "U0FARAH"],
    "change": "weekly",
    "starts": "2026-11-16 09:00",
    "hours": "mon-fri 09:00-17:00",
}
NIGHTS = {**DAYS, "name": "out of hours", "people": ["U0TAM"], "hours": "mon-fri 17:00-09:00, sat-sun"}

MOMENTS = "cannot be read; write YYYY-MM-DD HH:MM, such as 2026-11-23 09:00"
LENGTHS = 'cannot be read; write daily, weekly, monthly or such as "every 3 days"'


def plan(*rows: dict[str, Any], standing: dict[DutyRole, tuple[str, ...]] | None = None) -> Plan:
    return plan_from(rows, standing or {}, LONDON)


def fault_of(*rows: dict[str, Any]) -> str:
    with pytest.raises(ValueError) as caught:
        plan(*rows)
    return str(caught.value)


def test_a_row_says_who_takes_a_role_in_turn() -> None:
    (rotation,) = plan(DAYS).rotations

    assert (rotation.name, rotation.role, rotation.people) == ("office hours", DutyRole.DUTY, ("U0DEV", "U0FARAH"))
    assert (rotation.first, rotation.zone) == (wall(2026, 11, 16, 9, 0), LONDON)
    assert (rotation.count, rotation.unit, rotation.until, rotation.layer) == (1, Unit.WEEKS, None, 0)
    assert rotation.hours == Week.read("mon-fri 09:00-17:00")


@pytest.mark.parametrize(
    ("words", "count", "unit"),
    [
        ("daily", 1, Unit.DAYS),
        ("Weekly", 1, Unit.WEEKS),
        ("fortnightly", 2, Unit.WEEKS),
        ("monthly", 1, Unit.MONTHS),
        ("every day", 1, Unit.DAYS),
        ("every 3 days", 3, Unit.DAYS),
        ("every  2 weeks", 2, Unit.WEEKS),
        ("", 1, Unit.WEEKS),
    ],
)
def test_how_often_turns_change_is_read_from_words(words: str, count: int, unit: Unit) -> None:
    rotation = rotation_from({**DAYS, "change": words}, LONDON, "rota 1")

    assert (rotation.count, rotation.unit) == (count, unit)


def test_a_form_may_give_people_in_one_line_and_a_zone_of_its_own() -> None:
    rotation = rotation_from({**DAYS, "people": "U1, U2\nU3", "zone": "Asia/Kolkata", "layer": "2"}, LONDON, "rota 1")

    assert (rotation.people, rotation.zone.key, rotation.layer) == (("U1", "U2", "U3"), "Asia/Kolkata", 2)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"role": "boss"}, "role: 'boss' is not one of duty, backup, lead, shadow"),
        ({"starts": "2027-02-31 09:00"}, "starts: there is no 31 February"),
        ({"starts": "2027-02-29 09:00"}, "starts: there is no 29 February in 2027"),
        ({"starts": "2027-13-01 09:00"}, "starts: there is no month 13"),
        ({"starts": "2026-11-16 25:00"}, "starts: there is no 25:00; midnight is 00:00 of the day that begins"),
        ({"starts": "1066-10-14 09:00"}, "starts: the year must be from 2000 to 2199"),
        ({"starts": "next Monday"}, f"starts: 'next Monday' {MOMENTS}"),
        ({"starts": None}, f"starts: '' {MOMENTS}"),
        ({"ends": "2026-11-16 09:00"}, "ends: 2026-11-16 09:00 is not after it starts, 2026-11-16 09:00"),
        ({"zone": "Europe/Harrowmere"}, "zone: 'Europe/Harrowmere' is not a time zone; write one such as \"Europe/London\""),
        ({"zone": "../../etc/passwd"}, "zone: '../../etc/passwd' is not a time zone; write one such as \"Europe/London\""),
        ({"people": []}, "people: nobody is named; name at least one, in the order of their turns"),
        ({"people": " , "}, "people: nobody is named; name at least one, in the order of their turns"),
        ({"people": 7}, "people: write a list of user ids"),
        ({"people": ["U1\r\nU2"]}, "people: 'U1\\r\\nU2' is not a user id"),
        ({"change": "now and then"}, f"change: 'now and then' {LENGTHS}"),
        ({"change": "every 0 days"}, f"change: 'every 0 days' {LENGTHS}"),
        ({"layer": 10}, "layer: write a number from 0 to 9"),
        ({"layer": "²"}, "layer: write a number from 0 to 9"),
    ],
)  # fmt: skip
def test_each_fault_is_one_sentence_that_names_the_row(change: dict[str, Any], fault: str) -> None:
    assert fault_of(NIGHTS, {**DAYS, **change}) == f"rota 2 (office hours): {fault}"


def test_hours_that_cannot_be_read_name_the_row() -> None:
    assert fault_of({**DAYS, "hours": "always"}).startswith("rota 1 (office hours): hours: write days and hours, such as")
    overlap = fault_of({**DAYS, "hours": "mon 09:00-12:00 11:00-17:00"})
    assert overlap == "rota 1 (office hours): hours: mon: 09:00-12:00 and 11:00-17:00 overlap"


def test_a_row_without_a_name_is_named_by_its_number() -> None:
    assert fault_of({**DAYS, "name": " "}) == "rota 1: name: say what this rotation is called, in plain letters"


def test_two_rows_with_one_name_are_refused() -> None:
    fault = fault_of(DAYS, {**NIGHTS, "name": "Office Hours"})

    assert fault == "rota 2 (Office Hours): name: rota 1 (office hours) is called that already; give each its own name"


def test_two_rows_that_both_say_who_has_a_role_are_refused() -> None:
    fault = fault_of(DAYS, {**NIGHTS, "hours": "mon-sun 16:00-08:00"})

    assert fault == (
        "rota 2 (out of hours): hours: it and rota 1 (office hours) both say who has the role duty, first on 2026-11-16 at "
        "16:00. Change the hours of one, or give it a higher layer"
    )


@pytest.mark.parametrize(
    "change",
    [{"layer": 1}, {"role": "backup"}, {"ends": "2026-11-16 09:00", "starts": "2026-11-09 09:00"}, {"hours": "sat-sun"}],
    ids=["another layer", "another role", "another time", "other hours"],
)
def test_two_rows_may_cover_one_role_where_only_one_of_them_counts(change: dict[str, Any]) -> None:
    assert len(plan(DAYS, {**DAYS, "name": "second", **change}).rotations) == 2


def test_a_night_that_runs_into_the_day_of_another_row_is_found_in_the_next_week_too() -> None:
    nights = {**NIGHTS, "hours": "sun 17:00-09:30", "starts": "2026-11-16 12:00"}

    assert "first on 2026-11-23 at 09:00" in fault_of({**DAYS, "hours": "mon 09:00-17:00"}, nights)


def test_hours_that_only_meet_while_two_zones_differ_are_found() -> None:
    """09:00 in New York is 14:00 in London, but 13:00 for three weeks in March."""
    london = {**DAYS, "hours": "mon-fri 09:00-14:00"}
    new_york = {**DAYS, "name": "new york", "hours": "mon-fri 09:00-12:00", "zone": "America/New_York"}

    assert "both say who has the role duty, first on 2027-03-15 at 09:00" in fault_of(london, new_york)


def test_those_always_on_duty_count_only_for_a_role_nobody_takes_in_turn() -> None:
    always = {DutyRole.DUTY: ("U0DEV",), DutyRole.LEAD: ("U0MORAG",), DutyRole.BACKUP: ()}

    assert plan(DAYS, standing=always).standing == {DutyRole.LEAD: ("U0MORAG",)}
    assert plan(standing=always).standing == {DutyRole.DUTY: ("U0DEV",), DutyRole.LEAD: ("U0MORAG",)}
    assert Rota(plan(standing=always)).on_duty(DutyRole.DUTY, datetime(2026, 11, 17, tzinfo=UTC)) == ("U0DEV",)


def test_somebody_with_two_turns_one_after_the_other_is_remarked_on_and_not_refused() -> None:
    rows = (
        {**DAYS, "people": ["U1", "U2", "U2"]},
        {**NIGHTS, "people": ["U1", "U2", "U1"]},
        {**DAYS, "name": "b", "layer": 1},
    )

    assert remarks_on(plan(*rows)) == [
        "rota 1 (office hours): U2 takes two turns one after the other. Leave it so if that is meant.",
        "rota 2 (out of hours): U1 takes two turns one after the other. Leave it so if that is meant.",
    ]


def test_what_is_written_down_is_plain_rows() -> None:
    assert body_of(plan({**NIGHTS, "ends": "2027-01-04 09:00", "change": "every 2 weeks"})) == [
        {
            "name": "out of hours",
            "role": "duty",
            "people": ["U0TAM"],
            "change": "every 2 weeks",
            "starts": "2026-11-16 09:00",
            "ends": "2027-01-04 09:00",
            "hours": "mon-fri 17:00-09:00, sat-sun 00:00-24:00",
            "zone": "Europe/London",
            "layer": 0,
        }
    ]


@given(PLANS)
@settings(deadline=None, max_examples=100)
def test_a_plan_that_is_written_down_is_read_as_it_was(wanted: Plan) -> None:
    assert plan_from(body_of(wanted), {}, ZoneInfo("UTC")) == wanted


def test_a_rotation_that_has_ended_leaves_its_hours_uncovered() -> None:
    ended = plan({**DAYS, "ends": "2026-11-23 09:00"})
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)

    assert Rota(ended).on_duty(DutyRole.DUTY, moment - timedelta(days=3)) == ("U0DEV",)
    assert [turn.is_gap for turn in Rota(ended).gaps(moment, moment + timedelta(hours=8))] == [True]

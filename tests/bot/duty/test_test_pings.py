"""The weekly test: at an hour of one's own turn, by day, once a week, and in every week that has such an hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.duty.rota import DutyRole, Plan, Rota, Rotation
from bot.duty.test_pings import HOURS, is_due, moment_of, on_duty, week_of
from bot.times.week import Week

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 16)
TURNS = Rotation("evenings", DutyRole.DUTY, ("U0DEV", "U0FARAH"), datetime.fromisoformat("2026-11-02 09:00"), LONDON)
WEEKS = Rota(Plan((TURNS,)))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.text(min_size=1, max_size=12))
def test_it_comes_by_day_within_the_week_while_the_person_has_the_role(day: date, person: str) -> None:
    monday = day - timedelta(days=day.weekday())
    rota = Rota(Plan(standing={DutyRole.BACKUP: (person,)}))

    moment = moment_of(person, rota, monday, LONDON)

    assert moment is not None
    assert week_of(moment, LONDON) == monday
    assert moment.astimezone(LONDON).hour in HOURS


def test_a_restart_comes_to_the_same_and_each_week_and_person_to_another() -> None:
    rota = Rota(Plan(standing={DutyRole.DUTY: tuple(f"U{n}" for n in range(50))}))

    once = [moment_of(f"U{n}", rota, MONDAY, LONDON) for n in range(50)]

    assert once == [moment_of(f"U{n}", rota, MONDAY, LONDON) for n in range(50)]
    assert len(set(once)) > 40
    assert moment_of("U1", rota, MONDAY + timedelta(days=7), LONDON) != once[1]


def test_only_one_whose_turn_it_is_in_that_week_has_one() -> None:
    assert moment_of("U0DEV", WEEKS, date(2026, 11, 17) - timedelta(days=1), LONDON) is not None
    assert moment_of("U0TAM", WEEKS, MONDAY, LONDON) is None


def test_one_on_duty_only_by_night_has_none() -> None:
    nights = Rotation(
        "nights",
        DutyRole.DUTY,
        ("U0DEV",),
        datetime.fromisoformat("2026-11-02"),
        LONDON,
        hours=Week.read("mon-sun 20:00-09:00"),
    )

    assert moment_of("U0DEV", Rota(Plan((nights,))), MONDAY, LONDON) is None


def test_it_is_due_from_its_moment_on_while_the_turn_and_the_day_last() -> None:
    rota = Rota(Plan(standing={DutyRole.DUTY: ("U0DEV",)}))
    moment = moment_of("U0DEV", rota, MONDAY, LONDON)
    assert moment is not None
    night = moment.astimezone(LONDON).replace(hour=23)

    assert not is_due("U0DEV", rota, moment - timedelta(seconds=1), LONDON)
    assert is_due("U0DEV", rota, moment, LONDON)
    assert not is_due("U0DEV", rota, night.astimezone(UTC), LONDON)


def test_one_who_has_both_roles_is_tested_as_the_duty_officer() -> None:
    both = Rota(Plan(standing={DutyRole.DUTY: ("U0DEV",), DutyRole.BACKUP: ("U0DEV", "U0FARAH")}))

    assert on_duty(both, datetime(2026, 11, 17, tzinfo=UTC)) == {"U0DEV": DutyRole.DUTY, "U0FARAH": DutyRole.BACKUP}

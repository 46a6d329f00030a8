"""How soon somebody must look and answer: what the settings say, and what is built in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.duty.rota import DutyRole, Plan, Rotation
from bot.house import House
from bot.mention import Mention
from bot.times.targets import Length, Target, Targets, read_length, working
from bot.times.working_time import OfficeHours
from tests.bot.council import LONDON, account, house
from tests.bot.stories import POST

OFFICE = OfficeHours.read("mon-fri 09:00-17:00", LONDON, {date(2026, 12, 25): "Christmas Day"})
ROTA = Plan((Rotation("Weeks", DutyRole.DUTY, ("U0DEV",), datetime.fromisoformat("2026-01-05T09:00"), LONDON),))
EVENING = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
"""A Tuesday, after hours."""
MORNING = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def mention(priority: str = "P3", **changes: object) -> Mention:
    """A mention on the web chat."""
    return replace(POST, account="website", priority=priority, **changes)  # type: ignore[arg-type]


def council(*rows: Target, **rules: object) -> House:
    """A council open on weekdays, with these targets."""
    return house(account(), account("x", label="@harrowmere"), **{"hours": OFFICE, "targets": Targets(rows), **rules})


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15 minutes", Length("15 minutes", timedelta(minutes=15))),
        ("1 Hour", Length("1 hour", timedelta(hours=1))),
        ("2 days", Length("2 days", timedelta(days=2))),
        (" 4  working hours", Length("4 working hours", timedelta(hours=4), is_working=True)),
        ("48 office hours", Length("48 office hours", timedelta(hours=48), is_working=True)),
        ("1 working day", Length("1 working day", days=1)),
        ("same working day", Length("same working day", days=0)),
        ("45", Length("45 working minutes", timedelta(minutes=45), is_working=True)),
        ("60", Length("1 working hour", timedelta(hours=1), is_working=True)),
    ],
)
def test_lengths_are_read_as_people_write_them(text: str, length: Length) -> None:
    assert read_length(text) == length


@pytest.mark.parametrize(
    "text", ["", "soon", "0", "0 minutes", "-1 hour", "1.5 hours", "1 week", "minutes", "99999 minutes"]
)
def test_a_length_nobody_can_read_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match='write "15 minutes", "4 working hours"'):
        read_length(text)


@pytest.mark.parametrize("text", ["40 days", "800 hours", "61 working days"])
def test_a_length_that_is_no_target_any_more_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        read_length(text)


def test_minutes_of_office_time_are_hours_where_they_come_out_even() -> None:
    assert [working(timedelta(minutes=n)).words for n in (1, 90, 240)] == [
        "1 working minute",
        "90 working minutes",
        "4 working hours",
    ]


@pytest.mark.parametrize(
    ("priority", "see_by", "respond_by"),
    [
        ("P0", "2026-11-17 20:05", "2026-11-17 21:00"),
        ("P1", "2026-11-17 20:15", "2026-11-17 21:00"),
        ("P2", "2026-11-18 10:00", "2026-11-18 10:00"),
        ("P3", "2026-11-18 13:00", "2026-11-18 10:00"),
        ("P4", "2026-11-18 17:00", "2026-11-18 10:00"),
    ],
)
def test_where_nothing_is_set_the_urgent_do_not_wait_for_the_morning(priority: str, see_by: str, respond_by: str) -> None:
    rules, one = council(), mention(priority)

    assert f"{rules.see_by(one, EVENING):%Y-%m-%d %H:%M}" == see_by
    assert f"{rules.respond_by(one, EVENING):%Y-%m-%d %H:%M}" == respond_by


def test_an_account_that_answers_sooner_than_within_the_hour_does_so_for_the_urgent_too() -> None:
    rules = house(account(respond_within=timedelta(minutes=20)), hours=OFFICE)

    assert rules.respond_by(mention("P0"), MORNING) == MORNING + timedelta(minutes=20)


def test_the_first_target_that_fits_and_says_so_counts() -> None:
    rules = council(
        Target(account="x", see=read_length("1 minute")),
        Target(kind="review", respond=read_length("same working day")),
        Target(priority="P3", see=read_length("30 minutes")),
        Target(see=read_length("2 hours"), respond=read_length("3 hours")),
        Target(respond=read_length("1 minute")),
    )
    seen = {name: rules.to_see(one, MORNING) for name, one in KINDS.items()}
    answered = {name: rules.to_answer(one, MORNING) for name, one in KINDS.items()}

    assert {name: (due.length.words, due.because) for name, due in seen.items()} == {
        "routine": ("30 minutes", "P3 on every account"),
        "today": ("2 hours", "everything on every account"),
        "on x": ("1 minute", "everything on @harrowmere"),
        "review": ("30 minutes", "P3 on every account"),
    }
    assert {name: due.because for name, due in answered.items()} == {
        "routine": "everything on every account",
        "today": "everything on every account",
        "on x": "everything on every account",
        "review": "posts of kind review on every account",
    }


KINDS = {
    "routine": mention(),
    "today": mention("P2"),
    "on x": replace(mention(), account="x"),
    "review": mention(kind="review"),
}


def test_what_a_target_is_about_is_said_in_words() -> None:
    target = Target(account="x", priority="P1", kind="review", private=False)

    assert target.about("@harrowmere") == "P1 public posts of kind review on @harrowmere"


def test_where_people_take_duty_in_turn_a_private_message_is_looked_at_as_soon_as_an_urgent_one() -> None:
    private = mention("P3", private=True)

    assert council(plan=ROTA).to_see(private, EVENING).because == "private messages on every account"
    assert council(plan=ROTA).see_by(private, EVENING) == EVENING + timedelta(minutes=15)
    assert council(plan=ROTA).see_by(replace(private, priority="P0"), EVENING) == EVENING + timedelta(minutes=5)
    assert council(plan=ROTA).see_by(mention("P3"), EVENING) > EVENING + timedelta(hours=1)
    assert council().see_by(private, EVENING) > EVENING + timedelta(hours=1)


def test_a_target_that_does_not_speak_of_private_messages_gives_them_no_more_time() -> None:
    routine = Target(priority="P3", see=read_length("1 working day"))
    private = Target(priority="P3", private=True, see=read_length("1 working hour"))
    urgent = Target(priority="P1", see=read_length("10 minutes"))
    seen = [
        council(*rows, plan=ROTA).to_see(mention("P3", private=True), EVENING).length.words
        for rows in ([routine], [private, routine], [urgent, routine])
    ]

    assert seen == ["15 minutes", "1 working hour", "10 minutes"]


def test_silence_is_next_rude_when_nobody_has_looked_and_then_when_nobody_has_answered() -> None:
    soon, later = MORNING, MORNING + timedelta(hours=1)
    waiting = mention(see_by=soon, respond_by=later)

    assert house().wants_by(waiting) == soon
    assert house().wants_by(replace(waiting, seen_at=MORNING)) == later
    assert house().wants_by(replace(waiting, see_by=later + timedelta(hours=1))) == later
    assert house().wants_by(replace(waiting, see_by=None)) == later


def test_the_house_knows_the_days_it_is_closed() -> None:
    assert council().is_closed(date(2026, 12, 25))
    assert not council().is_closed(date(2026, 12, 24))

"""What people complain about in other rotas, each by its number there, as it is here (reference/reliability.md, c)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bot.clock import MovableClock
from bot.duty import shifts
from bot.duty.escalation import Policy, Rung, everybody
from bot.duty.rota import Absence, DutyRole, Override, Plan, Rota, Unit, Why
from bot.duty.rota_calendar import drawn, entries
from bot.mention import Mention
from bot.store.duty import rota as stored
from bot.times.week import Week
from bot.words.rota import who_has
from tests.bot.rotas import LONDON, at, rotation, wall
from tests.bot.times.test_targets import mention
from tests.handlers.office import Office

DUTY = DutyRole.DUTY
NAMES = {"U0DEV": "Dev", "U0FARAH": "Farah", "U0TAM": "Tam"}
WEEKLY = Rota(Plan((rotation(),)))
SWAP = Override("", DUTY, "U0TAM", at(2026, 11, 18, 9), at(2026, 11, 19, 9), "Dev is at a wedding", "U0MORAG")
LADDER = Policy("usual", (Rung("duty", timedelta(minutes=10)),))
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"]


@pytest.fixture
def office(blank: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Office]:
    """A desk with that rota."""
    office = Office(blank, tmp_path, clock, plan=WEEKLY.plan)
    yield office
    office.close()


# --- the clocks change --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_nobody_makes_the_rota_anew_when_the_clocks_change(zone: str) -> None:
    """Grafana OnCall 3261, 5247, 5455, 4197, 2950; OneUptime 1890: hand-offs moved by an hour each spring and autumn."""
    weekly = rotation(first=wall(2024, 1, 1, 9), zone=ZoneInfo(zone))

    assert {weekly.hand_off(index).astimezone(weekly.zone).strftime("%a %H:%M") for index in range(7 * 52)} == {"Mon 09:00"}


def test_the_night_on_which_the_clocks_change_has_no_gap_and_no_two_holders() -> None:
    """Grafana OnCall 2950: the hour that came twice had two on duty, the one that was missing had none."""
    halves = Rota(Plan((rotation(unit=Unit.DAYS, first=wall(2026, 3, 1, 1, 30)),)))
    for month in (3, 10):
        turns = halves.turns(DUTY, at(2026, month, 20), at(2026, month, 31))
        assert all(one.end == other.start for one, other in pairwise(turns))
        assert all(one.person != other.person for one, other in pairwise(turns))


def test_office_hours_begin_by_the_clock_in_summer_and_in_winter() -> None:
    """Grafana OnCall 558, 5512, 4752: hours were kept in UTC, without days of the week."""
    office = Rota(Plan((rotation(first=wall(2026, 1, 5, 9), hours=Week.read("mon-fri 09:00-17:00")),)))

    for day in ((2026, 1, 12), (2026, 7, 13)):
        assert office.turns(DUTY, at(*day), at(*day) + timedelta(days=1))[0].start == at(*day, 9)
    assert office.turns(DUTY, at(2026, 7, 11), at(2026, 7, 13)) == []


# --- a swap counts everywhere -------------------------------------------------------------------------------------


def pinged(rota: Rota, now: datetime, about: Mention) -> tuple[str, ...]:
    return everybody(LADDER, about, rota, now)


def in_calendar(rota: Rota, now: datetime) -> str:
    """Whose turn another program reads from the calendar."""
    events = icalendar.Calendar.from_ical(drawn(entries(rota, "", NAMES, at(2026, 11, 17)), "Duty", now)).events
    (found,) = (str(event["SUMMARY"]) for event in events if event["DTSTART"].dt <= now < event["DTEND"].dt)
    return found.partition(":")[0]


async def test_a_swap_counts_for_pings_the_command_the_calendar_and_the_change_of_shift(office: Office) -> None:
    """Grafana OnCall 3096, 4182, 2906: it was in the schedule, and not in the notice, the calendar or the group."""
    desk = office.desk
    await desk.db.write(stored.add_override, SWAP, house=desk.house, now=desk.now())
    rota = await desk.db.read(stored.snapshot, desk.house, desk.now())

    for hours, person in ((-1, "U0DEV"), (0, "U0TAM"), (23, "U0TAM"), (24, "U0DEV")):
        moment = SWAP.start + timedelta(hours=hours)
        assert pinged(rota, moment, mention()) == (person,)
        assert who_has(rota, DUTY, moment, names=NAMES, zone=LONDON).startswith(NAMES[person])
        assert in_calendar(rota, moment) == NAMES[person]
    changes = shifts.changes(rota, DUTY, at(2026, 11, 17), at(2026, 11, 20))
    assert [(change.at, change.outgoing, change.incoming) for change in changes] == [
        (SWAP.start, "U0DEV", "U0TAM"),
        (SWAP.end, "U0TAM", "U0DEV"),
    ]


def test_what_is_shown_is_who_is_pinged_at_every_quarter_of_an_hour() -> None:
    """OneUptime 3411, 2086: an override was shown and not followed, or followed and not shown."""
    nights = rotation(name="nights", people=("U0FARAH",), layer=1, hours=Week.read("mon-fri 18:00-08:00"))
    away = Absence("U0FARAH", at(2026, 11, 19), at(2026, 11, 20))
    rota = Rota(Plan((*WEEKLY.plan.rotations, nights)), overrides=(replace(SWAP, id="d1"),), absences=(away,))
    turns = rota.turns(DUTY, at(2026, 11, 16, 9), at(2026, 11, 23, 9))

    for quarter in range(7 * 96):
        moment = at(2026, 11, 16, 9) + timedelta(minutes=15 * quarter)
        (shown,) = (turn for turn in turns if turn.start <= moment < turn.end)
        assert pinged(rota, moment, mention()) == (shown.person,)


def test_an_override_by_the_one_who_is_next_does_not_merge_with_their_own_turn() -> None:
    """GoAlert 4362: an override before one's own shift made one long shift of the two."""
    early = Override("d1", DUTY, "U0FARAH", at(2026, 11, 22, 9), at(2026, 11, 23, 9))
    turns = replace(WEEKLY, overrides=(early,)).turns(DUTY, at(2026, 11, 16, 9), at(2026, 11, 30, 9))

    assert [(turn.person, turn.why, turn.start) for turn in turns[1:]] == [
        ("U0FARAH", Why.OVERRIDE, at(2026, 11, 22, 9)),
        ("U0FARAH", Why.ROTATION, at(2026, 11, 23, 9)),
    ]


async def test_an_override_that_is_withdrawn_is_followed_nowhere(office: Office) -> None:
    """The other half of OneUptime 3411."""
    desk = office.desk
    made = await desk.db.write(stored.add_override, SWAP, house=desk.house, now=desk.now())
    now = desk.now()
    await desk.db.write(stored.withdraw_override, made.id, by="U0MORAG", leads=True, house=desk.house, now=now)
    rota = await desk.db.read(stored.snapshot, desk.house, now)

    assert pinged(rota, SWAP.start, mention()) == ("U0DEV",)
    assert in_calendar(rota, SWAP.start) == "Dev"


# --- calendars ----------------------------------------------------------------------------------------------------


def test_a_week_on_duty_does_not_make_a_whole_week_busy() -> None:
    """GoAlert 3475: Outlook showed whoever was on call as busy all day, so nobody could meet them."""
    raw = drawn(entries(WEEKLY, "U0DEV", NAMES, at(2026, 11, 17)), "Duty", at(2026, 11, 17))

    events = icalendar.Calendar.from_ical(raw).events
    assert {(event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) for event in events} == {("TRANSPARENT", "FREE")}
    assert all(isinstance(event["DTSTART"].dt, datetime) for event in events)


def test_a_turn_whose_end_moves_is_the_same_entry_and_not_a_second_one() -> None:
    """GoAlert named an entry by its end, so that a changed shift stood in the calendar twice."""
    late = Override("d1", DUTY, "U0TAM", at(2026, 11, 21), at(2026, 11, 23, 9))
    shorter = replace(WEEKLY, overrides=(late,))
    before, after = (entries(rota, "U0DEV", NAMES, at(2026, 11, 17))[0] for rota in (WEEKLY, shorter))

    assert (before.uid, before.start) == (after.uid, after.start)
    assert (before.end, after.end) == (at(2026, 11, 23, 9), at(2026, 11, 21))


def test_everybodys_turns_are_to_be_had_in_one_calendar() -> None:
    """GoAlert 3061: only one's own shifts could be subscribed to."""
    assert {entry.summary.partition(":")[0] for entry in entries(WEEKLY, "", NAMES, at(2026, 11, 24))} == {"Dev", "Farah"}


# --- somebody is missing ------------------------------------------------------------------------------------------


def test_a_shift_without_a_person_is_reported_and_not_skipped_over() -> None:
    """Grafana OnCall has an "empty shift" notice once a week; GoAlert only a line in its log."""
    away = Absence("U0DEV", at(2026, 11, 20), at(2026, 11, 21))
    (gap,) = replace(WEEKLY, absences=(away,)).gaps(at(2026, 11, 17), at(2026, 12, 1))

    assert (gap.start, gap.end, gap.why, gap.reason) == (away.start, away.end, Why.AWAY, "U0DEV")

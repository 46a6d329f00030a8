"""A mention explains by when somebody must look and answer, and which target says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.times.targets import Target, Targets, read_length
from bot.times.working_time import OfficeHours
from bot.triage import read_rules
from tests.handlers.office import LONDON, PRIYA, Office

CHRISTMAS_EVE = datetime(2026, 12, 24, 16, 30, tzinfo=LONDON)
CLOSED = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Boxing Day", date(2026, 12, 26): "a Saturday"}
URGENT = "There is a gas leak in our street"


@pytest.fixture
def open_office(blank: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Office]:
    """An office open on weekdays until five, on the afternoon before Christmas."""
    clock.advance(CHRISTMAS_EVE - clock.now())
    hours = OfficeHours.read("mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00", LONDON, CLOSED)
    made = Office(blank, tmp_path, clock, hours=hours, triage=read_rules())
    yield made
    made.close()


async def times(office: Office, ref: int = 1) -> list[str]:
    """What ``why`` says of when it is due."""
    return [line for line in (await office.says(PRIYA, f"why {ref}")).split("\n") if " by 2" in line]


async def test_an_urgent_one_is_to_be_looked_at_before_it_is_answered(open_office: Office) -> None:
    await open_office.hears(URGENT)

    assert await times(open_office) == [
        "Somebody must look by 24 Dec at 16:35: 5 minutes (P0 on every account).",
        "An answer is due by 24 Dec at 17:30: 1 hour (P0 on every account).",
    ]


async def test_office_time_names_the_hours_and_the_days_closed_in_between(open_office: Office) -> None:
    await open_office.hears("Is my bin day changed?")

    assert await times(open_office) == [
        "An answer is due by 29 Dec at 09:30: 1 working hour (everything on Harrowmere web chat), "
        "Mon-Thu 09:00-12:30 13:30-17:00, Fri 09:00-16:00, closed 25 Dec, 28 Dec."
    ]


async def test_what_somebody_has_seen_is_only_to_be_answered(open_office: Office) -> None:
    await open_office.hears(URGENT)
    await open_office.says(PRIYA, "show 1")

    assert await times(open_office) == ["An answer is due by 24 Dec at 17:30: 1 hour (P0 on every account)."]


async def test_a_clock_that_began_later_is_counted_from_then(open_office: Office) -> None:
    await open_office.hears("Is my bin day changed?", native_id="p1")
    open_office.clock.advance(timedelta(minutes=10))
    await open_office.hears(URGENT, conversation="p1")

    assert await times(open_office) == [
        "Somebody must look by 24 Dec at 16:45: 5 minutes (P0 on every account).",
        "An answer is due by 24 Dec at 17:40: 1 hour (P0 on every account).",
    ]


async def test_a_lower_priority_is_counted_from_when_it_came_in(open_office: Office) -> None:
    await open_office.hears(URGENT)
    open_office.clock.advance(timedelta(minutes=10))

    said = await open_office.says(PRIYA, "priority 1 P2 a drill")

    assert said == "M-1 is P2 now: today. An answer is due by 29 Dec at 09:30."
    assert "29 Dec at 09:30: 1 working hour (everything" in (await times(open_office))[0]


async def test_a_time_the_settings_no_longer_give_is_said_to_be_an_earlier_one(open_office: Office) -> None:
    await open_office.hears(URGENT)
    rows = (Target(priority="P0", see=read_length("2 minutes"), respond=read_length("20 minutes")),)
    open_office.desk.house = replace(open_office.desk.house, targets=Targets(rows))

    assert await times(open_office) == [
        "Somebody must look by 24 Dec at 16:35: the time it had before.",
        "An answer is due by 24 Dec at 17:30: the time it had before.",
    ]

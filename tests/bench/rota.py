"""``python -m tests.bench.rota``: two weeks of turns of three roles, beside the same rota kept as calendar text.

The baseline is what rota engines do that keep their schedules as iCalendar: read the text, then work out what repeats.
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from bot.duty.rota import DutyRole, Rota
from bot.duty.rota_read import body_of, plan_from

SINCE = datetime(2026, 11, 16, 9, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=14)
PEOPLE = ["U0DEV", "U0FARAH", "U0TAM"]
ROLES = (DutyRole.DUTY, DutyRole.BACKUP, DutyRole.LEAD)
ROWS = [{"name": str(role), "role": str(role), "people": PEOPLE, "starts": "2026-01-05 09:00"} for role in ROLES]
EVENT = """BEGIN:VEVENT
UID:{role}-{turn}
SUMMARY:{person}
DTSTART;TZID=Europe/London:{start:%Y%m%dT%H%M%S}
DTEND;TZID=Europe/London:{end:%Y%m%dT%H%M%S}
RRULE:FREQ=WEEKLY;INTERVAL=3
END:VEVENT
"""


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=50, help="runs of each")
    runs = given.parse_args().runs
    body, text = body_of(plan_from(ROWS, {}, ZoneInfo("Europe/London"))), as_calendar()
    took = [(milliseconds(lambda: turns(body)), milliseconds(lambda: expanded(text))) for _ in range(runs + 1)][1:]
    ours, theirs = median(one for one, _ in took), median(other for _, other in took)
    print(
        f"14 days of {len(ROLES)} roles, median of {runs}: {ours:.2f} ms; "
        f"as a calendar: {theirs:.2f} ms; ratio {ours / theirs:.2f}"
    )
    print(f"turns: {turns(body)} of {expanded(text)}")


def turns(body: list[dict[str, object]]) -> int:
    """Read the plan as the database has it, and work out its turns."""
    rota = Rota(plan_from(body, {}, ZoneInfo("Europe/London")))
    return sum(len(rota.turns(role, SINCE, UNTIL)) for role in ROLES)


def expanded(text: str) -> int:
    """Read the text, and work out its events; one that only begins as the two weeks end does not count."""
    calendar = icalendar.Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar).between(SINCE, UNTIL)
    return sum(event["DTSTART"].dt < UNTIL and event["DTEND"].dt > SINCE for event in found)


def as_calendar() -> str:
    """The same rota as text: an event for each person and role, every third week."""
    monday, week = datetime.fromisoformat("2026-01-05T09:00"), timedelta(weeks=1)
    events = [
        EVENT.format(role=role, turn=turn, person=person, start=monday + turn * week, end=monday + (turn + 1) * week)
        for role in ROLES
        for turn, person in enumerate(PEOPLE)
    ]
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:bench\n{''.join(events)}END:VCALENDAR\n"


def milliseconds(work: Callable[[], int]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()

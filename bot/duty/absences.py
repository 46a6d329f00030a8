"""Reads when a person is away from their own calendar (iCalendar). Their titles are never kept.

``python -m bot.duty.absences ZONE MILLISECONDS`` reads one calendar from its input, in a process of its own: what a hostile
one makes it work through can be ended there, and it holds none of our secrets.
"""

import json
import os
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import prod
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar import InvalidCalendar
from recurring_ical_events.errors import BadRuleStringFormat, PeriodEndBeforeStart

from bot.times.week import DAY, MIDNIGHT, Stretch, instant, join

LARGEST = 1_000_000
"""Bytes of a calendar that are read."""
MOST_EVENTS = 5_000
MOST_STRETCHES = 2_000
MOST_OCCURRENCES, MOST_A_DAY = 20_000, 24
"""Of all events, and of one that repeats within a day."""
BEHIND, AHEAD = 40 * DAY, 120 * DAY
"""How much of what repeats is worked out: what a rota is asked about, and far below the five years allowed."""
MARGIN = 2 * DAY
"""Events without a zone are compared by the clock; this much more is looked at, so that none is missed."""
BEGINS = re.compile(r"\ufeff?\s*BEGIN:VCALENDAR\r?\n", re.IGNORECASE)
EVENT = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
FOLDED = re.compile(r"\r?\n[ \t]")
ENDS = re.compile(r"END:VCALENDAR\s*\Z", re.IGNORECASE)
RULE = re.compile(r"^RRULE\b[^\r\n:]*:(.*)$", re.IGNORECASE | re.MULTILINE)
SECONDS_OF_WORK, BYTES_OF_MEMORY = 10, 400 << 20
NOT_WORKED_OUT = (InvalidCalendar, BadRuleStringFormat, PeriodEndBeforeStart, OverflowError)
"""What leaves out a single event, such as one that ends later than there are dates."""


class Query(recurring_ical_events.CalendarQuery):  # type: ignore[misc]  # the library says nothing of its types
    """Leaves them out."""

    suppressed_errors: ClassVar[list[type[Exception]]] = list(NOT_WORKED_OUT)


def stretches_in(raw: bytes, zone: ZoneInfo, now: datetime) -> list[Stretch]:
    """When the calendar's owner is away, in UTC and in order, none touching another. Raises ValueError for what is no use.

    All-day events are whole days in ``zone``, and times without a zone are meant there. What is transparent or cancelled
    does not count. A single event that cannot be read is left out, as calendars in use have such.
    """
    text = read_text(raw)
    since, until = now - BEHIND, now + AHEAD
    try:
        each = (span_of(event, zone) for event in events_in(text, since - MARGIN, until + MARGIN))
        found = list(islice(each, MOST_OCCURRENCES + 1))
    except Exception as error:  # the libraries let anything escape that hostile text brings about
        raise ValueError("the calendar cannot be read") from error
    away = [(max(span[0], since), min(span[1], until)) for span in found if span and span[0] < until and span[1] > since]
    if len(found) > MOST_OCCURRENCES or len(joined := join(away)) > MOST_STRETCHES:
        raise ValueError(f"the calendar has more of {(BEHIND + AHEAD).days} days than anybody is away")
    return joined


def read_text(raw: bytes) -> str:
    """The calendar as text, if it is one of a size to be read. Raises ValueError."""
    if len(raw) > LARGEST:
        raise ValueError(f"the calendar is larger than {LARGEST // 1_000_000} MB")
    text = FOLDED.sub("", raw.decode(errors="replace"))
    if not BEGINS.match(text):
        raise ValueError("what came is not a calendar: perhaps the address is of a page, or asks to sign in")
    if not ENDS.search(text):
        raise ValueError("the calendar breaks off in the middle")
    if len(EVENT.findall(text)) > MOST_EVENTS:
        raise ValueError(f"the calendar has more than {MOST_EVENTS:,} events")
    if any(repeats_too_often(rule) for rule in RULE.findall(text)):
        raise ValueError("an event of the calendar repeats without end, or every minute, as nobody's absence does")
    return text


def repeats_too_often(rule: str) -> bool:
    """Whether a rule makes more of a day than anybody's absence does, or never comes to an end."""
    parts = dict(part.partition("=")[::2] for part in rule.strip().upper().split(";"))
    times = prod(len(parts.get(name, "").split(",")) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return parts.get("FREQ") in ("SECONDLY", "MINUTELY") or not parts.get("INTERVAL", "1").strip("0") or times > MOST_A_DAY


def events_in(text: str, since: datetime, until: datetime) -> Iterator[icalendar.Event]:
    """Every occurrence, of all the calendars in the text, one after another."""
    for calendar in icalendar.Calendar.from_ical(text, multiple=True):
        calendar.subcomponents = [
            event for event in calendar.events if isinstance(event.get("DTSTART"), icalendar.vDDDTypes)
        ]
        query = recurring_ical_events.of(calendar, skip_bad_series=True, calendar_query=Query)
        for series in query.series:
            with suppress(*NOT_WORKED_OUT):
                yield from (one.as_component(False) for one in series.between(since, until))


def span_of(event: icalendar.Event, zone: ZoneInfo) -> Stretch | None:
    """From when to when, if whoever has the event is away by it."""
    start, end = event.get("DTSTART"), event.get("DTEND")
    if start is None or end is None or is_free(event):
        return None
    is_whole_days = not (isinstance(start.dt, datetime) or isinstance(end.dt, datetime))
    last = max(end.dt, start.dt + DAY) if is_whole_days else end.dt  # one that ends on the day it begins is meant whole
    begins, ends = moment_of(start.dt, zone), moment_of(last, zone)
    return (begins, ends) if begins < ends else None


def is_free(event: icalendar.Event) -> bool:
    """Whether it is transparent, or cancelled."""
    return str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or str(event.get("STATUS", "")).upper() == "CANCELLED"


def moment_of(when: date | datetime, zone: ZoneInfo) -> datetime:
    """A date or a time of a calendar, in UTC."""
    if isinstance(when, datetime):
        return when.astimezone(UTC) if when.tzinfo else instant(when, zone)
    return instant(datetime.combine(when, MIDNIGHT), zone)


# --- in a process of its own -------------------------------------------------------------------------------------


def answer(raw: bytes, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What is said of a calendar: ``away`` in milliseconds, or ``trouble`` in a sentence."""
    try:
        return {"away": [[milliseconds(moment) for moment in one] for one in stretches_in(raw, zone, now)]}
    except ValueError as error:
        return {"trouble": str(error)}


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def work_apart() -> None:
    """Read one calendar from the input and answer on the output, as the least of this machine's cares."""
    with suppress(OSError, ValueError):  # a service may be kept from limiting itself; whoever asked ends it in time
        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_WORK, SECONDS_OF_WORK))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES_OF_MEMORY, BYTES_OF_MEMORY))
    zone, at = sys.argv[1:]
    raw = sys.stdin.buffer.read(LARGEST + 1)
    print(json.dumps(answer(raw, ZoneInfo(zone), datetime.fromtimestamp(int(at) / 1000, UTC))))


if __name__ == "__main__":
    work_apart()

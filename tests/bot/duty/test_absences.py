"""When a person is away, read from their own calendar, and nothing else; a hostile one is refused in a sentence."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.duty.absences import AHEAD, BEHIND, LARGEST, MOST_EVENTS, answer, stretches_in
from tests.bot.ical import NEXT_WEEK, calendar, event, many

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


SIXTY = ",".join(str(second) for second in range(60))
DAILY = "DTSTART:20261001T090000Z", "DURATION:PT1M", "RRULE:FREQ=DAILY"


def away(*events: str, head: str = "", zone: ZoneInfo = LONDON, now: datetime = NOW) -> list[tuple[str, str]]:
    found = stretches_in(calendar(*events, head=head), zone, now)
    return [(f"{start:%d %b %H:%M}", f"{end:%d %b %H:%M}") for start, end in found]


def fault_of(raw: bytes) -> str:
    with pytest.raises(ValueError) as caught:
        stretches_in(raw, LONDON, NOW)
    return str(caught.value)


# --- what counts --------------------------------------------------------------------------------------------------


def test_an_event_is_time_away() -> None:
    assert away(event(*NEXT_WEEK)) == [("23 Nov 09:00", "23 Nov 17:00")]


def test_events_that_touch_are_one_stretch() -> None:
    second = event("DTSTART:20261123T120000Z", "DURATION:PT8H", uid="e2")

    assert away(event(*NEXT_WEEK), second) == [("23 Nov 09:00", "23 Nov 20:00")]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "status:cancelled"])
def test_what_is_free_or_cancelled_does_not_count(line: str) -> None:
    assert away(event(*NEXT_WEEK, line)) == []


def test_a_tentative_event_counts() -> None:
    assert len(away(event(*NEXT_WEEK, "STATUS:TENTATIVE", "TRANSP:OPAQUE"))) == 1


@pytest.mark.parametrize("end", [["DTEND;VALUE=DATE:20260702"], [], ["DTEND;VALUE=DATE:20260701"]])
def test_an_all_day_event_is_a_whole_day_by_the_clock_of_the_organisation(end: list[str]) -> None:
    summer = datetime(2026, 6, 20, tzinfo=UTC)

    assert away(event("DTSTART;VALUE=DATE:20260701", *end), now=summer) == [("30 Jun 23:00", "01 Jul 23:00")]
    assert away(event("DTSTART;VALUE=DATE:20260701", *end), now=summer, zone=ZoneInfo("Australia/Lord_Howe")) == [
        ("30 Jun 13:30", "01 Jul 13:30")
    ]


def test_a_time_without_a_zone_is_meant_by_the_clock_of_the_organisation() -> None:
    floating = event("DTSTART:20260701T090000", "DTEND:20260701T170000")

    assert away(floating, now=datetime(2026, 6, 20, tzinfo=UTC)) == [("01 Jul 08:00", "01 Jul 16:00")]


def test_a_calendar_may_say_in_which_zone_its_times_are_meant() -> None:
    floating = event("DTSTART:20261123T090000", "DTEND:20261123T100000")

    assert away(floating, head="X-WR-TIMEZONE:America/New_York\r\n") == [("23 Nov 14:00", "23 Nov 15:00")]


@pytest.mark.parametrize("name", ["Europe/Paris", "Romance Standard Time"])
def test_zones_are_known_by_the_names_that_programs_use(name: str) -> None:
    assert away(event(f"DTSTART;TZID={name}:20261123T090000", "DURATION:PT1H")) == [("23 Nov 08:00", "23 Nov 09:00")]


def test_what_repeats_keeps_its_time_by_the_clock_when_the_clocks_change() -> None:
    weekly = event("DTSTART;TZID=Europe/London:20261019T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")

    assert away(weekly) == [("19 Oct 08:00", "19 Oct 09:00"), ("26 Oct 09:00", "26 Oct 10:00")]


def test_one_of_a_series_may_be_cancelled_moved_or_left_out() -> None:
    series = event("DTSTART:20261116T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261207T090000Z")
    cancelled = event("RECURRENCE-ID:20261123T090000Z", "DTSTART:20261123T090000Z", "DURATION:PT1H", "STATUS:CANCELLED")
    moved = event("RECURRENCE-ID:20261130T090000Z", "DTSTART:20261201T150000Z", "DURATION:PT1H")

    assert away(series, cancelled, moved) == [("16 Nov 09:00", "16 Nov 10:00"), ("01 Dec 15:00", "01 Dec 16:00")]


def test_only_so_much_of_the_past_and_the_future_is_worked_out() -> None:
    always = event("DTSTART;VALUE=DATE:20200101", "DTEND;VALUE=DATE:20400101")
    ((start, end),) = stretches_in(calendar(always), LONDON, NOW)

    assert (start, end) == (NOW - BEHIND, NOW + AHEAD)
    assert timedelta(days=5 * 365) > AHEAD


def test_nothing_but_times_is_said_of_a_calendar() -> None:
    said = answer(calendar(event(*NEXT_WEEK, "LOCATION:Harrowmere clinic")), LONDON, NOW)

    assert said == {"away": [[1_795_424_400_000, 1_795_453_200_000]]}


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20269901T090000Z"],
        ["DTSTART;TZID=Mars/Phobos:20261124T0900", "DURATION:PT1H"],
        ["DTSTART:20261124T090000Z", "RRULE:FREQ=WEEKLY;INTERVAL=x"],
        ["DTSTART:20261124T090000Z", "RRULE:FREQ=SOMETIMES"],
        ["DTSTART:20261124T090000Z", "DURATION:P999999999D"],
        ["SUMMARY:no time at all"],
    ],
    ids=lambda lines: lines[-1].partition(":")[2],
)
def test_an_event_that_cannot_be_read_is_left_out_and_the_others_count(lines: list[str]) -> None:
    assert ("23 Nov 09:00", "23 Nov 17:00") in away(event(*NEXT_WEEK), event(*lines, uid="e2"))


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "what came is not a calendar"),
        (b"<html><body>Sign in</body></html>", "what came is not a calendar"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "BEGIN:VCALENDAR">]>', "what came is not a calendar"),
        (b"\xff\xfe\x00\x00", "what came is not a calendar"),
        (calendar(event(*NEXT_WEEK))[:-20], "the calendar breaks off in the middle"),
        (calendar(event(*NEXT_WEEK)).ljust(LARGEST + 1, b"\n"), "the calendar is larger than 1 MB"),
        (calendar(*many(MOST_EVENTS + 1)), "the calendar has more than 5,000 events"),
        (calendar(event(*NEXT_WEEK, "RRULE:FREQ=SECONDLY")), "repeats without end"),
        (calendar(event(*NEXT_WEEK, "RRULE:COUNT=9;freq=Minutely")), "repeats without end"),
        (calendar(event(*NEXT_WEEK, "RRULE:FREQ=SEC\r\n ONDLY")), "repeats without end"),
        (calendar(event(*NEXT_WEEK, "RRULE:FREQ=DAILY;INTERVAL=0")), "repeats without end"),
        (calendar(event(*NEXT_WEEK, f"RRULE:FREQ=DAILY;BYSECOND={SIXTY}")), "repeats without end"),
        (calendar(event(*NEXT_WEEK, "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,9,18,27,36")), "repeats without end"),
        (calendar(*many(130, *DAILY)), "more of 160 days than anybody is away"),
        (
            calendar(event("DTSTART:20261001T090000Z", "DURATION:PT1M", "RRULE:FREQ=HOURLY")),
            "more of 160 days than anybody is away",
        ),
        (calendar("END:VEVENT\r\n" * 9), "cannot be read"),
        (calendar(head="CALSCALE:MARTIAN\r\n"), "cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_calendar_to_be_used_is_refused_in_a_sentence(raw: bytes, fault: str) -> None:
    assert fault in fault_of(raw)


def test_the_largest_that_is_read_is_a_megabyte_and_a_line_may_be_as_long() -> None:
    raw = calendar(event(*NEXT_WEEK, "DESCRIPTION:{}"))
    filled = raw.replace(b"{}", b"x" * (LARGEST - len(raw) + 2))

    assert len(filled) == LARGEST
    assert len(stretches_in(filled, LONDON, NOW)) == 1


JUNK = """
BEGIN:VEVENT END:VEVENT BEGIN:VTIMEZONE END:VTIMEZONE BEGIN:STANDARD END:STANDARD END:VCALENDAR UID:a SEQUENCE:-1 ;: X:\x00
DTSTART:20261123T090000Z DTEND:20261123T100000Z DTSTART;VALUE=DATE:20261123 DTSTART;TZID=:20261123T090000 TZID:Europe/London
RRULE:FREQ=DAILY;COUNT=3 RRULE:FREQ=YEARLY;BYDAY=53MO EXDATE:x DURATION:-P1D RECURRENCE-ID:20261123 TZOFFSETTO:+9999
"""


@given(st.lists(st.sampled_from(JUNK.split())))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_junk_is_stretches_or_a_sentence(lines: list[str]) -> None:
    said = answer(calendar("".join(f"{line}\r\n" for line in lines)), LONDON, NOW)

    assert list(said) in (["away"], ["trouble"])


def test_it_is_read_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-P", "-m", "bot.duty.absences", "Europe/London", str(int(NOW.timestamp() * 1000))]
    done = subprocess.run(command, input=calendar(event(*NEXT_WEEK)), capture_output=True, check=True)

    assert json.loads(done.stdout) == answer(calendar(event(*NEXT_WEEK)), LONDON, NOW)

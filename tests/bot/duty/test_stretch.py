"""Reading from when to when, on a Tuesday afternoon in November."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.duty.stretch import read_stretch
from bot.errors import NeedsMore

LONDON, CHATHAM = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Chatham")
TUESDAY = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "rest"),
    [
        ("fri 18:00 to sat 09:00 dentist", "2026-11-20 18:00", "2026-11-21 09:00", "dentist"),
        ("Friday 18:00 until Saturday 9:00", "2026-11-20 18:00", "2026-11-21 09:00", ""),
        ("from fri 18:00 to 23:00", "2026-11-20 18:00", "2026-11-20 23:00", ""),
        ("fri 18:00 to 09:00 late", "2026-11-20 18:00", "2026-11-21 09:00", "late"),
        ("tonight", "2026-11-17 18:00", "2026-11-18 09:00", ""),
        ("Tonight, I am ill", "2026-11-17 18:00", "2026-11-18 09:00", "I am ill"),
        ("tomorrow 09:00 to 17:00", "2026-11-18 09:00", "2026-11-18 17:00", ""),
        ("tomorrow at the dentist", "2026-11-18 00:00", "2026-11-19 00:00", "at the dentist"),
        ("21 Dec 09:00 to 23 Dec 09:00 away", "2026-12-21 09:00", "2026-12-23 09:00", "away"),
        ("21st December to 23 dec", "2026-12-21 00:00", "2026-12-24 00:00", ""),
        ("3 Jan 09:00 to 4 Jan 09:00", "2027-01-03 09:00", "2027-01-04 09:00", ""),
        ("17 Nov 18:00 to 19:00", "2026-11-17 18:00", "2026-11-17 19:00", ""),
        ("29 Feb 2028 09:00 to 17:00", "2028-02-29 09:00", "2028-02-29 17:00", ""),
        ("2026-11-20 08:15 to 2026-11-20 17:00 x", "2026-11-20 08:15", "2026-11-20 17:00", "x"),
        ("18:00 to 23:00", "2026-11-17 18:00", "2026-11-17 23:00", ""),
        ("09:00 to 17:00", "2026-11-18 09:00", "2026-11-18 17:00", ""),
        ("tue 18:00 to wed 09:00", "2026-11-17 18:00", "2026-11-18 09:00", ""),
        ("tue 09:00 to wed 09:00", "2026-11-24 09:00", "2026-11-25 09:00", ""),
        ("sat to sun", "2026-11-21 00:00", "2026-11-23 00:00", ""),
        ("sun 09:00 to sun 21:00", "2026-11-22 09:00", "2026-11-22 21:00", ""),
        ("fri 18:00 to fri 09:00", "2026-11-20 18:00", "2026-11-27 09:00", ""),
        ("now to 17:00", "2026-11-17 14:30", "2026-11-17 17:00", ""),
    ],
)
def test_it_reads(text: str, start: str, end: str, rest: str) -> None:
    found = read_stretch(text, TUESDAY, LONDON)

    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in found[:2]] == [start, end]
    assert found[2] == rest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "fri 18:00",
        "fri 25:00 to sat",
        "31 Nov to 2 Dec",
        "2026-02-30 to 2026-03-01",
        "18:00 to",
        "to fri",
        "9999-12-31",
        "fri to 9999-12-31 24:00",
        "0001-01-01 to fri",
        "fri to 1 Jan 2037",
    ],
)
def test_what_cannot_be_read_is_answered_with_examples(text: str) -> None:
    with pytest.raises(NeedsMore, match="fri 18:00 to sat 09:00; tonight; 21 Dec 09:00"):
        read_stretch(text, TUESDAY, LONDON)


def test_the_clock_is_that_on_the_wall_there() -> None:
    start, end, _ = read_stretch("sat 20:00 to sun 08:00", datetime(2026, 10, 23, 12, tzinfo=UTC), LONDON)

    assert (start, end) == (datetime(2026, 10, 24, 19, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC))
    assert (end - start).total_seconds() == 13 * 3600


def test_today_is_today_where_the_organisation_is() -> None:
    start, *_ = read_stretch("tonight", datetime(2026, 11, 17, 12, tzinfo=UTC), CHATHAM)

    assert start.astimezone(CHATHAM).strftime("%d %H:%M") == "18 18:00"

"""Reading when something is to come up again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import NeedsMore
from bot.times.until import read_until

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", (17, 16, 30, "")),
        ("45m waiting", (17, 15, 15, "waiting")),
        ("3d", (20, 14, 30, "")),
        ("tomorrow highways will know", (18, 9, 0, "highways will know")),
        ("tomorrow 15:00 then", (18, 15, 0, "then")),
        ("fri", (20, 9, 0, "")),
        ("Friday, the crew is back", (20, 9, 0, "the crew is back")),
        ("tue", (24, 9, 0, "")),
        ("17:30 shift change", (17, 17, 30, "shift change")),
        ("09:00", (18, 9, 0, "")),
        ("2026-11-20 08:15 x", (20, 8, 15, "x")),
        ("Friday 5pm the bin", (20, 17, 0, "the bin")),
        ("5.30pm a call", (17, 17, 30, "a call")),
        ("tomorrow 12am x", (18, 0, 0, "x")),
        ("tomorrow 12pm x", (18, 12, 0, "x")),
        ("tomorrow 5 bins", (18, 9, 0, "5 bins")),
    ],
)
def test_a_moment_and_the_words_after_it_are_told_apart(text: str, expected: tuple[int, int, int, str]) -> None:
    until, rest = read_until(text, TUESDAY, LONDON)

    assert (until.day, until.hour, until.minute, rest) == expected


@pytest.mark.parametrize(
    "text", ["", "whenever", "25:00", "2026-13-40", "9d", "2026-12-25", "today 09:00", "2026-11-16", "13pm", "0am"]
)
def test_what_is_no_moment_past_or_too_far_is_refused_with_examples(text: str) -> None:
    with pytest.raises(NeedsMore, match=r"until when|seven days"):
        read_until(text, TUESDAY, LONDON)


def test_a_morning_is_nine_by_the_clock_on_the_wall_also_when_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    until, _ = read_until("tomorrow", saturday, LONDON)

    assert until == datetime(2026, 10, 25, 9, 0, tzinfo=UTC)


def test_what_is_promised_may_be_further_off_than_a_mention_may_sleep() -> None:
    until, _ = read_until("2027-03-01 a new path", TUESDAY, LONDON, timedelta(days=366))

    assert until == datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    with pytest.raises(NeedsMore, match="more than 366 days off"):
        read_until("2028-03-01 a new path", TUESDAY, LONDON, timedelta(days=366))

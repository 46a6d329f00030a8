"""A day of faults, and nothing is lost, doubled or forgotten: 2 virtual hours, or all 24 with ``--long``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.soak.day import Day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize(
    ("minutes", "posts", "failing"),
    [
        pytest.param(120, 30, 0.05, id="2h"),
        pytest.param(1440, 200, 0.01, id="24h", marks=[pytest.mark.long, pytest.mark.timeout(1800)]),
    ],
)
async def test_whatever_fails_in_a_day_everything_accepted_is_accounted_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], minutes: int, posts: int, failing: float
) -> None:
    clock = MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), running=True)

    ledger = await Day(tmp_path, clock, minutes=minutes, posts=posts, failing=failing).run()

    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.wrong == []

"""A night on duty, and silence is impossible: 12 mentions, or all 60 with ``--long``."""

from pathlib import Path

import pytest

from tests.soak.night import Night, timeline

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "mentions",
    [pytest.param(12, id="12"), pytest.param(60, id="60", marks=[pytest.mark.long, pytest.mark.timeout(300)])],
)
async def test_whoever_sleeps_and_whatever_fails_nobody_who_needs_somebody_waits_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mentions: int
) -> None:
    night = Night(tmp_path, mentions=mentions)

    await night.run()

    with capsys.disabled():
        print(f"\n{timeline(night.told)}")
    assert night.wrong == []

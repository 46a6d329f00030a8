"""Whoever is killed, and when: what somebody was told is done is there, and nothing is public twice."""

from pathlib import Path

import pytest

from tests.faults.kill_soak import KillSoak, Sizes

pytestmark = pytest.mark.slow

LITTLE = Sizes(seconds=1.2, accounts=9, rest=0.1, most_waiting=40, warm=0.4)
FULL = Sizes(deliveries=100_000)


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param(LITTLE, id="1 s"),
        pytest.param(FULL, id="10 min", marks=[pytest.mark.long, pytest.mark.timeout(1200)]),
    ],
)
async def test_nothing_that_was_confirmed_is_lost_or_done_twice_while_copies_are_killed(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str], sizes: Sizes
) -> None:
    redis_url = "" if database_url.startswith("sqlite") else request.getfixturevalue("redis_url")

    ledger = await KillSoak(tmp_path, database_url, redis_url, sizes).run()

    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.wrong == []

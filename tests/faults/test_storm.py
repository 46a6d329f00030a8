"""However much comes at once, nothing is lost, and whoever claims is answered before any card is waited for."""

from pathlib import Path

import pytest

from tests.faults.scaling import delivered_by
from tests.faults.storm import Sizes, Storm, run_fast
from tests.servers import create_database

pytestmark = pytest.mark.slow

LITTLE = Sizes(mentions=40, minutes=0.5, staff=12, channels=2, rate=12.0, every=30.0)
FULL = Sizes()


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param(LITTLE, id="40"),
        pytest.param(FULL, id="10000", marks=[pytest.mark.long, pytest.mark.timeout(2400)]),
    ],
)
def test_in_a_storm_nothing_is_lost_and_a_claim_does_not_wait_for_the_cards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sizes: Sizes
) -> None:
    ledger = run_fast(sizes.rate, Storm(tmp_path, sizes).run)

    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.wrong == []


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("copies", [1, 2, 4])
async def test_several_copies_on_one_database_say_everything_once(
    postgres_url: str, redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], copies: int
) -> None:
    url = create_database(postgres_url)

    each_second = await delivered_by(copies, 10_000, tmp_path, (url, redis_url))

    with capsys.disabled():
        print(f"\n{copies} copies: {each_second:.0f} deliveries a second")

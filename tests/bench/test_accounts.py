"""Many accounts in one process: each is read at its own pace whatever becomes of another; no network is asked too much."""

from pathlib import Path

import pytest

from tests.bench.accounts import Fifty
from tests.contracts.networks.benches import bringing


@pytest.mark.parametrize(
    ("accounts", "minutes"), [pytest.param(0, 2, id="one-each"), pytest.param(50, 10, id="fifty", marks=pytest.mark.slow)]
)
async def test_no_account_starves_another_and_no_network_is_asked_more_than_it_allows(
    tmp_path: Path, accounts: int, minutes: int
) -> None:
    fifty = Fifty(tmp_path, accounts=accounts or len(bringing()) + 2, minutes=minutes)

    await fifty.run()

    assert fifty.starved() == []
    assert fifty.over() == []
    assert sorted(one.http.trouble for one in fifty.readings if one.http.trouble) == ["429", "hangs"]
    assert len({one.bench.name for one in fifty.well}) >= 8

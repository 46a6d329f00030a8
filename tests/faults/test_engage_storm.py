"""However much comes at once, a community is never called more often than it allows, and nothing is lost or buried."""

from pathlib import Path

import pytest

from tests.faults.easy_time import run_easily
from tests.faults.engage_ledger import ledger_of
from tests.faults.engage_storm import Sizes, stormed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RATE = 60
LITTLE_LATER = 1.15
"""How much longer Slack may take where there is a community too: the same processor does both."""


def test_a_thousand_mentions_are_all_shown_within_the_limits_and_each_claim_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storm = run_easily(RATE, stormed(tmp_path, Sizes()))
    ledger = ledger_of(storm)

    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.wrong == []
    assert storm.all_in["viva_engage"] < 2 * storm.sizes.minutes


@pytest.mark.long
def test_slacks_cards_are_not_held_up_by_a_community_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    took, wrong = {}, []
    for chats in ("slack", "both"):
        folder = tmp_path / chats
        folder.mkdir()
        storm = run_easily(RATE, stormed(folder, Sizes(chats=chats)))
        ledger = ledger_of(storm)
        with capsys.disabled():
            print(f"\n{ledger}")
        took[chats] = storm.all_in["slack"]
        wrong += ledger.wrong

    assert wrong == []
    assert took["both"] < LITTLE_LATER * took["slack"]

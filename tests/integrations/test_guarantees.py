"""What every network must declare, so that the core knows when a second try is harmless."""

from datetime import timedelta

import pytest

from bot.delivery import CALL, LEASE_OF_REPLY, LOOKS_APART, PERSON_AFTER
from bot.ports import REPEATABLE, Guarantee
from integrations import NETWORKS
from integrations.http import TOTAL


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_declares_its_guarantee_how_long_to_settle_and_how_long_its_key_is_known(name: str) -> None:
    made = NETWORKS[name].build()
    network = made.__globals__[str(made.__annotations__["return"]).strip("\"'")]

    assert isinstance(network.guarantee, Guarantee)
    assert timedelta(0) <= network.settle
    assert network.repeat_within is None or network.guarantee in REPEATABLE
    assert network.guarantee is not Guarantee.LOOKUP or network.settle + LOOKS_APART < PERSON_AFTER


def test_no_step_of_a_reply_takes_as_long_as_its_lease() -> None:
    assert TOTAL < CALL
    assert 2 * CALL < LEASE_OF_REPLY

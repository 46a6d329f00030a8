"""A stand-in Viva Engage with a community and two colleagues, and a way to it."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import MovableClock
from integrations.http import Http
from integrations.sandbox.engage_server import Community, StandInEngage
from integrations.viva_engage.client import Engage
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.viva_engage import VivaEngageBench, open_bench
from tests.integrations.viva_engage.bench import PassingPeers, way_to


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as http:
        yield http


@pytest.fixture
async def there(clock: MovableClock) -> AsyncIterator[StandInEngage]:
    """The network."""
    async with StandInEngage(clock) as stand_in:
        stand_in.add_person("priya", "Priya Shah")
        stand_in.add_person("dev", "Dev Rao")
        yield stand_in


@pytest.fixture
def desk_community(there: StandInEngage) -> Community:
    return there.add_community("Desk", members=["priya", "dev"], private=True)


@pytest.fixture
def peers(clock: MovableClock) -> PassingPeers:
    return PassingPeers(clock)


@pytest.fixture
def engage(there: StandInEngage, http: Http, clock: MovableClock, peers: PassingPeers) -> Engage:
    return way_to(there, http, clock, peers)


@pytest.fixture
async def source(http: Http, clock: MovableClock) -> AsyncIterator[VivaEngageBench]:
    """An account that listens in one community and reads its inbox."""
    async with open_bench(http, clock) as one:
        for handle, name in (("ann", "Ann Ayre"), ("bob", "Bob Ball"), ("cat", "Cat Clay")):
            one.engage.add_person(handle, name)
        yield one


@pytest.fixture
async def listener(source: VivaEngageBench) -> Listener:
    """It has listened before."""
    one = Listener(source)
    await one.hears()
    return one

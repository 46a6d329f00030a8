"""A network under test, opened on its stand-in, and somebody who listens to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from integrations.http import Http
from tests.bot.council import database, empty_file, sqlite_file  # noqa: F401  # fixtures
from tests.contracts.networks.bench import NetworkBench
from tests.contracts.networks.benches import opened
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.spoiling import SpoilingHttp


@pytest.fixture
async def http() -> AsyncIterator[SpoilingHttp]:
    """Calls as they are, until a test wants answers spoilt."""
    async with SpoilingHttp(timedelta(seconds=5)) as calls:
        yield calls


@pytest.fixture
async def bench(network_name: str, http: Http, clock: MovableClock) -> AsyncIterator[NetworkBench]:
    """The network the test is for."""
    async with opened(network_name)(http, clock) as one:
        yield one


@pytest.fixture
async def listener(bench: NetworkBench) -> Listener:
    """It has listened before: whatever was there already is not news."""
    one = Listener(bench)
    await one.hears()
    return one

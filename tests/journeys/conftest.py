"""The town each journey is walked in: both ways Slack reaches a bot, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.town import Town


@pytest.fixture
def clock() -> MovableClock:
    """A Tuesday morning from which time runs on."""
    return MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), running=True)


@pytest.fixture(params=["socket", "http"])
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock, database_url: str
) -> AsyncIterator[Town]:
    """A town with the bot running."""
    town = Town(tmp_path, clock, database_url=database_url, mode=request.param)
    await town.start()
    yield town
    await town.stop()


@pytest.fixture
async def quiet_town(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    """A town on SQLite by Socket Mode, for what does not depend on either."""
    town = Town(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}")
    await town.start()
    yield town
    await town.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each way and each database is walked always; both of the less usual ones together where there is time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and "[http-postgresql]" in item.name:
            item.add_marker(pytest.mark.slow)

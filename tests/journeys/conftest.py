"""The town each journey is walked in: both ways Slack reaches a bot, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.engage_town import EngageTown, walked
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new SQLite file, and where there is time an empty PostgreSQL database."""
    url: str = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    return url or f"sqlite:///{tmp_path / 'tolbooth.db'}"


@pytest.fixture
async def engage_town(tmp_path: Path, clock: MovableClock, either_url: str) -> AsyncIterator[EngageTown]:
    """A town whose only chat is Viva Engage."""
    async with walked(EngageTown(tmp_path, clock, database_url=either_url)) as town:
        yield town


@pytest.fixture
async def quiet_engage(tmp_path: Path, clock: MovableClock) -> AsyncIterator[EngageTown]:
    """The same on SQLite."""
    async with walked(EngageTown(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}")) as town:
        yield town


@pytest.fixture
async def both_chats(tmp_path: Path, clock: MovableClock, either_url: str) -> AsyncIterator[EngageTown]:
    """A town that uses Slack and Viva Engage."""
    async with walked(EngageTown(tmp_path, clock, database_url=either_url, beside_slack=True)) as town:
        yield town


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each way is walked always; the second database where there is time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and "postgresql]" in item.name:
            item.add_marker(pytest.mark.slow)

"""The demo's town, with the shipped bot in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.sandbox.town import Town
from tests.demo_town import opened_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_town(tmp_path) as town:
        yield town

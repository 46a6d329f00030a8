"""A whole town with the shipped bot, its page on loopback, and a browser of sorts to open it with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from tests.demo_town import opened_town
from tests.sandbox.page.caller import Caller


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Caller]:
    """A town on a Tuesday morning, and its page."""
    async with opened_town(folder) as town:
        page = Page(town, Visit(town))
        try:
            async with Caller(page, await page.start(port=0)) as caller:
                yield caller
        finally:
            await page.stop()


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    """A town of the test's own."""
    async with opened(tmp_path) as caller:
        yield caller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    """A town for all the tests of a file that change nothing in it."""
    async with opened(tmp_path_factory.mktemp("town")) as caller:
        yield caller

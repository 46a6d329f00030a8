"""A real browser on the real demo: one Chromium a worker, and for each test a town, its page and windows of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from tests.browser import chromium
from tests.browser.demo import Demo
from tests.browser.window import Window
from tests.conftest import do_without
from tests.demo_town import opened_town

FIGURE = "figure"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser lives in one loop a worker, so its tests run there too."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator["chromium.Browser"]:
    """Chromium, without a window."""
    try:
        async with chromium.started() as browser:
            yield browser
    except chromium.NotAvailable as reason:
        do_without(reason)


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: "chromium.Browser", tmp_path: Path) -> AsyncIterator[Demo]:
    """The town with the shipped bot in it, and its page. Whatever should never happen in a window fails the test."""
    async with opened_town(tmp_path) as town:
        page = Page(town, Visit(town))
        demo = Demo(town, page, await page.start(port=0), browser)
        try:
            yield demo
            await demo.close()
        finally:
            await demo.page.stop()
    assert not demo.trouble()


@pytest.fixture
def window(demo: Demo) -> Callable[..., Awaitable[Window]]:
    """Opens windows."""
    return demo.window


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says a figure at the end of the run."""
    return partial(record_property, FIGURE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that were measured."""
    found = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, ())]
    for sentence in sorted(str(words) for each in found for name, words in each.user_properties if name == FIGURE):
        terminalreporter.write_line(sentence)

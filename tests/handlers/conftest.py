"""An office of its own for each test, on a copy of one empty database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.clock import MovableClock
from tests.handlers.office import Office, blank_database


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release's schema."""
    return blank_database(tmp_path_factory.mktemp("blank") / "blank.db")


@pytest.fixture
def open_office(blank: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Callable[..., Office]]:
    """Opens an office under rules of the test's own."""
    with ExitStack() as stack:
        yield lambda **rules: stack.enter_context(closing(Office(blank, tmp_path, clock, **rules)))


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """The office everybody knows."""
    return open_office()

"""An empty database to copy, for tests that need a real desk."""

from pathlib import Path

import pytest

from tests.handlers.office import blank_database


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release's schema."""
    return blank_database(tmp_path_factory.mktemp("blank") / "blank.db")


ALWAYS_ON_POSTGRESQL = {"test_moves", "test_migrate", "test_arrivals", "test_outbox", "test_record", "test_schema"}
"""What everything else is built on: tried on both databases always, the rest on PostgreSQL where there is time."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the second database out of the quick run for most tests."""
    for item in items:
        is_here = item.path.is_relative_to(Path(__file__).parent) and item.path.stem not in ALWAYS_ON_POSTGRESQL
        if is_here and "postgresql" in item.name.partition("[")[2]:
            item.add_marker(pytest.mark.slow)

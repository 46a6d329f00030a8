"""An empty database to copy, for tests that need a real desk."""

from pathlib import Path

import pytest

from tests.handlers.office import blank_database


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release's schema."""
    return blank_database(tmp_path_factory.mktemp("blank") / "blank.db")

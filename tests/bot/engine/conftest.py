"""The council every test here may ask for, with a chat and a network that answer as they are told."""

import pytest

from tests.bot.council import (
    Bench,
    bench,
    database,
    either,
    either_database,
    empty_file,
    postgres_schema,
    postgres_with_schema,
    sqlite_file,
)
from tests.bot.engine.fakes import Office

__all__ = [
    "bench",
    "database",
    "either",
    "either_database",
    "empty_file",
    "office",
    "postgres_schema",
    "postgres_with_schema",
    "sqlite_file",
]


@pytest.fixture
def office(bench: Bench) -> Office:
    """A desk with a wall and a letterbox."""
    return Office(bench)

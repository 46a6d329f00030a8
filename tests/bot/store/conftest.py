"""The council every test here may ask for."""

from tests.bot.council import (
    bench,
    database,
    either,
    either_database,
    empty_file,
    postgres_schema,
    postgres_with_schema,
    sqlite_file,
)

__all__ = [
    "bench",
    "database",
    "either",
    "either_database",
    "empty_file",
    "postgres_schema",
    "postgres_with_schema",
    "sqlite_file",
]

"""How the tables of a database differ from those the code expects, leaving out what only one kind of database has."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.store import schema

OF_ONE_KIND = {"vector", "ix_findable_vector"}
"""PostgreSQL's form of the index of words; SQLite's is in tables whose names begin with FTS."""
FTS = "findable_fts"


def differences(conn: Connection) -> list[Any]:
    """Empty when they are alike."""
    given = {"include_object": is_everywhere}
    return list(compare_metadata(MigrationContext.configure(conn, opts=given), schema.METADATA))


def is_everywhere(_thing: object, name: str | None, _kind: str, reflected: bool, _compared: object) -> bool:
    """Whether both kinds of database have it."""
    return not reflected or name is None or (name not in OF_ONE_KIND and not name.startswith(FTS))

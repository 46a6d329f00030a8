"""A real SQLite in memory that does each unit of work at once and can be put back to how it was, for thousands of lives."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

P = ParamSpec("P")
T = TypeVar("T")


class MemoryDatabase:
    """What a ``Database`` does, without its threads and its file: a unit that fails leaves nothing."""

    def __init__(self, like: Path) -> None:
        self.engine = create_engine(
            "sqlite://", isolation_level="AUTOCOMMIT", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        self.conn = self.engine.connect()
        self.after: Callable[[Connection], None] = lambda conn: None
        """Called after each unit that was stored."""
        self.restore(contents(like))

    @property
    def file(self) -> sqlite3.Connection:
        """SQLite's own connection."""
        raw = self.conn.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        return raw

    def snapshot(self) -> bytes:
        """All that is stored."""
        return self.file.serialize()

    def restore(self, snapshot: bytes) -> None:
        """Only what was stored then."""
        self.file.deserialize(snapshot)
        self.file.execute("PRAGMA foreign_keys=ON")

    def work(self, unit: Callable[[Connection], T]) -> T:
        """One unit in a transaction of its own."""
        self.conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            outcome = unit(self.conn)
        except BaseException:
            self.conn.exec_driver_sql("ROLLBACK")
            raise
        self.conn.exec_driver_sql("COMMIT")
        self.after(self.conn)
        return outcome

    async def write(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``Database.write``."""
        return self.work(lambda conn: unit(conn, *args, **kwargs))

    async def read(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``Database.read``."""
        return unit(self.conn, *args, **kwargs)

    def close(self) -> None:
        """Let go of it."""
        self.conn.close()
        self.engine.dispose()


def contents(file: Path) -> bytes:
    """A SQLite file, as it is read into memory: there is no write-ahead log there."""
    source: Any = sqlite3.connect(file)
    copy: Any = sqlite3.connect(":memory:")
    try:
        copy.executescript("\n".join(source.iterdump()))
        made: bytes = copy.serialize()
        return made
    finally:
        source.close()
        copy.close()

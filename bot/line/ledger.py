"""The commands that need only the database: ``migrate``, ``export`` and ``verify``."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError
from bot.store import migrate as migrations
from bot.store.backup import file_of as file_of
from bot.store.backup import latest
from bot.store.executor import Database
from bot.store.proof.export import everything, write_csv, write_jsonl
from bot.store.proof.verify import Verdict
from bot.store.proof.verify import verify as verify_record
from bot.wiring import load_settings, open_database

WRITERS = {"jsonl": write_jsonl, "csv": write_csv}


def database_in_use(config: Path | None) -> Database:
    """The database of the settings, as it is. Raises SettingsError when there is none yet, or one of another release."""
    database = open_database(load_settings(config))
    try:
        path = file_of(database)
        if path and not path.exists():
            raise SettingsError(f"database_url: there is no database at {path} yet; `tolbooth run` makes one")
        now, newest = revisions(database)
        if now != newest:
            raise SettingsError(
                f"The database is {f'at revision {now}' if now else 'empty'} and this release needs {newest}: "
                "run `tolbooth migrate` first, with a backup made before it"
            )
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def looking(database: Database) -> Iterator[Connection]:
    """A connection that makes and changes nothing: a SQLite file is opened for reading only."""
    path = file_of(database)
    if path is None:
        with database.engine.connect() as conn:
            yield conn
        return
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def revisions(database: Database) -> tuple[str, str]:
    """The revision the database is at (empty: none yet), and the one this release wants it at. Only looks.

    One that a later release brought further, and that this release may use, is wanted as it is. Raises SettingsError.
    """
    script = migrations.migrations()
    try:
        with looking(database) as conn:
            now = MigrationContext.configure(conn).get_current_revision() or ""
            if not now or migrations.knows(script, now):
                return now, migrations.head(script)
            if sentence := migrations.fallen_behind(conn):
                raise SettingsError(sentence)
            return now, now
    except DBAPIError as error:
        raise SettingsError(migrations.unusable(database, error)) from error


def migrate(config: Path | None) -> str:
    """Bring the schema up to date and say what was done."""
    database = open_database(load_settings(config))
    try:
        before, after = migrations.upgrade(database)
    finally:
        database.close()
    if before == after:
        return f"The database is at revision {after} already."
    path = file_of(database)
    kept = latest(path, after) if before and path else None
    return f"Migrated from {before or 'nothing'} to {after}." + (f" As it was, it is kept in {kept}" if kept else "")


def export(config: Path | None, shape: str, out: Path | None) -> int:
    """Write every mention; a file appears whole or not at all. Returns how many. Raises OSError when there is no room."""
    database = database_in_use(config)
    try:
        with database.engine.connect() as conn:
            if database.is_sqlite:
                conn.exec_driver_sql("BEGIN")
            write = partial(to_stream, conn, shape)
            return to_file(write, out) if out else write(sys.stdout)
    finally:
        database.close()


def to_stream(conn: Connection, shape: str, stream: TextIO) -> int:
    """Write to what is open, to the last byte."""
    count = WRITERS[shape](everything(conn), stream)
    stream.flush()
    return count


def to_file(write: Callable[[TextIO], int], out: Path) -> int:
    """Write beside the file, then put it in its place; a device or a pipe is written to as it is.

    Returns what ``write`` does. Raises OSError when there is no room, and SettingsError when there can be no such file.
    """
    try:
        if out.exists() and not out.is_file():
            with out.open("w", encoding="utf-8", newline="") as stream:
                return write(stream)
        handle, name = tempfile.mkstemp(dir=out.resolve().parent, prefix=f".{out.name[:100]}.")
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError) as error:
        raise SettingsError(f"--out {out}: cannot be written: {error.strerror}. Nothing was left behind.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            count = write(stream)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def verify(config: Path | None) -> Verdict:
    """Prove the record on one view of the database."""
    database = database_in_use(config)
    try:
        with database.engine.connect() as conn:
            if database.is_sqlite:
                conn.exec_driver_sql("BEGIN")
            return verify_record(conn)
    finally:
        database.close()

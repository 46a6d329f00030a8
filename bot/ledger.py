"""The commands that need only the database: ``migrate``, ``export`` and ``verify``."""

import os
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from bot.errors import SettingsError
from bot.store import migrate as migrations
from bot.store.executor import Database
from bot.store.export import everything, write_csv, write_jsonl
from bot.store.verify import Verdict
from bot.store.verify import verify as verify_record
from bot.wiring import load_settings, open_database

WRITERS = {"jsonl": write_jsonl, "csv": write_csv}


def database_in_use(config: Path | None) -> Database:
    """The database of the settings, brought up to date. Raises SettingsError when there is none yet."""
    database = open_database(load_settings(config))
    path = database.url.database
    if database.is_sqlite and path and path != ":memory:" and not Path(path).exists():
        database.close()
        raise SettingsError(f"database_url: there is no database at {path} yet; `tolbooth run` makes one")
    migrations.upgrade(database)
    return database


def migrate(config: Path | None) -> str:
    """Bring the schema up to date and say what was done."""
    database = open_database(load_settings(config))
    try:
        before, after = migrations.upgrade(database)
    finally:
        database.close()
    return (
        f"The database is at revision {after} already."
        if before == after
        else f"Migrated from {before or 'nothing'} to {after}."
    )


def export(config: Path | None, shape: str, out: Path | None) -> int:
    """Write every mention; a file appears whole or not at all. Returns how many. Raises OSError when there is no room."""
    database = database_in_use(config)
    try:
        with database.engine.connect() as conn:
            if database.is_sqlite:
                conn.exec_driver_sql("BEGIN")
            return to_file(conn, shape, out) if out else to_stream(conn, shape, sys.stdout)
    finally:
        database.close()


def to_stream(conn: Connection, shape: str, stream: TextIO) -> int:
    """Write to what is open, to the last byte."""
    count = WRITERS[shape](everything(conn), stream)
    stream.flush()
    return count


def to_file(conn: Connection, shape: str, out: Path) -> int:
    """Write beside the file, then put it in its place; a device or a pipe is written to as it is."""
    try:
        if out.exists() and not out.is_file():
            with out.open("w", encoding="utf-8", newline="") as stream:
                return to_stream(conn, shape, stream)
        handle, name = tempfile.mkstemp(dir=out.resolve().parent, prefix=f".{out.name[:100]}.")
    except (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError) as error:
        raise SettingsError(f"--out {out}: cannot be written: {error.strerror}. Nothing was left behind.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            count = to_stream(conn, shape, stream)
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

"""The commands that need only the database: ``migrate``, ``export`` and ``verify``."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.evidence.sheets import Sheets, write_xlsx
from bot.line.progress import watched, wiped
from bot.line.taking import actor, ended_well, one_view, put_on_record, sha256_of
from bot.line.whole import NOT_THERE, whole
from bot.store import migrate as migrations
from bot.store.backup import file_of as file_of
from bot.store.backup import latest
from bot.store.executor import Database
from bot.store.proof.export import FIELDS, everything, plain, write_csv, write_jsonl
from bot.store.proof.exported import Taken
from bot.store.proof.verify import Verdict
from bot.store.proof.verify import verify as verify_record
from bot.wiring import load_settings, open_database

Objects = Iterator[dict[str, Any]]


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


def export(config: Path | None, shape: str, out: Path | None, *, because: str = "", by: str = "") -> int:
    """Write every mention; a file appears whole or not at all, and only once that is on the record. Returns how many.

    Raises SettingsError, Busy when it cannot be recorded, and OSError when there is no room: then nothing was written.
    """
    if shape == "xlsx" and out is None:
        raise SettingsError("--format xlsx: is no text, so it goes into a file: name one with --out")
    database, now = database_in_use(config), SystemClock().now()
    try:
        with ended_well(), one_view(database) as conn, named_file(out) as file:
            count = WRITERS[shape](everything(conn), file)
            taken = Taken("export", actor(by), because, count, sha256_of(file), of=f"every mention, as {shape}")
            asyncio.run(put_on_record(database, taken, now))
            return count
    finally:
        database.close()


def in_text(write: Callable[[Objects, TextIO], int], objects: Objects, out: BinaryIO) -> int:
    """Write text to a file of bytes, to the last of them."""
    stream = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        return write(objects, stream)
    finally:
        stream.detach()


def in_sheets(objects: Objects, out: BinaryIO) -> int:
    """The same fields as columns of a workbook, nested ones as JSON."""
    rows = ([plain(item[name]) for name in FIELDS] for item in objects)
    return write_xlsx(Sheets(FIELDS, "Mentions"), rows, out, SystemClock().now())


WRITERS: Mapping[str, Callable[[Objects, BinaryIO], int]] = {
    "jsonl": partial(in_text, write_jsonl),
    "csv": partial(in_text, write_csv),
    "xlsx": in_sheets,
}


@contextmanager
def named_file(out: Path | None) -> Iterator[BinaryIO]:
    """A file that appears whole or not at all. Raises SettingsError where there can be none, OSError without room."""
    try:
        with whole(out) as file:
            yield file
    except NOT_THERE as error:
        raise SettingsError(f"--out {out}: cannot be written: {error.strerror}. Nothing was left behind.") from error


def to_file(write: Callable[[TextIO], int], out: Path) -> int:
    """Write beside the file, then put it in its place; a device or a pipe gets it all at the end.

    Returns what ``write`` does. Raises OSError when there is no room, and SettingsError when there can be no such file.
    """
    with named_file(out) as file:
        return in_text(lambda _none, stream: write(stream), iter(()), file)


def verify(config: Path | None) -> Verdict:
    """Prove the record on one view of the database; at a terminal it says how far it is."""
    database = database_in_use(config)
    try:
        with one_view(database) as conn:
            return verify_record(conn, watched("events and mentions checked"))
    finally:
        wiped()
        database.close()

"""A whole copy of a SQLite file, made before its tables are changed, and kept."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import SettingsError
from bot.store.executor import Database


def file_of(database: Database) -> Path | None:
    """The file of a SQLite database; None for one that is in no file."""
    path = database.url.database
    return Path(path) if database.is_sqlite and path and path != ":memory:" else None


def back_up(path: Path, revision: str) -> Path:
    """Copy the database as it is to ``FILE.before-REVISION``, readable by its user only; an earlier copy stays.

    The copy has its name only once it is whole and on the disk. Raises SettingsError when it cannot be made: then nothing
    is left behind, and nothing must be changed.
    """
    path = path.resolve()
    kept = next(name for name in names(path, revision) if not name.exists())
    part = kept.with_name(f"{kept.name}.part")
    try:
        require_room(path)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
            conn.execute("VACUUM INTO ?", (str(part),))
        sync(part)
        part.rename(kept)
        sync(kept.parent)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise SettingsError(
            f"The database must be backed up before it is brought to revision {revision}, and {kept} could not be "
            f"written: {error}. Nothing was changed."
        ) from error
    return kept


def latest(path: Path, revision: str) -> Path | None:
    """The newest copy made before this revision, if there is one."""
    newest = None
    for name in names(path.resolve(), revision):
        if not name.exists():
            return newest
        newest = name
    return None


def names(path: Path, revision: str) -> list[Path]:
    """What copies made before a revision are called, in the order they are made."""
    first = f"{path.name}.before-{revision}"
    return [path.with_name(first), *(path.with_name(f"{first}.{number}") for number in range(2, 1000))]


def require_room(path: Path) -> None:
    """Raise OSError unless a second file of this size fits beside it."""
    wal = path.with_name(f"{path.name}-wal")
    needed = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise OSError(f"{needed >> 20:,} MiB are needed and {free >> 20:,} MiB are free")


def sync(path: Path) -> None:
    """Return once a file, or what a folder holds, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

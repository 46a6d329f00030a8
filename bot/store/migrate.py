"""Brings a database to the schema of this release, once, however many copies start together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError
from bot.store.executor import Database, busy

FOLDER = Path(__file__).with_name("migrations")
LOCK = 0x746F6C62


def upgrade(database: Database) -> tuple[str, str]:
    """Bring the schema up to date; returns the revisions before and after (before: empty for a new database).

    Raises SettingsError when the database cannot be used, or was written by a newer release: that is never undone.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head() or ""
    try:
        with database.engine.connect() as conn, locked(conn):
            before = MigrationContext.configure(conn).get_current_revision() or ""
            if before == newest:
                return before, newest
            if before and before not in {revision.revision for revision in script.walk_revisions()}:
                raise SettingsError(
                    f"The database is at revision {before}, which this release does not know: a newer release wrote it.\n"
                    "Install that release again; going back is not possible without a backup made before it."
                )
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            return before, newest
    except DBAPIError as error:
        raise SettingsError(unusable(database, error)) from error


def unusable(database: Database, error: DBAPIError) -> str:
    """Why the database cannot be opened, and the setting that names it."""
    return f"database_url: cannot use {database.url.render_as_string(hide_password=True)}\n{busy(error)}"


@contextmanager
def locked(conn: Connection) -> Iterator[None]:
    """One copy at a time: an advisory lock on PostgreSQL, the write lock on SQLite."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            conn.exec_driver_sql("ROLLBACK")
            raise
        conn.exec_driver_sql("COMMIT")
        return
    with conn.begin():
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield

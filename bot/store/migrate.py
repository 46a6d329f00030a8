"""Brings a database to the schema of this release, once, however many copies start together, and says who may use it.

A release adds first and takes away a release later, so the one before it still runs on the new schema. Each migration names
the OLDEST code that may; the newest of those names stands in the database, and every copy of the bot looks there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from bot.errors import ServerAway, SettingsError
from bot.store.backup import back_up, file_of
from bot.store.executor import Database
from bot.store.failures import busy, is_away, is_refused
from bot.store.schema import counter

log = structlog.get_logger()
FOLDER = Path(__file__).with_name("migrations")
LOCK = 0x746F6C62
OLDEST_CODE, SAID_AT = "oldest_code", "oldest_code_at"
"""Counters: the revision of the oldest code that may use the database, and the revision of the schema that says so."""
UNLIMITED = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '120s'"
"""For PostgreSQL: waiting for another copy's migration, and an index over a long history, outlast the usual limits."""


def upgrade(database: Database, folder: Path = FOLDER) -> tuple[str, str]:
    """Bring the schema up to date; returns the revisions before and after (before: empty for a new database).

    A SQLite file is copied first: see ``backup``. A database a later release has brought further is used as it is when
    that release allows it. Raises SettingsError when the database cannot be used: a schema is never taken back; ServerAway
    when its server is not there now.
    """
    script = migrations(folder)
    newest = head(script)
    try:
        with database.engine.connect() as conn, locked(conn):
            before = MigrationContext.configure(conn).get_current_revision() or ""
            if before == newest:
                return before, newest
            if before and not knows(script, before):
                if sentence := fallen_behind(conn, folder):
                    raise SettingsError(sentence)
                log.warning("database_is_newer", database=before, release=newest)
                return before, before
            path = file_of(database)
            if before and path:
                log.info("database_backed_up", file=str(back_up(path, newest)))
            apply(conn, script)
            return before, newest
    except DBAPIError as error:
        fault = ServerAway if is_away(error) and not is_refused(error) else SettingsError
        raise fault(unusable(database, error)) from error


def apply(conn: Connection, script: ScriptDirectory) -> None:
    """Run the migrations that are missing, and note which code may use what they make."""
    config = Config()
    config.set_main_option("script_location", str(script.dir))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    oldest = max(int(getattr(one.module, "OLDEST", one.revision)) for one in script.walk_revisions())
    for name, value in ((OLDEST_CODE, oldest), (SAID_AT, int(head(script)))):
        conn.execute(counter.delete().where(counter.c.name == name))
        conn.execute(counter.insert().values(name=name, value=value))


def fallen_behind(conn: Connection, folder: Path = FOLDER) -> str:
    """Why this release may no longer use the database, in a sentence to stop with; empty while it may.

    A running copy asks once a minute: another one may have been upgraded meanwhile.
    """
    script = migrations(folder)
    now = MigrationContext.configure(conn).get_current_revision() or ""
    if not now or knows(script, now):
        return ""
    rows = conn.execute(select(counter.c.name, counter.c.value).where(counter.c.name.in_((OLDEST_CODE, SAID_AT))))
    said = {row.name: row.value for row in rows}
    may = now.isdigit() and said.get(SAID_AT) == int(now) and said[OLDEST_CODE] <= int(head(script))
    return "" if may else too_new(now)


def too_new(revision: str) -> str:
    """What a release says of a database that only later ones may use."""
    return f"The database is at revision {revision}, which a newer release wrote: use that release, or an earlier backup"


def migrations(folder: Path = FOLDER) -> ScriptDirectory:
    """Every migration this release knows."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


def head(script: ScriptDirectory) -> str:
    """The newest revision of this release."""
    return script.get_current_head() or ""


def knows(script: ScriptDirectory, revision: str) -> bool:
    """Whether a revision is one of this release or of one before it."""
    return revision in {one.revision for one in script.walk_revisions()}


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
        conn.exec_driver_sql(UNLIMITED)
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        yield

"""Erased words are gone from the file too: SQLite's journal is emptied and its free pages are written anew."""

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.store.executor import Database

AT_ONCE, MOST_ROUNDS = 500, 10_000
"""Pages of the index of words that are merged in one transaction, so that nobody who claims has to wait."""
DOWN_TO_ONE = 2
"""Of an index without anything to merge a round changes less than this (SQLite, FTS5, the ``merge`` command)."""


def leave_none(database: Database, *, rewrite: bool = False) -> bool:
    """Merge the index of words, empty the journal, and with ``rewrite`` write the whole file anew, which takes its size in
    room and some time.

    What an earlier release erased may still stand in free pages until then. False while somebody else is at work in the
    file: ask again later. PostgreSQL overwrites its own pages in its own time (VACUUM).
    """
    if not database.is_sqlite:
        return True
    try:
        with database.engine.connect() as conn:
            merge(conn)
            if rewrite:
                conn.exec_driver_sql("VACUUM")
            is_busy: int = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    except DBAPIError:
        return False
    return not is_busy


def merge(conn: Connection) -> None:
    """Bring all parts of the index of words together. What was taken out of it stands in an older part until they meet:
    the first round marks all of them, the others go through them page by page.
    """
    pages = -AT_ONCE
    for _ in range(MOST_ROUNDS):
        before = changes(conn)
        conn.exec_driver_sql("INSERT INTO findable_fts(findable_fts, rank) VALUES ('merge', ?)", (pages,))
        if changes(conn) - before < DOWN_TO_ONE:
            return
        pages = AT_ONCE


def changes(conn: Connection) -> int:
    """Rows this connection has written so far."""
    return int(conn.exec_driver_sql("SELECT total_changes()").scalar_one())

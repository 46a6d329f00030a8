"""Erased words are gone from the file too: SQLite's journal is emptied and its free pages are written anew."""

from sqlalchemy.exc import DBAPIError

from bot.store.executor import Database


def leave_none(database: Database, *, rewrite: bool = False) -> bool:
    """Empty the journal, and with ``rewrite`` write the whole file anew, which takes its size in room and some time.

    What an earlier release erased may still stand in free pages until then. False while somebody else is at work in the
    file: ask again later. PostgreSQL overwrites its own pages in its own time (VACUUM).
    """
    if not database.is_sqlite:
        return True
    try:
        with database.engine.connect() as conn:
            if rewrite:
                conn.exec_driver_sql("VACUUM")
            is_busy: int = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    except DBAPIError:
        return False
    return not is_busy

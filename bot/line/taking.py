"""What every export keeps to: one view of the database, a line in the record first, and nothing half written."""

import getpass
import hashlib
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import Busy
from bot.line.whole import PIECE
from bot.store.executor import Database
from bot.store.failures import busy
from bot.store.proof.exported import Taken, on_the_record

NOT_RECORDED = "Nothing was written out, because that could not be put on the record: {}."
LONGEST_ACTOR = 64


@contextmanager
def one_view(database: Database) -> Iterator[Connection]:
    """All that is read in here is as it was at one moment, however long it takes. Raises Busy."""
    try:
        with database.engine.connect() as conn:
            if database.is_sqlite:
                conn.exec_driver_sql("BEGIN")
            else:
                conn = conn.execution_options(isolation_level="REPEATABLE READ")
                for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                    conn.exec_driver_sql(f"SET LOCAL {limit} = 0")
            yield conn
            conn.exec_driver_sql("ROLLBACK")
    except DBAPIError as error:
        raise busy(error) from None


async def put_on_record(database: Database, taken: Taken, now: datetime) -> None:
    """Write down that something is taken out. Raises Busy, with what that means for whoever asked."""
    try:
        await database.write(on_the_record, taken, now)
    except Busy as error:
        raise Busy(NOT_RECORDED.format(str(error).rstrip("."))) from None


def sha256_of(file: BinaryIO) -> str:
    """The digest of what was written, as hex."""
    total = hashlib.sha256()
    file.flush()
    file.seek(0)
    while part := file.read(PIECE):
        total.update(part)
    return total.hexdigest()


@contextmanager
def ended_well() -> Iterator[None]:
    """Whoever asks the process to end has what was begun done away with first."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def operator() -> str:
    """Whoever is signed in on this machine."""
    try:
        return f"operator:{getpass.getuser()}"[:LONGEST_ACTOR]
    except (OSError, KeyError):
        return "operator"


def actor(by: str) -> str:
    """Who the record says did it: as they were named, or whoever is signed in on this machine."""
    return (by.strip() or operator())[:LONGEST_ACTOR]

"""Runs plain store functions on the database, off the event loop, each in a transaction of its own.

SQLite has one writer thread with group commit: each unit of work in a savepoint, one COMMIT for the batch, and no answer
before it. PostgreSQL has a small pool of threads; what it undid for another transaction's sake is run again at once. A unit
may run twice, so it has no effect outside the database.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import Busy, SettingsError
from bot.store.failures import busy, is_conflict

log = structlog.get_logger()
BATCH = 64
READERS = 2
THREADS = 8
STATEMENT_SECONDS, LOCK_SECONDS = 15, 8
TRIES = 3
Unit = Callable[[Connection], object]
P = ParamSpec("P")
T = TypeVar("T")


def connect_url(url: str, password: str | None = None) -> URL:
    """The URL for the driver: ``postgresql://`` is psycopg 3. Raises SettingsError when it cannot be read."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise SettingsError("database_url cannot be read: write sqlite:///FILE or postgresql://USER@HOST/NAME") from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.set(password=password) if password else parsed


def engine_for(url: URL, pool: int = THREADS, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """An engine set up as the store needs it: SQLite in WAL with FULL sync, PostgreSQL with time limits.

    What is stored may be somebody's words, so errors of either do not show the values they were about.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=READERS + 2, hide_parameters=True)
        event.listen(engine, "connect", prepare_sqlite)
        return engine
    limits = {
        "statement_timeout": statement_seconds * 1000,
        "lock_timeout": min(LOCK_SECONDS, statement_seconds) * 1000,
        "idle_in_transaction_session_timeout": 30000,
        "timezone": "UTC",
    }
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=2,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": " ".join(f"-c {name}={limit}" for name, limit in limits.items())},
    )


def prepare_sqlite(connection: object, _record: object) -> None:
    """Every SQLite connection: wait for locks first, then WAL, FULL sync and foreign keys; what is erased is overwritten."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    kept = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (*kept, "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Reach:
    """Whether the server answers: said once when it goes away, and once when it is back, whatever runs meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_since: float | None = None

    @property
    def away_for(self) -> float | None:
        """Seconds it has not answered; None while it does."""
        since = self._away_since
        return None if since is None else time.monotonic() - since

    def lost(self, reason: str) -> None:
        """It did not answer."""
        with self._lock:
            news, self._away_since = self._away_since is None, self._away_since or time.monotonic()
        if news:
            log.warning("database_went_away", reason=reason, cure="it is tried again each second; nothing is lost")

    def answered(self) -> None:
        """It did."""
        if self._away_since is None:
            return
        with self._lock:
            away, self._away_since = self.away_for, None
        if away is not None:
            log.info("database_came_back", away_seconds=round(away, 1))


class Database:
    """``await db.write(claim, …)`` runs ``claim(conn, …)`` in a transaction; ``read`` the same, changing nothing.

    Both raise what the function raises, and Busy when the database failed: then nothing of the unit is stored, unless a
    server went away between the COMMIT and its answer; see Busy.
    """

    def __init__(
        self, url: str, password: str | None = None, *, pool: int = THREADS, statement_seconds: int = STATEMENT_SECONDS
    ) -> None:
        self.url = connect_url(url, password)
        self.engine = engine_for(self.url, pool, statement_seconds)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.reach = Reach()
        self._readers = ThreadPoolExecutor(READERS if self.is_sqlite else pool, thread_name_prefix="db")
        self._writer = GroupCommitWriter(self.engine) if self.is_sqlite else None

    async def write(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one unit of work and return what it returned, once it is durably stored."""
        return await asyncio.wrap_future(self._submit(lambda conn: unit(conn, *args, **kwargs)))

    async def read(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one unit that only reads, on one consistent view."""
        return await asyncio.wrap_future(
            self._readers.submit(self._tried, self._reading, lambda conn: unit(conn, *args, **kwargs))
        )

    def close(self) -> None:
        """Finish what is queued and let go of every connection."""
        if self._writer:
            self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()

    def _submit(self, unit: Callable[[Connection], T]) -> "Future[T]":
        return self._writer.submit(unit) if self._writer else self._readers.submit(self._tried, self._writing, unit)

    def _tried(self, transaction: Callable[[Callable[[Connection], T]], T], unit: Callable[[Connection], T]) -> T:
        """Run a unit, up to TRIES times while the server undoes it for another's sake."""
        tries = 0
        while True:
            tries += 1
            try:
                outcome = transaction(unit)
            except (DBAPIError, PoolTimeout) as error:
                if tries < TRIES and is_conflict(error):
                    time.sleep(0.02 * tries)
                    continue
                failure = busy(error)
                if failure.is_away:
                    self.reach.lost(str(failure))
                raise failure from None
            self.reach.answered()
            return outcome

    def _writing(self, unit: Callable[[Connection], T]) -> T:
        with self.engine.begin() as conn:
            return unit(conn)

    def _reading(self, unit: Callable[[Connection], T]) -> T:
        with self.engine.connect() as conn:
            if not self.is_sqlite:
                return unit(conn.execution_options(isolation_level="REPEATABLE READ"))
            conn.exec_driver_sql("BEGIN")
            try:
                return unit(conn)
            finally:
                conn.exec_driver_sql("ROLLBACK")


class GroupCommitWriter:
    """One thread, one connection, one COMMIT for all that queued up meanwhile.

    SQLite ends the whole transaction by itself on FULL, IOERR and NOMEM (sqlite.org/lang_transaction.html), which would
    turn the rest of a batch into single autocommitted statements: so the transaction is looked at after every database
    error and before COMMIT, and when it is gone no unit of the batch is answered as done.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[tuple[Unit, Future[object]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="db-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Callable[[Connection], T]) -> "Future[T]":
        """Queue a unit; the future is resolved after its COMMIT."""
        if self._closed:
            raise Busy("the database is closed")
        future: Future[T] = Future()
        self._queue.put((unit, future))  # type: ignore[arg-type]  # one queue for units of every type
        return future

    def close(self) -> None:
        """Finish what is queued, then end."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        running = True
        while running:
            batch = [self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get())
            running = None not in batch
            units = [item for item in batch if item and item[1].set_running_or_notify_cancel()]
            if units:
                self._run(units)

    def _run(self, units: list[tuple[Unit, "Future[object]"]]) -> None:
        try:
            with self._engine.connect() as conn:
                outcomes = self._transaction(conn, [unit for unit, _ in units])
        except DBAPIError as error:
            log.error("database_write_failed", reason=str(busy(error)), units=len(units))
            outcomes = [busy(error)] * len(units)
        except BaseException as error:  # the thread must outlive a bug in a unit of work; the caller gets the error
            outcomes = [error] * len(units)
        for (_, future), outcome in zip(units, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _transaction(self, conn: Connection, units: list[Unit]) -> list[object]:
        outcomes: list[object] = []
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            outcomes.extend(self._savepoint(conn, unit) for unit in units)
            require_transaction(conn)
            conn.exec_driver_sql("COMMIT")
        except BaseException:
            if in_transaction(conn):
                conn.exec_driver_sql("ROLLBACK")
            raise
        return outcomes

    def _savepoint(self, conn: Connection, unit: Unit) -> object:
        conn.exec_driver_sql("SAVEPOINT unit")
        try:
            outcome = unit(conn)
        except DBAPIError as error:
            require_transaction(conn, error)
            outcome = busy(error)
        except Exception as error:
            require_transaction(conn)
            outcome = error
        if isinstance(outcome, Exception):
            conn.exec_driver_sql("ROLLBACK TO unit")
        conn.exec_driver_sql("RELEASE unit")
        return outcome


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """What fails in here is undone alone; the rest of the unit stands."""
    conn.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except Exception:
        conn.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        conn.exec_driver_sql("RELEASE SAVEPOINT part")
        raise
    conn.exec_driver_sql("RELEASE SAVEPOINT part")


def in_transaction(conn: Connection) -> bool:
    """Whether SQLite itself still has the transaction open."""
    driver = conn.connection.driver_connection
    return bool(driver is not None and driver.in_transaction)


def require_transaction(conn: Connection, error: DBAPIError | None = None) -> None:
    """Raise ``error`` (or Busy) when SQLite has ended the transaction behind our back."""
    if in_transaction(conn):
        return
    if error is not None:
        raise error
    raise Busy("the database ended the transaction by itself")

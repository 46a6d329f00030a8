"""What every test may ask for: a clock that stands still, and real databases and a real Redis of its own."""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import redis
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from bot.clock import MovableClock
from tests import servers

BROWSER = Path(__file__).parent / "browser"
MEMORY, PLENTY = Path("/dev/shm"), 4 << 30
ALL_SLOW = re.compile(r"^pytestmark = .*\bmark\.slow\b", re.MULTILINE)


def use_memory() -> None:
    """Keep temporary files in memory where there is plenty: thousands of databases need not wait for a disk.

    ``TMPDIR`` decides otherwise. What is proved about disks is proved by what is asked of them, not by how slow they are.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(MEMORY).free, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) > PLENTY:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


use_memory()

COMPILED: LRUCache[Any, Any] = LRUCache(2000)
DIALECTS: dict[type[Dialect], Dialect] = {}


@event.listens_for(Engine, "engine_connect")
def share_what_was_compiled(connection: Connection) -> None:
    """Let the databases of all tests share the statements that were compiled, as all of one process do.

    A database of its own for each test would compile every statement anew, which takes half of the test's time.
    """
    connection.dialect = DIALECTS.setdefault(type(connection.dialect), connection.dialect)
    connection.execution_options(compiled_cache=COMPILED)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long`` also runs what takes minutes, ``--browser`` what needs a browser."""
    parser.addoption("--long", action="store_true", default=False, help="also run the tests that take minutes")
    parser.addoption("--browser", action="store_true", default=False, help="also run the tests in a real Chromium")


def pytest_report_header(config: pytest.Config) -> str:
    """Say which tests are not among those that run."""
    return "all but the long tests" if is_thorough(config) else "without the slow tests (CI=true or --long runs them too)"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs a browser is not even read unless asked for, nor a file whose tests are all slow unless named."""
    if collection_path == BROWSER:
        return None if config.getoption("--browser") else True
    return (
        True if not is_thorough(config) and is_all_slow(collection_path) and not is_named(collection_path, config) else None
    )


def pytest_collection(session: pytest.Session) -> None:
    """Reading the tests makes millions of objects that stay: to look through them for what went takes a fifth of it."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was read stays to the end, so it is never looked through again."""
    gc.enable()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``long`` (minutes: ``--long``) or ``slow`` (seconds: ``--long`` or CI=true) unless asked for.

    They are deselected, not skipped: a worker that has to report thousands of skips takes half a minute for them.
    """
    is_long, thorough = config.getoption("--long"), is_thorough(config)
    left_out = [one for one in items if is_left_out(one.keywords, is_long=is_long, is_thorough=thorough)]
    if left_out:
        gone = set(map(id, left_out))
        items[:] = [one for one in items if id(one) not in gone]
        config.hook.pytest_deselected(items=left_out)


def is_thorough(config: pytest.Config) -> bool:
    """Whether the slow tests run too."""
    return bool(config.getoption("--long")) or os.environ.get("CI") == "true"


def is_all_slow(path: Path) -> bool:
    """Whether a file says at its top that each of its tests is slow."""
    return path.name.startswith("test_") and path.suffix == ".py" and ALL_SLOW.search(path.read_text()) is not None


def is_named(path: Path, config: pytest.Config) -> bool:
    """Whether the command line names this very file, or a test in it."""
    return any((config.invocation_params.dir / each.partition("::")[0]).resolve() == path for each in config.args)


def is_left_out(keywords: Container[str], *, is_long: bool, is_thorough: bool) -> bool:
    """Whether the marks of a test say that it does not run this time."""
    return ("long" in keywords and not is_long) or ("slow" in keywords and not is_thorough)


@pytest.fixture(autouse=True)
def nothing_set_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.upper().startswith("TOLBOOTH_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> MovableClock:
    """A Tuesday morning, standing still."""
    return MovableClock(datetime(2026, 11, 17, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def redis_server_url(worker_id: str) -> Iterator[str]:
    """A Redis for this worker alone, or a database of the one given."""
    if servers.GIVEN_REDIS:
        yield servers.with_database(servers.GIVEN_REDIS, worker_id.removeprefix("gw").replace("master", "0"))
        return
    try:
        server = servers.RedisServer()
    except servers.NotAvailable as reason:
        do_without(reason)
    with server:
        yield server.url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    return redis_server_url


@pytest.fixture
def private_redis() -> Iterator[servers.RedisServer]:
    """A running Redis that the test may stop, kill and start again."""
    try:
        server = servers.RedisServer()
    except servers.NotAvailable as reason:
        do_without(reason)
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: the URL of a user who may create databases."""
    if servers.GIVEN_POSTGRES:
        yield servers.GIVEN_POSTGRES
        return
    try:
        server = servers.PostgresServer()
    except servers.NotAvailable as reason:
        do_without(reason)
    with server:
        yield server.url


@pytest.fixture
def private_postgres() -> Iterator[servers.PostgresServer]:
    """A running PostgreSQL that the test may stop, kill and start again."""
    try:
        server = servers.PostgresServer()
    except servers.NotAvailable as reason:
        do_without(reason)
    with server:
        yield server


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    url = servers.create_database(postgres_url)
    yield url
    servers.drop_database(postgres_url, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test runs twice: on a new SQLite file and on an empty PostgreSQL database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tolbooth.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


def do_without(reason: Exception) -> NoReturn:
    """Skip the test, or fail it where nothing may be left out (``CI=true``)."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(reason), pytrace=False)
    pytest.skip(str(reason))

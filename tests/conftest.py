"""What every test may ask for: a clock that stands still, and real databases and a real Redis of its own."""

import os
import shutil
import tempfile
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import redis

from bot.clock import MovableClock
from tests import servers

BROWSER = Path(__file__).parent / "browser"
MEMORY, PLENTY = Path("/dev/shm"), 4 << 30


def use_memory() -> None:
    """Keep temporary files in memory where there is plenty: thousands of databases need not wait for a disk.

    ``TMPDIR`` decides otherwise. What is proved about disks is proved by what is asked of them, not by how slow they are.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(MEMORY).free, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) > PLENTY:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


use_memory()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long`` also runs what takes minutes, ``--browser`` what needs a browser."""
    parser.addoption("--long", action="store_true", default=False, help="also run the tests that take minutes")
    parser.addoption("--browser", action="store_true", default=False, help="also run the tests in a real Chromium")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs a browser is not even read unless asked for."""
    return True if collection_path == BROWSER and not config.getoption("--browser") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``long`` (minutes: ``--long``) or ``slow`` (seconds: ``--long``, or CI=true) unless asked for.

    They are deselected, not skipped: a worker that has to report thousands of skips takes half a minute for them.
    """
    is_long = config.getoption("--long")
    is_thorough = is_long or os.environ.get("CI") == "true"
    left_out = [one for one in items if is_left_out(one.keywords, is_long=is_long, is_thorough=is_thorough)]
    if left_out:
        gone = set(map(id, left_out))
        items[:] = [one for one in items if id(one) not in gone]
        config.hook.pytest_deselected(items=left_out)


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

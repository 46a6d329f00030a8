"""What several copies must agree on, through Redis: leases, budgets and wake-ups, each a hint that may be lost.

While Redis is away every call is answered here and at once: the follower alone tries to reach it again.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import RedisError

from bot.errors import SettingsError
from bot.pace import OwnBudgets, WakeUps
from bot.ports import Clock, Peers
from bot.settings import CoreSettings
from integrations.redis.checking import faults_of
from integrations.redis.scripts import LEASE, PAUSE, SPEND

log = structlog.get_logger()
T = TypeVar("T")

PREFIX = "{tolbooth}:"
"""The braces keep all keys on one node of a cluster."""
CHANNEL = PREFIX + "wake"
LIMIT = 1.0
"""Seconds for a connection to be made, to become free, and for an answer to come."""
CONNECTIONS = 16
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds between tries to reach Redis again."""
SILENCE = 5.0
"""After this many seconds without a word the follower asks whether anybody is there."""
MICROSECOND = timedelta(microseconds=1)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class RedisPeers:
    """One copy's view of the others. Connects on the first call, inside the loop that makes it."""

    def __init__(self, redis: "Redis", clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._me = secrets.token_hex(8)
        self._lease = redis.register_script(LEASE)
        self._spend = redis.register_script(SPEND)
        self._pause = redis.register_script(PAUSE)
        self._wake_ups = WakeUps()
        self._own_budgets = OwnBudgets()
        self._follower: asyncio.Task[None] | None = None
        self._away_since: datetime | None = None
        self._closed = False

    async def lease(self, what: str, ttl: timedelta) -> bool:
        """Whether it is ours for ``ttl`` of Redis's own time; while Redis is away every copy is told yes."""
        keys, how = [f"{PREFIX}lease:{what}"], (self._me, max(1, ttl // MILLISECOND))
        return bool(await self._ask(lambda: self._lease(keys=keys, args=how), 1))

    async def spend(self, budget: str, per: timedelta, burst: int = 1) -> timedelta:
        """Take one from the budget all copies share; from our own while Redis is away."""
        now = self._clock.now()
        keys, how = names_of(budget), ((now - EPOCH) // MICROSECOND, per // MICROSECOND, burst)
        wait = await self._ask(lambda: self._spend(keys=keys, args=how), None)
        if wait is None:
            return self._own_budgets.spend(budget, per, burst, now=now)
        return timedelta(microseconds=int(wait))

    async def pause(self, budget: str, wait: timedelta) -> None:
        """Close a budget for all copies, and here should Redis go away meanwhile."""
        now = self._clock.now()
        self._own_budgets.pause(budget, wait, now=now)
        how = ((now - EPOCH) // MICROSECOND, wait // MICROSECOND)
        await self._ask(lambda: self._pause(keys=names_of(budget)[1:], args=how), 0)

    async def wake(self, loop: str) -> None:
        """Wake the loop here at once, and in the other copies."""
        self._wake_ups.wake(loop)
        await self._ask(lambda: self._redis.publish(CHANNEL, f"{self._me} {loop}"), 0)

    async def wait(self, loop: str, timeout: timedelta) -> None:
        """Return when woken from any copy, also by a wake-up that came before; at most a second later otherwise."""
        self._follow()
        await self._wake_ups.wait(loop, timeout)

    async def close(self) -> None:
        """Let go of all connections. Leases run out by themselves."""
        self._closed = True
        while self._follower is not None and not self._follower.done():
            self._follower.cancel()  # again, because one may be lost; see _ask
            await asyncio.wait({self._follower}, timeout=0.1)
        await self._redis.aclose(close_connection_pool=True)

    async def check(self) -> Sequence[str]:
        """Whether Redis can be reached, is new enough, and is of the kind this speaks to."""
        return await faults_of(self._redis)

    def health(self) -> Mapping[str, object]:
        """Whether Redis answered last time it was asked, or since when it has not."""
        if self._away_since is None:
            return {"peers": "redis", "connected": True}
        return {"peers": "redis", "connected": False, "away_since": self._away_since.isoformat(timespec="seconds")}

    async def _ask(self, call: Callable[[], Awaitable[T]], otherwise: T) -> T:
        """The answer of Redis, or ``otherwise`` at once while it is away."""
        self._follow()
        if self._away_since is not None:
            return otherwise
        caller = asyncio.current_task()
        cancellations = caller.cancelling() if caller else 0
        try:
            answer = await call()
        except (RedisError, OSError) as error:
            self._went_away(error)
            answer = otherwise
        if caller and caller.cancelling() > cancellations:  # Python 3.11's wait_for, which redis-py calls, may lose one
            raise asyncio.CancelledError
        return answer

    def _follow(self) -> None:
        """See to it that the follower runs."""
        if self._follower is None or self._follower.done():
            self._follower = asyncio.create_task(self._keep_following(), name="redis peers")

    async def _keep_following(self) -> None:
        """Hear the others for as long as we live; while Redis is away, try again and again to reach it."""
        pause = FIRST_PAUSE
        while not self._closed:
            try:
                await self._redis.connection_pool.disconnect(inuse_connections=False)
                await self._try_out()
                async with self._redis.pubsub(ignore_subscribe_messages=True) as ear:
                    await ear.subscribe(CHANNEL)
                    self._came_back()
                    pause = FIRST_PAUSE
                    await self._hear(ear)
            except (RedisError, OSError) as error:
                self._went_away(error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _try_out(self) -> None:
        """Do all that calls do, so that a Redis that only half works does not count as back."""
        await self._lease(keys=[f"{PREFIX}lease:try {self._me}"], args=[self._me, 1000])
        await self._spend(keys=names_of(f"try {self._me}"), args=[1, 1, 1])

    async def _hear(self, ear: PubSub) -> None:
        """Pass on wake-ups from other copies until a call finds Redis away. Raises when nobody is there."""
        silent = 0.0
        while self._away_since is None:
            message = await ear.get_message(timeout=LIMIT)
            silent = silent + LIMIT if message is None else 0.0
            if message is not None and message["type"] == "message":
                self._pass_on(message)
            if silent >= 2 * SILENCE:
                raise LostConnection("the follower hears nothing")
            if silent == SILENCE:
                await ear.ping()

    def _pass_on(self, message: Mapping[str, Any]) -> None:
        sender, _, loop = str(message["data"]).partition(" ")
        if sender != self._me:
            self._wake_ups.wake(loop)

    def _went_away(self, error: Exception) -> None:
        if self._away_since is None and not self._closed:
            self._away_since = self._clock.now()
            log.warning("redis_went_away", error=type(error).__name__)

    def _came_back(self) -> None:
        if self._away_since is not None:
            log.info("redis_came_back", away_since=self._away_since.isoformat(timespec="seconds"))
            self._away_since = None
            self._own_budgets.forget_spent()


def names_of(budget: str) -> list[str]:
    """The keys of a budget: what is spent of it, and its pause."""
    return [f"{PREFIX}budget:{budget}", f"{PREFIX}pause:{budget}"]


def build(settings: CoreSettings, *, clock: Clock) -> Peers:
    """Peers through the Redis at ``redis_url``; nothing is connected yet. Raises SettingsError for an unusable URL."""
    try:
        pool = BlockingConnectionPool.from_url(
            settings.redis_url,
            password=settings.redis_password.get_secret_value() if settings.redis_password else None,
            max_connections=CONNECTIONS,
            timeout=LIMIT,
            socket_timeout=LIMIT,
            socket_connect_timeout=LIMIT,
            retry=Retry(NoBackoff(), 0),  # by default writes are repeated up to ten times, which spends a budget twice
            protocol=2,
            decode_responses=True,
            client_name="tolbooth",
        )
    except ValueError as error:
        raise SettingsError(
            "redis_url cannot be read; write redis://HOST:6379/0 or rediss://:PASSWORD@HOST:6379/0"
        ) from error
    return RedisPeers(Redis.from_pool(pool), clock)

"""What both kinds of peers promise, and what several copies on one Redis promise one another."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from time import monotonic

import pytest
import redis
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.errors import SettingsError
from bot.ports import Peers
from bot.settings import CoreSettings
from integrations import PEERS
from integrations.redis.checking import faults_in
from tests.servers import RedisServer

SECOND = timedelta(seconds=1)
A_WHILE = timedelta(seconds=30)
NO_WAIT = timedelta(0)

NewCopy = Callable[..., Peers]


@pytest.fixture
async def new_copy(clock: MovableClock) -> AsyncIterator[NewCopy]:
    """Makes peers of one kind for one more copy of the bot; closed after the test."""
    async with AsyncExitStack() as copies:

        def make(kind: str, url: str = "", password: str | None = None) -> Peers:
            peers: Peers = PEERS[kind].build()(CoreSettings(redis_url=url, redis_password=password), clock=clock)
            copies.push_async_callback(peers.close)
            return peers

        yield make


@pytest.fixture(params=["alone", "redis", "redis 6.2", "redis away"])
def peers(request: pytest.FixtureRequest, new_copy: NewCopy) -> Peers:
    """One copy: alone, with a real Redis, with the oldest that is supported, and with one that is not there."""
    if request.param in ("redis", "redis 6.2"):
        url = request.getfixturevalue("old_redis_url" if request.param == "redis 6.2" else "redis_url")
        return new_copy("redis", url)
    return new_copy("redis", "redis://127.0.0.1:1/0") if request.param == "redis away" else new_copy("alone")


@pytest.fixture
def two_copies(new_copy: NewCopy, any_redis_url: str) -> tuple[Peers, Peers]:
    """Two copies on one Redis."""
    return new_copy("redis", any_redis_url), new_copy("redis", any_redis_url)


async def becomes(condition: Callable[[], Awaitable[bool]], within: float = 8.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = monotonic() + within
    while monotonic() < deadline:
        if await condition():
            return True
        await asyncio.sleep(0.02)
    return False


async def connected(peers: Peers) -> bool:
    return bool(peers.health()["connected"])


async def away(peers: Peers) -> bool:
    await peers.wake("nobody")
    return not peers.health()["connected"]


async def waited(peers: Peers, loop: str, timeout: timedelta) -> float:
    """For how many seconds a wait lasted."""
    before = monotonic()
    await peers.wait(loop, timeout)
    return monotonic() - before


async def undisturbed(ask_all: Callable[[str], Awaitable[list[timedelta]]]) -> list[timedelta]:
    """What was answered, each time of another budget, once no copy lost sight of Redis while it was asked.

    A copy that gets no answer for a second goes on by itself, as it should: on a busy machine that is no news of budgets.
    """
    for n in range(20):
        with capture_logs() as logs:
            waits = await ask_all(f"network {n}")
        if not logs:
            return waits
    pytest.fail(f"Redis was out of sight in every one of 20 tries: {logs}")


class TestBudgets:
    async def test_what_is_there_is_given_without_a_wait(self, peers: Peers) -> None:
        assert await peers.spend("channel", SECOND) == NO_WAIT

    async def test_what_is_not_there_has_a_known_wait(self, peers: Peers, clock: MovableClock) -> None:
        await peers.spend("channel", SECOND)
        clock.advance(seconds=0.25)

        assert await peers.spend("channel", SECOND) == timedelta(seconds=0.75)

    async def test_asking_in_vain_costs_nothing(self, peers: Peers, clock: MovableClock) -> None:
        await peers.spend("channel", SECOND)
        for _ in range(5):
            await peers.spend("channel", SECOND)
        clock.advance(SECOND)

        assert await peers.spend("channel", SECOND) == NO_WAIT

    async def test_a_burst_may_go_at_once_and_refills_one_by_one(self, peers: Peers, clock: MovableClock) -> None:
        waits = [await peers.spend("network", SECOND, burst=3) for _ in range(4)]
        clock.advance(SECOND)
        after = [await peers.spend("network", SECOND, burst=3) for _ in range(2)]

        assert waits == [NO_WAIT, NO_WAIT, NO_WAIT, SECOND]
        assert after == [NO_WAIT, SECOND]

    async def test_a_rest_refills_no_more_than_the_burst(self, peers: Peers, clock: MovableClock) -> None:
        await peers.spend("network", SECOND, burst=2)
        clock.advance(hours=1)

        assert [await peers.spend("network", SECOND, burst=2) for _ in range(3)] == [NO_WAIT, NO_WAIT, SECOND]

    async def test_budgets_do_not_share(self, peers: Peers) -> None:
        await peers.spend("one", A_WHILE)

        assert await peers.spend("other", A_WHILE) == NO_WAIT

    async def test_a_clock_put_back_an_hour_costs_one_refill_at_most(self, peers: Peers, clock: MovableClock) -> None:
        await peers.spend("channel", SECOND)
        clock.advance(hours=-1)

        assert await peers.spend("channel", SECOND) <= SECOND

    async def test_a_fraction_of_a_second_is_kept(self, peers: Peers, clock: MovableClock) -> None:
        third = timedelta(microseconds=333_333)
        await peers.spend("channel", third)
        clock.advance(timedelta(microseconds=1))

        assert await peers.spend("channel", third) == timedelta(microseconds=333_332)


class TestPauses:
    async def test_nothing_is_had_from_a_paused_budget_until_the_pause_is_over(
        self, peers: Peers, clock: MovableClock
    ) -> None:
        await peers.pause("channel", A_WHILE)
        waits = [await peers.spend("channel", SECOND, burst=4)]
        clock.advance(seconds=29)
        waits.append(await peers.spend("channel", SECOND, burst=4))
        clock.advance(SECOND)
        waits.append(await peers.spend("channel", SECOND, burst=4))

        assert waits == [A_WHILE, SECOND, NO_WAIT]

    async def test_other_budgets_go_on(self, peers: Peers) -> None:
        await peers.pause("one", A_WHILE)

        assert await peers.spend("other", SECOND) == NO_WAIT

    @pytest.mark.parametrize("waits", [(A_WHILE, SECOND), (SECOND, A_WHILE)])
    async def test_the_longer_of_two_pauses_counts(self, peers: Peers, waits: tuple[timedelta, timedelta]) -> None:
        for wait in waits:
            await peers.pause("channel", wait)

        assert await peers.spend("channel", SECOND) == A_WHILE

    async def test_a_pause_that_is_over_may_be_followed_by_a_shorter_one(self, peers: Peers, clock: MovableClock) -> None:
        await peers.pause("channel", A_WHILE)
        clock.advance(A_WHILE)
        await peers.pause("channel", SECOND)

        assert await peers.spend("channel", SECOND) == SECOND

    async def test_a_clock_put_back_an_hour_makes_no_pause_longer_than_was_asked(
        self, peers: Peers, clock: MovableClock
    ) -> None:
        await peers.pause("channel", A_WHILE)
        clock.advance(hours=-1)

        assert await peers.spend("channel", SECOND) == A_WHILE

    async def test_what_was_spent_before_a_pause_is_still_spent_after_it(self, peers: Peers, clock: MovableClock) -> None:
        await peers.spend("channel", timedelta(minutes=1))
        await peers.pause("channel", A_WHILE)
        clock.advance(A_WHILE)

        assert await peers.spend("channel", timedelta(minutes=1)) == A_WHILE


class TestLeases:
    async def test_the_first_to_ask_has_it(self, peers: Peers) -> None:
        assert await peers.lease("poll", A_WHILE)

    async def test_the_holder_may_ask_again(self, peers: Peers) -> None:
        await peers.lease("poll", A_WHILE)

        assert await peers.lease("poll", A_WHILE)


class TestWaiting:
    async def test_a_wake_up_before_the_wait_is_not_lost(self, peers: Peers) -> None:
        await peers.wake("deliver")

        assert await waited(peers, "deliver", SECOND) < 0.5

    async def test_a_wake_up_ends_a_wait(self, peers: Peers) -> None:
        waiting = asyncio.create_task(waited(peers, "deliver", SECOND))
        await asyncio.sleep(0)
        await peers.wake("deliver")

        assert await waiting < 0.5

    async def test_a_wake_up_is_for_one_loop(self, peers: Peers) -> None:
        await peers.wake("listen")

        assert await waited(peers, "deliver", timedelta(milliseconds=50)) >= 0.04

    async def test_a_wake_up_is_used_up(self, peers: Peers) -> None:
        await peers.wake("deliver")
        await peers.wait("deliver", SECOND)

        assert await waited(peers, "deliver", timedelta(milliseconds=50)) >= 0.04

    async def test_no_wait_is_longer_than_a_second(self, peers: Peers) -> None:
        assert 0.9 < await waited(peers, "deliver", A_WHILE) < 3


class TestSeveralCopies:
    async def test_only_one_has_a_lease(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies

        assert (await one.lease("poll", A_WHILE), await other.lease("poll", A_WHILE)) == (True, False)

    async def test_a_lease_that_runs_out_is_free(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies
        await one.lease("poll", timedelta(milliseconds=60))

        assert await becomes(lambda: other.lease("poll", A_WHILE))
        assert not await one.lease("poll", A_WHILE)

    async def test_asking_again_makes_a_lease_last(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies
        await one.lease("poll", timedelta(milliseconds=60))
        await one.lease("poll", A_WHILE)

        assert not await becomes(lambda: other.lease("poll", A_WHILE), within=0.15)

    async def test_they_share_a_budget(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies
        await one.spend("channel", SECOND)

        assert await other.spend("channel", SECOND) == SECOND

    async def test_a_pause_is_for_all_of_them(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies
        await one.pause("channel", A_WHILE)

        assert await other.spend("channel", SECOND) == A_WHILE

    async def test_many_asking_at_once_get_no_more_than_there_is(self, two_copies: tuple[Peers, Peers]) -> None:
        async def ask_all(budget: str) -> list[timedelta]:
            return await asyncio.gather(*(two_copies[n % 2].spend(budget, A_WHILE, burst=7) for n in range(60)))

        waits = await undisturbed(ask_all)

        assert waits.count(NO_WAIT) == 7

    async def test_one_wakes_the_other(self, two_copies: tuple[Peers, Peers]) -> None:
        one, other = two_copies

        async def woken() -> bool:
            await one.wake("deliver")
            return await waited(other, "deliver", SECOND) < 0.9

        assert await becomes(woken)

    async def test_flushing_redis_loses_nothing_but_what_was_spent(
        self, two_copies: tuple[Peers, Peers], any_redis_url: str
    ) -> None:
        one, other = two_copies
        await one.lease("poll", A_WHILE)
        await one.spend("channel", A_WHILE)

        with redis.Redis.from_url(any_redis_url) as admin:
            admin.flushall()
            admin.script_flush()

        assert await other.lease("poll", A_WHILE)
        assert await other.spend("channel", A_WHILE) == NO_WAIT
        assert await one.spend("channel", A_WHILE) == A_WHILE
        assert await connected(one)

    async def test_all_keys_are_on_one_node_of_a_cluster(self, two_copies: tuple[Peers, Peers], any_redis_url: str) -> None:
        await two_copies[0].lease("poll", A_WHILE)
        await two_copies[0].spend("channel", A_WHILE)
        await two_copies[0].pause("channel", A_WHILE)

        with redis.Redis.from_url(any_redis_url, decode_responses=True) as admin:
            keys = set(admin.keys("*"))

        assert {"{tolbooth}:lease:poll", "{tolbooth}:budget:channel", "{tolbooth}:pause:channel"} <= keys
        assert all(key.startswith("{tolbooth}:") for key in keys)


class TestRedisGoingAway:
    async def test_each_copy_goes_on_by_itself_and_shares_again_when_it_is_back(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        one, other = new_copy("redis", private_redis.url), new_copy("redis", private_redis.url)
        await one.lease("poll", A_WHILE)
        await other.lease("poll", A_WHILE)

        private_redis.stop()
        alone = [await one.lease("poll", A_WHILE), await other.lease("poll", A_WHILE)]
        spent = [await one.spend("channel", A_WHILE), await one.spend("channel", A_WHILE)]
        private_redis.start()

        assert alone == [True, True]
        assert spent == [NO_WAIT, A_WHILE]
        assert await becomes(lambda: connected(one))
        assert await becomes(lambda: connected(other))
        assert await one.spend("channel", A_WHILE) == NO_WAIT
        assert await other.spend("channel", A_WHILE) == A_WHILE

    async def test_a_copy_keeps_the_pause_it_was_asked_for_while_redis_is_away_and_after(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        peers = new_copy("redis", private_redis.url)
        await peers.pause("channel", A_WHILE)

        private_redis.stop()
        away_from_it = [await peers.spend("channel", SECOND), await peers.spend("channel", SECOND)]

        assert away_from_it == [A_WHILE, A_WHILE]

    async def test_wake_ups_cross_again_when_it_is_back(self, new_copy: NewCopy, private_redis: RedisServer) -> None:
        one, other = new_copy("redis", private_redis.url), new_copy("redis", private_redis.url)
        await one.wake("deliver")
        await other.wake("deliver")
        await other.wait("deliver", SECOND)

        private_redis.kill()
        assert await becomes(lambda: away(one))
        private_redis.start()

        async def woken() -> bool:
            await one.wake("deliver")
            return await waited(other, "deliver", SECOND) < 0.9

        assert await becomes(woken, within=12)

    async def test_it_is_said_once_when_it_goes_and_once_when_it_returns(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        peers = new_copy("redis", private_redis.url)
        await peers.wake("deliver")

        with capture_logs() as logs:
            private_redis.stop()
            await becomes(lambda: away(peers))
            await asyncio.gather(*(peers.lease("poll", SECOND) for _ in range(20)))
            private_redis.start()
            await becomes(lambda: connected(peers))
            await peers.lease("poll", SECOND)

        assert [line["event"] for line in logs] == ["redis_went_away", "redis_came_back"]

    async def test_one_that_hangs_holds_a_call_up_for_a_moment_only(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        peers = new_copy("redis", private_redis.url)
        await peers.lease("poll", A_WHILE)

        private_redis.signal(signal.SIGSTOP)
        before = monotonic()
        first = await peers.lease("poll", A_WHILE)
        after_first = monotonic()
        rest = [await peers.lease("poll", A_WHILE) for _ in range(10)]
        after_rest = monotonic()
        private_redis.signal(signal.SIGCONT)

        assert [first, *rest] == [True] * 11
        assert after_first - before < 4
        assert after_rest - after_first < 0.5
        assert await becomes(lambda: connected(peers))

    async def test_one_that_takes_no_writes_counts_as_away(self, new_copy: NewCopy, private_redis: RedisServer) -> None:
        peers = new_copy("redis", private_redis.url)
        with redis.Redis.from_url(private_redis.url) as admin, capture_logs() as logs:
            admin.config_set("min-replicas-to-write", 1)
            spent = [await peers.spend("channel", A_WHILE), await peers.spend("channel", A_WHILE)]
            still_away = not await becomes(lambda: connected(peers), within=1.5)
            admin.config_set("min-replicas-to-write", 0)

            assert spent == [NO_WAIT, A_WHILE]
            assert still_away
            assert await becomes(lambda: connected(peers))
        assert [line["event"] for line in logs] == ["redis_went_away", "redis_came_back"]

    async def test_health_says_since_when(self, new_copy: NewCopy, clock: MovableClock) -> None:
        peers = new_copy("redis", "redis://127.0.0.1:1/0")
        await becomes(lambda: away(peers))
        clock.advance(minutes=5)

        assert peers.health() == {"peers": "redis", "connected": False, "away_since": "2026-11-17T09:00:00+00:00"}


class TestStopping:
    async def test_a_caller_that_is_cancelled_stops_whenever_it_is(self, new_copy: NewCopy, redis_url: str) -> None:
        peers = new_copy("redis", redis_url)
        running = 0

        async def spend_for_ever() -> None:
            while True:
                await peers.spend("channel", SECOND)

        for steps in range(80):
            spender = asyncio.create_task(spend_for_ever())
            for _ in range(steps):
                await asyncio.sleep(0)
            spender.cancel()
            await asyncio.wait({spender}, timeout=1)
            if not spender.done():
                running += 1
                while not spender.done():
                    spender.cancel()
                    await asyncio.wait({spender}, timeout=0.05)

        assert running == 0


class TestSigningIn:
    async def test_a_wrong_password_is_not_logged(self, new_copy: NewCopy, private_redis: RedisServer) -> None:
        with redis.Redis.from_url(private_redis.url) as admin:
            admin.config_set("requirepass", "right-one")
        peers = new_copy("redis", private_redis.url.replace("://", "://:wrong-one@"))

        with capture_logs() as logs:
            granted = await peers.lease("poll", A_WHILE)

        assert granted
        assert [line["event"] for line in logs] == ["redis_went_away"]
        assert "wrong-one" not in str(logs)

    async def test_the_password_in_the_url_is_used(self, new_copy: NewCopy, private_redis: RedisServer) -> None:
        with redis.Redis.from_url(private_redis.url) as admin:
            admin.config_set("requirepass", "right-one")
        peers = new_copy("redis", private_redis.url.replace("://", "://:right-one@"))

        await peers.spend("channel", A_WHILE)

        assert await connected(peers)

    async def test_a_password_apart_from_the_url_is_used(self, new_copy: NewCopy, private_redis: RedisServer) -> None:
        with redis.Redis.from_url(private_redis.url) as admin:
            admin.config_set("requirepass", "right-one")
        peers = new_copy("redis", private_redis.url, "right-one")

        await peers.spend("channel", A_WHILE)

        assert await connected(peers)
        assert await peers.check() == []

    def test_a_url_nobody_can_read_is_a_setting_to_mend(self, new_copy: NewCopy) -> None:
        with pytest.raises(SettingsError, match="redis_url"):
            new_copy("redis", "http://example.org")


class TestChecking:
    async def test_what_can_be_used_has_no_fault(self, new_copy: NewCopy, any_redis_url: str) -> None:
        assert await new_copy("alone").check() == ()
        assert await new_copy("redis", any_redis_url).check() == []

    async def test_one_that_is_not_there_is_a_fault_with_its_cure(self, new_copy: NewCopy) -> None:
        (fault,) = await new_copy("redis", "redis://127.0.0.1:1/0").check()

        assert "cannot be reached" in fault
        assert "redis_url" in fault

    async def test_a_password_that_is_not_accepted_is_a_fault_that_does_not_repeat_it(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        with redis.Redis.from_url(private_redis.url) as admin:
            admin.config_set("requirepass", "right-one")

        without = await new_copy("redis", private_redis.url).check()
        wrong = await new_copy("redis", private_redis.url, "wrong-one").check()

        assert all("redis_password" in fault for fault in (*without, *wrong))
        assert (len(without), len(wrong)) == (1, 1)
        assert "wrong-one" not in str(wrong)

    async def test_one_that_may_not_say_what_it_is_is_taken_as_it_is(
        self, new_copy: NewCopy, private_redis: RedisServer
    ) -> None:
        with redis.Redis.from_url(private_redis.url) as admin:
            admin.acl_setuser("tolbooth", enabled=True, passwords=["+right-one"], keys=["*"], commands=["+@all", "-info"])

        assert await new_copy("redis", private_redis.url.replace("://", "://tolbooth:right-one@")).check() == []

    @pytest.mark.parametrize(
        ("about", "faults"),
        [
            ({"redis_version": "6.2.0", "cluster_enabled": 0}, 0),
            ({"redis_version": "8.0-rc1"}, 0),
            ({"redis_version": "255.255.255"}, 0),
            ({"redis_version": "unheard of"}, 0),
            ({"redis_version": "6.0.16"}, 1),
            ({"redis_version": "7.2.4", "cluster_enabled": 1}, 1),
        ],
    )
    def test_what_is_too_old_or_of_another_kind_is_a_fault(self, about: dict[str, object], faults: int) -> None:
        assert len(faults_in(about)) == faults

"""What is looked at now and then is looked at again, whatever the machine's clock does."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.engine.intervals import at_intervals
from tests.bot.council import Bench

MINUTE = timedelta(minutes=1)


async def looks_after(bench: Bench, *moves: timedelta, first: timedelta = timedelta(0)) -> list[int]:
    """How often it had looked, at the beginning and after each move of the clock."""
    looks, counted = 0, []

    async def once() -> None:
        nonlocal looks
        looks += 1

    loop = asyncio.create_task(at_intervals(bench.desk, "test", MINUTE, once, first=first))
    for move in (timedelta(0), *moves):
        bench.clock.advance(move)
        await bench.desk.peers.wake("test")
        await asyncio.sleep(0.02)
        await bench.desk.peers.wake("test")
        await asyncio.sleep(0.02)
        counted.append(looks)
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop
    return counted


async def test_it_looks_at_once_and_then_each_interval(bench: Bench) -> None:
    assert await looks_after(bench, timedelta(seconds=59), timedelta(seconds=1), 5 * MINUTE) == [1, 1, 2, 3]


async def test_the_first_look_may_wait(bench: Bench) -> None:
    assert await looks_after(bench, MINUTE, 2 * MINUTE, first=3 * MINUTE) == [0, 0, 1]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
async def test_a_clock_that_is_put_back_makes_nothing_wait(bench: Bench, back: timedelta) -> None:
    assert await looks_after(bench, -back, MINUTE) == [1, 2, 3]

"""The public of a storm: many who write one after the other, evenly, however long each of them takes."""

import asyncio
from collections.abc import Awaitable, Callable

AT_ONCE = 16


async def write_evenly(mentions: int, minutes: float, writes: Callable[[int], Awaitable[None]]) -> None:
    """Have number 0 to ``mentions`` - 1 write within so many minutes, AT_ONCE of them at a time at most."""
    pause = minutes * 60 / mentions
    gate = asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def let_in(number: int) -> None:
        try:
            await writes(number)
        finally:
            gate.release()

    async with asyncio.TaskGroup() as together:
        for number in range(mentions):
            await asyncio.sleep(max(0.0, begin + number * pause - loop.time()))
            await gate.acquire()
            together.create_task(let_in(number))

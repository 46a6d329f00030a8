"""The work begun and not yet finished, so that a stop can wait for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class InHand:
    """Tasks that outlive the request that began them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Start work that goes on whatever becomes of the caller."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._put_down)
        return task

    def _put_down(self, task: asyncio.Task[Any]) -> None:
        """Done with. What it raised is its caller's to know; one that has gone away need not be told."""
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def finish(self, within: float) -> int:
        """Wait for all of it, and for what is begun meanwhile, at most ``within`` seconds.

        How much was left is cut off and counted.
        """
        until = asyncio.get_running_loop().time() + within
        while self._tasks and (room := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=room)
        left = set(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

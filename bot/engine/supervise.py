"""Keeps the loops running: one that breaks is logged and started again, and all stop together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.errors import SettingsError

log = structlog.get_logger()
Loop = Callable[[], Awaitable[None]]
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
WELL_AGAIN = 300.0
"""Seconds a loop has run for its earlier breaks to be forgotten."""


class Supervisor:
    """Runs named loops until told to stop."""

    def __init__(self, loops: Mapping[str, Loop]) -> None:
        self.loops = dict(loops)
        self.broken: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start them all."""
        self._tasks = [asyncio.create_task(self.keep(name, loop), name=name) for name, loop in self.loops.items()]

    async def stop(self) -> None:
        """Stop them all, and wait until each has put down what it holds."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stay(self) -> None:
        """Wait until a loop cannot go on, and raise what it raised."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def keep(self, name: str, loop: Loop) -> None:
        """Run one loop for ever, waiting longer after each break in a row."""
        wait = FIRST_WAIT
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await loop()
                return
            except SettingsError:
                raise
            except Exception as error:  # the one place besides the chat's listener where a bug is caught
                log.exception("loop_broke", loop=name)
                self.broken[name] = type(error).__name__
            if asyncio.get_running_loop().time() - began > WELL_AGAIN:
                wait = FIRST_WAIT
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

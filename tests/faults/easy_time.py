"""Time that passes as it does while something is done, and many times as fast while all wait for something.

So an hour of a chat that takes a message each five seconds is minutes, and no limit is passed because the machine was busy.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.clock import MovableClock

T = TypeVar("T")
MORNING = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


class EasySelector(selectors.DefaultSelector):
    """Waits ``rate`` times as short as asked, and counts no more than what was asked."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self._passed, self._marked = 0.0, time.monotonic()

    def time(self) -> float:
        """Seconds of this time since it began."""
        return self._passed + time.monotonic() - self._marked

    def select(self, timeout: float | None = None) -> Any:
        """What is ready within so many seconds of this time."""
        before, began = self.time(), time.monotonic()
        ready = super().select(timeout / self.rate if timeout and timeout > 0 else timeout)
        now = time.monotonic()
        waited = (now - began) * self.rate
        self._passed, self._marked = before + (waited if timeout is None else min(waited, max(timeout, 0.0))), now
        return ready


class EasyClock(MovableClock):
    """The time of the loop it is used in, from a Tuesday morning on."""

    def __init__(self, selector: EasySelector) -> None:
        super().__init__(MORNING)
        self._selector, self._began = selector, selector.time()

    def now(self) -> datetime:
        """Aware, UTC."""
        return MORNING + timedelta(seconds=self._selector.time() - self._began)


def run_easily(rate: float, main: Callable[[EasyClock], Coroutine[Any, Any, T]]) -> T:
    """On a loop of this time, whose clock is given."""
    selector = EasySelector(rate)

    class EasyLoop(asyncio.SelectorEventLoop):
        def time(self) -> float:
            return selector.time()

    with asyncio.Runner(loop_factory=lambda: EasyLoop(selector)) as runner:
        return runner.run(main(EasyClock(selector)))

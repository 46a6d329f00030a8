"""Looks at intervals, by the organisation's clock: what every loop does that waits for nothing but time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.desk import Desk

BEAT = timedelta(seconds=1)
"""How often it is asked whether it is time; a clock that is moved wakes it at once."""
NOW = timedelta(0)


async def at_intervals(
    desk: Desk, name: str, every: timedelta, once: Callable[[], Awaitable[object]], *, first: timedelta = NOW
) -> None:
    """Do it after ``first`` and then each ``every``, for ever, until cancelled.

    A clock that is put back makes nothing wait until it has caught up.
    """
    due = desk.now() + first
    while True:
        await desk.peers.wait(name, BEAT)
        now = desk.now()
        if now >= due or due - now > max(first, every):
            due = now + every
            await once()

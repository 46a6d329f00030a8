"""Slack's bench in Socket Mode."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import MovableClock
from tests.contracts.chats.slack_side import OFFERS, SlackBench, workspace

__all__ = ["OFFERS", "open_bench"]


@asynccontextmanager
async def open_bench(clock: MovableClock) -> AsyncIterator[SlackBench]:
    """Slack listens as long as the bench is open, and the chat holds the connection."""
    async with workspace(clock) as slack:
        bench = SlackBench("slack_socket", slack, clock, mode="socket")
        await bench.chat.start(bench.desk.run)
        yield bench
        await bench.chat.stop()

"""A chat under test, opened on its stand-in."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import MovableClock
from tests.contracts.chats.bench import ChatBench
from tests.contracts.chats.benches import opened


@pytest.fixture
async def bench(chat_name: str, clock: MovableClock) -> AsyncIterator[ChatBench]:
    """The chat the test is for, listening."""
    async with opened(chat_name)(clock) as one:
        yield one

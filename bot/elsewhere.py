"""What is asked of a chat in which nobody waits for the answer: for no longer than whoever waits in another can wait."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.errors import TryLater
from bot.ports import Chat

PATIENCE = 1.5
"""Seconds a question may take: who pressed something is to be answered within three, with all else that belongs to it."""
BRIEFLY = 0.05
"""What is left for a chat that has just been too slow: enough for what it has in memory."""
REMEMBERED = 60.0
"""Seconds after which a chat that was too slow is waited for again."""
AT_ONCE = 4
"""Questions that one chat may be at work on with nobody waiting: what they cost there is not to hold up its own people."""
Question = tuple[str, ...]
Answer = TypeVar("Answer")


class Elsewhere:
    """Questions to other chats. One that takes too long goes on being asked: who asks next may find it answered."""

    def __init__(self, patience: float = PATIENCE, briefly: float = BRIEFLY) -> None:
        self.patience, self.briefly = patience, briefly
        self._running: dict[Question, asyncio.Task[Any]] = {}
        self._slow_until: dict[str, float] = {}

    async def ask(
        self, chat: Chat, about: Question, call: Callable[[], Coroutine[Any, Any, Answer]], *, patience: float = 0
    ) -> Answer:
        """What a chat answers to ``call``, asked once at a time. Raises what it raises, and TryLater where it is too slow.

        ``patience``: wait for so many seconds, however slow the chat was.
        """
        task = self._running.get((chat.name, *about)) or self._begin(chat.name, about, call, is_urgent=bool(patience))
        now = asyncio.get_running_loop().time()
        is_slow = self._slow_until.get(chat.name, now) > now
        done, _ = await asyncio.wait({task}, timeout=patience or (self.briefly if is_slow else self.patience))
        if not done:
            if not is_slow:
                self._slow_until[chat.name] = now + REMEMBERED
            raise TryLater(f"{chat.name} takes long to answer")
        answer: Answer = task.result()
        return answer

    def _begin(
        self, name: str, about: Question, call: Callable[[], Coroutine[Any, Any, Answer]], *, is_urgent: bool
    ) -> "asyncio.Task[Answer]":
        """Raises TryLater for a chat that is at work on enough."""
        if not is_urgent and sum(one[0] == name for one in self._running) >= AT_ONCE:
            raise TryLater(f"{name} is still to answer what it was asked")
        key = (name, *about)
        task = self._running[key] = asyncio.create_task(call())
        task.add_done_callback(lambda over: self._answered(key, over))
        return task

    def _answered(self, key: Question, task: "asyncio.Task[Any]") -> None:
        self._running.pop(key, None)
        if not task.cancelled() and task.exception() is None:
            self._slow_until.pop(key[0], None)

    async def stop(self) -> None:
        """Ask nothing more."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

"""Server-sent events: the view at once, then each time it differs.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
from collections.abc import Callable

import structlog
from aiohttp import web

from integrations.sandbox.slack_words import Json

AT_MOST_EVERY = 0.1
LOOK_EVERY = 0.25
"""Seconds between looks at the clock, and at whether anybody is still there."""
STILL_HERE_EVERY = 10.0
MOST = 50
PASSES = ("revision", "now")
"""What differs each time and is no reason to say anything."""

log = structlog.get_logger()

Draw = Callable[[], Json]


class Stream:
    """One open connection."""

    def __init__(self, request: web.Request, draw: Draw, still_here_every: float) -> None:
        self._request = request
        self._still_here_every = still_here_every
        self._draw = draw
        self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        self._told = ""
        self._told_at = 0.0
        self.news = asyncio.Event()

    async def flow(self, minute: Callable[[], object], closing: asyncio.Event) -> web.StreamResponse:
        """Tell, until the stream is closed or nobody is there. ``minute`` differs when the clock on the wall does."""
        await self.response.prepare(self._request)
        while not closing.is_set() and self._is_heard():
            self.news.clear()
            shown = minute()
            await self._tell()
            await asyncio.sleep(AT_MOST_EVERY)
            while self._is_heard() and not (closing.is_set() or self._is_late() or minute() != shown):
                if await came(self.news):
                    break
        return self.response

    async def _tell(self) -> None:
        """Send the view if it differs, or a sign of life if it is time for one."""
        view = self._draw()
        told = json.dumps({name: value for name, value in view.items() if name not in PASSES})
        if told != self._told:
            self._told = told
            await self._send(f"event: view\ndata: {json.dumps(view)}\n\n")
        elif self._is_late():
            await self._send(": still here\n\n")

    async def _send(self, text: str) -> None:
        self._told_at = asyncio.get_running_loop().time()
        await self.response.write(text.encode())

    def _is_late(self) -> bool:
        return asyncio.get_running_loop().time() - self._told_at >= self._still_here_every

    def _is_heard(self) -> bool:
        transport = self._request.transport
        return transport is not None and not transport.is_closing()


class Streams:
    """All that are open. ``minute`` is what the clock on the wall shows."""

    def __init__(self, minute: Callable[[], object]) -> None:
        self._minute = minute
        self._closing = asyncio.Event()
        self.open: list[Stream] = []
        self.still_here_every = STILL_HERE_EVERY

    @property
    def is_full(self) -> bool:
        """Whether there are as many as there may be."""
        return len(self.open) >= MOST

    def changed(self) -> None:
        """Something may differ now."""
        for stream in self.open:
            stream.news.set()

    def close(self) -> None:
        """End them all."""
        self._closing.set()
        self.changed()

    async def serve(self, request: web.Request, draw: Draw) -> web.StreamResponse:
        """One connection, from beginning to end; one that breaks is forgotten."""
        stream = Stream(request, draw, self.still_here_every)
        self.open.append(stream)
        try:
            return await stream.flow(self._minute, self._closing)
        except ConnectionError:
            return stream.response
        except Exception:
            log.exception("page_stream_failed")
            return stream.response
        finally:
            self.open.remove(stream)


async def came(news: asyncio.Event) -> bool:
    """Whether there was news within a look."""
    try:
        async with asyncio.timeout(LOOK_EVERY):
            await news.wait()
    except TimeoutError:
        return False
    return True

"""A proxy that does to one call what networks do on a bad day: it stands between an unmodified adapter and a stand-in."""

import asyncio
import re
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
A_PAGE = b"<!doctype html><title>Sign in to the town hall's network</title>"
A_PROMISE = b'{"ok": true}'


class Reaches(StrEnum):
    """Whether what was asked arrives where it should."""

    NEVER = "never"
    AT_ONCE = "at once"
    LATE = "late"  # when the test says ``release``: long after the caller gave up


class Line(StrEnum):
    """What becomes of the connection. The last three end when the caller hangs up."""

    ANSWERS = "answers"
    REFUSES = "refuses"
    CLOSES = "closes"
    RESETS = "resets"
    STOPS_HALFWAY = "stops halfway"
    IS_SILENT = "is silent"
    CRAWLS = "crawls"  # a byte a second


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a call goes wrong. ``status`` and ``body`` replace the other side's own answer."""

    reaches: Reaches
    line: Line
    status: str = ""
    body: bytes = b""
    headers: tuple[str, ...] = ()

    def answer(self) -> bytes:
        """The answer that is given instead."""
        lines = [f"HTTP/1.1 {self.status}", *self.headers, f"Content-Length: {len(self.body)}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode() + self.body


HTML, JSON = ("Content-Type: text/html",), ("Content-Type: application/json",)
PATIENCE = ("Retry-After: 30", *JSON)
FAULTS = {
    "refuse": Fault(Reaches.NEVER, Line.REFUSES),
    "drop before": Fault(Reaches.NEVER, Line.CLOSES),
    "reset before": Fault(Reaches.NEVER, Line.RESETS),
    "stall": Fault(Reaches.NEVER, Line.IS_SILENT),
    "late": Fault(Reaches.LATE, Line.IS_SILENT),
    "drop the reply": Fault(Reaches.AT_ONCE, Line.CLOSES),
    "reset": Fault(Reaches.AT_ONCE, Line.RESETS),
    "half": Fault(Reaches.AT_ONCE, Line.STOPS_HALFWAY),
    "slow": Fault(Reaches.AT_ONCE, Line.CRAWLS),
    "429": Fault(Reaches.NEVER, Line.ANSWERS, "429 Too Many Requests", b'{"ok":false,"error":"ratelimited"}', PATIENCE),
    "500 before": Fault(Reaches.NEVER, Line.ANSWERS, "500 Internal Server Error", A_PAGE, HTML),
    "500": Fault(Reaches.AT_ONCE, Line.ANSWERS, "500 Internal Server Error", A_PAGE, HTML),
    "200 HTML before": Fault(Reaches.NEVER, Line.ANSWERS, "200 OK", A_PAGE, HTML),
    "200 HTML": Fault(Reaches.AT_ONCE, Line.ANSWERS, "200 OK", A_PAGE, HTML),
    "200 that names nothing": Fault(Reaches.AT_ONCE, Line.ANSWERS, "200 OK", A_PROMISE, JSON),
}
"""By name, as the tables of the tests have them."""


class FaultProxy:
    """Passes calls on to ``upstream``, one a connection, until it is told what shall go wrong with the next."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream, self.path = (parts.hostname or "", parts.port or 80), parts.path
        self.calls: list[str] = []
        """What was asked: ``POST /replies``, also when it went no further."""
        self._next: tuple[Fault, str] | None = None
        self._spared = 0
        self._held: list[bytes] = []
        self._server: asyncio.Server | None = None
        self._guard = bound(0)  # keeps the port ours while nobody listens there
        self._port: int = self._guard.getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where callers find it: the upstream's path at another place."""
        return f"http://127.0.0.1:{self._port}{self.path}"

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.shut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._guard.close()

    async def listen(self) -> None:
        """Take calls, again if it refused them."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, sock=bound(self._port))

    def shut(self) -> None:
        """Refuse every call."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def next(self, fault: Fault, calls: str = "", *, spared: int = 0) -> None:
        """The next call that begins with ``calls`` goes wrong so, after so many that are ``spared``.

        Refused are all from now on, until it listens again.
        """
        self._spared = spared
        if fault.line is Line.REFUSES:
            self.shut()
        else:
            self._next = fault, calls

    def calms_down(self) -> bool:
        """Nothing goes wrong any more; whether what should have gone wrong had not come to pass."""
        was_waiting, self._next = self._next is not None, None
        return was_waiting

    async def release(self) -> None:
        """What was held arrives now, though nobody waits for the answer any more."""
        held, self._held = self._held, []
        for request in held:
            await self._passed_on(request)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._one(reader, writer)
        self._tasks.discard(task)
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await whole(reader)
        asked = " ".join(request.split(b" ", 2)[i].decode().partition("?")[0] for i in (0, 1))
        self.calls.append(asked)
        fault = self._taken(asked)
        if fault.reaches is Reaches.LATE:
            self._held.append(request)
        answer = await self._passed_on(request) if fault.reaches is Reaches.AT_ONCE else b""
        await give(fault.answer() if fault.status else answer, fault.line, reader, writer)

    def _taken(self, asked: str) -> Fault:
        """What goes wrong with this call."""
        if self._next and asked.startswith(self._next[1]):
            self._spared -= 1
            if self._spared < 0:
                fault, self._next = self._next[0], None
                return fault
        return CALM

    async def _passed_on(self, request: bytes) -> bytes:
        """What the other side answers. Asked to close, it ends its answer by closing."""
        reader, writer = await asyncio.open_connection(*self.upstream)
        try:
            head, _, body = request.partition(b"\r\n\r\n")
            writer.write(re.sub(rb"\r\nconnection:[^\r]*", b"", head, flags=re.IGNORECASE))
            writer.write(b"\r\nConnection: close\r\n\r\n" + body)
            return await reader.read()
        finally:
            writer.close()


CALM = Fault(Reaches.AT_ONCE, Line.ANSWERS)


async def whole(reader: asyncio.StreamReader) -> bytes:
    """One request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    return head + await reader.readexactly(int(length[1]) if length else 0)


async def give(answer: bytes, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What the caller gets of an answer."""
    match line:
        case Line.ANSWERS:
            writer.write(answer)
            await writer.drain()
        case Line.STOPS_HALFWAY:
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
        case Line.RESETS:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        case Line.IS_SILENT:
            await reader.read()
        case Line.CRAWLS:
            crawling = asyncio.create_task(crawl(answer, writer))
            await reader.read()
            crawling.cancel()


async def crawl(answer: bytes, writer: asyncio.StreamWriter) -> None:
    """A byte a second."""
    for byte in answer:
        writer.write(bytes([byte]))
        await asyncio.sleep(1)


def bound(port: int) -> socket.socket:
    """A loopback socket at a port that may be shared with another of ours; 0: any free one."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made

"""The world outside the copies: one server that everything arrives at, and the chat and the networks that speak to it.

It counts what arrives. What was sent whole before its sender was killed has arrived: as with any server.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.card import Card, Digest, Notice
from bot.errors import Unsure
from bot.ports import Found, Guarantee, MessageRef, NotFound, Outgoing, Receipt
from tests.bot.engine.fakes import Letterbox, Wall

ANSWER_WITHIN = 5.0
GUARANTEES = {"key": Guarantee.NATIVE_KEY, "look": Guarantee.LOOKUP, "seen": Guarantee.EVIDENCE_ONLY}
"""By how the name of an account begins."""


@dataclass
class Outside:
    """Counts what arrives; every so many-th answer about a post or a reply is lost, though it was taken."""

    lost_each: int = 0
    public: Counter[str] = field(default_factory=Counter)
    wall: Counter[str] = field(default_factory=Counter)
    told: dict[str, set[tuple[str, ...]]] = field(default_factory=lambda: {"post": set(), "claim": set(), "reply": set()})
    """What somebody was told is done: posts taken, claims made, replies on their way."""
    told_in: Counter[str] = field(default_factory=Counter)
    """How many posts of each front desk were answered for."""
    heard: Counter[str] = field(default_factory=Counter)
    """How much each copy said or asked."""
    lost: int = 0
    port: int = 0

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """No more."""
        self._server.close()
        await self._server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One copy's connection, until the copy dies."""
        try:
            async for line in reader:
                if not line.endswith(b"\n"):
                    break
                given = json.loads(line)
                writer.write(json.dumps({"id": given["id"], "is": self.met(given)}).encode() + b"\n")
        except ConnectionError:
            pass
        finally:
            writer.close()

    def met(self, given: dict[str, Any]) -> str:
        """Take one thing; what is answered."""
        key, what = given.get("key", ""), given["do"]
        self.heard[given["desk"]] += 1
        match what:
            case "publish":
                self.public[key] = 1 if given["key_is_known"] else self.public[key] + 1
            case "say":
                self.wall[key] += 1
            case "find":
                return "found" if (self.public[key] or self.wall[key]) else "absent"
            case _:
                self.told[what].add(tuple(given["told"]))
                self.told_in[given["desk"]] += what == "post"
                return "ok"
        self.lost += (loses := bool(self.lost_each) and (self.public.total() + self.wall.total()) % self.lost_each == 0)
        return "lost" if loses else "ok"


class Line:
    """A copy's connection to the outside."""

    def __init__(self, port: int, desk: str) -> None:
        self.port, self.desk = port, desk
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._numbers = count()

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._listening = asyncio.create_task(self._listen())

    def close(self) -> None:
        """Hang up."""
        self._listening.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        async for line in self._reader:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"], None)
            if waiting and not waiting.done():
                waiting.set_result(answer["is"])

    async def asks(self, do: str, **more: Any) -> str:
        """Send and wait for the answer. Raises Unsure when none comes."""
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"id": number, "do": do, "desk": self.desk, **more}).encode() + b"\n")
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                answer: str = await waiting
        except TimeoutError as error:
            raise Unsure("no answer came in time") from error
        if answer == "lost":
            raise Unsure("the answer was lost")
        return answer


class FarBox(Letterbox):
    """A network at the other end of the line."""

    settle = timedelta(seconds=60)

    def __init__(self, line: Line, guarantee: Guarantee) -> None:
        super().__init__(guarantee)
        self.line = line

    async def publish(self, reply: Outgoing) -> Receipt:
        """Over the line."""
        await self.line.asks("publish", key=reply.key, key_is_known=self.guarantee is Guarantee.NATIVE_KEY)
        return Receipt(f"r-{reply.key}")

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        """What the other end has."""
        seen = await self.line.asks("find", key=reply.key) == "found"
        return Found(Receipt(f"r-{reply.key}")) if seen else NotFound.ABSENT


class FarWall(Wall):
    """A chat at the other end of the line, that can be looked into."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Over the line."""
        await self.line.asks("say", key=key)
        return MessageRef(channel, f"m-{key}")

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Over the line."""
        await self.line.asks("say", key=f"redraw of {message.id}")

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """Over the line."""
        await self.line.asks("say", key=key)
        return MessageRef(staff, f"m-{key}")

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """What the other end has."""
        found = await self.line.asks("find", key=key) == "found"
        return MessageRef(channel, f"m-{key}") if found else NotFound.ABSENT

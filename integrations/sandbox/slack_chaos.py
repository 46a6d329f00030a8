"""Trouble on demand: what Slack and the network between do on a bad day."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from integrations.sandbox.slack_courier import Courier, disconnect_frame


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with one call. ``done``: it happens all the same, only the answer is not a good one."""

    error: str = ""
    status: int = 0
    retry_after: int = 0
    drop: bool = False
    delay: float = 0
    done: bool = False


CALM = Trouble()


@dataclass(slots=True)
class Chaos:
    """What will go wrong, by method, first come first served."""

    courier: Courier
    queued: defaultdict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))

    def next(self, method: str, trouble: str | int = "", *, times: int = 1, retry_after: int = 1, delay: float = 0) -> None:
        """The next calls of a Web API method (or ``response_url``) fail.

        ``trouble`` is an error code (``"channel_not_found"``), an HTTP status (500, 429 with ``retry_after`` seconds),
        ``"drop"`` (done, then the connection dies before the answer), ``"lost"`` (the connection dies and nothing was
        done), ``"done_500"`` (done, answered 500) or nothing; ``delay`` seconds of real time pass first.
        """
        match trouble:
            case int():
                made = Trouble(status=trouble, retry_after=retry_after, delay=delay)
            case "drop" | "lost":
                made = Trouble(drop=True, done=trouble == "drop", delay=delay)
            case "done_500":
                made = Trouble(status=500, done=True, delay=delay)
            case _:
                made = Trouble(error=trouble, delay=delay)
        self.queued[method].extend([made] * times)

    def take(self, method: str) -> Trouble:
        """What goes wrong with this call."""
        return self.queued[method].popleft() if self.queued[method] else CALM

    def drop_sockets(self) -> None:
        """Cut every socket's TCP connection, without a word."""
        for socket in self.courier.sockets:
            socket.transport.abort()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to connect anew: ``warning``, ``refresh_requested`` or ``link_disabled``."""
        for socket in list(self.courier.sockets):
            await socket.ws.send_json(disconnect_frame(reason))

    def refuse_tickets(self, count: int = 1) -> None:
        """Refuse the next handshakes with 408; the tickets are spent."""
        self.courier.refuse += count

    def stop_ponging(self) -> None:
        """Leave pings unanswered from now on, as on a half-open link."""
        self.courier.pongs = False

    def calm(self) -> None:
        """Nothing more goes wrong."""
        self.queued.clear()
        self.courier.refuse, self.courier.pongs = 0, True

"""Socket Mode: two connections that Tolbooth opens to Slack, each replaced before it runs out or when it fails."""

import asyncio
import time
from datetime import timedelta

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ports import Clock
from integrations.slack.calls import Calls
from integrations.slack.connection import Connection
from integrations.slack.in_hand import InHand
from integrations.slack.pace import Pace

CONNECTIONS = 2
"""Slack delivers to any one of them, and a command nobody takes is not delivered again: so never only one."""
LOOK_EVERY = 0.5
LINGER = 1.0
"""Seconds a replaced connection is still read, for what Slack had already put on it."""
ACKNOWLEDGE_TRIES = 10
ACKNOWLEDGE_PAUSE = 0.1
SILENT_FOR = timedelta(minutes=5)
SILENT_WHILE = 20
"""Envelopes heard by the others meanwhile: with two connections chance alone explains that once in a million."""
ANOTHER_COPY = "Slack counts more connections than ours: stop the other copy, unless you run several on purpose."

log = structlog.get_logger()


class Sockets(AsyncBaseSocketModeHandler):
    """The connections together: what arrives on one may be acknowledged on another."""

    app: AsyncApp

    def __init__(self, app: AsyncApp, calls: Calls, clock: Clock) -> None:
        self.app = app
        self._calls = calls
        self._clock = clock
        self._connections: list[Connection] = []
        self._supervisors: list[asyncio.Task[None]] = []
        self._still_read: set[Connection] = set()
        self._replacing = asyncio.Lock()
        self._in_hand = InHand()
        self._stopping = False
        self._closing = False
        self._others = 0

    async def connect_async(self) -> None:
        """Open the first connection; the rest follow. Raises SettingsError when the app-level token is not accepted."""
        self._connections = [self._made(Pace()) for _ in range(CONNECTIONS)]
        await self._connections[0].open()
        self._supervisors = [asyncio.create_task(self._keep(place)) for place in range(CONNECTIONS)]

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Take one envelope. Once the connections are being closed none is: Slack delivers an event again."""
        if self._closing:
            return
        for one in self._connections:
            one.missed += 1
        if isinstance(client, Connection):
            client.missed, client.heard_at = 0, self._clock.now()
        await asyncio.shield(self._in_hand.begin(self._answer(client, req)))

    async def _answer(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        started = time.time()
        response = await run_async_bolt_app(self.app, req)
        for _ in range(ACKNOWLEDGE_TRIES):
            for connection in (client, *(other for other in self._connections if other is not client)):
                try:
                    await send_async_response(connection, req, response, started)
                except (ConnectionError, aiohttp.ClientError):
                    continue
                return
            await asyncio.sleep(ACKNOWLEDGE_PAUSE)
        log.warning("slack_envelope_not_acknowledged", kind=req.type)

    async def close_async(self, within: float = 5.0) -> None:
        """Finish what is in hand, and what comes meanwhile; then take nothing more and close."""
        for supervisor in self._supervisors:
            supervisor.cancel()
        await asyncio.gather(*self._supervisors, return_exceptions=True)
        self._stopping = True
        if left := await self._in_hand.finish(within):
            log.warning("slack_envelopes_cut_off", count=left)
        self._closing = True
        await asyncio.gather(*(one.close() for one in (*self._connections, *self._still_read)))

    def health(self) -> dict[str, object]:
        """How many connections there are and should be, what is in hand, and what stands in the way."""
        refused = next((one.pace.refused for one in self._connections if one.pace.refused), "")
        return {
            "sockets": sum(one.is_open for one in self._connections),
            "sockets_wanted": CONNECTIONS,
            "sockets_of_others": self._others,
            "in_hand": len(self._in_hand),
            "stopping": self._stopping,
            **({"app_token_refused": refused} if refused else {}),
        }

    def _made(self, pace: Pace) -> Connection:
        connection = Connection(self._calls, self._clock, pace)
        connection.message_listeners.append(self._on_frame)
        connection.socket_mode_request_listeners.append(self.handle)
        return connection

    async def _on_frame(self, client: AsyncBaseSocketModeClient, frame: dict[str, object], _raw: str | None) -> None:
        """Count the connections at each hello. More than ours means a second copy on the same token: said once."""
        if frame.get("type") != "hello" or not isinstance(client, Connection):
            return
        ours = {client, *(one for one in (*self._connections, *self._still_read) if one.is_open)}
        others = max(0, client.counted - len(ours))
        if others and not self._others:
            log.warning("slack_other_connections", others=others, cure=ANOTHER_COPY)
        self._others = others

    async def _keep(self, place: int) -> None:
        """See that a connection is there, comes back even if the SDK's own monitor has died, and is replaced in time."""
        while True:
            connection = self._connections[place]
            if not await connection.is_connected():
                await connection.connect_to_new_endpoint()
            elif not self._replacing.locked() and self._is_due(connection):
                await self._replace(place)
            await asyncio.sleep(LOOK_EVERY)

    def _is_due(self, connection: Connection) -> bool:
        """Whether it nears its end, or hears nothing while its sibling does."""
        if self._clock.now() >= connection.replace_at:
            return True
        silent = connection.missed >= SILENT_WHILE and self._clock.now() - connection.heard_at >= SILENT_FOR
        if silent:
            log.warning("slack_socket_silent", missed=connection.missed)
        return silent

    async def _replace(self, place: int) -> None:
        """Open the next connection, and only then let go of the one in its place. One at a time."""
        async with self._replacing:
            old = self._connections[place]
            new = self._made(old.pace)
            try:
                came = await new.open_beside()
            except BaseException:
                await new.close()
                raise
            if not came:
                await new.close()
                return
            self._connections[place] = new
            old.retire()
            self._still_read.add(old)
            await asyncio.sleep(LINGER)
            await old.close()
            self._still_read.discard(old)

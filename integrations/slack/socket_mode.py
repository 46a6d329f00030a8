"""Socket Mode: two connections that Tolbooth opens to Slack, each replaced when it fails, none in a storm."""

import asyncio
import random
import time
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from yarl import URL

from bot.errors import OutsideError, SettingsError, SignInAgain, TryLater
from integrations.slack.calls import Calls, sdk_log
from integrations.slack.in_hand import InHand
from integrations.slack.settings import value

CONNECTIONS = 2
"""Slack delivers to any one of them, and a command nobody takes is not delivered again: so never only one."""
PING_INTERVAL = 3.0
LOOK_EVERY = 0.5
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 60.0
ACKNOWLEDGE_TRIES = 10
ACKNOWLEDGE_PAUSE = 0.1
SHORT_LIFE = 2.0
LONG_LIFE = 30.0
CLOSING = aiohttp.ClientWSTimeout(ws_close=2.0)

NOT_ACCEPTED = (
    "slack.app_token is not accepted by Slack ({reason}).\n"
    "Make an app-level token with the scope connections:write under Basic Information,\n"
    "App-Level Tokens, and see that Socket Mode is switched on in the app's settings."
)

log = structlog.get_logger()


class Socket(SocketModeClient):
    """One connection. Every attempt asks Slack for a fresh address, because an address can be used once."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(
            app_token=value(calls.settings.app_token),
            web_client=calls.client(),
            logger=sdk_log,
            ping_interval=PING_INTERVAL,
        )
        self._calls = calls
        self._failures = 0
        self._opened_at: float | None = None
        self._is_down = False
        self._unused = self.aiohttp_client_session  # made by the SDK, deaf to NO_PROXY
        self.aiohttp_client_session = calls.session()

    async def open(self) -> None:
        """Connect for the first time. Raises SettingsError when Slack does not accept the app-level token."""
        async with self.connect_operation_lock:
            await self._connect(first=True)

    async def connect(self) -> None:
        """Connect again, for as long as it takes."""
        await self._connect(first=False)

    async def send_message(self, message: str) -> None:
        """Send one frame. Raises ConnectionError at once when there is no connection: another may take it."""
        if self.current_session is None:
            raise ConnectionError
        await self.current_session.send_str(message)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Replace the connection, unless that is under way already."""
        if self.connect_operation_lock.locked():
            return
        async with self.connect_operation_lock:
            if force or not await self.is_connected():
                await self.connect()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Take one frame. Too many connections is a reason to wait: at once would be hundreds of times a second."""
        if message.get("type") == "disconnect":
            log.info("slack_socket_replaced", reason=str(message.get("reason")))
            if message.get("reason") == "too_many_websockets":
                self._failures += 1
        if message.get("type") == "hello":
            log.info("slack_socket_opened", connections=message.get("num_connections"))
        await super().run_message_listeners(message, raw_message)

    async def close(self) -> None:
        """Close for good. The session is shared: whoever made it closes it."""
        self.closed = True
        self.auto_reconnect_enabled = False
        await self._unused.close()
        if self.current_session is not None:
            await self.current_session.close()
        mine = [self.message_processor, self.current_session_monitor, self.message_receiver]
        tasks = [task for task in mine if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self, *, first: bool) -> None:
        await self._unused.close()
        self._judge_the_last()
        while not self.closed:
            await asyncio.sleep(pause_after(self._failures))
            try:
                await self._attempt()
            except SignInAgain as error:
                if first:
                    raise SettingsError(NOT_ACCEPTED.format(reason=error)) from error
                self._failed(error)
            except (OutsideError, aiohttp.ClientError, OSError, TimeoutError) as error:
                self._failed(error)
            else:
                self._succeeded()
                return

    async def _attempt(self) -> None:
        """Ask for an address and open it. The old connection is closed first, so that it does not count against the ten."""
        url = await self._calls.socket_url()
        if not self._calls.is_slacks(url):
            raise TryLater("the address Slack gave is not on a trusted domain: see slack.also_hosts")
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            await self.current_session.close()
        self.current_session = await self.aiohttp_client_session.ws_connect(
            url, autoping=False, heartbeat=PING_INTERVAL, timeout=CLOSING, **proxy_for(url)
        )
        self.auto_reconnect_enabled, self.stale, self.last_ping_pong_time = True, False, None
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self._watch()

    def _watch(self) -> None:
        """Give the new connection its own reader and monitor. No await in here: the caller may be one of the old ones."""
        for old in (self.current_session_monitor, self.message_receiver):
            if old is not None:
                old.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    def _judge_the_last(self) -> None:
        """A connection that did not last counts as a failure; one that lasted wipes the slate."""
        if self._opened_at is None:
            return
        lived = asyncio.get_running_loop().time() - self._opened_at
        if lived < SHORT_LIFE:
            self._failures += 1
        elif lived > LONG_LIFE:
            self._failures = 0

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if not self._is_down:
            self._is_down = True
            log.warning("slack_socket_lost", reason=str(error) if isinstance(error, OutsideError) else type(error).__name__)

    def _succeeded(self) -> None:
        self._opened_at = asyncio.get_running_loop().time()
        if self._is_down:
            self._is_down = False
            log.info("slack_socket_back")


class Sockets(AsyncBaseSocketModeHandler):
    """The connections together: what arrives on one may be acknowledged on another."""

    app: AsyncApp

    def __init__(self, app: AsyncApp, calls: Calls) -> None:
        self.app = app
        self._calls = calls
        self._sockets: list[Socket] = []
        self._supervisors: list[asyncio.Task[None]] = []
        self._in_hand = InHand()
        self._stopping = False

    async def connect_async(self) -> None:
        """Open the first connection; the rest follow. Raises SettingsError when the app-level token is not accepted."""
        self._sockets = [Socket(self._calls) for _ in range(CONNECTIONS)]
        for socket in self._sockets:
            socket.socket_mode_request_listeners.append(self.handle)
        await self._sockets[0].open()
        self._supervisors = [asyncio.create_task(supervise(socket)) for socket in self._sockets]

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Take one envelope. While stopping none is taken: Slack delivers an event again to whoever is there."""
        if not self._stopping:
            await asyncio.shield(self._in_hand.begin(self._answer(client, req)))

    async def _answer(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        started = time.time()
        response = await run_async_bolt_app(self.app, req)
        for _ in range(ACKNOWLEDGE_TRIES):
            for socket in (client, *(other for other in self._sockets if other is not client)):
                try:
                    await send_async_response(socket, req, response, started)
                except (ConnectionError, aiohttp.ClientError):
                    continue
                return
            await asyncio.sleep(ACKNOWLEDGE_PAUSE)
        log.warning("slack_envelope_not_acknowledged", kind=req.type)

    async def close_async(self, within: float = 5.0) -> None:
        """Take nothing more, finish what is in hand, close."""
        self._stopping = True
        if left := await self._in_hand.finish(within):
            log.warning("slack_envelopes_cut_off", count=left)
        for supervisor in self._supervisors:
            supervisor.cancel()
        await asyncio.gather(*self._supervisors, return_exceptions=True)
        for socket in self._sockets:
            await socket.close()

    def health(self) -> dict[str, object]:
        """How many connections there are and should be, and what is in hand."""
        live = [socket for socket in self._sockets if socket.current_session and not socket.current_session.closed]
        return {"sockets": len(live), "sockets_wanted": CONNECTIONS, "in_hand": len(self._in_hand)}


async def supervise(socket: Socket) -> None:
    """See that a connection is there, and comes back even if the SDK's own monitor has died."""
    while not socket.closed:
        if not await socket.is_connected():
            await socket.connect_to_new_endpoint()
        await asyncio.sleep(LOOK_EVERY)


def pause_after(failures: int) -> float:
    """Seconds to wait before another attempt: twice as long each time, with chance in it so that copies spread out."""
    if not failures:
        return 0.0
    pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def proxy_for(url: str) -> dict[str, Any]:
    """The proxy for a socket: aiohttp looks for one in WSS_PROXY only, everybody sets HTTPS_PROXY."""
    target = URL(url)
    named = getproxies().get("https" if target.scheme == "wss" else "http")
    if not named or proxy_bypass(target.host or ""):
        return {}
    proxy = URL(named if "://" in named else f"http://{named}")
    return {"proxy": proxy.with_user(None), "proxy_auth": aiohttp.BasicAuth.from_url(proxy)}

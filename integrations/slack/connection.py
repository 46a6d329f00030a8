"""One Socket Mode connection: the SDK's own client, made to ask for a fresh address each time and to wait between tries."""

import asyncio
import random
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from yarl import URL

from bot.errors import OutsideError, SettingsError, SignInAgain, TryLater
from bot.ports import Clock
from integrations.slack.calls import Calls, sdk_log
from integrations.slack.pace import Pace
from integrations.slack.settings import value

PING_INTERVAL = 3.0
HELLO_WITHIN = 5.0
UNKNOWN_LIFE = timedelta(hours=1)
SHORTEST_LIFE = timedelta(minutes=1)
CLOSING = aiohttp.ClientWSTimeout(ws_close=2.0)
MOVE_ON = ("warning", "refresh_requested")
"""Slack is about to close this connection, and nothing is wrong: time to open the next one beside it."""

NOT_ACCEPTED = (
    "slack.app_token is not accepted by Slack ({reason}).\n"
    "Make an app-level token with the scope connections:write under Basic Information,\n"
    "App-Level Tokens, and see that Socket Mode is switched on in the app's settings."
)

log = structlog.get_logger()


class Connection(SocketModeClient):
    """One connection. Every attempt asks Slack for a fresh address, because an address can be used once."""

    def __init__(self, calls: Calls, clock: Clock, pace: Pace) -> None:
        super().__init__(
            app_token=value(calls.settings.app_token),
            web_client=calls.client(),
            logger=sdk_log,
            ping_interval=PING_INTERVAL,
        )
        self.pace = pace
        self.heard_at = clock.now()
        self.missed = 0
        """Envelopes that came over the others since the last one over this."""
        self.replace_at = clock.now() + UNKNOWN_LIFE
        self.counted = 0
        """How many connections Slack said the app has, this one included."""
        self._calls = calls
        self._clock = clock
        self._greeted = asyncio.Event()
        self._on_trial = False
        self._turned_away = False
        self._is_retired = False
        self._unused = self.aiohttp_client_session  # made by the SDK, deaf to NO_PROXY
        self.aiohttp_client_session = calls.session()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that nobody has closed."""
        return self.current_session is not None and not self.current_session.closed

    async def open(self) -> None:
        """Connect for the first time. Raises SettingsError when Slack does not accept the app-level token."""
        async with self.connect_operation_lock:
            await self._connect(first=True)

    async def open_beside(self) -> bool:
        """Make one attempt, to take another's place. True once Slack has said hello."""
        self._on_trial = True
        await self._unused.close()
        self.pace.judge_the_last()
        async with self.connect_operation_lock:
            await self.pace.turn()
            try:
                await self._attempt()
                async with asyncio.timeout(HELLO_WITHIN):
                    await self._greeted.wait()
            except (OutsideError, aiohttp.ClientError, OSError, TimeoutError) as error:
                self.pace.failed(error)
                return False
        if self._turned_away:
            return False
        self._on_trial, self.auto_reconnect_enabled = False, True
        self.pace.succeeded()
        return True

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
        """Take one frame: the first and the last word on a connection are for us, all else is an envelope."""
        match message.get("type"):
            case "hello":
                self._welcome(message)
            case "disconnect":
                await self._take_leave(str(message.get("reason")), message, raw_message)
                return
        await super().run_message_listeners(message, raw_message)

    def retire(self) -> None:
        """Another has taken its place: what still comes is answered, but it is not opened again."""
        self.auto_reconnect_enabled = False
        self._is_retired = True

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
        self.pace.judge_the_last()
        while not self.closed:
            await self.pace.turn()
            try:
                await self._attempt()
            except SignInAgain as error:
                if first:
                    raise SettingsError(NOT_ACCEPTED.format(reason=error)) from error
                self.pace.failed(error)
            except (OutsideError, aiohttp.ClientError, OSError, TimeoutError) as error:
                self.pace.failed(error)
            else:
                self.pace.succeeded()
                return

    async def _attempt(self) -> None:
        """Ask for an address and open it. What was open before is closed first: it would count against the ten."""
        url = await self._calls.socket_url()
        if not self._calls.is_slacks(url):
            raise TryLater("the address Slack gave is not on a trusted domain: see slack.also_hosts")
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            await self.current_session.close()
        self.current_session = await self.aiohttp_client_session.ws_connect(
            url, autoping=False, heartbeat=PING_INTERVAL, timeout=CLOSING, **proxy_for(url)
        )
        self.auto_reconnect_enabled, self.stale, self.last_ping_pong_time = not self._on_trial, False, None
        self.heard_at, self.missed, self.replace_at = self._clock.now(), 0, self._clock.now() + UNKNOWN_LIFE
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self._watch()

    def _watch(self) -> None:
        """Give the new connection its own reader and monitor. No await in here: the caller may be one of the old ones."""
        for old in (self.current_session_monitor, self.message_receiver):
            if old is not None:
                old.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    def _welcome(self, hello: dict[str, Any]) -> None:
        """Slack's first word says how many connections there are, and how long this one may live."""
        count = hello.get("num_connections")
        self.counted = count if isinstance(count, int) else 0
        self.replace_at = due(self._clock.now(), hello)
        self._greeted.set()
        log.info("slack_socket_opened", connections=self.counted)

    async def _take_leave(self, reason: str, message: dict[str, Any], raw_message: str) -> None:
        """Slack's last word. A refresh is made beside this connection; anything else means close, wait, try again."""
        if self._is_retired:
            return
        if self._on_trial:
            self.pace.turned_away()
            self._turned_away = True
            self._greeted.set()
            return
        log.info("slack_socket_replaced", reason=reason)
        if reason in MOVE_ON:
            self.replace_at = self._clock.now()
            return
        self.pace.turned_away()
        await super().run_message_listeners(message, raw_message)


def due(opened: datetime, hello: dict[str, Any]) -> datetime:
    """When to replace a connection: well before it would run out, and not at the moment its sibling is."""
    said = (hello.get("debug_info") or {}).get("approximate_connection_time")
    life = timedelta(seconds=said) if isinstance(said, int | float) and 0 < said < 1e7 else UNKNOWN_LIFE
    return opened + max(life, SHORTEST_LIFE) * random.uniform(0.6, 0.85)  # noqa: S311 - no secret


def proxy_for(url: str) -> dict[str, Any]:
    """The proxy for a socket: aiohttp looks for one in WSS_PROXY only, everybody sets HTTPS_PROXY."""
    target = URL(url)
    named = getproxies().get("https" if target.scheme == "wss" else "http")
    if not named or proxy_bypass(target.host or ""):
        return {}
    proxy = URL(named if "://" in named else f"http://{named}")
    return {"proxy": proxy.with_user(None), "proxy_auth": aiohttp.BasicAuth.from_url(proxy)}

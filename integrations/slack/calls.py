"""Calls to Slack's Web API: one session, time limits, no second tries, every failure named."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import OutsideError, TryLater, Unsure
from bot.ports import Peers
from integrations.slack.failures import BlocksRefused, failure
from integrations.slack.in_hand import InHand
from integrations.slack.pictures import Pictures
from integrations.slack.settings import SlackSettings, value
from integrations.slack.tiers import Tiers

CONNECT = 5.0
TOTAL = 10.0
WHILE_SOMEBODY_WAITS = 2.0
FINISH_WITHIN = 2.0
PAGE = 200
MOST_PAGES = 50

Json = Mapping[str, Any]

sdk_log = logging.getLogger("integrations.slack.sdk")
sdk_log.setLevel(logging.ERROR)  # below this the SDK writes whole messages, and addresses that hold tickets


@dataclass(frozen=True, slots=True)
class Identity:
    """Who Slack says we are. ``scopes`` is None when Slack did not say; ``at`` is the time by Slack's clock."""

    user: str
    name: str
    bot: str
    team: str
    scopes: frozenset[str] | None
    at: datetime | None
    enterprise: str = ""
    """The organisation of several workspaces that ours belongs to, if any."""
    app: str = ""


class Calls:
    """The Web API. ``quick`` calls answer a person who waits: 2 s at most. Nothing is ever sent twice."""

    def __init__(self, settings: SlackSettings, peers: Peers | None = None) -> None:
        self.settings = settings
        self.pictures = Pictures()
        self._tiers = Tiers(peers)
        self._token = value(settings.bot_token)
        self._tls = ssl.create_default_context()  # honours SSL_CERT_FILE
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._is_closed = False
        self._under_way = InHand()

    def session(self, quick: bool = False) -> aiohttp.ClientSession:
        """The session, opened on first use inside a running loop. It reads HTTPS_PROXY and NO_PROXY itself.

        Raises TryLater once closed: whoever still has something to say keeps it.
        """
        if self._is_closed:
            raise TryLater("Tolbooth is stopping")
        if quick not in self._sessions or self._sessions[quick].closed:
            self._sessions[quick] = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(
                    total=WHILE_SOMEBODY_WAITS if quick else TOTAL, connect=None if quick else CONNECT
                ),
                connector=aiohttp.TCPConnector(ssl=self._tls, limit=50),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._sessions[quick]

    def client(self, quick: bool = False) -> AsyncWebClient:
        """The SDK's client over our session. Its own proxy is cleared, because the SDK takes no notice of NO_PROXY."""
        client = AsyncWebClient(
            token=self._token,
            base_url=self.settings.api_url,
            session=self.session(quick),
            ssl=self._tls,
            retry_handlers=[],
            logger=sdk_log,
        )
        client.proxy = None
        return client

    async def read(self, method: str, *, quick: bool = False, **params: Any) -> Json:
        """Ask for something. Raises TryLater, Refused or SignInAgain; never Unsure, because nothing changes."""
        try:
            return (await self._call(method, quick, http_verb="GET", params=params))[0]
        except Unsure as error:
            raise TryLater(str(error)) from error

    async def write(self, method: str, *, quick: bool = False, **body: Any) -> Json:
        """Change something, once. Raises TryLater, Refused or SignInAgain, and Unsure when it may have happened.

        What Slack certainly did not do because of its blocks is asked for a second time without the pictures in them.
        """
        kept = self.pictures.without_bad({name: given for name, given in body.items() if given is not None})
        try:
            return (await self._call(method, quick, json=kept))[0]
        except BlocksRefused:
            if (plain := self.pictures.without_any(kept)) is None:
                raise
        return (await self._call(method, quick, json=plain))[0]

    async def pages(self, method: str, *, quick: bool = False, **params: Any) -> AsyncIterator[Json]:
        """Every page of a long answer."""
        cursor = None
        for _ in range(MOST_PAGES):
            page = await self.read(method, quick=quick, limit=PAGE, cursor=cursor, **params)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def identity(self) -> Identity:
        """Who we are to Slack. Raises as ``read``."""
        try:
            answer, headers = await self._call("auth.test", False)
        except Unsure as error:
            raise TryLater(str(error)) from error
        scopes = headers.get("x-oauth-scopes")
        granted = frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None
        user, name, bot, team = (str(answer.get(key) or "") for key in ("user_id", "user", "bot_id", "team_id"))
        about = {"enterprise": str(answer.get("enterprise_id") or ""), "app": str(answer.get("app_id") or "")}
        return Identity(user, name, bot, team, granted, date_of(headers.get("Date")), **about)

    async def socket_url(self) -> str:
        """A fresh address for one socket. Raises as ``read``."""
        try:
            token = value(self.settings.app_token)
            answer, _ = await self._call("apps.connections.open", False, params={"token": token})
        except Unsure as error:
            raise TryLater(str(error)) from error
        return str(answer.get("url") or "")

    async def respond(self, url: str, body: Json) -> None:
        """Use a response URL, once. Raises as ``write``; Refused for an address that is not Slack's."""
        if not self.is_slacks(url):
            raise failure("response_url", 200, {"error": "invalid_arguments"}, {})
        try:
            async with self.session(True).post(url, json=self.pictures.without_bad(body), allow_redirects=False) as answer:
                if answer.status != 200:
                    raise failure("response_url", answer.status, {}, answer.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreached("response_url", error) from error

    def fetching(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Fetch a file, with our token: only from an address that ``is_slacks``. Follows nothing anywhere else."""
        return self.session().get(url, headers={"Authorization": f"Bearer {self._token}"}, allow_redirects=False)

    def is_slacks(self, url: str) -> bool:
        """Whether an address Slack handed out lies on its own domain or one in the settings, and is no less secret."""
        ours, theirs = urlsplit(self.settings.api_url), urlsplit(url)
        if ours.scheme == "https" and theirs.scheme not in ("https", "wss"):
            return False
        host = theirs.hostname or ""
        return any(host == trusted or host.endswith(f".{trusted}") for trusted in (ours.hostname, *self.settings.also_hosts))

    def reopen(self) -> None:
        """Allow calls again after a stop."""
        self._is_closed = False

    async def close(self) -> None:
        """Begin no more calls, let those under way end, close the sessions."""
        self._is_closed = True
        await self._under_way.finish(FINISH_WITHIN)
        for session in self._sessions.values():
            await session.close()

    async def _call(self, method: str, quick: bool, **how: Any) -> tuple[Json, Mapping[str, str]]:
        if not quick:
            await self._tiers.turn(method)
        try:
            answer = await asyncio.shield(self._under_way.begin(self.client(quick).api_call(method, **how)))
        except SlackApiError as error:
            refused = refusal(method, error)
            await self._tiers.heard(method, refused)
            raise refused from error
        except (aiohttp.ClientError, TimeoutError, OSError, AttributeError, ValueError) as error:
            raise unreached(method, error) from error  # the SDK trips over a body that is text: AttributeError
        return (answer.data if isinstance(answer.data, dict) else {}), answer.headers


def refusal(method: str, error: SlackApiError) -> OutsideError:
    """The error for an answer the SDK did not like. Its ``response`` is the SDK's or aiohttp's own."""
    body = getattr(error.response, "data", None)
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return failure(method, status or 200, body if isinstance(body, dict) else {}, getattr(error.response, "headers", {}))


def unreached(method: str, error: Exception) -> OutsideError:
    """TryLater when no request can have left, else Unsure."""
    never_left = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)
    if isinstance(error, never_left):
        return TryLater(f"Slack cannot be reached ({method}: {type(error).__name__})")
    return Unsure(f"no answer came from Slack ({method}: {type(error).__name__})")


def date_of(header: str | None) -> datetime | None:
    """The moment in a Date header; None when it cannot be read."""
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None

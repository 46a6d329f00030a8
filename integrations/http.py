"""The one HTTP session of a running bot: time and size limits on every call, proxy and CA from the environment."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

import aiohttp

from bot.errors import Refused, TryLater, Unsure

CONNECT = timedelta(seconds=5)
TOTAL = timedelta(seconds=20)
LARGEST = 4 << 20


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: the whole body, at most ``LARGEST`` bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """Calls other people's servers. Honours HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE; follows no redirects."""

    def __init__(self, total: timedelta = TOTAL) -> None:
        self.total = total
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The shared session, opened on first use inside a running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self.total.total_seconds(), connect=CONNECT.total_seconds()),
                connector=aiohttp.TCPConnector(ssl=ssl.create_default_context(), limit=100),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def call(self, method: str, url: str, **how: Any) -> HttpAnswer:
        """One call. Raises TryLater or Refused when it certainly did not arrive, Unsure when it may have."""
        try:
            async with self.session.request(method, url, allow_redirects=False, **how) as answer:
                body = await answer.content.read(LARGEST + 1)
                if len(body) > LARGEST:
                    raise Unsure("the answer is too large to read")
                while chunk := await answer.content.read(LARGEST + 1 - len(body)):
                    body += chunk
                    if len(body) > LARGEST:
                        raise Unsure("the answer is too large to read")
                return HttpAnswer(answer.status, answer.headers, body)
        except aiohttp.InvalidURL as error:
            raise Refused("the address cannot be called: mend it in the settings") from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise TryLater(f"cannot connect ({type(error).__name__})") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unsure(f"no answer came ({type(error).__name__})") from error

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def wait_asked_for(retry_after: str | None, default: timedelta = timedelta(seconds=30)) -> timedelta:
    """How long ``Retry-After`` asks us to wait: seconds, or a date measured against our own clock; at most an hour."""
    if not retry_after:
        return default
    try:
        asked = timedelta(seconds=float(retry_after))
    except (ValueError, OverflowError):
        try:
            moment = parsedate_to_datetime(retry_after)
            asked = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)
        except (ValueError, OverflowError, TypeError):
            return default
    return min(max(asked, timedelta(seconds=1)), timedelta(hours=1))

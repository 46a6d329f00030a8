"""The one HTTP session of a running bot: time and size limits on every call, proxy and CA from the environment."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Self

import aiohttp

from bot.errors import Refused, TryLater, Unsure

CONNECT = timedelta(seconds=5)
TOTAL = timedelta(seconds=20)
LARGEST = 4 << 20
BEGINNING = 1 << 16
"""How much is kept of what is too large: enough to say which post it is."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TooLarge(Unsure):
    """The answer is larger than what is taken: the same call brings it again, one that asks for less may not.

    ``beginning`` is what came first of it.
    """

    def __init__(self, beginning: bytes = b"") -> None:
        super().__init__("the answer is too large to read")
        self.beginning = beginning[:BEGINNING]


class TooMuch(TryLater):
    """A read brought more than is taken in at once: the same call brings it again, one that asks for less may not."""


def of_a_read(error: Unsure, said: str) -> TryLater:
    """What a read stands for that brought no usable answer: nothing was changed by it, so it may be asked again."""
    return (TooMuch if isinstance(error, TooLarge) else TryLater)(f"{said}: {error}" if said else str(error))


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
                connector=aiohttp.TCPConnector(ssl=trusted(os.environ.get("SSL_CERT_FILE")), limit=100),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def call(self, method: str, url: str, *, largest: int = LARGEST, **how: Any) -> HttpAnswer:
        """One call. Raises TryLater or Refused when it certainly did not arrive, Unsure when it may have.

        TooLarge, an Unsure, when the answer has more than ``largest`` bytes.
        """
        try:
            async with self.session.request(method, url, allow_redirects=False, **how) as answer:
                return HttpAnswer(answer.status, answer.headers, await whole(answer, largest))
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


async def whole(answer: aiohttp.ClientResponse, largest: int) -> bytes:
    """The body. Raises TooLarge."""
    body = bytearray()
    while piece := await answer.content.read(largest + 1 - len(body)):
        body += piece
        if len(body) > largest:
            raise TooLarge(bytes(body[:BEGINNING]))
    return bytes(body)


@cache
def trusted(_file: str | None) -> ssl.SSLContext:
    """Whose certificates we believe, as SSL_CERT_FILE has it; they take a while to read, so that is done once."""
    return ssl.create_default_context()


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

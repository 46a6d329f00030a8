"""Reads what stands at addresses that came from outside, such as a calendar's: never at one inside a network.

The address that is connected to is looked at, so that no name and no redirect is a way in.
"""

import asyncio
import socket
import ssl
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from aiohttp.helpers import get_env_proxy_for_url
from yarl import URL

from bot.errors import Refused, TryLater

MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
GONE = (401, 403, 404, 410)
METADATA = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Where clouds tell their machines of themselves at addresses that pass for public ones (Azure's, Oracle's)."""
OF_THE_WORLD, NAT64 = IPv6Network("2000::/3"), IPv6Network("64:ff9b::/96")


async def read(url: str, *, most: int, within: timedelta, inside: Collection[str] = ()) -> bytes:
    """What stands at an address somebody gave us: at most ``most`` bytes, after 3 redirects at most.

    Hosts that ``inside`` lists may be at a private address. Proxies are honoured. No error names the address, which is a
    secret. Raises TryLater or Refused.
    """
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await follow(URL(with_scheme(url)), most, frozenset(host.lower() for host in inside))
    except TimeoutError as error:
        raise TryLater("the address did not answer in time") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise TryLater(f"the address could not be read ({type(error).__name__})") from error


def with_scheme(url: str) -> str:
    """``webcal://`` is how calendars write ``https://``."""
    scheme, parted, rest = url.strip().partition("://")
    return f"https://{rest}" if parted and scheme.lower() == "webcal" else url.strip()


async def follow(url: URL, most: int, inside: Collection[str]) -> bytes:
    """The body, from where the redirects lead; each is looked at as the first address was."""
    for _ in range(MOST_REDIRECTS + 1):
        refuse_scheme(url)
        answer = await fetch(url, most, is_inside=(url.host or "").lower() in inside)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise Refused(f"the address leads on more than {MOST_REDIRECTS} times")


def refuse_scheme(url: URL) -> None:
    """Raise Refused for anything but a web address."""
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused("the address is not one of the web (https://…)")


async def fetch(url: URL, most: int, *, is_inside: bool) -> bytes | URL:
    """One address: its body, or where it leads on to. Nothing of another call is used or kept."""
    proxy, sign_in = proxy_for(url)
    if proxy and not is_inside:
        await look_up(url)
    guard = Guard(is_free=is_inside or proxy is not None)
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(), socket_factory=guard.socket_for)
    headers = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
    try:
        async with (
            aiohttp.ClientSession(connector=connector, auto_decompress=False) as session,
            session.get(url, allow_redirects=False, headers=headers, proxy=proxy, proxy_auth=sign_in) as answer,
        ):
            return await taken(answer, most)
    except aiohttp.ClientConnectorError as error:
        raise guard.fault or error from error


def proxy_for(url: URL) -> tuple[URL | None, aiohttp.BasicAuth | None]:
    """The proxy that the environment names for an address, and its sign-in."""
    try:
        return get_env_proxy_for_url(url)
    except LookupError:
        return None, None


async def look_up(url: URL) -> None:
    """Where a proxy makes the connection only the name can be looked at. One that is known to the proxy alone is left to it.

    Raises Refused.
    """
    with suppress(socket.gaierror):
        for *_, where in await asyncio.get_running_loop().getaddrinfo(url.host, url.port):
            refuse_inside(str(where[0]))


async def taken(answer: aiohttp.ClientResponse, most: int) -> bytes | URL:
    """What an answer holds or where it leads on to. Raises OutsideError."""
    if answer.status in REDIRECTS and (location := answer.headers.get("Location")):
        return onward(answer.url, location)
    if answer.status in GONE:
        raise Refused(f"the address is not there any more, or wants a sign-in (status {answer.status})")
    if answer.status != 200:
        raise TryLater(f"the address answered with status {answer.status}")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("the answer is packed, which was not asked for")
    body = bytearray()
    async for piece in answer.content.iter_chunked(1 << 16):
        body += piece
        if len(body) > most:
            raise Refused(f"the answer is larger than {most:,} bytes")
    return bytes(body)


def onward(url: URL, location: str) -> URL:
    """Where an address leads on to. Raises Refused where that would show a secret path to whoever listens."""
    leads_to = url.join(URL(location))
    if url.scheme == "https" and leads_to.scheme == "http":
        raise Refused("the address leads on to one that is not encrypted")
    return leads_to


class Guard:
    """Lets no connection be opened to an address that is not out in the world, whatever a name resolves to by then."""

    def __init__(self, *, is_free: bool) -> None:
        self.is_free = is_free
        self.fault: Refused | None = None

    def socket_for(self, address: Any) -> socket.socket:
        """A socket for an address, at the moment it is to be connected to. Raises OSError for one that is inside."""
        family, kind, protocol, _, where = address
        try:
            if not self.is_free:
                refuse_inside(where[0])
        except Refused as error:
            self.fault = error
            raise OSError(str(error)) from error
        return socket.socket(family, kind, protocol)


def refuse_inside(host: str) -> None:
    """Raise Refused for an address (as figures) that is not out in the world."""
    if not is_outside(ip_address(host.partition("%")[0])):
        raise Refused("the address is inside a network; a host that may be read there is listed in shifts.calendar_hosts")


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is out in the world, and so what it stands for where it wraps one of the old kind."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in those for those in METADATA)
    through_nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    wrapped = address.ipv4_mapped or address.sixtofour or through_nat64
    if wrapped:
        return is_outside(wrapped)
    return address in OF_THE_WORLD and address.is_global

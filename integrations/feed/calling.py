"""Asks for a feed: only what changed, where it has moved to, and never at an address inside a network but the one set.

The connection is its own, not the shared one: each address is looked at in the moment it is connected to.
"""

import asyncio
import re
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from ipaddress import ip_address

import aiohttp
from yarl import URL

from bot.errors import OutsideError, Refused, TryLater
from integrations import outside
from integrations.http import wait_asked_for

WITHIN = timedelta(seconds=20)
"""For the whole of it, redirects and all."""
LARGEST = 5 << 20
FOR_GOOD = (301, 308)
INSIDE = "the feed's address leads inside a network, where only the host in url may be: set inside = true if it is your own"
LONGEST_WAIT = timedelta(hours=6)
"""A feed that asks to be left alone for longer is asked all the same: silence is what must not go unnoticed."""
HEADERS = {
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "User-Agent": "Tolbooth (public mentions for public bodies)",
}
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{2,30})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier answer from ``at`` said of itself, so that the same need not be sent again."""

    at: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is None when nothing changed. ``at``: where it came from; ``moved``: where the feed is now for good."""

    at: str
    body: bytes | None = None
    charset: str = ""
    etag: str = ""
    modified: str = ""
    wait: timedelta = timedelta(0)
    moved: str = ""


async def ask(url: str, start: str, known: Known, *, inside: bool = False) -> Answer:
    """What stands at ``start``, or where ``url`` from the settings leads if that is not there any more.

    ``inside``: the host of ``url`` may be at a private address. So it may where ``url`` itself names that address.
    Raises TryLater or Refused; neither names the address, which may be a secret.
    """
    trusted_place = URL(url) if inside or is_number(URL(url).host) else None
    if not start or start == url:
        return await from_one(url, trusted_place, known)
    try:
        answer = await from_one(start, trusted_place, known)
    except Refused:
        return await from_one(url, trusted_place, Known())
    return replace(answer, moved=answer.moved or start)


def is_number(host: str | None) -> bool:
    """Whether it is no name, which could come to mean any address, but an address."""
    try:
        return bool(ip_address(host or ""))
    except ValueError:
        return False


async def from_one(start: str, trusted_place: URL | None, known: Known) -> Answer:
    """What an address leads to. Raises TryLater or Refused."""
    try:
        async with asyncio.timeout(WITHIN.total_seconds()):
            return await follow(URL(start), trusted_place, known)
    except TimeoutError as error:
        raise TryLater("the feed's server did not answer in time") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise TryLater(f"the feed could not be read ({type(error).__name__})") from error


async def follow(url: URL, trusted_place: URL | None, known: Known) -> Answer:
    """Go where redirects lead, three times at most."""
    moved, is_for_good = "", True
    for _ in range(outside.MOST_REDIRECTS + 1):
        outside.refuse_scheme(url)
        answer = await one(url, known, is_trusted=is_same_place(url, trusted_place))
        if isinstance(answer, Answer):
            return replace(answer, moved=moved)
        url, for_good = answer
        is_for_good = is_for_good and for_good
        moved = str(url) if is_for_good else moved
    raise Refused(f"the feed's address leads on more than {outside.MOST_REDIRECTS} times: give the address it ends at")


def is_same_place(url: URL, trusted_place: URL | None) -> bool:
    """Whether an address is on the server that may be inside a network."""
    return trusted_place is not None and url.host == trusted_place.host and url.port in {trusted_place.port, 443, 80}


async def one(url: URL, known: Known, *, is_trusted: bool) -> Answer | tuple[URL, bool]:
    """One call: an answer, or where it leads on to and whether for good."""
    proxy, sign_in = outside.proxy_for(url)
    if proxy and not is_trusted:
        await outside.look_up(url)
    guard = outside.Guard(is_free=is_trusted or proxy is not None)
    connector = aiohttp.TCPConnector(ssl=trusted(), socket_factory=guard.socket_for)
    headers = HEADERS | condition(url, known)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, auto_decompress=False) as session,
            session.get(url, allow_redirects=False, headers=headers, proxy=proxy, proxy_auth=sign_in) as answer,
        ):
            if answer.status in outside.REDIRECTS and (location := answer.headers.get("Location")):
                return outside.onward(answer.url, location), answer.status in FOR_GOOD
            return await judged(answer)
    except aiohttp.ClientConnectorError as error:
        if guard.fault:
            raise Refused(INSIDE) from error
        raise


@cache
def trusted() -> ssl.SSLContext:
    """The authorities of the machine, read once: that takes a while."""
    return ssl.create_default_context()


def condition(url: URL, known: Known) -> dict[str, str]:
    """Ask only for what changed since this very address answered."""
    if known.at != str(url):
        return {}
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in given.items() if value}


async def judged(answer: aiohttp.ClientResponse) -> Answer:
    """What an answer holds. Raises OutsideError."""
    if answer.status not in (200, 304):
        raise failure(answer.status, answer.headers)
    about = Answer(
        at=str(answer.url),
        charset=charset(answer.headers.get("Content-Type", "")),
        etag=tag(answer.headers.get("ETag", "")),
        modified=tag(answer.headers.get("Last-Modified", "")),
        wait=wait(answer.headers),
    )
    return about if answer.status == 304 else replace(about, body=await whole(answer))


def failure(status: int, headers: Mapping[str, str]) -> OutsideError:
    """What an answer that is no feed stands for."""
    if status == 410:
        return Refused("the feed is gone for good (410): take the account out, or give the feed's new address")
    if status == 404:
        return Refused("there is no feed at its address (404): look whether the site has moved it")
    if status in (401, 403):
        return Refused(f"the feed's server wants a sign-in, or turns us away ({status}): ask whoever runs it")
    if status == 429 or status >= 500:
        after = wait_asked_for(headers.get("Retry-After"), timedelta(minutes=5))
        return TryLater(f"the feed's server is busy or broken ({status})", after, "feed" if status == 429 else "")
    return Refused(f"the feed's server does not answer as it should ({status})")


async def whole(answer: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked, at most LARGEST bytes of it. Raises Refused when there is more."""
    packing = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise Refused("the feed's answer is packed in a way that was not asked for")
    unpack = zlib.decompressobj(wbits=47) if packing in ("gzip", "x-gzip", "deflate") else None
    body = bytearray()
    async for piece in answer.content.iter_chunked(1 << 16):
        try:
            body += unpack.decompress(piece, LARGEST + 1 - len(body)) if unpack else piece
        except zlib.error as error:
            raise TryLater("the feed's answer cannot be unpacked") from error
        if len(body) > LARGEST:
            raise Refused(f"the feed is larger than {LARGEST >> 20} MB: look for a shorter one")
    return bytes(body)


def wait(headers: Mapping[str, str]) -> timedelta:
    """How long the answer says it stays as it is."""
    said = MAX_AGE.search(headers.get("Cache-Control", ""))
    return min(timedelta(seconds=int(said.group(1))), LONGEST_WAIT) if said else timedelta(0)


def charset(content_type: str) -> str:
    """The encoding a Content-Type names."""
    said = CHARSET.search(content_type)
    return said.group(1) if said else ""


def tag(value: str) -> str:
    """A header to be sent back, if it is of a size that can be."""
    return value if len(value) <= 500 and value.isprintable() else ""

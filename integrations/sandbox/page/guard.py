"""Who may talk to the page: this machine's own browser, from the page itself, and nobody's from anywhere else."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""On every answer."""
OWN_SITE = ("", "none", "same-origin")


def is_loopback(host: str) -> bool:
    """Whether it means this machine only."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def why_not(request: web.Request, *, any_host: bool) -> str:
    """Why a request is refused: a sentence; empty when it may go on.

    A name in Host that is not ours would let a page elsewhere pose as ours (DNS rebinding).
    """
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
        origin = urlsplit(request.headers.get("Origin") or f"http://{request.host}")
    except ValueError:
        return "That is no address of this page."
    if not any_host and not is_loopback(host):
        return "This page answers on this machine only."
    if (origin.scheme, origin.netloc) != ("http", request.host):
        return "Only the page itself may ask for this."
    if is_asking(request) and request.headers.get("Sec-Fetch-Site", "") not in OWN_SITE:
        return "Only the page itself may ask for this."
    if request.method == "POST" and request.content_type != "application/json":
        return "This must be sent as application/json."
    return ""


def is_asking(request: web.Request) -> bool:
    """Whether it is about the town: a link elsewhere may lead to the page, but to nothing beneath it."""
    return request.path.startswith(("/do/", "/view", "/events"))

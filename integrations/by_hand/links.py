"""The addresses of posts: one spelling for each, without what only says who passed the link on."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 2_000
TRACKING = re.compile(
    r"utm_\w+|[a-z]*clid|gbraid|wbraid|igsh(?:id)?|mc_[ce]id|mkt_tok|_hsenc|_hsmi|ref_(?:src|url)|invite_code|sfo|share_id",
    re.IGNORECASE,
)
"""Parameters by which sites tell who passed a link on: https://en.wikipedia.org/wiki/UTM_parameters and the like."""
SPELLINGS = ("www.", "m.", "mobile.")
"""Before a site's own name: the same page."""


def host_of(written: str) -> str:
    """A site's name, also out of a whole address: ``pinterest.com`` of ``https://www.pinterest.com/``. Empty for none."""
    try:
        host = urlsplit(written.strip() if "//" in written else f"//{written.strip()}").hostname or ""
    except ValueError:
        return ""
    return bare(host.rstrip("."))


def bare(host: str) -> str:
    """A host without what many sites put before their name."""
    return next((host.removeprefix(one) for one in SPELLINGS if host.startswith(one) and host.count(".") > 1), host)


def one_spelling(url: str, sites: Collection[str]) -> str:
    """The address of a post on one of the sites, or on one below them; empty for any other, and for a site's front page."""
    if len(url) > LONGEST or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not belongs(host, sites):
        return ""
    path = parts.path.rstrip("/")
    asked = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(name)]
    if not path and not asked:
        return ""
    at = bare(host) if port in (None, 80, 443) else f"{bare(host)}:{port}"
    return urlunsplit(("https", at, path or "/", urlencode(asked), ""))


def belongs(host: str, sites: Collection[str]) -> bool:
    """Whether a host is one of the sites, or below one."""
    return any(host == site or host.endswith(f".{site}") for site in sites)

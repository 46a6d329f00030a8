"""The addresses of posts on X, as people paste them."""

import re
from urllib.parse import urlsplit

HOSTS = frozenset(f"{before}{site}" for before in ("", "www.", "mobile.", "m.") for site in ("x.com", "twitter.com"))
POST = re.compile(r"/(?:[A-Za-z0-9_]{1,15}|i/web|i)/status(?:es)?/([0-9]{1,19})(?:/.*)?")


def post_at(url: str, web_url: str) -> str:
    """The id of the post at an address on X, or at ``web_url``; empty for any other address."""
    try:
        parts, own = urlsplit(url.strip()), urlsplit(web_url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or (parts.hostname not in HOSTS and parts.netloc != own.netloc):
        return ""
    found = POST.fullmatch(parts.path)
    return found[1] if found else ""

"""A stand-in for X: whether a request carries the right OAuth 1.0a signature (RFC 5849, HMAC-SHA1)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote


def is_signed(method: str, url: str, authorization: str, keys: Mapping[str, str]) -> bool:
    """Whether the header was made with ``keys`` (consumer_key, consumer_secret, access_token, access_token_secret)."""
    if not authorization.startswith("OAuth "):
        return False
    given = dict(part.strip().split("=", 1) for part in authorization[6:].split(",") if "=" in part)
    given = {name: unquote(value.strip('"')) for name, value in given.items()}
    if (given.get("oauth_consumer_key"), given.get("oauth_token")) != (keys["consumer_key"], keys["access_token"]):
        return False
    address, _, query = url.partition("?")
    signed = [*parse_qsl(query, keep_blank_values=True), *((n, v) for n, v in given.items() if n != "oauth_signature")]
    listed = "&".join(f"{name}={value}" for name, value in sorted((encoded(n), encoded(v)) for n, v in signed))
    base = "&".join(encoded(part) for part in (method.upper(), address, listed))
    key = f"{encoded(keys['consumer_secret'])}&{encoded(keys['access_token_secret'])}"
    right = b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()
    return hmac.compare_digest(right, given.get("oauth_signature", ""))


def encoded(text: str) -> str:
    """RFC 5849 section 3.6."""
    return quote(text, safe="-._~")

"""Whether a call is Twilio's: its signature over the address as the settings have it and all that was sent.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
"""``key=…,algorithm=HMAC_SHA256``: of a call signed with a key that was made for it, in the place of the auth token."""
SHA1, SHA256 = "HMAC_SHA1", "HMAC_SHA256"
PORTS = {"https": 443, "http": 80}
Sent = Sequence[tuple[str, str]]


def algorithm_of(settings: str) -> str:
    """Which algorithm a call names; HMAC_SHA1 where it names none."""
    named = (part.partition("=") for part in settings.split(","))
    return next((value.strip().upper() for name, _, value in named if name.strip() == "algorithm" and value.strip()), SHA1)


def sign(key: bytes, url: str, sent: Sent, algorithm: str = SHA1) -> str:
    """The signature of one call: the address, then each name and value, sorted."""
    signed = url + "".join(name + value for name, value in sorted(set(sent)))
    digest = hashlib.sha256 if algorithm == SHA256 else hashlib.sha1
    return base64.b64encode(hmac.new(key, signed.encode("utf-8", "replace"), digest).digest()).decode()


def is_signed(keys: Mapping[str, bytes], url: str, sent: Sent, headers: Mapping[str, str]) -> bool:
    """Whether a call is signed with the key of the algorithm it names; Twilio signs with and without the usual port."""
    algorithm = algorithm_of(headers.get(SETTINGS_HEADER, ""))
    key, given = keys.get(algorithm, b""), headers.get(HEADER, "").encode("utf-8", "replace")
    if not key or not given:
        return False
    expected = [sign(key, one, sent, algorithm).encode() for one in spellings(url)]
    return any(hmac.compare_digest(one, given) for one in expected)


def spellings(url: str) -> Iterable[str]:
    """The address without a port, and with the usual one."""
    parts = urlsplit(url)
    try:
        host, port = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc, parts.port
    except ValueError:
        return (url,)
    with_port = f"{host}:{port or PORTS.get(parts.scheme, 443)}"
    return tuple(urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, with_port))

"""Standard Webhooks signatures (https://www.standardwebhooks.com): ``v1,base64(HMAC-SHA256(key, "id.timestamp.body"))``."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.ports import WebhookRefused

TOLERANCE_SECONDS = 300


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one message."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def verify(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Check a call over its raw bytes and return its ``webhook-id``. Raises WebhookRefused(401) when it is not believed.

    Several signatures may stand in the header, separated by spaces, so that a secret can be changed without a gap.
    """
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    if (
        not message_id.isascii()
        or not 0 < len(message_id) <= 200
        or not stamp.isascii()
        or not stamp.isdigit()
        or len(stamp) > 12
    ):
        raise WebhookRefused(401, "no usable webhook-id or webhook-timestamp")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise WebhookRefused(401, "webhook-timestamp is more than 5 minutes off")
    expected = sign(key, message_id, int(stamp), body).encode()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in given[:10]):
        raise WebhookRefused(401, "no signature matches")
    return message_id

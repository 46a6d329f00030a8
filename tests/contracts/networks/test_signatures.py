"""The signatures that networks and their libraries publish, and ours over the same bytes; see ``signature_vectors.json``."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from integrations.graph import client, hooks
from integrations.twilio import signature as twilio
from integrations.webchat import signature as webchat

VECTORS = Path(__file__).parents[3].parent / "shared/data/payloads/signature_vectors.json"
UNUSED = {
    "x_crc": "X is polled: its webhooks are not used",
    "x_webhook_signature": "X is polled: its webhooks are not used",
    "chatwoot": "no adapter speaks to Chatwoot; its chats come by the signed webhook",
}


def vectors() -> dict[str, Any]:
    """All of them."""
    if not VECTORS.exists():
        pytest.skip("signature_vectors.json is not beside this checkout")
    found: dict[str, Any] = json.loads(VECTORS.read_text())
    return found


def standard_webhooks(given: dict[str, Any]) -> tuple[str, str]:
    """Theirs and ours."""
    key = base64.b64decode(given["secret"].removeprefix("whsec_"))
    return given["signature"], webchat.sign(key, given["id"], given["timestamp"], given["body"].encode())


def meta_hub(given: dict[str, Any]) -> tuple[str, str]:
    """Theirs and ours."""
    return given["header"], hooks.sign(given["app_secret"], given["raw_body"].encode())


def meta_proof(given: dict[str, Any]) -> tuple[str, str]:
    """Theirs and ours."""
    return given["appsecret_proof"], client.proof(given["app_secret"], given["access_token"])


def twilio_form(given: dict[str, Any]) -> tuple[str, str]:
    """Theirs and ours."""
    sent = list(given["params"].items())
    return given["signature"], twilio.sign(given["auth_token"].encode(), given["url"], sent)


KNOWN = {
    "standard_webhooks": standard_webhooks,
    "meta_x_hub_signature_256": meta_hub,
    "meta_appsecret_proof": meta_proof,
    "twilio": twilio_form,
}


@pytest.mark.parametrize("name", KNOWN)
def test_our_signature_is_the_published_one(name: str) -> None:
    theirs, ours = KNOWN[name](vectors()[name])

    assert ours == theirs


def test_every_published_vector_is_used_or_has_a_reason() -> None:
    assert set(vectors()) == set(KNOWN) | set(UNUSED)

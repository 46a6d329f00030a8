"""Webhooks as Meta calls them: the handshake, the signature over the raw bytes, and the envelope.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started. The scheme has no time and no number of a delivery,
so a call that is repeated cannot be told from a new one: what it holds is told apart by its own ids.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.ports import Edited, Incoming, Item, Received, Webhook, WebhookRefused
from integrations.graph.client import Body, elements, mapping
from integrations.graph.errors import read
from integrations.graph.reading import Seen, moment, number
from integrations.graph.settings import GraphAccount

log = structlog.get_logger()

CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")
MESSAGE = "messaging"
TAKEN = "EVENT_RECEIVED"
MOST = 5_000
"""Updates of one call that are read; Meta sends 1,000 at most."""


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened at ``owner`` (the Page's or account's number); ``field`` is MESSAGE for a message."""

    owner: str
    field: str
    value: Body
    at: datetime


Understand = Callable[[Update], tuple[Item, ...] | None]
"""What an update tells; None when it cannot be read."""


def answer_to(request: Webhook, account: GraphAccount, *, about: str, own_id: str, read_one: Understand) -> Received:
    """The answer to any call. ``about``: the ``object`` it must be of. Raises WebhookRefused."""
    if request.method == "GET":
        return handshake(request.query, account.verify_token.get_secret_value())
    if request.method != "POST":
        raise WebhookRefused(405, "POST only")
    verify(account.app_secret.get_secret_value(), request.headers, request.body)
    found: list[Item] = []
    others: dict[str, None] = {}
    lost = 0
    for update in updates(request, about, account.name):
        if update.owner != own_id and number(update.owner):
            others[update.owner] = None
            continue
        items = read_one(update) if update.owner == own_id else None
        lost += items is None
        found += items or ()
    if lost:
        log.warning("webhook_items_skipped", account=account.name, count=lost)
    return Received(tuple(found), status=200, answer=TAKEN, others=tuple(others))


def handshake(query: Mapping[str, str], verify_token: str) -> Received:
    """Meta asks once, when the address is put in the app's settings. Raises WebhookRefused(403)."""
    given, challenge = query.get("hub.verify_token", ""), query.get("hub.challenge", "")
    same = hmac.compare_digest(given.encode("utf-8", "replace"), verify_token.encode())
    if query.get("hub.mode") != "subscribe" or not same or not CHALLENGE.fullmatch(challenge):
        raise WebhookRefused(403, "this is not the handshake that was agreed: compare verify_token")
    return Received(status=200, answer=challenge)


def sign(secret: str, body: bytes) -> str:
    """``X-Hub-Signature-256`` of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raises WebhookRefused(401) unless Meta signed these very bytes."""
    given = headers.get("x-hub-signature-256", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), sign(secret, body).encode()):
        raise WebhookRefused(401, "the signature does not match")


def updates(request: Webhook, about: str, account: str) -> Iterator[Update]:
    """All that a call tells, whichever of its three shapes it has. Raises WebhookRefused(422) when it is no JSON."""
    call = read(request.body)
    if not isinstance(call, dict):
        raise WebhookRefused(422, "the body is not as Meta sends it", ["body"])
    if call.get("object") != about:
        log.warning("webhook_of_another_kind", account=account, expected=about)
        return
    left = MOST
    for entry in elements(call.get("entry")):
        for update in in_entry(mapping(entry), request.at):
            if not left:
                log.warning("webhook_too_long", account=account)
                return
            left -= 1
            yield update


def in_entry(entry: Body, now: datetime) -> Iterator[Update]:
    """``changes[]``, ``messaging[]``, or ``field`` and ``value`` beside the id."""
    owner, at = str(entry.get("id") or ""), moment(entry.get("time"), now)
    for change in elements(entry.get("changes")):
        yield Update(owner, str(mapping(change).get("field")), mapping(mapping(change).get("value")), at)
    for message in elements(entry.get("messaging")):
        yield Update(owner, MESSAGE, mapping(message), at)
    if "field" in entry:
        yield Update(owner, str(entry["field"]), mapping(entry.get("value")), at)


def note(seen: Seen, items: Iterable[Item]) -> None:
    """Remember the words that posts have now."""
    for item in items:
        if isinstance(item, Incoming | Edited):
            seen.note(item.native_id, item.text)

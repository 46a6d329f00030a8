"""What a post answers, and which post began its conversation: read upwards, a post at a time, each one once."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import Refused, TryLater
from bot.ports import Parent
from integrations.mastodon.client import Client
from integrations.mastodon.failures import Call
from integrations.mastodon.parse import Reader, Thread, ident, is_private, mapping, mappings

log = structlog.get_logger()

KEPT = 2_000
STEPS = 6
"""How many posts are read upwards one by one; the rest of a long conversation comes in one call."""


@dataclass(frozen=True, slots=True)
class Step:
    """One post on the way up, and what that answers."""

    parent: Parent
    up: str
    is_private: bool


class Threads:
    """Conversations as one account sees them. What was read once is kept, for many people answer the same post."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: OrderedDict[str, Step | None] = OrderedDict()

    async def of(self, status: dict[str, object], reader: Reader) -> Thread:
        """Where a post belongs. A post above it that cannot be read ends the way there; that hides nothing.

        Of a private post nothing is shown beside a public one that answers it.
        """
        own, up = ident(status.get("id")), ident(status.get("in_reply_to_id"))
        given = ident(mapping(status.get("pleroma")).get("conversation_id"))
        if not up:
            return Thread(f"thread-{given}" if given else own)
        step = await self._step(up, reader)
        parent = step.parent if step and (is_private(status) or not step.is_private) else None
        return Thread(f"thread-{given}" if given else await self._root(up, step, reader), parent)

    async def _root(self, top: str, step: Step | None, reader: Reader) -> str:
        """The first post of the conversation, as far up as this server knows it."""
        for _ in range(STEPS):
            if step is None or not step.up:
                return top
            top = step.up
            step = await self._step(top, reader)
        return top if step is None or not step.up else await self._first_of(top)

    async def _first_of(self, post_id: str) -> str:
        """https://docs.joinmastodon.org/methods/statuses/#context"""
        try:
            context = mapping(await self._client.get(f"/api/v1/statuses/{post_id}/context", call=Call.ASIDE))
        except (Refused, TryLater) as error:
            left_out(error)
            return post_id
        above = [ident(one.get("id")) for one in mappings(context.get("ancestors"))]
        return next(filter(None, above), post_id)

    async def _step(self, post_id: str, reader: Reader) -> Step | None:
        if post_id not in self._known:
            try:
                known = step_of(mapping(await self._client.get(f"/api/v1/statuses/{post_id}", call=Call.ASIDE)), reader)
            except (Refused, TryLater) as error:
                if left_out(error):
                    return None
                known = None
            self._known[post_id] = known
        self._known.move_to_end(post_id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[post_id]


def step_of(status: Mapping[str, Any], reader: Reader) -> Step | None:
    """The step a post is; none when it is no post."""
    if not ident(status.get("id")):
        return None
    return Step(reader.parent(status), ident(status.get("in_reply_to_id")), is_private(status))


def left_out(error: Refused | TryLater) -> bool:
    """Whether a post that could not be read may be readable later. Raises when everything must wait."""
    if isinstance(error, Refused):
        return False
    if error.bucket:
        raise error
    log.warning("mastodon_conversation_not_read", reason=str(error))
    return True

"""How often Slack may be asked what: each method has a tier (https://docs.slack.dev/apis/web-api/rate-limits)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.errors import OutsideError, TryLater
from bot.ports import Peers
from integrations.slack.failures import bucket_of

MINUTE = timedelta(minutes=1)
POST = "chat.postMessage"
A_MINUTE: Mapping[str, int] = {
    "conversations.list": 20,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "chat.update": 50,
    "usergroups.users.list": 20,
    "usergroups.users.update": 20,
    POST: 300,
}
"""Calls a minute. One message a second in each channel is the core's to keep; 300 a minute is for the whole workspace."""
PATIENCE = timedelta(seconds=5)
"""A wait no longer than this is waited; what would take longer goes back to whoever asked."""
LOOK_AGAIN = timedelta(milliseconds=250)
"""How often a wait is looked at: the clock it goes by may run faster than ours, as in practice."""


class Tiers:
    """One budget for each method, shared by all copies. Calls for a person who waits do not come here."""

    def __init__(self, peers: Peers | None) -> None:
        self._peers = peers

    async def turn(self, method: str) -> None:
        """Return when the method may be called. Raises TryLater when that is a while."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE.total_seconds()
        while timedelta(0) < (wait := await self._ask(method)) <= PATIENCE and loop.time() < end:  # noqa: ASYNC110 - a clock
            await asyncio.sleep(min(wait, LOOK_AGAIN).total_seconds())
        if wait > timedelta(0):
            raise TryLater(f"Slack asks us to wait ({method})", wait, bucket_of(method))

    async def heard(self, method: str, error: OutsideError) -> None:
        """Slack asked for a pause. Of posting it means one channel, which is left alone by whoever meant to post there."""
        if self._peers and isinstance(error, TryLater) and error.bucket and method != POST:
            await self._peers.pause(error.bucket, error.after)

    async def _ask(self, method: str) -> timedelta:
        if self._peers is None or method not in A_MINUTE:
            return timedelta(0)
        return await self._peers.spend(bucket_of(method), MINUTE / A_MINUTE[method], burst=A_MINUTE[method] // 2)

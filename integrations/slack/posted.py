"""Looks whether a post whose answer was lost is in Slack, by the key that went with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.ports import MessageRef, NotFound
from integrations.slack.calls import Calls

EVENT_TYPE = "tolbooth"
A_LITTLE_BEFORE = 60
"""Seconds by which the clocks may differ."""


async def look_for(calls: Calls, channel: str, key: str, since: datetime, *, thread: str | None) -> MessageRef | NotFound:
    """Through all that was said since, in the channel or under a message. Raises as ``Calls.read``."""
    which: dict[str, Any] = {"channel": channel, "include_all_metadata": "true"}
    which["oldest"] = f"{since.timestamp() - A_LITTLE_BEFORE:.6f}"
    under: dict[str, Any] = {"ts": thread} if thread else {}
    method = "conversations.replies" if thread else "conversations.history"
    async for page in calls.pages(method, **which, **under):
        for message in page.get("messages") or ():
            if key_of(message) == key:
                return MessageRef(channel, str(message.get("ts")))
    return NotFound.ABSENT


def metadata(key: str) -> Mapping[str, Any]:
    """What goes with a post, seen by nobody."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: Mapping[str, Any]) -> str | None:
    """The key a message of ours was posted under."""
    about = message.get("metadata") or {}
    return (about.get("event_payload") or {}).get("key") if about.get("event_type") == EVENT_TYPE else None

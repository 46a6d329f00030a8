"""Where each message of a stand-in Slack is found without looking through all of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrations.sandbox.slack_world import Message


@dataclass(slots=True)
class Shelf:
    """Live messages, oldest first. ``private`` ones are filed by who sees them, the conversation and the thread."""

    numbered: dict[int, "Message"] = field(default_factory=dict)
    tops: defaultdict[str, list["Message"]] = field(default_factory=lambda: defaultdict(list))
    replies: defaultdict[tuple[str, str], list["Message"]] = field(default_factory=lambda: defaultdict(list))
    privates: defaultdict[tuple[str, str, str], list["Message"]] = field(default_factory=lambda: defaultdict(list))

    def put(self, message: "Message") -> None:
        """File a new message."""
        self.numbered[message.order] = message
        for pile in self._piles(message):
            pile.append(message)

    def take(self, message: "Message") -> None:
        """It was deleted."""
        if self.numbered.pop(message.order, None) is message:
            for pile in self._piles(message):
                pile.remove(message)

    def top(self, channel: str) -> list["Message"]:
        """What stands in a conversation itself, not only in a thread."""
        return self.tops.get(channel, [])

    def under(self, channel: str, ts: str) -> list["Message"]:
        """The replies under a message."""
        return self.replies.get((channel, ts), [])

    def private(self, user: str, channel: str, thread_ts: str = "") -> list["Message"]:
        """What one person alone sees in a conversation, or in one thread of it."""
        return self.privates.get((user, channel, thread_ts), [])

    def _piles(self, message: "Message") -> list[list["Message"]]:
        """Where it belongs. A reply that was broadcast stands in two places."""
        if message.ephemeral:
            return [self.privates[message.seen_by, message.channel, message.thread_ts]]
        piles = [self.replies[message.channel, message.thread_ts]] if message.thread_ts else []
        return piles if message.thread_ts and not message.broadcast else [*piles, self.tops[message.channel]]

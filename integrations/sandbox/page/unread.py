"""What each person has not read yet, by conversation."""

from collections import defaultdict, deque
from collections.abc import Callable

from integrations.sandbox.slack_world import Channel, Message, Workspace

MOST = 100
"""More unread messages than this are not counted."""
Piles = defaultdict[tuple[str, str], deque[Message]]


def piles() -> Piles:
    """Empty piles, by person and conversation."""
    return defaultdict(lambda: deque(maxlen=MOST))


class Unread:
    """Looks at each message one time. A reply in a thread counts for those it notifies; one's own never counts."""

    def __init__(self, world: Workspace, changed: Callable[[], None]) -> None:
        self._world = world
        self._changed = changed
        self._looked_at: defaultdict[str, int] = defaultdict(int)
        self._notified = 0
        self._unread = piles()
        self._pings = piles()

    def opened(self, user: str, channel: str) -> None:
        """They look at it: all of it is read."""
        self.catch_up()
        here = (user, channel)
        if self._unread[here] or self._pings[here]:
            self._unread[here].clear()
            self._pings[here].clear()
            self._changed()

    def count(self, user: str, channel: str) -> int:
        """How many they have not read, at most ``MOST``."""
        return sum(not message.deleted for message in self._unread[user, channel])

    def is_pinged(self, user: str, channel: str) -> bool:
        """Whether something unread names them."""
        return any(not message.deleted for message in self._pings[user, channel])

    def catch_up(self) -> None:
        """Look at what is new since last time."""
        for channel in list(self._world.channels.values()):
            start, self._looked_at[channel.id] = self._looked_at[channel.id], len(channel.everything)
            for message in channel.everything[start:]:
                self._take(channel, message)
        start, self._notified = self._notified, len(self._world.notifications)
        for notification in self._world.notifications[start:]:
            here = (notification.user, notification.message.channel)
            self._pings[here].append(notification.message)
            if is_in_thread(notification.message):
                self._unread[here].append(notification.message)

    def _take(self, channel: Channel, message: Message) -> None:
        for member in channel.members:
            if member != message.user and not is_in_thread(message):
                self._unread[member, channel.id].append(message)


def is_in_thread(message: Message) -> bool:
    """Whether it stands in a thread only."""
    return bool(message.thread_ts) and not message.broadcast

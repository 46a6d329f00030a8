"""What a server's headers leave of its limits, looked at before a call rather than after a refusal.

There are two: calls of any kind from one address (3,000 in 5 minutes), and points for what an account writes (5,000 an hour,
35,000 a day; a new record costs 3, a changed one 2, a deleted one 1). https://docs.bsky.app/docs/advanced-guides/rate-limits
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import TryLater
from bot.ports import Clock
from integrations.bluesky.failures import wait_until

NEARLY_USED = 0.8


@dataclass(frozen=True, slots=True)
class Left:
    """What was last said of one limit."""

    remaining: int
    of: int
    until: datetime

    @property
    def is_nearly_used(self) -> bool:
        """Whether four fifths of it are gone."""
        return self.remaining <= (1 - NEARLY_USED) * self.of


class Limits:
    """The limits of one account at its server, by what a call is: ``read``, ``write``, ``upload`` or ``sign-in``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: dict[str, Left] = {}
        self._closed: dict[str, datetime] = {}

    def pass_through(self, place: str) -> None:
        """Raises TryLater while a limit is used up, so that the server is not asked what it will refuse."""
        now = self._clock.now()
        left, closed = self._left.get(place), self._closed.get(place)
        until = left.until if left and left.remaining <= 0 else now
        wait = max(until, closed or now) - now
        if wait > timedelta(0):
            raise TryLater("Bluesky takes no more from here for now", wait, bucket(place))

    def heard(self, place: str, headers: Mapping[str, str]) -> None:
        """Keep what an answer says of a limit."""
        try:
            remaining, of = int(headers["ratelimit-remaining"]), int(headers["ratelimit-limit"])
        except (KeyError, ValueError):
            return
        now = self._clock.now()
        self._left[place] = Left(remaining, of, now + wait_until(headers.get("ratelimit-reset", ""), now))

    def refused(self, place: str, error: TryLater) -> None:
        """The server asked us to wait: this kind of call is left alone until then."""
        error.bucket = bucket(place)
        self._closed[place] = self._clock.now() + error.after

    def scarce(self, place: str) -> timedelta | None:
        """How long a limit that is nearly used up lasts yet; None when there is enough."""
        left = self._left.get(place)
        if left is None or not left.is_nearly_used:
            return None
        wait = left.until - self._clock.now()
        return wait if wait > timedelta(0) else None


def bucket(place: str) -> str:
    """What we were asked to leave alone."""
    return f"bluesky:{place}"

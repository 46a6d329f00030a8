"""When X may be asked again: what its headers leave of each limit, looked at before a call rather than after a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import TryLater
from bot.ports import Clock
from integrations.x.failures import LIMITS, QUARTER_HOUR, Paused, wait_until

EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Until when nothing may be asked, and why."""

    until: datetime
    reason: str


def bucket(place: str) -> str:
    """What X asks us to leave alone, for the log."""
    return f"x:{place or 'everything'}"


class Limits:
    """What is closed for one account: a route (``GET /2/users/7/mentions``), or everything."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed: dict[str, Closed] = {}

    def pass_through(self, route: str) -> None:
        """Raises TryLater while the route is closed, so that X is not asked what it has said it will refuse."""
        for place in (EVERYTHING, route):
            closed = self._closed.get(place)
            if closed and (left := closed.until - self._clock.now()) > timedelta(0):
                raise TryLater(closed.reason, left, bucket(place))

    def heard(self, route: str, headers: Mapping[str, str]) -> None:
        """Close the route when an answer says that nothing is left: for the quarter of an hour, or for the day.

        The day's limits are on what is posted, so they close no reading.
        """
        now = self._clock.now()
        for limit, reason in LIMITS.items():
            if limit != QUARTER_HOUR and route.startswith("GET"):
                continue
            if headers.get(f"{limit}-remaining") == "0" and f"{limit}-reset" in headers:
                self._close(route, reason, now + wait_until(headers[f"{limit}-reset"], now))

    def refused(self, route: str, error: TryLater) -> None:
        """X said no for now: for money or the month's cap everything waits, else this route."""
        place = EVERYTHING if isinstance(error, Paused) else route
        error.bucket = bucket(place)
        self._close(place, str(error), self._clock.now() + error.after)

    def _close(self, place: str, reason: str, until: datetime) -> None:
        closed = self._closed.get(place)
        if closed is None or closed.until < until:
            self._closed[place] = Closed(until, reason)

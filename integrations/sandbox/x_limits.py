"""A stand-in for X: how often each route may be called in a quarter of an hour, and how much may be posted in a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
DAY = timedelta(hours=24)
NUMBER = re.compile(r"/\d{2,}")
LESS: Mapping[str, int] = {
    "PUT /2/tweets/:id/hidden": 50,
    "DELETE /2/tweets/:id": 50,
    "POST /2/dm_conversations/with/:id/messages": 15,
    "GET /2/dm_conversations/with/:id/dm_events": 15,
    "GET /2/dm_events/:id": 15,
}
"""Routes that may be called less often than most."""


@dataclass
class StandInLimits:
    """Counts calls, and tells what is left in the words of X's headers; ``-1`` left is one call too many."""

    in_a_window: int = 300
    posts_in_a_day: int = 100
    called: dict[str, list[datetime]] = field(default_factory=dict)

    def counted(self, method: str, path: str, now: datetime) -> dict[str, str]:
        """One more call of a route, whichever post or person it is about."""
        route = NUMBER.sub("/:id", f"{method} {path}")
        headers = self._count(route, "x-rate-limit", min(self.in_a_window, LESS.get(route, self.in_a_window)), now)
        if (method, path) == ("POST", "/2/tweets"):
            headers |= self._count("posted", "x-user-limit-24hour", self.posts_in_a_day, now)
        return headers

    def _count(self, what: str, limit: str, most: int, now: datetime) -> dict[str, str]:
        length = DAY if what == "posted" else WINDOW
        recent = [one for one in self.called.get(what, []) if one > now - length]
        left = most - len(recent) - 1
        self.called[what] = recent = [*recent, now] if left >= 0 else recent
        reset = int((min(recent, default=now) + length).timestamp()) + 1
        return {f"{limit}-limit": str(most), f"{limit}-remaining": str(max(-1, left)), f"{limit}-reset": str(reset)}


def is_too_much(headers: Mapping[str, str]) -> bool:
    """Whether some limit is passed."""
    return "-1" in headers.values()


def told(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as X sends them: never less than nothing left."""
    return {name: "0" if value == "-1" else value for name, value in headers.items()}

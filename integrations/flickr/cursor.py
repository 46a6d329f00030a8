"""Where reading an account on Flickr carries on from: an opaque string to everybody else."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

FIRST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Cursor:
    """``until``: up to when all was read, or will be once the photos in ``waiting`` are, whose comments are wanted from
    ``since`` on; ``asked_at``: when Flickr was last asked what happened.
    """

    until: datetime
    asked_at: datetime | None = None
    waiting: tuple[str, ...] = ()
    since: datetime | None = None
    failed: tuple[str, ...] = ()
    """Photos whose comments since then could not be read: asked for again at the next read."""

    @classmethod
    def read(cls, stored: str | None, now: datetime) -> Self:
        """The cursor in a stored string; for any other, the last 24 hours."""
        try:
            found = json.loads(stored or "")
            until, asked_at, since = (moment(found[name], now) for name in ("until", "asked_at", "since"))
            waiting, failed = (tuple(map(str, found.get(name, ()))) for name in ("waiting", "failed"))
            return cls(until, asked_at, waiting, since, failed)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
            return cls(now - FIRST)

    def __str__(self) -> str:
        times = {"until": self.until, "asked_at": self.asked_at or self.until, "since": self.since or self.until}
        photos = {"waiting": self.waiting, "failed": self.failed}
        return json.dumps({name: int(at.timestamp()) for name, at in times.items()} | photos)


def moment(seconds: object, now: datetime) -> datetime:
    """The time that a count of seconds means, at the latest now. Raises TypeError, ValueError or OverflowError."""
    if not isinstance(seconds, int):
        raise TypeError("no count of seconds")
    return min(datetime.fromtimestamp(seconds, UTC), now)

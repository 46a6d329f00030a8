"""Where reading a channel carries on from: an opaque string to everybody else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from integrations.youtube.budget import Used

MOST_THREADS = 1000
MOST_HELD = 200
FIRST = timedelta(hours=24)
FINISHED = {"token": "", "pages": 0, "since": 0, "reached": 0}


@dataclass(frozen=True, slots=True)
class Known:
    """A thread as it was when last read: when it was begun and changed (in seconds), and how many answers it had."""

    at: int
    updated: int
    count: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """All times are seconds. What was written before ``began`` is not brought in; all threads up to ``newest`` were read.

    ``threads``: those that are watched, none older than ``horizon``; ``swept``: when all of them were last looked at.
    A long read that goes on has ``token``, ``pages`` read so far, ``since`` where it ends and ``reached``, its newest.
    """

    began: int
    newest: int
    swept: int
    threads: Mapping[str, Known] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    used: Used = field(default_factory=Used)
    horizon: int = 0
    token: str = ""
    pages: int = 0
    since: int = 0
    reached: int = 0

    @classmethod
    def first(cls, now: datetime) -> Self:
        """Before anything was read."""
        began = int((now - FIRST).timestamp())
        return cls(began, began, int(now.timestamp()))

    @classmethod
    def read(cls, stored: str | None, now: datetime) -> Self:
        """The cursor in a stored string; the first one for any other."""
        try:
            found: Any = json.loads(stored or "")
            threads = {str(key): Known(*(int(part) for part in one)) for key, one in found["threads"].items()}
            used = Used(str(found["used"]["day"]), int(found["used"]["units"]))
            names = ("began", "newest", "swept", "horizon", "pages", "since", "reached")
            numbers = {name: int(found[name]) for name in names}
            return cls(threads=threads, held=tuple(map(str, found["held"])), used=used, token=str(found["token"]), **numbers)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return cls.first(now)

    def __str__(self) -> str:
        flat = asdict(self) | {"threads": {key: [one.at, one.updated, one.count] for key, one in self.threads.items()}}
        return json.dumps(flat, separators=(",", ":"))

    def keeping(self, threads: Mapping[str, Known], oldest: int) -> Self:
        """The cursor with these threads watched, none from before ``oldest``, and the newest of them if they are many."""
        kept = sorted(((one.at, key) for key, one in threads.items() if one.at >= oldest), reverse=True)
        horizon = kept[MOST_THREADS - 1][0] if len(kept) > MOST_THREADS else 0
        ids = [key for _, key in kept[:MOST_THREADS]]
        return replace(self, threads={key: threads[key] for key in reversed(ids)}, horizon=max(horizon, oldest))

    def finished(self) -> Self:
        """The cursor once a read, however long, came to its end."""
        newest = max(self.newest, self.reached)
        return replace(self, newest=newest, token="", pages=0, since=0, reached=0)


def moment(seconds: int) -> datetime:
    """The time that a count of seconds means."""
    return datetime.fromtimestamp(seconds, UTC)

"""Where reading an account carries on from: an opaque string to everybody else."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from integrations.x.meter import Tally
from integrations.x.snowflake import first_at, made_at

OVERLAP = timedelta(minutes=2)
SETTLED_AFTER = timedelta(minutes=10)
AHEAD = timedelta(minutes=1)
"""How far X's clock may be before ours: a number from later than that does not hide the posts until then."""
WATCHED_FOR = timedelta(hours=24)
MOST_WATCHED = 2000
"""Twenty look-ups of 100. X shows 800 mentions at most; the rest is room for what searches find."""
FAILED_LOOK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """How far one list of posts was read. ``newest``: the highest number; ``settled``: nothing older still turns up.

    A list that could not be read to its end, newest first, has ``until``, the lowest number read since, and
    ``reached``, the highest: what lies between ``newest`` and ``until`` is read next.
    """

    newest: int
    settled: bool = False
    until: int = 0
    reached: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """The line in a stored cursor."""
        numbers = {name: int(stored.get(name, 0)) for name in ("until", "reached")}
        return cls(int(stored["newest"]), bool(stored["settled"]), **numbers)

    @property
    def since(self) -> int:
        """What to ask X for posts after: a little before the newest, as numbers do not turn up in strict order."""
        if self.settled:
            return self.newest
        return min(self.newest, first_at(made_at(self.newest) - OVERLAP))

    def after(self, newest: int, now: datetime) -> Self:
        """The line once everything since this one was read."""
        newest = max(min(max(newest, self.reached), first_at(now + AHEAD)), self.newest)
        return replace(self, newest=newest, settled=now - made_at(newest) >= SETTLED_AFTER, until=0, reached=0)

    def part(self, lowest: int, newest: int) -> Self:
        """The line once only the posts from ``lowest`` on were read."""
        return replace(self, until=lowest, reached=max(newest, self.reached))


@dataclass(frozen=True, slots=True)
class Cursor:
    """``mentions`` and, by the digest of its query, each of the ``searches``; ``today``: what was read, for the budget.

    ``watched``: numbers of the last day's posts; ``looked_at``: when it was last asked whether they are still there.
    """

    mentions: Line
    searches: Mapping[str, Line] = field(default_factory=dict)
    watched: tuple[str, ...] = ()
    looked_at: str = ""
    today: Tally = field(default_factory=Tally)

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor in a stored string. Raises ValueError for any other string."""
        try:
            stored = json.loads(text)
            return cls(
                Line.read(stored),
                {str(key): Line.read(line) for key, line in stored.get("searches", {}).items()},
                tuple(str(int(one)) for one in stored["watched"]),
                str(stored["looked_at"]),
                Tally.read(stored.get("today", {})),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a cursor of an account on X") from error

    def __str__(self) -> str:
        searches = {key: asdict(line) for key, line in self.searches.items()}
        rest = {"watched": self.watched, "looked_at": self.looked_at, "searches": searches, "today": asdict(self.today)}
        return json.dumps({"newest": self.mentions.newest, "settled": self.mentions.settled} | rest)

    def search(self, query: str, since: datetime) -> Line:
        """How far a search was read; one that is new begins at ``since``."""
        return self.searches.get(digest(query)) or Line(first_at(since))

    def searched(self, query: str, line: Line) -> Self:
        """The cursor once a search was read."""
        return replace(self, searches={**self.searches, digest(query): line})

    def only(self, queries: Iterable[str]) -> Self:
        """Without searches that are no longer asked for."""
        kept = {digest(query) for query in queries}
        return replace(self, searches={key: line for key, line in self.searches.items() if key in kept})

    def watching(self, seen: Iterable[str], now: datetime) -> Self:
        """The cursor with these posts among the watched, the newest that fit."""
        watched = sorted({*self.watched, *seen}, key=int)[-MOST_WATCHED:]
        return replace(self, watched=tuple(watched), looked_at=self.looked_at or now.isoformat())

    def is_due(self, every: timedelta, now: datetime) -> bool:
        """Whether it is time to ask after the watched posts; never when ``every`` is zero."""
        return bool(every and self.watched and self.looked_at) and now >= self.due_at(every)

    def due_at(self, every: timedelta) -> datetime:
        """When to ask after the watched posts next."""
        return datetime.fromisoformat(self.looked_at).astimezone(UTC) + every

    def looked(self, gone: Iterable[str], now: datetime) -> Self:
        """The cursor once it was asked after the watched posts. A post is let go once it was there when a day old."""
        left_out, a_day_ago = set(gone), first_at(now - WATCHED_FOR)
        watched = (one for one in self.watched if one not in left_out and int(one) >= a_day_ago)
        return replace(self, watched=tuple(watched), looked_at=now.isoformat())

    def look_failed(self, every: timedelta, now: datetime) -> Self:
        """The cursor when X did not say: asked again soon, but not at once."""
        return replace(self, looked_at=(now - every + FAILED_LOOK_AGAIN).isoformat())


def digest(query: str) -> str:
    """A short name for a query."""
    return sha256(query.encode()).hexdigest()[:12]

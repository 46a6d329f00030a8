"""Where reading the mentions carries on from: an opaque string to everybody else."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from integrations.x.snowflake import first_at, made_at

OVERLAP = timedelta(minutes=2)
SETTLED_AFTER = timedelta(minutes=10)
WATCHED_FOR = timedelta(hours=24)
MOST_WATCHED = 100
"""X's limit for one look-up."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """``newest``: the highest number read. ``settled``: a later read showed that nothing older still turns up.

    ``watched``: numbers of the last day's mentions; ``looked_at``: when it was last asked whether they are still there.
    """

    newest: int
    settled: bool = False
    watched: tuple[str, ...] = ()
    looked_at: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor in a stored string. Raises ValueError for any other string."""
        try:
            stored = json.loads(text)
            return cls(
                int(stored["newest"]), bool(stored["settled"]), tuple(map(str, stored["watched"])), str(stored["looked_at"])
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not a cursor of an account on X") from error

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @property
    def since(self) -> int:
        """What to ask X for posts after: a little before the newest, as numbers do not turn up in strict order."""
        if self.settled:
            return self.newest
        return min(self.newest, first_at(made_at(self.newest) - OVERLAP))

    def after(self, newest: int, seen: Iterable[str], now: datetime) -> Self:
        """The cursor once everything since this one was read."""
        newest = max(newest, self.newest)
        long_ago = first_at(now - WATCHED_FOR)
        watched = sorted({one for one in {*self.watched, *seen} if int(one) >= long_ago}, key=int)[-MOST_WATCHED:]
        return replace(
            self,
            newest=newest,
            settled=now - made_at(newest) >= SETTLED_AFTER,
            watched=tuple(watched),
            looked_at=self.looked_at or now.isoformat(),
        )

    def is_due(self, every: timedelta, now: datetime) -> bool:
        """Whether it is time to ask after the watched posts; never when ``every`` is zero."""
        if not every or not self.watched or not self.looked_at:
            return False
        return now - datetime.fromisoformat(self.looked_at).astimezone(UTC) >= every

    def looked(self, gone: Iterable[str], now: datetime) -> Self:
        """The cursor once it was asked after the watched posts."""
        left_out = set(gone)
        return replace(self, watched=tuple(one for one in self.watched if one not in left_out), looked_at=now.isoformat())

"""Where reading an account carries on from: an opaque string to everybody else."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from integrations.bluesky.parse import Seen

MOST_SEEN = 1_000
"""Ten pages: what is listed above ``floor`` and not among these has come since."""
OVERLAP = timedelta(hours=48)
"""Posts are listed by the time they claim, so a late one may stand so far below the newest; a sweep finds the rest."""
LOOK_BACK = timedelta(hours=24)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest(uri: str) -> str:
    """A short name for a post."""
    return urlsafe_b64encode(sha256(uri.encode("utf-8", "replace")).digest()[:9]).decode()


def version(cid: str) -> str:
    """A short name for one version of a post."""
    return cid[-8:]


def time_of(stored: str) -> datetime:
    """A time as it is kept."""
    return datetime.fromisoformat(stored).astimezone(UTC)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the list that is still to be read, newest first: from ``after`` on, down to ``since``.

    All at or below ``floor`` was known when it was begun.
    """

    since: str
    floor: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """``known``: the newest posts read, each with its time and version. All that was listed at or below ``floor`` counts as
    known too. ``own``: replies of ours that were told, in the last while.
    """

    began: datetime
    read_at: datetime
    swept_at: datetime
    known: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    floor: int = 0
    rest: Stretch | None = None
    own: tuple[str, ...] = ()
    looked_at: datetime = EPOCH
    """When all of the last two days was last gone through."""

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor in a stored string. Raises ValueError for any other string."""
        try:
            stored: dict[str, Any] = json.loads(text)
            began, read_at, swept_at = (time_of(stored[name]) for name in ("began", "read_at", "swept_at"))
            known = {str(name): (int(at), str(cid)) for name, (at, cid) in stored["known"].items()}
            rest = Stretch(**stored["rest"]) if stored["rest"] else None
            if rest:
                time_of(rest.since)
            looked_at = time_of(stored.get("looked_at", stored["read_at"]))
            own = tuple(map(str, stored["own"]))
            return cls(began, read_at, swept_at, known, int(stored["floor"]), rest, own, looked_at)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError("not a cursor of an account on Bluesky") from error

    def __str__(self) -> str:
        times = {name: getattr(self, name).isoformat() for name in ("began", "read_at", "swept_at", "looked_at")}
        rest = asdict(self.rest) if self.rest else None
        stored = times | {"known": self.known, "floor": self.floor, "rest": rest, "own": self.own}
        return json.dumps(stored, separators=(",", ":"))

    @classmethod
    def first(cls, now: datetime) -> Self:
        """Where an account begins that was never read."""
        return cls(now, now, now, looked_at=now)

    def stretch(self) -> Stretch:
        """What to read next: what a last read left, else from the newest down."""
        return self.rest or Stretch((self.read_at - OVERLAP).isoformat(), self.floor)

    def knows(self, post: Seen) -> bool:
        """Whether it was read before."""
        return digest(post.uri) in self.known

    def is_other_version(self, post: Seen) -> bool:
        """Whether it was read before in another version."""
        return self.knows(post) and self.known[digest(post.uri)][1] != version(post.cid)

    def after(self, posts: Iterable[Seen], *, now: datetime, rest: Stretch | None, lowest: int = 0) -> Self:
        """The cursor once these were read. What no longer fits counts as known by the ``floor``; ``lowest``: as by now."""
        known = dict(self.known) | {digest(post.uri): (millis(post.sorted_at), version(post.cid)) for post in posts}
        in_order: Sequence[str] = sorted(known, key=lambda name: (known[name][0], name), reverse=True)
        dropped = [known[name][0] for name in in_order[MOST_SEEN:]]
        return replace(
            self,
            known={name: known[name] for name in in_order[:MOST_SEEN]},
            floor=max([self.floor, lowest, *dropped]),
            rest=rest,
            read_at=now,
        )


class Versions:
    """Which version of a post was last read, as long as this copy of the bot runs and somewhat beyond by the cursor."""

    MOST = 5_000

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def learn(self, posts: Iterable[Seen]) -> None:
        """These are as they are now."""
        for post in posts:
            self._last.pop(digest(post.uri), None)
            self._last[digest(post.uri)] = version(post.cid)
        for name in list(self._last)[: max(0, len(self._last) - self.MOST)]:
            del self._last[name]

    def resume(self, cursor: Cursor) -> None:
        """What is in the cursor, where nothing newer was read since."""
        for name, (_, cid) in cursor.known.items():
            self._last.setdefault(name, cid)

    def is_other(self, post: Seen, *, unknown: bool) -> bool:
        """Whether it is another version than the one last read; ``unknown``: the answer where that is not known."""
        last = self._last.get(digest(post.uri))
        return unknown if last is None else last != version(post.cid)

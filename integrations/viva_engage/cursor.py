"""How far each feed is read: the newest messages told of, what is still to be read before them, and when it was asked."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from integrations.viva_engage.parse import POLL
from integrations.viva_engage.reading_json import ident, listed, mapping

VERSION = 1
OVERLAP = 10
"""So many of the newest are read once more each time: one with a lower id may show late."""
MOST_LEFT = 50
MOST_THREADS = 200
LONGEST_POLL = timedelta(hours=1)
A_SECOND = timedelta(seconds=1)
"""Moments are kept in whole seconds."""
LATEST = 253_402_300_799
"""The last second there is."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages between two ids that were not read yet; ``since``: nothing older, where it is set."""

    after: int
    before: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where one feed is. ``since``: what is older is not told where too little was seen to go by ids."""

    since: datetime
    polled_at: datetime | None = None
    each: timedelta = POLL
    seen: tuple[int, ...] = ()
    left: tuple[Stretch, ...] = ()
    refused: bool = False
    """It could not be read when it was asked last: it is gone, or not for us any more."""

    @property
    def floor(self) -> int:
        """The id after which a poll asks; 0 where there are too few messages to tell."""
        return self.seen[0] if len(self.seen) >= OVERLAP else 0

    def due(self, every: timedelta) -> datetime:
        """When it may be asked again."""
        return self.polled_at + max(every, self.each) if self.polled_at else self.since

    def polled(self, at: datetime, ids: Iterable[int], each: timedelta) -> "Place":
        """After a poll that brought messages with these ids."""
        seen = tuple(sorted({*self.seen, *ids})[-OVERLAP:])
        return replace(self, polled_at=at, each=each, seen=seen, refused=False)

    def leaving(self, *stretches: Stretch | None) -> "Place":
        """With more that is still to be read."""
        left = (*filter(None, stretches), *self.left)
        return replace(self, left=left[:MOST_LEFT])

    def kept(self) -> dict[str, object]:
        """As JSON."""
        polled_at = math.ceil(self.polled_at.timestamp()) if self.polled_at else 0
        left = [[one.after, one.before, seconds(one.since)] for one in self.left]
        each = int(self.each.total_seconds())
        kept: dict[str, object] = {"since": seconds(self.since), "polled_at": polled_at, "each": each}
        return kept | {"seen": [*self.seen], "left": left, "refused": self.refused}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Places by feed; ``threads``: who named us where, so that what they say there next is heard too."""

    places: Mapping[str, Place] = field(default_factory=dict)
    threads: tuple[tuple[int, int], ...] = ()

    def at(self, feed: str, place: Place) -> "Cursor":
        """The same with one feed read further."""
        return replace(self, places={**self.places, feed: place})

    def by(self, now: datetime) -> "Cursor":
        """The same where the clock was put back: nothing was read in a time to come."""
        late = {name: one for name, one in self.places.items() if one.polled_at and one.polled_at > now + A_SECOND}
        return replace(self, places={**self.places, **{name: replace(one, polled_at=now) for name, one in late.items()}})

    def following(self, threads: Iterable[tuple[int, int]]) -> "Cursor":
        """With more threads in which somebody named us."""
        return replace(self, threads=tuple(dict.fromkeys([*self.threads, *threads]))[-MOST_THREADS:])

    def __str__(self) -> str:
        feeds = {name: place.kept() for name, place in self.places.items()}
        return json.dumps({"v": VERSION, "feeds": feeds, "threads": self.threads}, separators=(",", ":"))


def read(kept: str | None) -> Cursor:
    """A cursor as it was stored; an empty one for what nobody can read."""
    try:
        given = mapping(json.loads(kept or ""))
    except (ValueError, RecursionError):
        return Cursor()
    if given.get("v") != VERSION:
        return Cursor()
    feeds = mapping(given.get("feeds"))
    places = {name: place for name, wild in feeds.items() if (place := place_in(mapping(wild)))}
    pairs = (tuple(map(ident, listed(one))) for one in listed(given.get("threads")))
    return Cursor(places, tuple((one[0], one[1]) for one in pairs if len(one) == 2 and all(one)))


def place_in(given: Mapping[str, object]) -> Place | None:
    """One feed's place, as it was stored."""
    since = moment(given.get("since"))
    if since is None:
        return None
    each = min(timedelta(seconds=min(ident(given.get("each")), LATEST)), LONGEST_POLL)
    left = (stretch_in(listed(one)) for one in listed(given.get("left")))
    seen = tuple(sorted(filter(None, map(ident, listed(given.get("seen"))))))[-OVERLAP:]
    stretches, refused = tuple(filter(None, left)), given.get("refused") is True
    return Place(since, moment(given.get("polled_at")), max(each, POLL), seen, stretches, refused)


def stretch_in(given: list[object]) -> Stretch | None:
    """One stretch, as it was stored."""
    if len(given) != 3 or not (before := ident(given[1])):
        return None
    return Stretch(ident(given[0]), before, moment(given[2]))


def moment(wild: object) -> datetime | None:
    """A moment in whole seconds; None for 0 and for anything else."""
    found = ident(wild)
    return datetime.fromtimestamp(found, UTC) if 0 < found <= LATEST else None


def seconds(moment: datetime | None) -> int:
    """The opposite: 0 for None."""
    return int(moment.timestamp()) if moment else 0

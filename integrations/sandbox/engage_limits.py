"""A stand-in for Viva Engage: how often an app may call for one person, and a log of all the calls."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from bot.ports import Clock

MESSAGES, OTHERS = "messages", "others"
WINDOW = timedelta(seconds=30)
MOST = 10
REMEMBERED = 50_000
"""How many calls the log holds: a demo may run for weeks."""
# https://learn.microsoft.com/rest/api/yammer/rest-api-rate-limits: per user, per app; passing one shuts all endpoints.


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``feed`` is what was read, such as ``in_group/15824708``, ``received`` or ``all``; empty for no feed."""

    at: datetime
    who: tuple[int, str]
    """A person's id, and the app that calls for them."""
    method: str
    path: str
    query: Mapping[str, str]
    kind: str
    feed: str
    refused: bool

    @property
    def is_paging(self) -> bool:
        """Whether it carries on a read, to older messages."""
        return "older_than" in self.query


@dataclass(slots=True)
class EngageLimits:
    """Counts calls in a sliding window. Those refused are logged and do not count against what may be called."""

    clock: Clock
    most: int = MOST
    window: timedelta = WINDOW
    tells_when: bool = False
    """Whether a refusal has a Retry-After; nobody promises one."""
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _recent: defaultdict[tuple[int, str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _shut: dict[tuple[int, str], datetime] = field(default_factory=dict)

    def counted(self, who: tuple[int, str], method: str, path: str, query: Mapping[str, str]) -> Call:
        """One more call; whether it is refused stands in what is returned."""
        now, kind = self.clock.now(), kind_of(path)
        recent = self._recent[*who, kind]
        recent[:] = [one for one in recent if one > now - self.window]
        if len(recent) >= self.most:
            self._shut[who] = max(recent[-self.most] + self.window, self._shut.get(who, now))
        refused = self.shut_for(who) > timedelta(0)
        if not refused:
            recent.append(now)
        feed = feed_of(path) if method == "GET" else ""
        call = Call(now, who, method, path, dict(query), kind, feed, refused)
        self.calls.append(call)
        return call

    def shut_for(self, who: tuple[int, str]) -> timedelta:
        """How long all endpoints stay shut for them."""
        now = self.clock.now()
        return max(timedelta(0), self._shut.get(who, now) - now)

    @property
    def refused(self) -> list[Call]:
        """The calls that were too many."""
        return [one for one in self.calls if one.refused]

    def tightest_window(self, kind: str = "") -> int:
        """The most calls there ever were within 30 seconds, of one kind, for one person and app; refused ones too."""
        by_bucket: defaultdict[tuple[object, ...], list[datetime]] = defaultdict(list)
        for call in self.calls:
            if kind in ("", call.kind):
                by_bucket[call.who, call.kind].append(call.at)
        return max((most_within(sorted(times), self.window) for times in by_bucket.values()), default=0)

    def polls(self, feed: str) -> list[datetime]:
        """When a feed was asked for what is new, refused or not; going on to older messages is no poll."""
        return [one.at for one in self.calls if one.feed == feed and not one.is_paging]

    def reads(self, feed: str) -> list[datetime]:
        """The same with every further page."""
        return [one.at for one in self.calls if one.feed == feed]

    def shortest_gap(self, feed: str) -> timedelta:
        """The shortest time between two polls of a feed; very long where there were not two."""
        return min((after - before for before, after in pairwise(sorted(self.polls(feed)))), default=timedelta.max)


def most_within(times: list[datetime], window: timedelta) -> int:
    """How many of the times, in order, fit into one window at most."""
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def kind_of(path: str) -> str:
    """Which limit a path of the API falls under; likes are among the others."""
    parts = parts_of(path)
    return MESSAGES if parts[0] == "messages" and parts[1:2] != ["liked_by"] else OTHERS


def feed_of(path: str) -> str:
    """The feed a path reads; empty for anything else, and for a single message."""
    first, *rest = parts_of(path)
    if first != "messages" or (rest and rest[0].isdigit()):
        return ""
    return "/".join(rest) or "all"


def parts_of(path: str) -> list[str]:
    """A path without what all begin and end with."""
    return path.removeprefix("/api/v1/").removesuffix(".json").split("/")

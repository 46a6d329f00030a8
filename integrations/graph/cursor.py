"""Where reading several lists of one account carries on from, and reading them so that one that fails hides no other."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import structlog

from bot.errors import OutsideError, Refused, TryLater
from bot.ports import Answered, Edited, Gone, Incoming, Item, Page
from integrations.graph.client import Pace
from integrations.graph.errors import NoRight
from integrations.graph.parts import Job, Left, Part
from integrations.graph.reading import Seen

log = structlog.get_logger()

OVERLAP = timedelta(minutes=30)
AT_FIRST = timedelta(hours=24)
FURTHEST = timedelta(days=30)
STALE = timedelta(hours=2)
"""After that Meta may not know a place in a list any more."""
MOST_TURNS = 60
"""Reads that one list may take after an outage: some 6,000 posts."""
CALLED: Mapping[str, str] = {
    "feed": "posts and comments",
    "tagged": "posts that name the account",
    "ratings": "reviews",
    "tags": "posts that tag the account",
}
Read = Callable[[Job], Awaitable[Part]]
"""Reads the next part of a list."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Until when each list was read, by its name, and which are half read."""

    until: Mapping[str, datetime] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> Self:
        """The marks in a stored cursor; none in what is not one."""
        try:
            stored = json.loads(cursor or "{}")
            halves = {str(name): job_of(one) for name, one in stored.items() if isinstance(one, dict)}
            whole = {str(name): utc(at) for name, at in stored.items() if not isinstance(at, dict)}
            return cls(whole, halves)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            return cls()

    def __str__(self) -> str:
        whole = {name: at.isoformat() for name, at in self.until.items() if name not in self.jobs}
        return json.dumps(whole | {name: written(job) for name, job in self.jobs.items()})

    def job(self, name: str, now: datetime) -> Job:
        """What is to be read of a list: on from a place, or back to a little before the last time, as posts turn up late."""
        if half := self.jobs.get(name):
            return replace(half, left=None) if now - half.at > STALE else half
        last = self.until.get(name)
        since = max(last - OVERLAP, now - FURTHEST) if last else now - AT_FIRST
        return Job(since, begun=now, at=now, missing_from=last if last and last < since else None)

    def due(self, names: Iterable[str], now: datetime, every: timedelta) -> list[str]:
        """The lists to read now: while some are half read, the others not again at once."""
        fresh = {name for name, at in self.until.items() if self.jobs and now - at < every / 2}
        return [name for name in names if name in self.jobs or name not in fresh]

    def after(self, name: str, job: Job, left: Left, now: datetime) -> Self:
        """The marks once a part of a list was read."""
        jobs = {other: one for other, one in self.jobs.items() if other != name}
        if left:
            on = replace(job, left=left, turns=job.turns + 1, at=now, missing_from=None)
            return replace(self, jobs={**jobs, name: on})
        return replace(self, until={**self.until, name: job.begun}, jobs=jobs)


class Lists:
    """The lists of one account. The first must be readable; of the others each failure is said once, and its end once."""

    def __init__(self, account: str, pace: Pace, every: timedelta, seen: Seen) -> None:
        self._account, self._pace, self._every, self._seen = account, pace, every, seen
        self._failing: set[str] = set()

    async def page(self, cursor: str | None, now: datetime, reads: Mapping[str, Read]) -> Page:
        """What is new, as much as one read takes. Raises what the first list raises, or what says that the token is dead."""
        marks, found = Marks.read(cursor), list[Item]()
        missing: list[str] = []
        more = False
        for name in marks.due(reads, now, self._every):
            job = marks.job(name, now)
            try:
                part = await self._part(name, reads[name], job)
            except (NoRight, TryLater, Refused) as error:
                if name == next(iter(reads)):
                    raise
                self._is_failing(name, error)
                if isinstance(error, TryLater) and error.bucket:
                    break
                continue
            self._is_well(name)
            left = part.left if job.turns < MOST_TURNS else Left()
            missing += self._missing(name, job, part, left)
            found += part.items
            marks, more = marks.after(name, job, left, now), more or bool(left)
        slowed = "; ".join(filter(None, [*missing, self._pace.slowed]))
        return Page(self.told(found), str(marks), more, self._pace.wait(self._every), slowed)

    async def _part(self, name: str, read: Read, job: Job) -> Part:
        """The next part of a list; from the newest on where Meta does not know the place any more."""
        try:
            return await read(job)
        except Refused:
            if job.left is None:
                raise
            log.info("place_in_a_list_lost", account=self._account, list=name)
            return await read(replace(job, left=None))

    def _missing(self, name: str, job: Job, part: Part, left: Left) -> list[str]:
        """What was passed over for good, in words for the leads."""
        lost = part.lost or part.left != left
        if not (lost or job.missing_from):
            return []
        since, until = job.missing_from or job.since, job.begun if lost else job.since
        log.warning("posts_passed_over", account=self._account, list=name, since=since.isoformat(), until=until.isoformat())
        called = CALLED.get(name, name)
        return [f"{called} between {since:%-d %B, %H:%M} and {until:%-d %B, %H:%M} UTC may be missing: look there"]

    def told(self, found: list[Item]) -> tuple[Item, ...]:
        """The items, oldest first, each once; a post that had other words when last seen is told as edited too."""
        once = {(type(item), item.native_id): item for item in found}
        items: list[Item] = []
        for item in sorted(once.values(), key=when):
            items.append(item)
            if isinstance(item, Incoming):
                if self._seen.is_changed(item.native_id, item.text):
                    items.append(Edited(item.native_id, item.text, item.posted_at, item.raw))
                self._seen.note(item.native_id, item.text)
        return tuple(items)

    def _is_failing(self, name: str, error: OutsideError) -> None:
        if name not in self._failing:
            self._failing.add(name)
            log.warning("list_not_read", account=self._account, list=name, reason=str(error))

    def _is_well(self, name: str) -> None:
        if name in self._failing:
            self._failing.discard(name)
            log.info("list_read_again", account=self._account, list=name)


def when(item: Item) -> datetime:
    """When it happened."""
    match item:
        case Incoming():
            return item.posted_at
        case Edited() | Gone() | Answered():
            return item.at


def utc(stored: str) -> datetime:
    """A stored time. Raises ValueError, TypeError, OverflowError."""
    return datetime.fromisoformat(stored).astimezone(UTC)


def job_of(stored: Mapping[str, Any]) -> Job:
    """A half read list as it is stored. Raises KeyError too."""
    left = Left(str(stored["after"]), tuple((str(one), str(place)) for one, place in stored["below"]))
    return Job(utc(stored["since"]), utc(stored["begun"]), utc(stored["at"]), left, int(stored["turns"]))


def written(job: Job) -> dict[str, object]:
    """A half read list, to be stored."""
    left = job.left or Left()
    times = {"since": job.since.isoformat(), "begun": job.begun.isoformat(), "at": job.at.isoformat()}
    return {**times, "turns": job.turns, "after": left.after, "below": left.below}

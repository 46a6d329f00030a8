"""A watch: what is looked for, by whom, where its hits go, and until when. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.exchange import Query
from bot.watching.terms import Terms

KIND = "watch"
"""The kind of a mention that a watch found: nobody spoke to us, so the clock is kinder."""
REFERENCE = re.compile(r"[wW]-?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class WatchRules:
    """How much watches may do here: hits a day (to begin with, and at most), how long, and how many at a time."""

    per_day: int = 50
    most_per_day: int = 500
    lasts: timedelta = timedelta(days=30)
    longest: timedelta = timedelta(days=90)
    most: int = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants watched, and why."""

    terms: Terms
    accounts: tuple[str, ...]
    channel: str
    per_day: int
    why: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One row. ``version`` is the number of its newest event; ``told`` how often the owner heard of its end."""

    number: int
    words: tuple[str, ...]
    tags: tuple[str, ...]
    without: tuple[str, ...]
    accounts: tuple[str, ...]
    owner: str
    channel: str
    why: str
    per_day: int
    until: datetime
    made_by: str
    made_at: datetime
    version: int = 1
    told: int = 0
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def ref(self) -> str:
        """How staff write it: ``W-3``."""
        return f"W-{self.number}"

    @property
    def subject(self) -> str:
        """Where its record stands."""
        return f"watch:{self.ref}"

    @property
    def terms(self) -> Terms:
        """What it looks for."""
        return Terms(self.words, self.tags, self.without)

    @property
    def query(self) -> Query:
        """The same as networks are asked."""
        return Query(self.words, self.tags, self.without)

    @property
    def is_running(self) -> bool:
        """Whether it still looks."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Reader:
    """How a watch stands with one account it reads through; ``slowed`` says why it looks less often."""

    account: str
    read_at: datetime | None = None
    trouble: str = ""
    slowed: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought: ``hits`` became mentions, ``left_out`` were over the budget and only counted."""

    day: str
    hits: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A watch with how it goes."""

    watch: Watch
    readers: tuple[Reader, ...] = ()
    days: tuple[Day, ...] = field(default=())
    """The newest first."""


def reference(word: str) -> int | None:
    """``W-3``, ``w3`` and ``W-3.`` are the watch 3; anything else is None."""
    found = REFERENCE.fullmatch(word.strip().rstrip(".,:;"))
    return int(found.group(1)) if found else None


def crossed(before: int, after: int, per_day: int) -> Iterable[int]:
    """Which parts of a day's budget, in percent, were reached by what came just now."""
    return [part for part in (80, 100) if before * 100 < part * per_day <= after * 100]

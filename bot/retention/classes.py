"""Classes of retention: which one a mention is in by its topic, and how long its words are kept there. Pure.

Each has a period, counted from the end of a matter, as a retention schedule has it (FOIA s.46 code of practice, part 2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OTHERS = "everything else"
"""What is in no class, as staff read it."""
ALL_BELOW = ".*"
"""At the end of a topic: that topic's whole service, ``info.*`` for ``info.complaint`` and ``info``."""


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """Topics whose words are kept for the same time after a mention ended; 0: for ever."""

    name: str
    topics: tuple[str, ...]
    kept_for: timedelta

    def before(self, now: datetime) -> datetime | None:
        """What ended earlier than this has been kept long enough; None where it is kept for ever."""
        return now - self.kept_for if self.kept_for else None


def others(kept_for: timedelta) -> RetentionClass:
    """The class of whatever is in no other."""
    return RetentionClass(OTHERS, (), kept_for)


def class_of(topic: str, classes: Sequence[RetentionClass]) -> RetentionClass | None:
    """The class of a topic; None for what is in none.

    The most exact topic wins, however long or short its time is: the topic itself before its service, and of two
    services the one with the longer name.
    """
    return next((one for pattern, one in by_exactness(classes) if covers(pattern, topic)), None)


def by_exactness(classes: Iterable[RetentionClass]) -> list[tuple[str, RetentionClass]]:
    """Every topic named, with its class: the most exact first."""
    named = [(pattern, one) for one in classes for pattern in one.topics]
    return sorted(named, key=lambda each: (each[0].endswith(ALL_BELOW), -len(each[0])))


def covers(pattern: str, topic: str) -> bool:
    """Whether a topic is the one named, or below the service named."""
    if not pattern.endswith(ALL_BELOW):
        return topic == pattern
    service = pattern.removesuffix(ALL_BELOW)
    return topic == service or topic.startswith(f"{service}.")

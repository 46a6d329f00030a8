"""One post that will be made while a scenario is played."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Planned:
    """``after``: how long after the beginning. ``in_reply_to``: the id of an earlier one in the same place, or empty."""

    id: str
    after: timedelta
    place: str
    author_name: str
    handle: str
    text: str
    in_reply_to: str = ""
    private: bool = False
    alt: str | None = None

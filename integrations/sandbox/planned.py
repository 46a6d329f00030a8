"""What will be done while a scenario is played: one post by a resident, or one thing that staff do."""

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


@dataclass(frozen=True, slots=True)
class Acted:
    """A member of staff presses the button of the newest private message that has one whose label begins so, if any has.

    What begins with a slash is typed instead; its ``{number}`` is the mention they were told of last, its ``{card}``
    that of the newest card. A reply that comes of it is sent.
    """

    after: timedelta
    handle: str
    deed: str

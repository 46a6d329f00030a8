"""A reply: what staff wrote for the public, and where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReplyState(StrEnum):
    """A draft is private; HELD waits out the time for Undo; UNSURE waits for a person, who may have it sent again."""

    DRAFT = "draft"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    BY_HAND = "by_hand"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    UNSURE = "unsure"


LIVE = frozenset({ReplyState.HELD, ReplyState.SENDING, ReplyState.UNSURE})
"""At most one of these a mention, by a unique index: two replies cannot be on their way at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One row. ``by_hand_url`` is set while a person has it open on the network's own page."""

    id: str
    number: int
    account: str
    text: str
    state: ReplyState
    by: str
    created_at: datetime
    updated_at: datetime
    approved_by: str | None = None
    native_id: str | None = None
    url: str | None = None
    sent_at: datetime | None = None
    hold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How long a reply may be, counted as the network counts it; ``unit`` names what is counted."""

    limit: int
    unit: str
    count: Callable[[str], int]

    def over(self, text: str) -> int:
        """By how much a text is too long; 0 when it fits."""
        return max(0, self.count(text) - self.limit)

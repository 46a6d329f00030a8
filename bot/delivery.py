"""A delivery: one thing the outside world must be told, and what may become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What is to be told, and to whom."""

    CARD = "card"  # a new card in a channel
    REDRAW = "redraw"  # that card again, drawn from the row as it is when it leaves
    THREAD = "thread"  # words to staff under a card
    PING = "ping"  # a private message that wants an answer
    TELL = "tell"  # a private message
    POST = "post"  # words to staff in a channel
    REPLY = "reply"  # words to the public


class Rank(IntEnum):
    """What leaves first when much waits."""

    ESCALATION = 0
    ACTION = 1
    CARD = 2
    REDRAW = 3


class DeliveryState(StrEnum):
    """PENDING and SENDING and UNKNOWN have a ``due_at``; the rest are over or with a person."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    NEEDS_HUMAN = "needs_human"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


D = DeliveryState
ALLOWED: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    D.PENDING: frozenset({D.SENDING, D.CANCELLED}),
    D.SENDING: frozenset({D.DONE, D.FAILED, D.UNKNOWN, D.PENDING}),
    D.UNKNOWN: frozenset({D.DONE, D.FAILED, D.PENDING, D.NEEDS_HUMAN, D.UNKNOWN}),
    D.NEEDS_HUMAN: frozenset({D.DONE, D.PENDING, D.CANCELLED}),
    D.DONE: frozenset(),
    D.FAILED: frozenset(),
    D.CANCELLED: frozenset(),
}
"""From a state to the states that may follow it. SENDING → PENDING only after a definite no that may be tried again."""

LEASE = timedelta(seconds=45)
"""How long a sender owns a delivery. Longer than all its time limits together, so a live sender is never overtaken."""
LEASE_OF_REPLY = timedelta(seconds=150)
"""A public reply is looked at before it goes, sent, and perhaps looked for: several calls of 20 seconds each."""

PERSON_AFTER = timedelta(minutes=3)
"""A public reply nobody can account for is put before a person within this time of leaving."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row. ``attempt`` fences: only the sender that holds this number may finish it."""

    id: str
    key: str
    kind: Kind
    lane: str
    rank: Rank
    state: DeliveryState
    number: int | None
    target: str
    payload: Mapping[str, object]
    attempt: int
    first_sent_at: datetime | None
    created_at: datetime
    unsure_since: datetime | None = None


def wait_before(attempt: int, asked: timedelta) -> timedelta:
    """How long to wait before another try: what the other side asked for, or longer with each try, at most 5 minutes."""
    return max(asked, min(timedelta(seconds=2 ** min(attempt, 9)), timedelta(minutes=5)))

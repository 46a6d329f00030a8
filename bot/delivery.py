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
    ACT = "act"  # what an account does in public besides replying
    SMS = "sms"  # a ping by text message
    EMAIL = "email"  # a ping by e-mail
    GROUP = "group"  # the people of a user group in the chat
    CHECK = "check"  # a look whether a reply that was taken shows


class Rank(IntEnum):
    """What leaves first when much waits. A card that is urgent leaves with what people wait for."""

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
    D.PENDING: frozenset({D.SENDING, D.CANCELLED, D.UNKNOWN, D.NEEDS_HUMAN}),
    D.SENDING: frozenset({D.DONE, D.FAILED, D.UNKNOWN, D.PENDING}),
    D.UNKNOWN: frozenset({D.DONE, D.FAILED, D.PENDING, D.NEEDS_HUMAN, D.UNKNOWN}),
    D.NEEDS_HUMAN: frozenset({D.DONE, D.PENDING, D.CANCELLED}),
    D.DONE: frozenset(),
    D.FAILED: frozenset(),
    D.CANCELLED: frozenset(),
}
"""From a state to the states that may follow it. SENDING → PENDING only after a definite no that may be tried again.
PENDING → UNKNOWN by recovery only: a restored database cannot know what left after the backup. NEEDS_HUMAN → PENDING is
Send Again, and PENDING → NEEDS_HUMAN its Undo.
"""

LEASE = timedelta(seconds=45)
"""How long a sender owns a delivery. Longer than all its time limits together, so a live sender is never overtaken."""
LEASE_OF_REPLY = timedelta(seconds=150)
"""A public reply is looked at before it goes, sent, and perhaps looked for: each within CALL, and the lease begins anew
with the commit before the socket.
"""
CALL = timedelta(seconds=60)
"""The longest that one step of a public reply may take, whatever limits its network keeps: far shorter than the lease."""

PERSON_AFTER = timedelta(minutes=3)
"""A public reply nobody can account for is put before a person within this time of leaving."""
LOOKS_APART = timedelta(seconds=10)
"""One look that finds nothing is no proof: another, this much later, has to find nothing too."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEADLINE: Mapping[Kind, timedelta] = {
    Kind.REPLY: DAY,
    Kind.ACT: DAY,
    Kind.THREAD: HOUR,
    Kind.REDRAW: HOUR,
    Kind.PING: 7 * DAY,
    Kind.TELL: 7 * DAY,
    Kind.POST: 7 * DAY,
    Kind.CARD: 7 * DAY,
    Kind.SMS: DAY,
    Kind.EMAIL: DAY,
    Kind.GROUP: HOUR,
    Kind.CHECK: DAY,
}
"""By when a delivery should be over, from when it was first due. A reply past it goes back to its author; what staff are
told is late then, which the self-check says, but is never dropped for it.
"""


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
    sent_at: datetime | None = None
    """When it last left, or was last taken to leave."""
    deadline: datetime | None = None
    absent_at: datetime | None = None
    """When a look, late enough to count, last found nothing of it."""
    recovered_at: datetime | None = None
    """When a database restored from a backup was begun with again, and it was not known whether this had left by then."""
    place: str = ""
    """What it needs room in: a channel, a person, a chat's redraws, an account. Empty for what an older release queued."""
    was_due_at: datetime | None = None
    """When it was due before it was taken; what is given back is due then again, and keeps its turn."""

    @property
    def is_again(self) -> bool:
        """A person has it sent once more though the first try may be public: a no to this try is no proof about that one."""
        return bool(self.payload.get("again"))

    @property
    def is_doubtful(self) -> bool:
        """Whether an earlier try may have arrived."""
        return self.state is DeliveryState.UNKNOWN or self.is_again

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been over by now."""
        return now >= (self.deadline or self.created_at + DEADLINE[self.kind])


def wait_before(attempt: int, asked: timedelta) -> timedelta:
    """How long to wait before another try: what the other side asked for, or longer with each try, at most 5 minutes."""
    return max(asked, min(timedelta(seconds=2 ** min(attempt, 9)), timedelta(minutes=5)))

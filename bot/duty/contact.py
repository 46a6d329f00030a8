"""How a member of staff is reached besides the chat, and how often. Pure. Kept out of logs: these are their own numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.duty.escalation import AT_MOST as IN_CHAT
from bot.ports import Way


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's other ways; empty where there is none."""

    staff: str
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    calendar_url: str = field(default="", repr=False)
    initials: str = ""
    """How they sign off; empty: the initials of their name."""

    def address(self, way: Way) -> str:
        """Where they are reached by this way; empty when they are not."""
        return self.phone if way is Way.TEXT else self.email


A_MINUTE = ((1, timedelta(minutes=1)),)
AT_MOST: Mapping[Way, Sequence[tuple[int, timedelta]]] = {Way.TEXT: (*A_MINUTE, *IN_CHAT), Way.EMAIL: A_MINUTE}
"""How many messages one person gets within which time (GoAlert's figures). What is over waits, and goes as one."""
MOST = max(many for limits in AT_MOST.values() for many, _ in limits)


def room_at(earlier: Sequence[datetime], limits: Sequence[tuple[int, timedelta]], now: datetime) -> datetime:
    """When a person may be sent another; ``earlier`` holds when they were sent the last ones, newest first."""
    full = [earlier[many - 1] + span for many, span in limits if len(earlier) >= many]
    return max(full, default=now)

"""A post of the public that we hid: by which published rule, who looked at it again, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Hiding:
    """One row: a post that was hidden, or is to be."""

    id: str
    number: int
    native_id: str
    rule: str
    by: str
    at: datetime
    until: datetime
    state: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    ended_at: datetime | None
    evidence: dict[str, Any]

    @property
    def ref(self) -> str:
        """The reference of its mention."""
        return f"M-{self.number}"

    @property
    def mark(self) -> str:
        """What it is called on a button: a letter, so that it is never taken for a mention."""
        return f"h{self.id[:8]}"

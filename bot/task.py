"""A task: something that is owed after a mention was answered, with a person and a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """PROMISE: what a reply promised. TRANSLATION: the second language of a reply that went in one.
    REVIEW: a colleague's look at a post that was hidden.
    """

    PROMISE = "promise"
    TRANSLATION = "translation"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Task:
    """One row. It is open until ``done_at``."""

    id: str
    number: int
    kind: Kind
    what: str
    due_at: datetime
    to: str
    """Whose it is: the id of a person."""
    by: str
    made_at: datetime
    reply: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    next_ask_at: datetime | None = None
    """When its person is asked about it next; never empty while it is open."""

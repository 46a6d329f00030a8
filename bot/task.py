"""A task: something that is owed after a mention was answered, with a person and a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.replying.hidden import Hiding


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
    """In our own words; empty once the words of its mention were erased. The task stays."""
    due_at: datetime
    to: str
    """Whose it is: the id of a person; empty where it is anybody's who may."""
    by: str
    made_at: datetime
    reply: str | None = None
    """The reply it comes from; of a REVIEW the id of what was hidden."""
    done_at: datetime | None = None
    done_by: str | None = None
    next_ask_at: datetime | None = None
    """When its person is asked about it next; never empty while it is open."""

    @property
    def ref(self) -> str:
        """The reference of the mention it belongs to."""
        return f"M-{self.number}"

    @property
    def mark(self) -> str:
        """What it is called on a button: a letter, so that it is never taken for a mention."""
        return f"t{self.id[:8]}"


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed and what is hidden, for whoever comes next: the first of each, with how many there are."""

    tasks: tuple[Task, ...] = ()
    total: int = 0
    hidden: tuple[Hiding, ...] = ()
    hidden_total: int = 0

    @property
    def people(self) -> set[str]:
        """Everybody who is named in it."""
        return {person for task in self.tasks if (person := task.to)} | {one.by for one in self.hidden}

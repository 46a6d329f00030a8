"""A task: something that is owed after a mention was answered, with a person and a time."""

from collections.abc import Sequence
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


class Outcome(StrEnum):
    """How a promise ended. KEPT: by its time. LATE: done after it. BROKEN: a person said that it cannot be kept."""

    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"


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
    outcome: str = ""
    """Of a promise that is over: an ``Outcome``. Empty of one that was done before 0.9.0, and of other tasks."""

    @property
    def ref(self) -> str:
        """The reference of the mention it belongs to."""
        return f"M-{self.number}"

    @property
    def mark(self) -> str:
        """What it is called on a button: a letter, so that it is never taken for a mention."""
        return f"t{self.id[:8]}"

    @property
    def ended(self) -> Outcome | None:
        """How a promise ended, also where nobody noted it then; None of other tasks, and while it is open."""
        if self.kind is not Kind.PROMISE or self.done_at is None:
            return None
        return Outcome(self.outcome) if self.outcome else outcome_of([(self.made_at, self.due_at)], self.done_at)


def outcome_of(told: Sequence[tuple[datetime, datetime]], done_at: datetime) -> Outcome:
    """Whether a promise was kept. ``told``: each time it was given, when and until when, the oldest first.

    A later time counts where it was given before the one it replaces had passed: after that the promise was late already.
    """
    (_, due_at), *changes = told
    for at, until in changes:
        due_at = until if at <= due_at else due_at
    return Outcome.KEPT if done_at <= due_at else Outcome.LATE


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


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise to whoever wrote a mention, made on this or an earlier one; ``whose`` is the name of whoever has it now."""

    task: Task
    whose: str = ""
    told_for: datetime | None = None
    """By when it was first said to be done: what the public heard, however often it was put off since."""

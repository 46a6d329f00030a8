"""A right that somebody claims in a mention, with its clock; a person puts it there, and one person has it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rights.clock import end_of


class Outcome(StrEnum):
    """How one ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    NOT_ONE = "not_one"


class Stage(StrEnum):
    """How much of its time has passed, in the order in which somebody hears of it."""

    EARLY = ""
    AMBER = "amber"
    RED = "red"
    TODAY = "today"
    LATE = "late"


STAGES = tuple(Stage)
AWAKE = range(8, 20)
"""The hours of a day in which people are told of a clock that is counted in days."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row. ``due_on`` is what the desk works to, ``last_on`` the latest by any calendar; it runs until ``ended_at``."""

    id: str
    number: int
    kind: str
    received_at: datetime
    """When the post was made, by its network's own clock."""
    due_on: str
    last_on: str
    amber_at: datetime
    red_at: datetime
    owner: str
    by: str
    made_at: datetime
    due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_days: int = 0
    extended_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    told: str = ""
    """The last stage its owner heard of; no part of the record."""

    @property
    def ref(self) -> str:
        """The reference of the mention it belongs to."""
        return f"M-{self.number}"

    @property
    def mark(self) -> str:
        """What it is called on a button: a letter, so that it is never taken for a mention."""
        return f"r{self.id[:8]}"

    @property
    def due(self) -> date:
        """The earliest date by any calendar."""
        return date.fromisoformat(self.due_on)

    @property
    def last(self) -> date:
        """The latest date by any calendar."""
        return date.fromisoformat(self.last_on)

    def stage(self, now: datetime, zone: ZoneInfo) -> Stage:
        """Where it stands; one that stands still gets no later."""
        now = min(now, self.paused_at or now)
        if now >= (self.due_at or end_of(self.due, zone)):
            return Stage.LATE
        if now.astimezone(zone).date() == self.due:
            return Stage.TODAY
        return Stage.RED if now >= self.red_at else Stage.AMBER if now >= self.amber_at else Stage.EARLY

    def is_past(self, now: datetime, zone: ZoneInfo) -> bool:
        """Whether its time is over by every calendar; one that stands still gets no later."""
        return min(now, self.paused_at or now) >= (self.due_at or end_of(self.last, zone))

    def to_be_told(self, now: datetime, zone: ZoneInfo) -> Stage | None:
        """The stage its owner has to hear of now: each once, and of days only while people are awake."""
        stage = self.stage(now, zone)
        is_night = self.due_at is None and now.astimezone(zone).hour not in AWAKE
        if self.paused_at or is_night or STAGES.index(stage) <= STAGES.index(Stage(self.told)):
            return None
        return stage


RECORDED = tuple(name for name in Right.__dataclass_fields__ if name not in ("id", "number", "told"))
"""Columns that stand in the record: the newest event of a right gives its row."""


@dataclass(frozen=True, slots=True)
class Running:
    """What is running, for whoever comes next: the first that are due, with how many there are."""

    first: tuple[Right, ...] = ()
    total: int = 0

    @property
    def people(self) -> set[str]:
        """Everybody who has one."""
        return {one.owner for one in self.first}

"""Rotations: people who take a role in turn, and the plan that is made of them. Pure.

Hand-offs are clock times in the rotation's own zone, never lengths of time, so the clocks' changes move none of them.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.times.week import DAY, Week, instant

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class DutyRole(StrEnum):
    """What a person on the rota is there for. A shadow is told what the duty officer is told, and is never waited for."""

    DUTY = "duty"
    BACKUP = "backup"
    LEAD = "lead"
    SHADOW = "shadow"


class Unit(StrEnum):
    """What the length of a turn is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take a role in turn. Of two that cover the same moment the higher ``layer`` has it."""

    name: str
    role: DutyRole
    people: tuple[str, ...]
    first: datetime
    """The first hand-off by the clock on the wall: naive, in ``zone``."""
    zone: ZoneInfo
    count: int = 1
    unit: Unit = Unit.WEEKS
    hours: Week = field(default_factory=Week)
    """The hours of the week it covers; by default all of them."""
    until: datetime | None = None
    """When it ends, by the same clock; never by default."""
    layer: int = 0

    def hand_off(self, index: int) -> datetime:
        """When turn ``index`` begins, in UTC."""
        return instant(self.local_hand_off(index), self.zone)

    def local_hand_off(self, index: int) -> datetime:
        """The same by the clock on the wall. The 31st is the last of a shorter month."""
        if self.unit is Unit.MONTHS:
            months = self.first.year * 12 + self.first.month - 1 + index * self.count
            year, month = divmod(months, 12)
            day = min(self.first.day, monthrange(year, month + 1)[1])
            return self.first.replace(year=year, month=month + 1, day=day)
        return self.first + DAY * index * self.count * (7 if self.unit is Unit.WEEKS else 1)

    def index_at(self, moment: datetime) -> int:
        """Which turn a moment is in; negative before the first."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        if self.unit is Unit.MONTHS:
            guess = ((local.year - self.first.year) * 12 + local.month - self.first.month) // self.count
        else:
            guess = (local - self.first) // (DAY * self.count * (7 if self.unit is Unit.WEEKS else 1))
        while self.hand_off(guess) > moment:
            guess -= 1
        while self.hand_off(guess + 1) <= moment:
            guess += 1
        return guess

    @property
    def ends_at(self) -> datetime:
        """When it ends, in UTC; NEVER without an end."""
        return instant(self.until, self.zone) if self.until else NEVER

    def is_covered(self, moment: datetime) -> bool:
        """Whether somebody is to be on duty by this rotation at that moment."""
        return self.hand_off(0) <= moment < self.ends_at and self.hours.holds(moment, self.zone)

    def person(self, index: int) -> str:
        """Whose turn it is."""
        return self.people[index % len(self.people)]

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment in ``(since, until)`` at which what this rotation says may change."""
        index = max(self.index_at(since), -1) + 1
        while (at := self.hand_off(index)) < until:
            yield at
            index += 1
        if since < self.ends_at < until:
            yield self.ends_at
        if self.hours.days:
            for window in self.hours.windows(since, until, self.zone):
                yield from (edge for edge in window if since < edge < until)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the organisation decided: its rotations, and the people who always have a role that none of them covers."""

    rotations: tuple[Rotation, ...] = ()
    standing: Mapping[DutyRole, tuple[str, ...]] = field(default_factory=dict)

    def of(self, role: DutyRole) -> tuple[Rotation, ...]:
        """The rotations of a role, the highest layer first, in the order written within a layer."""
        return tuple(sorted((one for one in self.rotations if one.role is role), key=lambda one: -one.layer))

    @property
    def roles(self) -> tuple[DutyRole, ...]:
        """The roles that people take in turn."""
        return tuple(role for role in DutyRole if any(one.role is role for one in self.rotations))

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody named in it, once."""
        named = [person for one in self.rotations for person in one.people]
        return tuple(dict.fromkeys([*named, *(person for people in self.standing.values() for person in people)]))

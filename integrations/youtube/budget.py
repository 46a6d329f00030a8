"""How much of Google's quota was used on this day, which begins at midnight in California.

https://developers.google.com/youtube/v3/determine_quota_cost
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ports import Clock

PACIFIC = ZoneInfo("America/Los_Angeles")
A_READ, A_WRITE = 1, 50
NEARLY, FULL = 0.8, 0.95
"""From these parts of the quota on, reading is slower, and stops: the rest is for replies."""
SLOWER = 4
"""Times the usual wait."""


@dataclass(frozen=True, slots=True)
class Used:
    """Units used on one day by Pacific time."""

    day: str = ""
    units: int = 0


class Budget:
    """Counts for one account in this copy of the bot; the cursor carries the count through a restart."""

    def __init__(self, units_per_day: int, clock: Clock) -> None:
        self._most = units_per_day
        self._clock = clock
        self._used = Used()

    @property
    def used(self) -> Used:
        """What was used today so far."""
        day = self._clock.now().astimezone(PACIFIC).date().isoformat()
        if self._used.day != day:
            self._used = Used(day)
        return self._used

    def resume(self, stored: Used) -> None:
        """Carry on from a cursor's count."""
        if stored.day == self.used.day:
            self._used = Used(stored.day, max(stored.units, self._used.units))

    def spend(self, units: int) -> None:
        """These were used, or may have been."""
        self._used = Used(self.used.day, self.used.units + units)

    def spend_all(self) -> None:
        """Google says that nothing is left."""
        self._used = Used(self.used.day, max(self._most, self.used.units))

    @property
    def part(self) -> float:
        """How much of the day's quota is used."""
        return self.used.units / self._most

    @property
    def until_reset(self) -> timedelta:
        """How long until the quota is whole again."""
        now = self._clock.now()
        tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), PACIFIC).astimezone(now.tzinfo) - now

    def pace(self, every: timedelta) -> tuple[timedelta | None, str]:
        """The least wait before the next read, and why in words for staff; nothing while there is plenty."""
        if self.part >= FULL:
            return self.until_reset, f"Google's quota for today is kept for replies ({self._figures})"
        if self.part >= NEARLY:
            return min(every * SLOWER, self.until_reset), f"most of Google's quota for today is used ({self._figures})"
        return None, ""

    @property
    def _figures(self) -> str:
        return f"{self.used.units:,} of {self._most:,} units"

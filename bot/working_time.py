"""Office hours, and what time it is after so many of them. Pure; wall-clock rules hold in the organisation's own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHAPE = re.compile(r"^(?P<days>[a-z,\- ]+?)\s+(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})$")
HELP = 'write days and hours, such as "mon-fri 09:00-17:00"'
FARTHEST = 366


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The same hours on each of some weekdays (0 is Monday). Without days every hour counts."""

    zone: ZoneInfo
    days: frozenset[int] = frozenset()
    start: time = time(0)
    end: time = time(0)

    @classmethod
    def read(cls, text: str, zone: ZoneInfo) -> "OfficeHours":
        """Hours from words such as ``mon-fri 09:00-17:00``; empty words count every hour. Raises ValueError."""
        if not text.strip():
            return cls(zone)
        found = SHAPE.match(text.strip().lower())
        if not found:
            raise ValueError(HELP)
        try:
            start, end = (time.fromisoformat(found[part].zfill(5)) for part in ("start", "end"))
        except ValueError as error:
            raise ValueError(HELP) from error
        if end <= start:
            raise ValueError(f"{HELP}; the end must come after the start")
        return cls(zone, frozenset(read_days(found["days"])), start, end)

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """When a day's hours begin and end, in UTC; None for a day off, also when the clocks skip its hours.

        A time the clocks skip is as much later as they skip; one that comes twice is meant the first time.
        """
        if day.weekday() not in self.days:
            return None
        start, end = (datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC) for at in (self.start, self.end))
        return (start, end) if start < end else None

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment at which so much office time has passed since ``start``. Both aware; UTC comes back."""
        if not self.days:
            return start.astimezone(UTC) + worked
        left = worked
        first = start.astimezone(self.zone).date()
        for offset in range(FARTHEST):
            window = self.window(first + timedelta(days=offset))
            if window is None or window[1] <= start:
                continue
            begins = max(window[0], start)
            if window[1] - begins >= left:
                return (begins + left).astimezone(UTC)
            left -= window[1] - begins
        return start.astimezone(UTC) + worked

    def open_at(self, moment: datetime) -> bool:
        """Whether the moment is within office hours."""
        if not self.days:
            return True
        window = self.window(moment.astimezone(self.zone).date())
        return window is not None and window[0] <= moment < window[1]


def read_days(text: str) -> set[int]:
    """``mon-fri`` or ``mon,wed,sat-sun`` as weekday numbers. Raises ValueError."""
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(HELP)
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days.update(range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)])
    return days

"""Office hours, and what time it is after so many of them. Pure; wall-clock rules hold in the organisation's own zone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.times.closed_days import Days, working_day_after
from bot.times.week import DAY, Week, instant

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours that count: those of the week, save on closed days. Without hours of the week every hour counts.

    Hours that run past midnight belong to the day they begin on, and are closed with it.
    """

    zone: ZoneInfo
    week: Week = field(default_factory=Week)
    closed: Days = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, zone: ZoneInfo, closed: Days | None = None) -> "OfficeHours":
        """Hours from words such as ``mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00``; empty words count every hour.

        Raises ValueError.
        """
        return cls(zone, Week.read(text), closed or {})

    @property
    def is_always(self) -> bool:
        """Whether every hour counts."""
        return not self.week.days and not self.closed

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on that day."""
        return day not in self.closed and bool(self.week.on(day))

    def windows(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Office time that touches ``[since, until)``, in order, in UTC; no moment of it is in two windows."""
        reached = since - FARTHEST
        for opens, ends in self.week.windows(since, until, self.zone):
            begins = max(opens, reached)
            if begins < min(ends, until) and opens.astimezone(self.zone).date() not in self.closed:
                yield begins, ends
                reached = ends

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment at which so much office time has passed since ``start``. Both aware; UTC comes back.

        Hours that are never enough within a year end all the same: by the clock on the wall.
        """
        if self.is_always:
            return start.astimezone(UTC) + worked
        left = worked
        for window, ends in self.windows(start, start + FARTHEST):
            begins = max(window, start)
            if ends - begins >= left:
                return (begins + left).astimezone(UTC)
            left -= ends - begins
        return start.astimezone(UTC) + worked

    def close_of_play(self, start: datetime, days: int) -> datetime:
        """When the office closes on the ``days``-th working day after the date of ``start``.

        With 0, on the day that office time next passes: what comes in after hours has the whole of the next working day.
        """
        if days:
            return self.closes(working_day_after(start.astimezone(self.zone).date(), days, self.is_working_day))
        begins, _ = next(self.windows(start, start + FARTHEST), (start, start))
        return self.closes(begins.astimezone(self.zone).date())

    def closes(self, day: date) -> datetime:
        """When the last hours that begin on a day end; midnight of a day without any."""
        ends = [datetime.combine(day, span.end) + DAY * span.days_on for span in self.week.on(day)]
        return instant(max(ends, default=datetime.combine(day + DAY, datetime.min.time())), self.zone)

    def open_at(self, moment: datetime) -> bool:
        """Whether the moment is within office hours."""
        return self.is_always or any(True for _ in self.windows(moment, moment + timedelta(milliseconds=1)))

    def missed(self, start: datetime, end: datetime) -> list[tuple[date, str]]:
        """The closed days between two moments that would have been worked, with what day each is."""
        first, last = (moment.astimezone(self.zone).date() for moment in (start, end))
        return [(day, name) for day, name in sorted(self.closed.items()) if first <= day <= last and self.week.on(day)]

"""When the law wants an answer, counted with the calendars the bot goes by: no clock of it is shown to staff yet. Pure.

Which days do not count differs by nation, and by who is asked, so a date is counted by each calendar that may apply and both
ends are shown. Not legal advice: an organisation decides which calendars it goes by.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.times.closed_days import Days, is_weekday, working_day_after


@dataclass(frozen=True, slots=True)
class By:
    """The earliest date by any calendar, safe to keep to, and the latest by any: the long stop."""

    earliest: date
    long_stop: date


def working_days(received: date, count: int, closed: Days) -> date:
    """So many working days after the day it came in, which itself never counts and may be a weekend.

    A working day is Monday to Friday and not closed: https://www.legislation.gov.uk/ukpga/2000/36/section/10
    """
    return working_day_after(received, count, lambda day: is_weekday(day) and day not in closed)


def working_days_by(received: date, count: int, calendars: Sequence[Days]) -> By:
    """The same by each calendar that may apply, such as one nation's bank holidays and those of any of the four."""
    dates = [working_days(received, count, closed) for closed in calendars]
    return By(min(dates), max(dates))


def one_month(received: date, closed: Days) -> date:
    """The same date of the next month, or its last; rolled on to a working day."""
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    return rolled(date(year, month, min(received.day, monthrange(year, month)[1])), closed)


def days(received: date, count: int, closed: Days) -> date:
    """So many days after the day it came in, every day counted; rolled on to a working day."""
    return rolled(received + timedelta(days=count), closed)


def rolled(day: date, closed: Days) -> date:
    """The day itself, or the next working day."""
    return working_days(day - timedelta(days=1), 1, closed)


def hours(since: datetime, count: int) -> datetime:
    """So many hours by the clock on the wall, whatever day it is and however the clocks change. UTC."""
    return since.astimezone(UTC) + timedelta(hours=count)

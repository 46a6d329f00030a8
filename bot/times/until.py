"""Reads when something is to come up again: ``2h``, ``tomorrow``, ``fri``, ``17:30``, ``2026-11-20 09:00``. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NeedsMore
from bot.times.week import DAYS

FARTHEST = timedelta(days=7)
MORNING = time(9)
SPAN = re.compile(r"^(\d{1,4})\s*(m|min|h|d)$")
CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2})|(?:[:.](\d{2}))?(am|pm))$", re.IGNORECASE)
DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
HELP = "Say until when: 2h, 3d, tomorrow, fri, 17:30 or 2026-11-20"


def read_until(text: str, now: datetime, zone: ZoneInfo, farthest: timedelta = FARTHEST) -> tuple[datetime, str]:
    """The moment meant, in UTC, and the words after it. Raises NeedsMore for none, one that is past or too far off.

    A day without a time means 09:00 there; a time without a day means the next such time.
    """
    moment, after = moment_and_rest(text, now, zone)
    return checked(moment, now, farthest), after


def moment_and_rest(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """The moment meant and the words after it, however far off."""
    first, _, rest = text.strip().partition(" ")
    word = first.lower().rstrip(",:")
    second, _, after = rest.strip().partition(" ")
    if (day := day_meant(word, now, zone)) is not None:
        clock = CLOCK.match(second)
        at = clock_time(clock) if clock else MORNING
        return local(day, at, zone), (after if clock else rest).strip()
    if span := SPAN.match(word):
        return now + timedelta(**{UNITS[span.group(2)]: int(span.group(1))}), rest.strip()
    if clock := CLOCK.match(word):
        today = now.astimezone(zone).date()
        soon = local(today, clock_time(clock), zone)
        return soon if soon > now else local(today + timedelta(days=1), clock_time(clock), zone), rest.strip()
    raise NeedsMore(HELP)


def day_meant(word: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The day a word names; None when it names none."""
    today = now.astimezone(zone).date()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word[:3] in DAYS and word in (word[:3], *(f"{word[:3]}{end}" for end in ("day", "sday", "nesday", "rsday", "urday"))):
        ahead = (DAYS.index(word[:3]) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    if DATE.match(word):
        try:
            return date.fromisoformat(word)
        except ValueError as error:
            raise NeedsMore(f"There is no such day as {word}. {HELP}") from error
    if word == "yesterday":
        raise NeedsMore(f"That is past. {HELP}")
    return None


def clock_time(found: re.Match[str]) -> time:
    """A time of day: 17:30, 5pm or 5.30pm. Raises NeedsMore for one there is not."""
    hour, minute, half = int(found.group(1)), int(found.group(2) or found.group(3) or 0), (found.group(4) or "").lower()
    if hour > (12 if half else 23) or minute > 59 or (half and hour == 0):
        raise NeedsMore(f"There is no such time as {found.group(0)}. {HELP}")
    return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local moment in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def checked(moment: datetime, now: datetime, farthest: timedelta) -> datetime:
    """The moment, if it is ahead and near enough."""
    if moment <= now:
        raise NeedsMore(f"That is past. {HELP}")
    if moment <= now + farthest:
        return moment
    if farthest > FARTHEST:
        raise NeedsMore(f"That is more than {farthest.days} days off. {HELP}")
    raise NeedsMore("A mention may sleep for seven days at most: after that somebody should look again.")

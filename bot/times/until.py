"""Reads when something is to come up again: ``2h``, ``tomorrow``, ``fri``, ``17:30``, ``2026-11-20 09:00``. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NeedsMore
from bot.times.week import DAYS

FARTHEST = timedelta(days=7)
MORNING = time(9)
SPAN = re.compile(r"^(\d{1,4})\s*(m|min|h|d)$")
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")
DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
HELP = "Say until when: 2h, 3d, tomorrow, fri, 17:30 or 2026-11-20"


def read_until(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """The moment meant, in UTC, and the words after it. Raises NeedsMore for none, one that is past or too far off.

    A day without a time means 09:00 there; a time without a day means the next such time. Seven days at most.
    """
    first, _, rest = text.strip().partition(" ")
    word = first.lower().rstrip(",:")
    second, _, after = rest.strip().partition(" ")
    if (day := day_meant(word, now, zone)) is not None:
        clock = CLOCK.match(second)
        at = clock_time(clock) if clock else MORNING
        return checked(local(day, at, zone), now), (after if clock else rest).strip()
    if span := SPAN.match(word):
        return checked(now + timedelta(**{UNITS[span.group(2)]: int(span.group(1))}), now), rest.strip()
    if clock := CLOCK.match(word):
        today = now.astimezone(zone).date()
        soon = local(today, clock_time(clock), zone)
        return checked(soon if soon > now else local(today + timedelta(days=1), clock_time(clock), zone), now), rest.strip()
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
            raise NeedsMore(HELP) from error
    return None


def clock_time(found: re.Match[str]) -> time:
    """A time of day. Raises NeedsMore for one there is not."""
    hour, minute = int(found.group(1)), int(found.group(2))
    if hour > 23 or minute > 59:
        raise NeedsMore(HELP)
    return time(hour, minute)


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local moment in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def checked(moment: datetime, now: datetime) -> datetime:
    """The moment, if it is ahead and near enough."""
    if moment <= now:
        raise NeedsMore(f"That is past. {HELP}")
    if moment > now + FARTHEST:
        raise NeedsMore("A mention may sleep for seven days at most: after that somebody should look again.")
    return moment

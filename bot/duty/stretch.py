"""Reads from when to when: ``fri 18:00 to sat 09:00``, ``tonight``, ``21 Dec 09:00 to 23 Dec``. Pure; by the wall clock.

A day without a time is the whole of it, a time without a day is the first day's. Weekdays are the next such.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NeedsMore
from bot.times.until import CLOCK, DATE, clock_time
from bot.times.week import DAYS, instant
from bot.words.rota import UNREAD

DAY = timedelta(days=1)
MIDNIGHT, EVENING, MORNING = time(0), time(18), time(9)
FARTHEST = timedelta(days=10 * 366)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BETWEEN = ("to", "until", "till", "-", "–")
NUMBER = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")
YEAR = re.compile(r"^\d{4}$")
DAY_NAMES = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?$")


@dataclass(frozen=True, slots=True)
class Point:
    """A day and perhaps a time, by the clock on the wall. ``weekday`` says that the day may as well be a week later."""

    day: date | None
    clock: time | None
    weekday: bool = False


def read_stretch(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime, str]:
    """From when to when, in UTC, and the words after it. Raises NeedsMore with examples for what cannot be read.

    What is FARTHEST away or more is a slip: the calendar ends there somewhere, and the rota's turns are without number.
    """
    try:
        start, end, rest = read_ends(text, now, zone)
    except OverflowError as error:
        raise NeedsMore(UNREAD) from error
    if max(abs(start - now), abs(end - now)) >= FARTHEST:
        raise NeedsMore(UNREAD)
    return start, end, rest


def read_ends(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime, str]:
    """The same for any day the calendar has; OverflowError beyond."""
    words = text.strip().split()
    if words and words[0].lower().strip(",") == "tonight":
        today = now.astimezone(zone).date()
        return instant(at(today, EVENING), zone), instant(at(today + DAY, MORNING), zone), " ".join(words[1:])
    if words and words[0].lower() == "from":
        words = words[1:]
    if words and words[0].lower() == "now":
        begins, rest = None, words[1:]
    else:
        begins, rest = read_point(words, now, zone)
    if rest and rest[0].lower() in BETWEEN:
        ends, rest = read_point(rest[1:], now, zone)
    elif begins and begins.day and begins.clock is None:
        ends = Point(begins.day, None)
    else:
        raise NeedsMore(UNREAD)
    start = beginning(begins, now, zone) if begins else now.astimezone(zone).replace(tzinfo=None)
    end = ending(ends, start)
    first = instant(start, zone) if begins else now
    return first, instant(end, zone), " ".join(rest)


def beginning(point: Point, now: datetime, zone: ZoneInfo) -> datetime:
    """When it begins: a weekday or a time without a day is the next one, today's if that is still to come."""
    local = now.astimezone(zone).replace(tzinfo=None)
    start = at(point.day or local.date(), point.clock or MIDNIGHT)
    if point.clock and point.day is None and start <= local:
        return start + DAY
    if point.clock and point.weekday and start <= local:
        return start + 7 * DAY
    return start


def ending(point: Point, start: datetime) -> datetime:
    """When it ends: the first such moment after the beginning. A day without a time ends as it ends."""
    if point.day is None:
        end = at(start.date(), point.clock or MIDNIGHT)
        return end if end > start else end + DAY
    day = point.day
    while point.weekday and (at(day, point.clock) if point.clock else at(day, MIDNIGHT) + DAY) <= start:
        day += 7 * DAY
    return at(day, point.clock) if point.clock else at(day, MIDNIGHT) + DAY


def at(day: date, clock: time) -> datetime:
    """A naive moment, by the clock on the wall."""
    return datetime.combine(day, clock)


def read_point(words: list[str], now: datetime, zone: ZoneInfo) -> tuple[Point, list[str]]:
    """A day, a time, or both, and the words left. Raises NeedsMore."""
    day, weekday, rest = read_day(words, now.astimezone(zone).date())
    clock = CLOCK.match(rest[0].rstrip(",;")) if rest else None
    if day is None and clock is None:
        raise NeedsMore(UNREAD)
    try:
        return Point(day, clock_time(clock) if clock else None, weekday), rest[1:] if clock else rest
    except NeedsMore as error:
        raise NeedsMore(UNREAD) from error


def read_day(words: list[str], today: date) -> tuple[date | None, bool, list[str]]:
    """The day the words begin with, whether it is named by its weekday, and the words left."""
    first = words[0].lower().rstrip(",:") if words else ""
    if first in ("today", "tomorrow"):
        return today + DAY * (first == "tomorrow"), False, words[1:]
    if named := DAY_NAMES.match(first):
        return today + DAY * ((DAYS.index(named.group(1)) - today.weekday()) % 7), True, words[1:]
    if DATE.match(first):
        return real_day(*(int(part) for part in first.split("-"))), False, words[1:]
    number, month = (NUMBER.match(first), words[1].lower().rstrip(",")[:3]) if len(words) > 1 else (None, "")
    if number is None or month not in MONTHS:
        return None, False, words
    rest = words[2:]
    if rest and YEAR.match(rest[0]):
        return real_day(int(rest[0]), MONTHS.index(month) + 1, int(number.group(1))), False, rest[1:]
    return next_date(MONTHS.index(month) + 1, int(number.group(1)), today), False, rest


def next_date(month: int, number: int, today: date) -> date:
    """The next such day, today counted; 29 February may be years away. Raises NeedsMore for a day no year has."""
    for year in range(today.year, today.year + 9):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day >= today:
            return day
    raise NeedsMore(UNREAD)


def real_day(year: int, month: int, number: int) -> date:
    """The day of that date. Raises NeedsMore when there is none."""
    try:
        return date(year, month, number)
    except ValueError as error:
        raise NeedsMore(UNREAD) from error

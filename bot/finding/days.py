"""Reads a day that is past, as people write it: ``2026-11-17``, ``17/11/2026``, ``17 Nov``, ``monday``. Pure."""

import re
from datetime import date, timedelta

from bot.times.week import DAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
IN_FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
IN_LETTERS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]?([a-z]{3,9})\.?(?:[ -]?(\d{4}))?")
AGO = re.compile(r"(\d{1,4}) ?(d|days?|w|weeks?)(?: ago)?")


def day_meant(written: str, today: date) -> date | None:
    """The day; None when it names none. Of days without a year or a date, the newest that is not ahead."""
    text = " ".join(written.lower().split())
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    if len(text) >= 3 and text[:3] in DAYS and NAMES[DAYS.index(text[:3])].startswith(text):
        return today - timedelta(days=(today.weekday() - DAYS.index(text[:3])) % 7)
    try:
        return ago(text, today) or in_figures(text) or in_letters(text, today)
    except (ValueError, OverflowError):
        return None


NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ago(text: str, today: date) -> date | None:
    """``7d``, ``2 weeks ago``."""
    if not (found := AGO.fullmatch(text)):
        return None
    return today - timedelta(days=int(found.group(1)) * (7 if found.group(2).startswith("w") else 1))


def in_figures(text: str) -> date | None:
    """``2026-11-17``, or the day first: ``17/11/2026``. Raises ValueError for a day there is not."""
    if found := ISO.fullmatch(text):
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := IN_FIGURES.fullmatch(text):
        return date(int(found.group(3)), int(found.group(2)), int(found.group(1)))
    return None


def in_letters(text: str, today: date) -> date | None:
    """``17 Nov 2026``, or ``17 Nov``, the last there was. Raises ValueError for a day there is not."""
    if not (found := IN_LETTERS.fullmatch(text)) or found.group(2)[:3] not in MONTHS:
        return None
    day, month, year = int(found.group(1)), MONTHS.index(found.group(2)[:3]) + 1, found.group(3)
    if year:
        return date(int(year), month, day)
    years = range(today.year, today.year - 9, -1)  # of 29 February the last may be eight years ago
    return next((made for one in years if (made := real(one, month, day)) and made <= today), None)


def real(year: int, month: int, day: int) -> date | None:
    """That day, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None

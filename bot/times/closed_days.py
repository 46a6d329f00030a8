"""The days on which nobody works: bank holidays by nation of the United Kingdom, and the organisation's own."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from bot.registry import found

Days = Mapping[date, str]
"""Closed days, each with what day it is."""
NATIONS: Mapping[str, str] = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
"""How the settings name a nation, and how the ``holidays`` package does."""
FIRST_YEAR, LAST_YEAR = 2020, 2040
SATURDAY = 5
FARTHEST = 1_000
"""Days that are looked through for a working day."""


def bank_holidays(nations: Iterable[str]) -> dict[date, str]:
    """The bank holidays of any of these nations from FIRST_YEAR to LAST_YEAR, one-off ones as far as they are known.

    Needs no network: they come from the ``holidays`` package, imported only when a nation is named. Raises ValueError.
    """
    kept: dict[date, str] = {}
    for nation in nations:
        if nation.lower() not in NATIONS:
            raise ValueError(f"{nation!r} is not one of {', '.join(NATIONS)}")
        calendar = found("holidays:country_holidays")
        kept |= calendar("GB", subdiv=NATIONS[nation.lower()], years=range(FIRST_YEAR, LAST_YEAR + 1))
    return kept


def read_file(path: Path) -> dict[date, str]:
    """Closed days of the organisation's own: a line each, ``2026-12-24 Christmas Eve``; ``#`` begins a remark.

    Raises ValueError naming the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8") from error
    days: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        written, _, name = line.partition("#")[0].strip().partition(" ")
        if not written:
            continue
        try:
            day = read_day(written)
        except ValueError as error:
            raise ValueError(f"{path} line {number}: {error}") from error
        days[day] = name.strip() or "closed"
    return days


def read_day(text: str) -> date:
    """``2026-12-24``. Raises ValueError."""
    help_ = f"{text!r} is not a day; write one from {FIRST_YEAR} to {LAST_YEAR}, such as 2026-12-24"
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(help_) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(help_)
    return day


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < SATURDAY


def working_day_after(day: date, count: int, is_working: Callable[[date], bool]) -> date:
    """The ``count``-th working day after a date, which need not be one itself. With too few ahead, the last looked at."""
    for _ in range(FARTHEST):
        if count <= 0:
            break
        day += timedelta(days=1)
        count -= is_working(day)
    return day

"""Which days are no working days, by region of the United Kingdom, read from ``calendars.toml``; pure but for reading it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("calendars.toml")
REGIONS: Mapping[str, str] = {
    "england": "england-wales",
    "wales": "england-wales",
    "scotland": "scotland",
    "northern-ireland": "northern-ireland",
}
"""The region whose bank holidays each nation keeps."""
ANYWHERE, OWN = "uk", "own"


@dataclass(frozen=True, slots=True)
class Closed:
    """A day that is no working day, in some regions. ``proclaimed``: in its year alone."""

    on: date
    regions: frozenset[str]
    name: str
    proclaimed: bool = False


@dataclass(frozen=True, slots=True)
class Calendars:
    """All of them, for the years ``first_year`` to ``last_year``."""

    version: str
    first_year: int
    last_year: int
    days: tuple[Closed, ...]

    def closed(self, region: str, *, one_off: bool) -> Mapping[date, Closed]:
        """The days of a region, or of any part (``uk``); with or without those that were proclaimed for one year alone."""
        here = (one for one in self.days if region == ANYWHERE or region in one.regions)
        return {one.on: one for one in here if one_off or not one.proclaimed}

    def knows(self, *days: date) -> bool:
        """Whether it has the years of these days."""
        return all(self.first_year <= day.year <= self.last_year for day in days)


@cache
def calendars(file: Path = FILE) -> Calendars:
    """Those that ship, read once."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    days = (Closed(one["on"], frozenset(one["in"]), one["name"], one.get("proclaimed", False)) for one in told["days"])
    return Calendars(told["version"], told["first_year"], told["last_year"], tuple(days))


@cache
def pair(days: str, nation: str) -> tuple[Mapping[date, Closed], Mapping[date, Closed]]:
    """By which days a clock is counted: those that give its earliest date, and those that give its long stop.

    The Freedom of Information Act counts no day that is a bank holiday in any part of the United Kingdom; its earliest date
    is that by the nation's own. What was proclaimed for one year alone moves the long stop only.
    """
    own = REGIONS[nation] if days in (ANYWHERE, OWN) else days
    return calendars().closed(own, one_off=False), calendars().closed(ANYWHERE if days == ANYWHERE else own, one_off=True)

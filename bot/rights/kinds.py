"""The kinds of right a mention may claim, and how long each takes: those of ``clocks.toml``, and the organisation's own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.rights.calendars import OWN

FILE = Path(__file__).with_name("clocks.toml")
NATIONS = ("england", "wales", "scotland", "northern-ireland")
DEEDS = frozenset({"kinds", "end", "pause", "resume", "extend", "give"})
ENDS = frozenset({"answered", "refused", "passed", "withdrawn", "not", "mistake"})
RESERVED = DEEDS | ENDS
"""What staff type of a right besides its label: a label like that could never be typed."""


class Unit(StrEnum):
    """What a clock is counted in."""

    WORKING_DAYS = "working days"
    MONTHS = "calendar months"
    DAYS = "calendar days"
    HOURS = "hours"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of ``clocks.toml``, which says what each column means. ``label`` is what staff type, ``id`` what is kept."""

    id: str
    label: str
    name: str
    unit: Unit
    length: int = 0
    nations: tuple[str, ...] = NATIONS
    days: str = OWN
    rolls: bool = False
    acknowledge: int = 0
    from_acknowledgement: bool = False
    extension: int = 0
    pauses: bool = False
    governance: bool = False
    source: str = ""
    caveat: str = ""
    advice: str = ""

    @property
    def by_the_moment(self) -> bool:
        """Whether it is over at a time of day, and not with a day."""
        return self.unit in (Unit.HOURS, Unit.STATED)

    @property
    def takes(self) -> str:
        """How long it takes: ``20 working days``, ``1 month``; empty where whoever asks names the time."""
        return self.in_units(self.length)

    def in_units(self, length: int) -> str:
        """A length in the unit of the clock."""
        if self.unit is Unit.STATED:
            return ""
        unit = {Unit.MONTHS: "months", Unit.DAYS: "days"}.get(self.unit, str(self.unit))
        return f"{length} {unit.removesuffix('s') if length == 1 else unit}"


@cache
def shipped(file: Path = FILE) -> Mapping[str, Kind]:
    """Those that ship, by their id, read once."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return {id: kind_from(id, row) for id, row in told.items() if isinstance(row, dict)}


def kind_from(id: str, row: Mapping[str, object]) -> Kind:
    """One row. Raises TypeError for a column that there is not, ValueError for a unit."""
    plain = {**row, "unit": Unit(str(row["unit"]))}
    if isinstance(nations := row.get("nations"), list):
        plain["nations"] = tuple(nations)
    return Kind(id=id, **plain)  # type: ignore[arg-type]  # as in the file, which a test reads whole


@dataclass(frozen=True, slots=True)
class RightRules:
    """Which clocks an organisation goes by, and whose they are to begin with."""

    nation: str = "england"
    own: tuple[Kind, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    """Whose a right is unless somebody is named with it, by label."""

    @property
    def offered(self) -> tuple[Kind, ...]:
        """Those that can be put on a mention here."""
        return (*(one for one in shipped().values() if self.nation in one.nations), *self.own)

    def called(self, word: str) -> Kind | None:
        """The one that staff mean: ``foi``, ``foia_20wd``."""
        meant = word.strip().lower().rstrip(".,:;")
        return next((one for one in self.offered if meant in (one.label, one.id)), None)

    @property
    def known(self) -> Mapping[str, Kind]:
        """All whose days can be counted, of any nation, by their id."""
        return {**shipped(), **{one.id: one for one in self.own}}

    def kind(self, id: str) -> Kind:
        """The one that a row names; one that left the settings keeps its id as its name."""
        return self.known.get(id) or Kind(id, id, id.removeprefix("own_").replace("_", " "), Unit.STATED)

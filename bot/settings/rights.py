"""The settings of rights: which nation's clocks are gone by, whose each right is to begin with, and clocks of your own."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.rights.kinds import RESERVED, RightRules
from bot.settings.types import ChatId, Section

LABEL = r"^[a-z][a-z0-9-]{1,29}$"


class OwnClock(Section):
    """A clock of the organisation's own, such as one that its charter promises. One of the lengths is set."""

    label: str = Field(pattern=LABEL, description="what staff type, such as petition")
    name: str = Field(min_length=1, max_length=80, description="what it is called, such as Petition to the council")
    working_days: int = Field(0, ge=0, le=500, description="working days to answer, counted by the nation's bank holidays")
    days: int = Field(0, ge=0, le=2_000, description="calendar days to answer")
    hours: int = Field(0, ge=0, le=2_000, description="hours to answer, by the clock on the wall")

    @field_validator("label")
    @classmethod
    def that_can_be_typed(cls, label: str) -> str:
        """After the number of a mention the command has words of its own."""
        if label in RESERVED:
            raise ValueError(f"{label!r} is a word of the command itself; choose another label")
        return label

    @model_validator(mode="after")
    def one_length(self) -> Self:
        """One of them, and no more."""
        if sum(bool(length) for length in (self.working_days, self.days, self.hours)) != 1:
            raise ValueError("set one of working_days, days and hours")
        return self


class RightsSettings(Section):
    """Rights with a clock that a person puts on a mention: information requests, complaints, hazards."""

    nation: Literal["england", "wales", "scotland", "northern-ireland"] = Field(
        "england", description="whose law and bank holidays count: england, wales, scotland or northern-ireland"
    )
    owners: dict[str, ChatId] = Field(
        {}, description='whose a right is unless somebody is named with it, such as { foi = "U0TOMASZ", sar = "U0TOMASZ" }'
    )
    own: tuple[OwnClock, ...] = Field((), description="one [[rights.own]] table for each clock of your own")

    @model_validator(mode="after")
    def labels_known(self) -> Self:
        """Each label once, and owners of those that there are: the clocks that ship for the nation, and the own ones."""
        if not (self.own or self.owners):
            return self
        labels = [*(one.label for one in RightRules(self.nation).offered), *(one.label for one in self.own)]
        if twice := next((label for label in labels if labels.count(label) > 1), ""):
            raise ValueError(f"rights.own: {twice!r} is there already; choose another label")
        if odd := next((label for label in self.owners if label not in labels), ""):
            raise ValueError(f"rights.owners: {odd!r} is not one of {', '.join(labels)}")
        return self

"""The settings of rights: which nation's clocks are gone by, whose each right is to begin with, and clocks of your own."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.settings.types import ChatId, Section


class OwnClock(Section):
    """A clock of the organisation's own, such as one that its charter promises. One of the lengths is set."""

    label: str = Field(pattern=r"^[a-z][a-z0-9-]{1,29}$", description="what staff type, such as petition")
    name: str = Field(min_length=1, max_length=80, description="what it is called, such as Petition to the council")
    working_days: int = Field(0, ge=0, le=500, description="working days to answer, counted by the nation's bank holidays")
    days: int = Field(0, ge=0, le=2_000, description="calendar days to answer")
    hours: int = Field(0, ge=0, le=2_000, description="hours to answer, by the clock on the wall")

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

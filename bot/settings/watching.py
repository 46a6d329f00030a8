"""The settings of watches: how much each may bring, how long it lasts, and how many there may be."""

from typing import Self

from pydantic import Field, model_validator

from bot.settings.types import Section


class WatchesSettings(Section):
    """Saved searches that team leads make in the chat. None of them is ever for a person."""

    per_day: int = Field(50, ge=1, le=10_000, description="posts a new watch may bring in a day; the rest are counted")
    most_per_day: int = Field(500, ge=1, le=10_000, description="the most posts a day that a lead may let a watch bring")
    days: int = Field(30, ge=1, le=366, description="days after which a new watch ends unless it is extended")
    longest_days: int = Field(90, ge=1, le=366, description="days a watch may be made or extended for")
    most: int = Field(20, ge=0, le=200, description="watches that may run at a time; 0: none")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """What a watch begins with is no more than what it may have."""
        if self.per_day > self.most_per_day:
            raise ValueError("per_day is more than most_per_day")
        if self.days > self.longest_days:
            raise ValueError("days is more than longest_days")
        return self

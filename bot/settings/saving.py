"""The settings of saved replies: how long they go without a look, and how long before the owner is asked."""

from typing import Self

from pydantic import Field, model_validator

from bot.settings.types import Section


class SavedSettings(Section):
    """Approved words that staff begin their replies with."""

    review_days: int = Field(180, ge=1, le=3_660, description="days after which somebody looks whether the words still hold")
    remind_days: int = Field(
        14, ge=0, le=366, description="days before that, and before their end, that the owner is asked to look"
    )

    @model_validator(mode="after")
    def asked_in_time(self) -> Self:
        """Not the moment it was looked at."""
        if self.remind_days >= self.review_days:
            more = f"it is {self.remind_days}, and review_days {self.review_days}"
            raise ValueError(f"saved.remind_days: write fewer days than review_days has ({more})")
        return self

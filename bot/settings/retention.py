"""The settings of retention: how long the words of the public are kept, by class, and what is kept all the same."""

import re
from typing import Self

from pydantic import Field, field_validator, model_validator

from bot.command import reference
from bot.retention.classes import OTHERS
from bot.settings.types import Section, Several

TOPIC = re.compile(r"[^\s.*]+(\.[^\s.*]+)*(\.\*)?")


def counted(days: object) -> object:
    """``true`` would be taken for one day, and nearly everything be erased."""
    if isinstance(days, bool):
        raise ValueError("write a number of days")
    return days


class ClassSettings(Section):
    """One class of what the public said."""

    name: str = Field(min_length=1, max_length=60, description='what the class is called, such as "complaints"')
    topics: Several = Field(min_length=1, description='its topics: "info.complaint", or "info.*" for all of a service')
    days: int = Field(ge=0, le=36_500, description="days after which words and names of ended mentions are erased; 0: never")

    read_days = field_validator("days", mode="before")(counted)

    @field_validator("name")
    @classmethod
    def not_reserved(cls, name: str) -> str:
        """What is in no class has a name already."""
        if name.strip().casefold() == OTHERS:
            raise ValueError(f"{OTHERS!r} is what is in no class, by personal_text_days; choose another name")
        return name

    @field_validator("topics")
    @classmethod
    def readable(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        """A topic, or a service with all below it."""
        if odd := [topic for topic in topics if not TOPIC.fullmatch(topic)]:
            raise ValueError(f'{odd[0]!r} is not a topic; write "info.complaint" or "info.*"')
        return topics


class RetentionSettings(Section):
    """How long the words of the public are kept."""

    personal_text_days: int = Field(
        0, ge=0, le=36_500, description="days after which words and names of ended mentions in no class are erased; 0: never"
    )
    keep: Several = Field((), description="mentions whose words are kept all the same, such as M-142: an open request")
    classes: tuple[ClassSettings, ...] = Field(
        (), description="one [[retention.classes]] table each: topics whose words are kept for another time"
    )

    read_days = field_validator("personal_text_days", mode="before")(counted)

    @field_validator("keep")
    @classmethod
    def written_in_full(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        """``142`` is ``M-142`` here too."""
        if odd := [ref for ref in named if reference(ref) is None]:
            raise ValueError(f"{odd[0]!r} is not a mention; write M-142")
        return tuple(found for ref in named if (found := reference(ref)))

    @model_validator(mode="after")
    def told_apart(self) -> Self:
        """Of two classes with one name, or one topic, nobody could say which counts."""
        names = [one.name for one in self.classes]
        topics = [topic for one in self.classes for topic in one.topics]
        for what in (names, topics):
            if twice := next((one for one in what if what.count(one) > 1), ""):
                raise ValueError(f"classes: {twice!r} stands there twice")
        return self

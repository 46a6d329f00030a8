"""What a feed needs: its address, how often it is read, and which of its entries are wanted."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds, Several, seconds_from

AT_LEAST = timedelta(minutes=5)
"""More often is rude to whoever publishes it; Google wants 15 minutes, which is what is set unless you say otherwise."""


class FeedAccount(AccountSettings):
    """One feed. It is only read: replies are sent by hand on the page an entry leads to."""

    brings_private: ClassVar[bool] = False
    url: HttpUrl = Field(description="address of the RSS or Atom feed")
    inside: bool = Field(
        False, description="whether the feed's host is in your own network, at a private address; never for others' feeds"
    )
    title: str = Field("", description="what staff see the feed called; empty: the host's name")
    words: Several = Field((), description="only entries with any of these words or phrases, in any case; empty: all")
    kind: Literal["article", "comment"] = Field(
        "article", description="what its entries are: articles, or comments that the public left under one"
    )
    # Kind to small servers.
    poll_every: Annotated[Seconds, seconds_from(300, 86400)] = Field(
        timedelta(minutes=15), description="seconds between reads, 300 to 86400; a feed may itself ask for fewer"
    )
    first_hours: int = Field(
        24,
        ge=0,
        le=168,
        description="how many hours old an entry may be to be brought in by the first read",
    )

    @field_validator("words")
    @classmethod
    def each_says_something(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Each once, without spaces around it."""
        found = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
        if len(found) > 50 or any(len(word) > 100 for word in found):
            raise ValueError("at most 50, each at most 100 characters")
        return found

    @property
    def host(self) -> str:
        """The host of its address."""
        return urlsplit(self.url).hostname or ""

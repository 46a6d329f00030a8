"""What an account on Mastodon needs: its server, its name there, and an access token."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds, seconds_from

HANDLE = re.compile(r"\w(?:[\w.-]*\w)?(?:@[A-Za-z0-9.-]+(?::\d+)?)?", re.ASCII)


class MastodonAccount(AccountSettings):
    """One account on a Mastodon server, or on one that speaks its API."""

    brings_private: ClassVar[bool] = True
    api_url: HttpUrl = Field(description="address of the account's own server, such as https://social.example.gov.uk")
    handle: str = Field(
        max_length=253, description="the account's name there, such as @harrowmere; shown before a reply goes"
    )
    access_token: SecretStr = Field(
        min_length=4, description="access token of the account (Preferences, Development, New application)"
    )
    limit: int = Field(500, ge=100, le=100_000, description="characters the server allows in a post; check says its number")
    idempotent: bool = Field(
        True, description="whether the server knows a repeated post by its Idempotency-Key, as Mastodon does for an hour"
    )
    visibility: Literal["public", "unlisted"] = Field(
        "public",
        description="how replies to public posts are shown; unlisted: not in timelines; never wider than the post",
    )
    searches_words: bool = Field(
        False, description="whether the server has full-text search, so that watches can look for words besides hashtags"
    )
    automated: bool = Field(
        True, description="whether the account should be marked as automated there; false: check does not ask for it"
    )
    # Mastodon takes 300 reads of pages in 15 minutes, of which searches and back-fills need some too.
    poll_every: Annotated[Seconds, seconds_from(5, 3600)] = Field(
        timedelta(seconds=30), description="seconds between reads, 5 to 3600"
    )
    # Each look is a call for up to 20 posts; on servers older than Mastodon 4.3 a call for each.
    recheck_every: Annotated[Seconds, seconds_from(300, 86400)] = Field(
        timedelta(minutes=30),
        description="seconds between looks whether a post was edited, deleted or answered elsewhere, 300 to 86400",
    )

    @property
    def takes_pictures(self) -> bool:
        """Replies can carry up to four."""
        return True

    @property
    def username(self) -> str:
        """The account's name without its server."""
        return self.handle.partition("@")[0]

    @property
    def host(self) -> str:
        """The server's name, as it stands behind names of its accounts elsewhere."""
        return self.handle.partition("@")[2] or urlsplit(self.api_url).netloc

    @field_validator("api_url")
    @classmethod
    def bare(cls, url: str) -> str:
        """The server alone, so that paths can be added."""
        parts = urlsplit(url.strip())
        if parts.path.strip("/") or parts.query:
            raise ValueError("write the server alone, such as https://social.example.gov.uk")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("handle", mode="before")
    @classmethod
    def without_at(cls, handle: object) -> object:
        """The handle as the API writes it."""
        return handle.strip().removeprefix("@") if isinstance(handle, str) else handle

    @field_validator("handle")
    @classmethod
    def readable(cls, handle: str) -> str:
        """A name, with or without its server."""
        if not HANDLE.fullmatch(handle):
            raise ValueError("write it as @harrowmere or @harrowmere@social.example.gov.uk")
        return handle

    @field_validator("access_token")
    @classmethod
    def without_spaces(cls, token: SecretStr) -> SecretStr:
        """As it was copied, often with a line end."""
        return SecretStr(token.get_secret_value().strip())

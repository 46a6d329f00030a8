"""What an account on Bluesky needs: its handle, an app password, and where its server is."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, Seconds, seconds_from

HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""https://atproto.com/specs/handle"""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class BlueskyAccount(AccountSettings):
    """One account on Bluesky, or on a server of its own that speaks the same protocol."""

    brings_private: ClassVar[bool] = False
    handle: str = Field(
        max_length=253,
        description="the account's handle, with or without @, such as harrowmere.gov.uk; shown before a reply goes",
    )
    app_password: SecretStr = Field(
        min_length=4, description="an app password of the account (Settings, Privacy and security, App passwords)"
    )
    language: str = Field("en", description="the language of replies whose own is not known, as in en or cy")
    # A server takes 3,000 calls in 5 minutes from one address, for all accounts there.
    poll_every: Annotated[Seconds, seconds_from(5, 3600)] = Field(
        timedelta(seconds=30), description="seconds between reads, 5 to 3600"
    )
    # What was deleted should not stay on a card for days.
    recheck_every: Annotated[Seconds, seconds_from(600, 86400)] = Field(
        timedelta(hours=6), description="seconds between looks whether a post was edited or deleted, 600 to 86400"
    )
    api_url: BaseUrl = Field("https://bsky.social", description="address of the server the account signs in at")
    web_url: BaseUrl = Field("https://bsky.app", description="address of the site for links that people open")

    @property
    def takes_pictures(self) -> bool:
        """Replies can carry up to four."""
        return True

    @field_validator("handle", mode="before")
    @classmethod
    def without_at(cls, handle: object) -> object:
        """The handle as the network writes it."""
        return handle.strip().removeprefix("@").lower() if isinstance(handle, str) else handle

    @field_validator("handle")
    @classmethod
    def whole(cls, handle: str) -> str:
        """A handle is a domain name; ``harrowmere`` alone signs nobody in."""
        if not HANDLE.fullmatch(handle):
            raise ValueError("write the whole handle, such as harrowmere.gov.uk or harrowmere.bsky.social")
        return handle

    @field_validator("app_password")
    @classmethod
    def without_spaces(cls, password: SecretStr) -> SecretStr:
        """As it was copied, often with a line end."""
        return SecretStr(password.get_secret_value().strip())

    @field_validator("language")
    @classmethod
    def known_form(cls, language: str) -> str:
        """One BCP 47 tag."""
        if not LANGUAGE.fullmatch(language.strip()):
            raise ValueError('write one language tag, such as "en" or "cy"')
        return language.strip()

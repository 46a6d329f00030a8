"""What an account on X needs: its handle, one set of keys, and how its replies leave."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings import AccountSettings, HttpUrl, Seconds

OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


class XAccount(AccountSettings):
    """One account on X. Either the four OAuth 1.0a keys, which do not expire, or one OAuth 2.0 user token."""

    handle: str = Field(
        pattern=r"^[A-Za-z0-9_]{1,15}$", description="the account's name on X, with or without @; shown before a reply goes"
    )
    consumer_key: SecretStr | None = Field(None, description="API key of your X app (OAuth 1.0a)")
    consumer_secret: SecretStr | None = Field(None, description="API key secret of your X app (OAuth 1.0a)")
    access_token: SecretStr | None = Field(None, description="access token of the account (OAuth 1.0a)")
    access_token_secret: SecretStr | None = Field(None, description="access token secret of the account (OAuth 1.0a)")
    user_token: SecretStr | None = Field(
        None, description="OAuth 2.0 user access token, in place of the four; X ends it after 2 hours"
    )
    replies: Literal["by_hand", "api"] = Field(
        "by_hand", description="by_hand: staff press Post on X's own page; api: Tolbooth posts (see the terms in the README)"
    )
    poll_every: Seconds = Field(timedelta(seconds=60), description="seconds between reads of the mentions, at least 5")
    recheck_every: Seconds = Field(
        timedelta(hours=6),
        description="seconds between looks whether the last day's mentions were deleted, at least 600; 0: never",
    )
    api_url: HttpUrl = Field("https://api.x.com", description="address of X's API")
    web_url: HttpUrl = Field("https://x.com", description="address of X for links that people open")

    @field_validator("handle", mode="before")
    @classmethod
    def without_at(cls, handle: object) -> object:
        """The handle as X's API writes it."""
        return handle.strip().removeprefix("@") if isinstance(handle, str) else handle

    @field_validator("api_url", "web_url")
    @classmethod
    def without_slash(cls, url: str) -> str:
        """So that paths can be added."""
        return url.rstrip("/")

    @field_validator("poll_every")
    @classmethod
    def slow_enough(cls, every: timedelta) -> timedelta:
        """X takes 300 reads of the mentions in 15 minutes: https://docs.x.com/x-api/fundamentals/rate-limits"""
        if not timedelta(seconds=5) <= every <= timedelta(hours=1):
            raise ValueError("from 5 to 3600 seconds")
        return every

    @field_validator("recheck_every")
    @classmethod
    def seldom_enough(cls, every: timedelta) -> timedelta:
        """Each look may be billed."""
        if every and not timedelta(minutes=10) <= every <= timedelta(hours=24):
            raise ValueError("0, or from 600 to 86400 seconds")
        return every

    @model_validator(mode="after")
    def one_set_of_keys(self) -> Self:
        """All four OAuth 1.0a keys, or the user token; not some, not both."""
        missing = [name for name in OAUTH1 if not getattr(self, name)]
        if self.user_token:
            if len(missing) < len(OAUTH1):
                raise ValueError("give either user_token or the four OAuth 1.0a keys, not both")
            return self
        if len(missing) == len(OAUTH1):
            raise ValueError(f"keys are missing: give {', '.join(OAUTH1)} (or user_token)")
        if missing:
            raise ValueError(f"keys are missing: give {', '.join(missing)} too")
        return self

"""What a YouTube channel needs: its id and name, a sign-in by OAuth 2.0, and how much of Google's quota it may use."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, HttpUrl, Seconds, seconds_from

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


class YouTubeAccount(AccountSettings):
    """One channel, spoken for by its owner or a manager."""

    brings_private: ClassVar[bool] = False
    channel_id: str = Field(
        pattern=r"^UC[A-Za-z0-9_-]{22}$", description="the channel's id, UC and 22 characters (YouTube: Settings, Advanced)"
    )
    handle: str = Field("", max_length=40, description="the channel's @handle, shown to staff before a reply goes")
    client_id: str = Field(min_length=1, description="client ID of your app in Google Cloud")
    client_secret: SecretStr = Field(description="client secret of your app in Google Cloud")
    refresh_token: SecretStr = Field(description="refresh token of the channel, with the scope youtube.force-ssl")
    # Each read costs quota.
    poll_every: Annotated[Seconds, seconds_from(60, 3600)] = Field(
        timedelta(minutes=5), description="seconds between reads, 60 to 3600"
    )
    units_per_day: int = Field(
        10_000, ge=500, le=10_000_000, description="units of Google's quota on one day by Pacific time; a reply costs 50"
    )
    follow_days: int = Field(
        7, ge=1, le=30, description="days for which a comment is watched for replies to it, and for changes"
    )
    held_comments: bool = Field(True, description="whether comments that YouTube holds for review are brought in too")
    api_url: BaseUrl = Field("https://www.googleapis.com/youtube/v3", description="address of the YouTube Data API")
    token_url: HttpUrl = Field("https://oauth2.googleapis.com/token", description="address where the sign-in is renewed")
    web_url: BaseUrl = Field("https://www.youtube.com", description="address of YouTube for links that people open")

    @field_validator("handle", mode="before")
    @classmethod
    def with_one_at(cls, handle: object) -> object:
        """As YouTube shows it."""
        return f"@{handle.strip().lstrip('@')}" if isinstance(handle, str) and handle.strip() else handle

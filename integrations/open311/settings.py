"""What an account on a reports system needs: where it answers by Open311 GeoReport v2, and which reports are wanted."""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field, SecretStr

from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds, Several

PAGE = r"^(https?://[^\s/{}]+/[^\s{}]*\{id\}[^\s{}]*)?$"


class Open311Account(AccountSettings):
    """One jurisdiction of one system. It is only read: reports are answered by hand on their own pages."""

    brings_private: ClassVar[bool] = False
    api_url: HttpUrl = Field(description="address of the system's API, such as https://reports.example.org/open311/v2")
    jurisdiction_id: str = Field("", description="what the system calls your area; FixMyStreet wants one, such as its host")
    api_key: SecretStr = Field(SecretStr(""), description="key, if the system wants one for reading")
    services: Several = Field((), description="only reports with one of these service codes; empty: all")
    web_url: str = Field("", pattern=PAGE, description="address of a report's page, with {id} where its number stands")
    at_once: int = Field(1000, ge=2, le=100_000, description="how many reports the system gives in one answer at most")
    poll_every: Seconds = Field(timedelta(minutes=10), ge=timedelta(seconds=60), description="seconds between reads")

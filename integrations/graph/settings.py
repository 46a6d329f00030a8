"""Settings that every account of Meta's Graph API has: the app, the Page token, the webhook's words, the pace."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, Seconds, seconds_from

FASTEST, SLOWEST = timedelta(seconds=60), timedelta(hours=6)
NUMBER = r"^[0-9]{1,40}$"


class GraphAccount(AccountSettings):
    """What a Facebook Page and an Instagram account have alike."""

    page_id: str = Field(pattern=NUMBER, description="the Page's number: Page settings, Page transparency, or GET /me")
    access_token: SecretStr = Field(description="the Page access token, best of a system user of your Business portfolio")
    app_id: str = Field(pattern=NUMBER, description="your Meta app's number, from its dashboard")
    app_secret: SecretStr = Field(description="your Meta app's secret: proves our calls, and that webhooks come from Meta")
    verify_token: SecretStr = Field(description="any words of your own, the same as in the app's webhook settings")
    graph_version: str = Field("v26.0", pattern=r"^v[0-9]{2}\.0$", description="version of the Graph API that is asked")
    # Meta counts calls by how many people use the Page: a small one starves if it is asked often.
    poll_every: Annotated[Seconds, seconds_from(60, 21600)] = Field(
        timedelta(minutes=10), description="seconds between reads that find what webhooks lost, 60 to 21600"
    )
    api_url: BaseUrl = Field("https://graph.facebook.com", description="address of Meta's Graph API")

    @field_validator("access_token", "app_secret", "verify_token")
    @classmethod
    def usable(cls, secret: SecretStr) -> SecretStr:
        """An empty secret would let anybody call us."""
        found = secret.get_secret_value().strip()
        if not found or not found.isascii() or not found.isprintable():
            raise ValueError("is empty, or holds what no key holds")
        return SecretStr(found)

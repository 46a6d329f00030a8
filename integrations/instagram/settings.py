"""What an Instagram account needs besides the keys of the Page it is linked to: its number and its name."""

from typing import ClassVar

from pydantic import Field, field_validator

from bot.settings.types import HttpUrl
from integrations.graph.settings import NUMBER, GraphAccount


class InstagramAccount(GraphAccount):
    """One professional account, read with the token of the Page it is linked to."""

    brings_private: ClassVar[bool] = False
    ig_user_id: str = Field(
        pattern=NUMBER, description="the account's number: GET /PAGE_ID?fields=instagram_business_account"
    )
    username: str = Field(
        pattern=r"^[A-Za-z0-9._]{1,30}$", description="the account's name, with or without @; shown before a reply goes"
    )
    web_url: HttpUrl = Field("https://www.instagram.com", description="address of Instagram for links that people open")

    @property
    def page_name(self) -> str:
        """Where answers by hand are given."""
        return "Meta's inbox"

    @field_validator("username", mode="before")
    @classmethod
    def without_at(cls, name: object) -> object:
        """The name as the API writes it."""
        return name.strip().removeprefix("@") if isinstance(name, str) else name

    @field_validator("web_url")
    @classmethod
    def plain_address(cls, url: str) -> str:
        """So that paths can be added."""
        return url.rstrip("/")

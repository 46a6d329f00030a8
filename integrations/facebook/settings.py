"""What a Facebook Page needs besides the keys of its app: its name, and whether its messages come in."""

from pydantic import Field, field_validator

from bot.settings.types import HttpUrl
from integrations.graph.settings import GraphAccount


class FacebookAccount(GraphAccount):
    """One Page, with the messages people send to it."""

    page_title: str = Field("", max_length=100, description="the Page's name, shown before a reply goes; empty: the label")
    messenger: bool = Field(True, description="whether messages to the Page come in; they need private_channel")
    human_agent: bool = Field(
        False,
        description="whether Meta gave your app the Human Agent feature: answers to messages up to 7 days, else 24 hours",
    )
    web_url: HttpUrl = Field("https://www.facebook.com", description="address of Facebook for links that people open")
    inbox_url: HttpUrl = Field(
        "https://business.facebook.com/latest/inbox", description="address of Meta Business Suite's inbox"
    )

    @property
    def page_name(self) -> str:
        """Where answers by hand are given."""
        return "Facebook"

    @field_validator("web_url", "inbox_url")
    @classmethod
    def plain_address(cls, url: str) -> str:
        """So that paths can be added."""
        return url.rstrip("/")

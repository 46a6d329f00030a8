"""What an account on Flickr needs: whose it is, the keys of an app and of the account, and how it is read."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, HttpUrl, Seconds, seconds_from

AT_LEAST = timedelta(hours=1)
"""https://www.flickr.com/services/api/flickr.activity.userPhotos.html: "Do not poll this method more than once an hour"."""


class FlickrAccount(AccountSettings):
    """One account on Flickr, by OAuth 1.0a: its four keys do not expire."""

    brings_private: ClassVar[bool] = False
    user_id: str = Field(
        pattern=r"^\d{1,12}@N\d{2}$", description="the account's id on Flickr, such as 12345678@N01; not its name"
    )
    username: str = Field("", max_length=100, description="the account's name, shown to staff before a reply goes")
    api_key: str = Field(min_length=1, description="key of your app on Flickr")
    api_secret: SecretStr = Field(description="secret of your app on Flickr")
    access_token: SecretStr = Field(description="access token of the account, with permission to write")
    access_token_secret: SecretStr = Field(description="access token secret of the account")
    # At most once an hour.
    poll_every: Annotated[Seconds, seconds_from(3600, 86400)] = Field(
        AT_LEAST, description="seconds between reads, 3600 to 86400: Flickr allows one an hour"
    )
    addressed_by: Literal["name", "link"] = Field(
        "name",
        description="how a reply begins, as Flickr has no threads: with the name of whom it answers, or with the link to "
        "them that Flickr's own site puts there",
    )
    api_url: HttpUrl = Field("https://api.flickr.com/services/rest/", description="address of Flickr's API")
    web_url: BaseUrl = Field("https://www.flickr.com", description="address of Flickr for links that people open")

"""What an account on a WordPress site needs: the site, a user of it, and an application password of that user."""

from datetime import timedelta

from pydantic import Field, SecretStr

from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds


class WordPressAccount(AccountSettings):
    """One user of one site."""

    brings_private = False
    api_url: HttpUrl = Field(description="address of the site, such as https://news.harrowmere.example")
    user: str = Field(min_length=1, description="name of the user who reads and answers; needs the role Editor")
    application_password: SecretStr = Field(min_length=1, description="an application password of that user")
    poll_every: Seconds = Field(timedelta(seconds=60), ge=timedelta(seconds=15), description="seconds between reads")

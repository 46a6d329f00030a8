"""The settings of the register: who looks after an account, and accounts that are only listed: nothing is read there."""

from datetime import UTC, date, datetime, timedelta

from pydantic import Field, field_validator

from bot.register import looks_like_a_secret
from bot.settings.types import HttpUrl, Section

NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"
LISTED = "listed"
"""In the place of a network: an account without an adapter."""


class LookedAfter(Section):
    """Who holds an account, so that no account is lost with the person who made it."""

    custodian: str = Field("", description="who holds it: a user id, or a name")
    deputy: str = Field("", description="who else can sign in: a user id, or a name")
    credential_kept_in: str = Field(
        "", max_length=200, description='where its credential is kept, in words: "the team password safe, entry Social"'
    )
    last_verified: date | None = Field(None, description="the day somebody last signed in to see, as YYYY-MM-DD")

    @field_validator("credential_kept_in")
    @classmethod
    def a_place_only(cls, words: str) -> str:
        """Where it is, never what it is."""
        if looks_like_a_secret(words):
            raise ValueError("this looks like the credential itself. Write where it is kept, and change it if it was real")
        return words.strip()

    @field_validator("last_verified")
    @classmethod
    def not_to_come(cls, day: date | None) -> date | None:
        """A day that has begun somewhere."""
        if day is not None and day > (datetime.now(UTC) + timedelta(hours=14)).date():
            raise ValueError("this day is still to come")
        return day


class ListedAccount(LookedAfter):
    """An account without an adapter: only on the register. No channel, and nothing is read there."""

    name: str = Field(pattern=NAME, description="short name")
    network: str = Field(LISTED, description="which network")
    place: str = Field(min_length=1, max_length=60, description='where the account is, such as "Pinterest"')
    url: HttpUrl | None = Field(None, description="its page")
    label: str = Field("", description="what staff see the account called; empty: its name")

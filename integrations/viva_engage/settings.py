"""What Viva Engage needs: the app to sign in by, and which channel of ours is which community."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, Seconds, Section, seconds_from, several

NUMBER = re.compile(r"[1-9]\d{0,18}", re.ASCII)
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,120}", re.ASCII)
TOKEN = re.compile(r"[!-~]+", re.ASCII)
NOBODYS = ("common", "organizations", "consumers")
"""What Entra takes for the tenant where anybody's account will do."""


def community(written: object) -> object:
    """The number of a community, also from what stands for it in the address of its page. Raises ValueError."""
    found = str(written).strip() if isinstance(written, int | str) and not isinstance(written, bool) else ""
    number = found if found.isdigit() else number_in(found)
    if not NUMBER.fullmatch(number):
        raise ValueError(
            "write the community's number, such as 15824708, or the letters after groups/ in its page's address"
        )
    return number


def number_in(letters: str) -> str:
    """The number in ``eyJfdHlwZSI6Ikdyb3VwIiwiaWQiOiIxNTgyNDcwOCJ9``, as pages have it; empty when there is none."""
    try:
        said = json.loads(urlsafe_b64decode(letters + "=" * (-len(letters) % 4)))
    except (ValueError, RecursionError):
        return ""
    return str(said.get("id")) if isinstance(said, dict) and said.get("_type") == "Group" else ""


Community = Annotated[str, BeforeValidator(community)]
Communities = Annotated[tuple[Community, ...], NoDecode, BeforeValidator(several)]
# Microsoft blocks apps that read more often than once a minute:
# https://learn.microsoft.com/rest/api/yammer/rest-api-rate-limits
Poll = Annotated[Seconds, seconds_from(60, 3600)]


class SigningIn(Section):
    """How the service user is signed in, and where."""

    client_id: str = Field("", description="application (client) ID of your app registration in Entra")
    tenant: str = Field("", description="directory (tenant) ID in Entra, or a domain of yours there")
    token: SecretStr | None = Field(
        None, description="an access token, in place of a sign-in, where something else renews it; it is not renewed here"
    )
    api_url: BaseUrl = Field("https://www.yammer.com/api/v1", description="address of Viva Engage's REST API")
    sign_in_url: BaseUrl = Field("https://login.microsoftonline.com", description="address of Entra's sign-in; https only")
    poll_every: Poll = Field(timedelta(seconds=60), description="seconds between reads of each feed, at least 60")

    @field_validator("client_id", "tenant")
    @classmethod
    def as_entra_writes_it(cls, written: str) -> str:
        """Only what Entra could have given."""
        found = written.strip()
        if found and not NAMED.fullmatch(found):
            raise ValueError("write it as Entra shows it on the app's overview: letters, digits and hyphens")
        if found.lower() in NOBODYS:
            raise ValueError("name your own directory, so that nobody from another can be signed in")
        return found

    @field_validator("token")
    @classmethod
    def can_be_sent(cls, token: SecretStr | None) -> SecretStr | None:
        """One word."""
        if token is not None and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("an access token is one line without spaces")
        return token

    @field_validator("sign_in_url")
    @classmethod
    def encrypted(cls, url: str) -> str:
        """The sign-in library takes no other."""
        if not url.startswith("https://"):
            raise ValueError("write https://…")
        return url

    @model_validator(mode="after")
    def can_sign_in(self) -> Self:
        """An app to sign in by, or a token."""
        if not self.token and not (self.client_id and self.tenant):
            raise ValueError("needs client_id and tenant of your app in Entra, or a token")
        return self


class VivaEngageSettings(SigningIn):
    """The chat: a service user who is a member of each community."""

    communities: dict[str, Community] = Field(
        min_length=1,
        description="each channel the settings name, and the number of its community; a private channel needs a private one",
    )

    @field_validator("communities", mode="before")
    @classmethod
    def each_named(cls, given: Any) -> Any:
        """Channels by their names."""
        if isinstance(given, Mapping) and not all(str(name).strip() for name in given):
            raise ValueError("one of the channels has no name")
        if isinstance(given, Mapping) and not given:
            raise ValueError('name a community for each channel of the settings, such as mentions = "15824708"')
        return given


class VivaEngageAccount(SigningIn, AccountSettings):
    """What colleagues say in Viva Engage, as mentions: of or to the service user, or in communities that are listened to."""

    brings_private: ClassVar[bool] = True
    listens_to: Communities = Field((), description="numbers of communities whose posts become mentions")
    mentions: bool = Field(True, description="whether what names the service user in a community becomes a mention")
    private_messages: bool = Field(
        False, description="whether what is written to the service user in private becomes a mention: best one of its own"
    )
    not_in: Communities = Field(
        (), description="numbers of communities nothing is taken from; nor is it where the cards of this bot appear"
    )

    @property
    def signing_in(self) -> SigningIn:
        """How its service user is signed in."""
        return self

    @model_validator(mode="after")
    def listens(self) -> Self:
        """Something to listen to."""
        if not (self.listens_to or self.mentions or self.private_messages):
            raise ValueError("listens to nothing: name communities in listens_to, or set mentions or private_messages")
        if both := set(self.listens_to) & set(self.not_in):
            raise ValueError(f"listens_to and not_in both name {', '.join(sorted(both))}")
        return self

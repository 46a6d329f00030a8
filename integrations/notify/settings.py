"""Settings of GOV.UK Notify: for pings to staff, and for an account the public can text."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from bot.ports import Way
from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds, seconds_from
from bot.settings.ways import MessengerSettings

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEY = re.compile(rf".+-({UUID})-({UUID})", re.IGNORECASE)
TEMPLATE = rf"^(|{UUID})$"
SHORTEST_TOKEN = 10


class NotifySettings(MessengerSettings):
    """GOV.UK Notify, for public bodies of the United Kingdom."""

    api_key: SecretStr = Field(description="an API key of the service: its name, the service's id and the secret in one")
    text_template: str = Field("", pattern=TEMPLATE, description="id of a text template: ((message)); empty: no texts")
    email_template: str = Field(
        "", pattern=TEMPLATE, description="id of an e-mail template: subject ((subject)), message ((message)); empty: none"
    )
    text_sender: str = Field("", pattern=TEMPLATE, description="id of the text message sender; empty: the service's own")
    api_url: HttpUrl = Field("https://api.notifications.service.gov.uk", description="where Notify's API is")

    @field_validator("api_key")
    @classmethod
    def whole(cls, key: SecretStr) -> SecretStr:
        """All three parts of it."""
        return whole_key(key)

    @property
    def ways(self) -> tuple[Way, ...]:
        """What there is a template for."""
        templates = ((Way.TEXT, self.text_template), (Way.EMAIL, self.email_template))
        return tuple(way for way, template in templates if template)


class NotifyAccount(AccountSettings):
    """A number the public can text, at GOV.UK Notify. Every text is private."""

    private_channel: str = Field(min_length=1, description="channel for its cards: every text is a private message")
    api_key: SecretStr = Field(description="an API key of the service: its name, the service's id and the secret in one")
    template: str = Field(pattern=rf"^{UUID}$", description="id of a text template whose whole message is ((message))")
    number: str = Field("", max_length=20, description="the number the public texts, as you print it; shown before a reply")
    text_sender: str = Field(
        "", pattern=TEMPLATE, description="id of the text message sender with that number; empty: the service's own default"
    )
    callback_token: SecretStr | None = Field(
        None, description="the bearer token you typed in at Notify beside the callback address; empty: only polled"
    )
    prefix: str = Field(
        "", max_length=200, description="the service name Notify puts before each text; empty where that is switched off"
    )
    text_price: Annotated[Decimal, Field(ge=0, le=1_000)] | None = Field(
        None, description="pence one text message costs, shown beside the count"
    )
    # Notify keeps a text for seven days.
    poll_every: Annotated[Seconds, seconds_from(60, 86400)] = Field(
        timedelta(minutes=10), description="seconds between looks for texts no call brought, 60 to 86400; no calls: 60"
    )
    api_url: HttpUrl = Field("https://api.notifications.service.gov.uk", description="where Notify's API is")

    @field_validator("api_key")
    @classmethod
    def whole(cls, key: SecretStr) -> SecretStr:
        """All three parts of it."""
        return whole_key(key)

    @field_validator("callback_token")
    @classmethod
    def long_enough(cls, token: SecretStr | None) -> SecretStr | None:
        """What Notify takes, and nobody guesses."""
        if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"Notify wants {SHORTEST_TOKEN} characters or more: openssl rand -hex 24")
        return token


def whole_key(key: SecretStr) -> SecretStr:
    """Raise ValueError for a key with a part missing, without showing it."""
    if not KEY.fullmatch(key.get_secret_value()):
        raise ValueError("is not a whole key: copy it again, from its name to the end")
    return key


def parts_of(key: str) -> tuple[str, str]:
    """The service, and what its calls are signed with."""
    found = KEY.fullmatch(key)
    if found is None:
        raise ValueError("the key was read before")
    return found[1], found[2]

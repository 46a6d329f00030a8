"""Settings of Twilio: for pings to staff, and for an account the public can text."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.ports import Way
from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Seconds, seconds_from
from bot.settings.ways import MessengerSettings

ACCOUNT_SID, KEY_SID, SERVICE_SID = r"^AC[0-9a-fA-F]{32}$", r"^(|SK[0-9a-fA-F]{32})$", r"^(|MG[0-9a-fA-F]{32})$"


class TwilioSettings(MessengerSettings):
    """Twilio's Programmable Messaging."""

    account_sid: str = Field(pattern=ACCOUNT_SID, description="the account's SID, AC…")
    api_key: str = Field("", pattern=KEY_SID, description="SID of an API key, SK…; empty: the account's own")
    secret: SecretStr = Field(description="the API key's secret; without api_key the account's auth token")
    from_number: str = Field(
        "", pattern=r"^(|\+[1-9]\d{6,14}|[A-Za-z0-9 ]{1,11})$", description="the number or name texts come from"
    )
    messaging_service: str = Field(
        "", pattern=SERVICE_SID, description="SID of a messaging service, MG…, in the place of from_number"
    )
    api_url: HttpUrl = Field("https://api.twilio.com", description="where Twilio's API is")

    @model_validator(mode="after")
    def from_somewhere(self) -> "TwilioSettings":
        """One of the two, and not both."""
        if bool(self.from_number) == bool(self.messaging_service):
            raise ValueError("set one of from_number and messaging_service")
        return self

    @property
    def ways(self) -> tuple[Way, ...]:
        """Texts only."""
        return (Way.TEXT,)


class TwilioAccount(AccountSettings):
    """A number the public can text, at Twilio. Every text is private."""

    private_channel: str = Field(min_length=1, description="channel for its cards: every text is a private message")
    account_sid: str = Field(pattern=ACCOUNT_SID, description="the account's SID, AC…")
    api_key: str = Field("", pattern=KEY_SID, description="SID of an API key, SK…; empty: the account's own")
    secret: SecretStr = Field(description="the API key's secret; without api_key the account's auth token")
    number: str = Field(pattern=r"^\+[1-9]\d{6,14}$", description="the number the public texts, with its country: +44…")
    messaging_service: str = Field(
        "", pattern=SERVICE_SID, description="SID of the messaging service that replies go out by; empty: from the number"
    )
    webhook_url: HttpUrl | None = Field(
        None, description="this account's address as Twilio calls it, https://…/hooks/NAME; empty: only polled"
    )
    auth_token: SecretStr | None = Field(
        None, description="the account's auth token, by which Twilio signs its calls; needed beside api_key"
    )
    shared_key: SecretStr | None = Field(
        None, description="secret of the webhook key, where Twilio signs with one in the auth token's place"
    )
    text_price: Annotated[Decimal, Field(ge=0, le=1_000)] | None = Field(
        None, description="pence one text message costs, shown beside the count"
    )
    # Each look is one call.
    poll_every: Annotated[Seconds, seconds_from(60, 86400)] = Field(
        timedelta(minutes=10), description="seconds between looks for texts no call brought, 60 to 86400; no calls: 60"
    )
    api_url: HttpUrl = Field("https://api.twilio.com", description="where Twilio's API is")

    @field_validator("webhook_url")
    @classmethod
    def without_query(cls, url: str | None) -> str | None:
        """Signatures are over the very address, and the key of a reply is put behind it."""
        if url and any(mark in url for mark in "?#"):
            raise ValueError("write the address without ? and #, as it stands in Twilio's console")
        return url

    @model_validator(mode="after")
    def can_verify(self) -> Self:
        """A call whose signature nobody can look at is not taken."""
        if self.webhook_url and not self.signs_with and self.shared_key is None:
            raise ValueError(
                "webhook_url needs auth_token, by which Twilio signs its calls: it stands beside the account SID"
            )
        return self

    @property
    def signs_with(self) -> str:
        """The auth token; empty where it is not in the settings."""
        if self.auth_token is not None:
            return self.auth_token.get_secret_value()
        return "" if self.api_key else self.secret.get_secret_value()

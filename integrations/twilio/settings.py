"""Settings of Twilio."""

from pydantic import Field, SecretStr, model_validator

from bot.ports import Way
from bot.settings.types import HttpUrl
from bot.settings.ways import MessengerSettings


class TwilioSettings(MessengerSettings):
    """Twilio's Programmable Messaging."""

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$", description="the account's SID, AC…")
    api_key: str = Field(
        "", pattern=r"^(|SK[0-9a-fA-F]{32})$", description="SID of an API key, SK…; empty: the account's own"
    )
    secret: SecretStr = Field(description="the API key's secret; without api_key the account's auth token")
    from_number: str = Field(
        "", pattern=r"^(|\+[1-9]\d{6,14}|[A-Za-z0-9 ]{1,11})$", description="the number or name texts come from"
    )
    messaging_service: str = Field(
        "", pattern=r"^(|MG[0-9a-fA-F]{32})$", description="SID of a messaging service, MG…, in the place of from_number"
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

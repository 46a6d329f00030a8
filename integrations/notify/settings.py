"""Settings of GOV.UK Notify."""

import re

from pydantic import Field, SecretStr, field_validator

from bot.ports import Way
from bot.settings.types import HttpUrl
from bot.settings.ways import MessengerSettings

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEY = re.compile(rf".+-({UUID})-({UUID})", re.IGNORECASE)
TEMPLATE = rf"^(|{UUID})$"


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
        if not KEY.fullmatch(key.get_secret_value()):
            raise ValueError("is not a whole key: copy it again, from its name to the end")
        return key

    @property
    def ways(self) -> tuple[Way, ...]:
        """What there is a template for."""
        templates = ((Way.TEXT, self.text_template), (Way.EMAIL, self.email_template))
        return tuple(way for way, template in templates if template)

    @property
    def service_and_secret(self) -> tuple[str, str]:
        """Who calls, and what the calls are signed with."""
        found = KEY.fullmatch(self.api_key.get_secret_value())
        if found is None:
            raise ValueError("the key was read before")
        return found[1], found[2]

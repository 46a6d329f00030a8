"""The settings of the Slack chat, checked before anything is asked of Slack."""

import re
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings.types import Section


class SlackSettings(Section):
    """How to reach the organisation's Slack workspace."""

    mode: Literal["socket", "http"] = Field(
        "socket",
        description="socket: Tolbooth calls Slack, nothing needs opening in the firewall; http: Slack calls Tolbooth",
    )
    bot_token: SecretStr = Field(description="bot token, xoxb-…: in the app's settings under OAuth & Permissions")
    app_token: SecretStr | None = Field(
        None, description="app-level token with connections:write, xapp-…: under Basic Information; socket mode only"
    )
    signing_secret: SecretStr | None = Field(None, description="signing secret: under Basic Information; http mode only")
    api_url: str = Field(
        "https://slack.com/api/",
        pattern=r"^https?://[^\s/]+/(?:[^\s?#]*/)?api/$",
        description="address of Slack's Web API; ends in /api/; https://slack-gov.com/api/ for government Slack",
    )
    also_hosts: tuple[str, ...] = Field(
        ("slack.com", "slack-gov.com"),
        description="domains, besides api_url's, on which the addresses Slack hands out are trusted",
    )

    @field_validator("bot_token", "app_token", "signing_secret")
    @classmethod
    def without_blanks(cls, secret: SecretStr | None) -> SecretStr | None:
        """A blank at either end is a slip of the clipboard."""
        return SecretStr(secret.get_secret_value().strip()) if secret else None

    @model_validator(mode="after")
    def right_secrets(self) -> Self:
        """Each secret in its place, and those the mode needs there. Never says what was written."""
        bot, app = value(self.bot_token), value(self.app_token)
        if bot.startswith("xapp-"):
            raise ValueError("slack.bot_token holds an app-level token (xapp-…): swap it with slack.app_token")
        if not bot.startswith("xoxb-"):
            raise ValueError("slack.bot_token must start with xoxb-: copy it from OAuth & Permissions in the app's settings")
        if app.startswith("xoxb-"):
            raise ValueError(
                "slack.app_token holds a bot token (xoxb-…): it wants the app-level token, which starts with xapp-"
            )
        if app and not app.startswith("xapp-"):
            raise ValueError("slack.app_token must start with xapp-: make it under Basic Information, App-Level Tokens")
        if self.mode == "socket" and not app:
            raise ValueError('slack.mode is "socket", which needs slack.app_token (xapp-…); or set slack.mode to "http"')
        if self.mode == "http" and not value(self.signing_secret):
            raise ValueError('slack.mode is "http", which needs slack.signing_secret, so that only Slack is believed')
        return self


def app_of(settings: SlackSettings) -> str:
    """The app's id, which stands in its app-level token; empty without one."""
    found = re.match(r"xapp-\d+-(A[A-Z0-9]{2,})-", value(settings.app_token))
    return found.group(1) if found else ""


def value(secret: SecretStr | None) -> str:
    """The secret itself; empty when there is none."""
    return secret.get_secret_value() if secret else ""

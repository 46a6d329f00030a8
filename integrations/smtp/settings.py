"""Settings of a mail server."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.ports import Way
from bot.settings.ways import MAILBOX, MessengerSettings


class SmtpSettings(MessengerSettings):
    """A mail server that takes e-mails from us."""

    host: str = Field(min_length=1, description="the mail server")
    port: int = Field(587, ge=1, le=65535, description="its port: 587 with starttls, 465 with tls, 25 inside your network")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description='"starttls": nothing is said before the line is encrypted; "tls": encrypted at once; "none"'
    )
    username: str = Field("", description="who signs in; empty: nobody does")
    password: SecretStr | None = Field(None, description="with what")
    sender: str = Field(description="the address e-mails come from")

    @field_validator("sender")
    @classmethod
    def addressed(cls, sender: str) -> str:
        """One address, without a name."""
        if not MAILBOX.fullmatch(sender):
            raise ValueError("write one address, such as tolbooth@example.gov.uk")
        return sender

    @model_validator(mode="after")
    def kept_secret(self) -> "SmtpSettings":
        """A password belongs to a name, and never goes over an open line."""
        if bool(self.username) != bool(self.password):
            raise ValueError("set username and password both, or neither")
        if self.password and self.security == "none":
            raise ValueError('a password is not sent over an open line: set security to "starttls" or "tls"')
        return self

    @property
    def ways(self) -> tuple[Way, ...]:
        """E-mail only."""
        return (Way.EMAIL,)

"""Settings of a ``webchat`` account."""

import base64
import binascii

from pydantic import Field, SecretStr, field_validator

from bot.settings import AccountSettings
from bot.settings.types import HttpUrl


class WebchatAccount(AccountSettings):
    """One signed webhook in, one out."""

    secret: SecretStr = Field(description="whsec_… shared with the sender; signs both ways")
    reply_url: HttpUrl | None = Field(None, description="where replies are POSTed; empty: they are answered by hand")

    @field_validator("secret")
    @classmethod
    def readable(cls, secret: SecretStr) -> SecretStr:
        """``whsec_`` and base64 of at least 16 bytes, as the Standard Webhooks specification has it."""
        if len(key_of(secret)) < 16:
            raise ValueError("write whsec_ and the base64 of at least 16 random bytes: whsec_$(openssl rand -base64 32)")
        return secret


def key_of(secret: SecretStr) -> bytes:
    """The key inside ``whsec_…``; empty when it cannot be read."""
    prefix, _, encoded = secret.get_secret_value().partition("_")
    if prefix != "whsec":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""

"""Settings of a ``webchat`` account."""

import base64
import binascii
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.replying.counting import SIX_MESSAGES
from bot.settings import AccountSettings
from bot.settings.types import HttpUrl, Several

LONGEST = 3_000
"""What a chat's form takes, where the settings do not say."""
ACTS = ("hide", "delete", "edit")


class WebchatAccount(AccountSettings):
    """One signed webhook in, one out."""

    secret: SecretStr = Field(description="whsec_… shared with the sender; signs both ways")
    reply_url: HttpUrl | None = Field(None, description="where replies are POSTed; empty: they are answered by hand")
    counted: Literal["characters", "graphemes", "sms"] = Field(
        "characters",
        description="how a reply's length is counted: graphemes counts what people see as one character, sms is for chats "
        "that end as text messages",
    )
    limit: int = Field(
        0, ge=0, le=100_000, description=f"the longest reply, so counted; 0: {LONGEST:,}, or {SIX_MESSAGES} with sms"
    )
    sms_price: Annotated[Decimal, Field(ge=0, le=1_000)] | None = Field(
        None, description='pence one text message costs, shown beside the count with counted = "sms"'
    )
    private_replies: bool = Field(
        False, description="whether the receiver can show a reply to one author alone, told by data.audience"
    )
    acts: Several = Field((), description="what else the receiver can do when it is told to: hide, delete, edit")

    @field_validator("acts")
    @classmethod
    def known(cls, acts: tuple[str, ...]) -> tuple[str, ...]:
        """Only what can be told."""
        found = tuple(dict.fromkeys(one.strip().lower() for one in acts))
        if unknown := [one for one in found if one not in ACTS]:
            raise ValueError(f"{unknown[0]!r} is none of {', '.join(ACTS)}")
        return found

    @model_validator(mode="after")
    def has_somewhere_to_tell(self) -> Self:
        """Without an address for replies everything is done by hand."""
        if self.reply_url is None and (self.acts or self.private_replies):
            raise ValueError("acts and private_replies need reply_url")
        return self

    @property
    def longest(self) -> int:
        """The most that a reply counts."""
        return self.limit or (SIX_MESSAGES if self.counted == "sms" else LONGEST)

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

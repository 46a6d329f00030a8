"""The settings of the ways besides the chat: what a service must say of itself, and what is an address of which kind."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta

from pydantic import SecretStr

from bot.errors import SettingsError
from bot.ports import Way
from bot.settings.types import Section

E164 = re.compile(r"\+[1-9]\d{6,14}")
"""https://www.itu.int/rec/T-REC-E.164: at most fifteen digits, the country first."""
MAILBOX = re.compile(r"[^\s@<>\",;:\\]+@[^\s@<>\",;:\\.]+(\.[^\s@<>\",;:\\.]+)+")
SAID = {Way.TEXT: "text messages", Way.EMAIL: "e-mail"}


class MessengerSettings(Section):
    """A service that carries messages to staff."""

    @property
    @abstractmethod
    def ways(self) -> tuple[Way, ...]:
        """What it is set up to carry."""


def phone_number(phone: SecretStr) -> SecretStr:
    """As E.164 has it, spaces left out. Raises ValueError, which does not repeat the number."""
    digits = re.sub(r"[\s()-]", "", phone.get_secret_value())
    if not E164.fullmatch(digits):
        raise ValueError("write the number with its country, such as +447700900123")
    return SecretStr(digits)


def mailbox(email: SecretStr) -> SecretStr:
    """One e-mail address. Raises ValueError, which does not repeat it."""
    if not MAILBOX.fullmatch(email.get_secret_value().strip()):
        raise ValueError("write one address, such as dev.rao@example.gov.uk")
    return SecretStr(email.get_secret_value().strip())


def refuse_two_carriers(messengers: Mapping[str, MessengerSettings]) -> None:
    """Which of two services would carry a text nobody could say. Raises SettingsError."""
    carriers: dict[Way, str] = {}
    for name, section in messengers.items():
        for way in section.ways:
            if other := carriers.get(way):
                raise SettingsError(f"{other} and {name} are both set up for {SAID[way]}: leave one of them out")
            carriers[way] = name


def ways_of(messengers: Mapping[str, MessengerSettings], after: Mapping[Way, timedelta]) -> Mapping[Way, timedelta]:
    """The ways that are set up, and how long after the chat each is tried."""
    return {way: after[way] for section in messengers.values() for way in section.ways}

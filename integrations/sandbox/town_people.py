"""The town's staff: who they are, where they are reached, and which channels they are in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Townsperson:
    """One of the organisation's people; ``role`` in words. Whoever is ever on duty has a ``phone``; all have e-mail.

    The numbers are Ofcom's for drama: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
    """

    handle: str
    name: str
    role: str
    phone: str = ""

    @property
    def email(self) -> str:
        """Their address at work."""
        return f"{self.handle}@harrowmere.example"


PEOPLE = (
    Townsperson("priya", "Priya Shah", "responder", "+447700900101"),
    Townsperson("farah", "Farah Ali", "responder", "+447700900102"),
    Townsperson("dev", "Dev Rao", "duty officer", "+447700900103"),
    Townsperson("morag", "Morag Muir", "team lead", "+447700900104"),
    Townsperson("tam", "Tam Doig", "trainee"),
)
REACHED = tuple(one for one in PEOPLE if one.phone)
OWNERS = {address: one.name for one in PEOPLE for address in (one.phone, one.email) if address}
"""Whose each number and address is."""
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "mentions": tuple(one.handle for one in PEOPLE),
    "webchat": tuple(one.handle for one in PEOPLE),
    "mentions-private": ("priya", "morag"),
}

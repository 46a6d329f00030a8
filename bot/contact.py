"""How a member of staff is reached besides the chat. Pure; kept out of logs, for these are their own numbers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's other ways; empty where there is none."""

    staff: str
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    calendar_url: str = field(default="", repr=False)

"""What a notice to staff is made from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.card import Part, Ping
from bot.house import House
from bot.reply import Reply
from bot.story import Story


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is made from. ``note`` and ``by`` are the words and the actor's name
    of the event it speaks of; ``card`` links to the card."""

    story: Story
    payload: Mapping[str, object]
    house: House
    now: datetime
    note: str = ""
    by: str = ""
    card: str = ""

    @property
    def ref(self) -> str:
        """The mention's reference."""
        return self.story.mention.ref

    @property
    def owner(self) -> tuple[Part, ...]:
        """The owner, so that they notice; nobody when nobody has it."""
        owner = self.story.mention.owner
        return (Ping(owner, self.story.name(owner)), ": ") if owner and self.story.mention.is_open else ()

    @property
    def reply(self) -> Reply | None:
        """The reply it speaks of."""
        return next((r for r in self.story.replies if r.id == self.payload.get("reply")), None)

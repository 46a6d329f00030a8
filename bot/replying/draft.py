"""A draft as it is looked over: the words, and all they are judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.house import Account
from bot.reply import Attachment, Audience
from bot.story import Story


@dataclass(frozen=True, slots=True)
class Draft:
    """What is looked over. ``at`` is aware; ``zone`` is the organisation's, in which "Friday" is meant."""

    text: str
    story: Story
    account: Account
    at: datetime
    zone: ZoneInfo
    audience: Audience = Audience.AS_ASKED
    second: str = ""
    media: tuple[Attachment, ...] = ()
    others: tuple[Account, ...] = ()
    """The organisation's other accounts, so that a reply that speaks as another one is noticed."""

    @property
    def posts(self) -> tuple[str, ...]:
        """The words in each of its languages."""
        return tuple(one for one in (self.text, self.second) if one)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that can be read, the descriptions of pictures too."""
        return (*self.posts, *(one.alt for one in self.media if one.alt))

    @property
    def is_public(self) -> bool:
        """Whether others than the author can read it."""
        return not self.story.mention.private and self.audience is Audience.AS_ASKED

    @property
    def asked(self) -> Iterator[str]:
        """What the author wrote in this conversation, as far as it is still there."""
        yield self.story.mention.text
        yield from (one.text for one in self.story.additions)

"""What is offered to whoever writes a reply: words that were approved, or that answered a like question before. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """Words to begin with. ``mark`` says whose: ``S-4@2``, a saved reply and its edition; else an earlier reply's id."""

    mark: str
    title: str
    """What the words are for: a saved reply's title, or the question they answered, short."""
    text: str
    second: str = ""
    """The same in the account's other language."""
    says: str = ""
    """A line on who wrote it, when, and whether it settled the matter."""
    is_saved: bool = False
    cannot: str = ""
    """Why it cannot be used, in a sentence; empty when it can."""

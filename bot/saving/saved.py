"""A saved reply: whose words, approved by whom, until when; and why it cannot be used. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REFERENCE = re.compile(r"[sS]-?(\d{1,9})")
MARK = re.compile(r"S-(\d{1,9})@(\d{1,9})")


class Standing(StrEnum):
    """How one stands, the most pressing first."""

    ENDED = "ended"
    EXPIRED = "expired"
    OWNERLESS = "without an owner"
    WAITS = "waits for approval"
    REVIEW = "due for review"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class SavingRules:
    """How long saved replies go without a look, and how long before a review or an end the owner is asked."""

    review: timedelta = timedelta(days=180)
    remind: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants saved."""

    title: str
    text: str
    topic: str
    review_at: datetime
    second: str = ""
    expires_at: datetime | None = None
    owner: str | None = None
    begun_from: str = ""
    """The id of the earlier reply its words began with."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One row. ``edition`` counts its words, ``version`` all that was done with it: the number of its newest event."""

    number: int
    title: str
    text: str
    second: str
    topic: str
    owner: str | None
    made_by: str
    made_at: datetime
    written_by: str
    changed_at: datetime
    """When it was written, or last found to be right: its life counts from here."""
    review_at: datetime
    expires_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    ended_at: datetime | None = None
    told_at: datetime | None = None
    """When somebody was last asked to look at it."""
    begun_from: str = ""
    edition: int = 1
    version: int = 1

    @property
    def ref(self) -> str:
        """How staff write it: ``S-4``."""
        return f"S-{self.number}"

    @property
    def subject(self) -> str:
        """Where its record stands."""
        return f"saved:{self.ref}"

    @property
    def mark(self) -> str:
        """What a reply that begins with its words is marked with: ``S-4@2``."""
        return f"{self.ref}@{self.edition}"

    @property
    def wish(self) -> Wish:
        """What a person would fill in to have it as it is."""
        ends = (self.second, self.expires_at, self.owner, self.begun_from)
        return Wish(self.title, self.text, self.topic, self.review_at, *ends)

    def standing(self, now: datetime, gone: Collection[str] = ()) -> Standing:
        """How it stands; ``gone``: who has left."""
        if self.ended_at:
            return Standing.ENDED
        if self.expires_at and self.expires_at <= now:
            return Standing.EXPIRED
        if self.owner is None or self.owner in gone:
            return Standing.OWNERLESS
        if self.approved_by is None:
            return Standing.WAITS
        return Standing.REVIEW if self.review_at <= now else Standing.APPROVED

    def asks_at(self, rules: SavingRules) -> tuple[datetime, ...]:
        """When its owner is asked to look: before the review, and before the end; of a short life a quarter before."""
        before_review = self.review_at - rules.remind
        if self.expires_at is None:
            return (before_review,)
        return before_review, self.expires_at - min(rules.remind, (self.expires_at - self.changed_at) / 4)

    def is_to_be_asked_about(self, rules: SavingRules, now: datetime) -> bool:
        """Whether a time has come that nobody was asked at."""
        return any(at <= now and (self.told_at is None or self.told_at < at) for at in self.asks_at(rules))


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a reply began with: a saved reply as it is now, and the words of the edition it took."""

    saved: Saved
    edition: int
    texts: tuple[str, ...]
    approved: bool
    """Whether that edition was approved, and its approval was not taken back since."""
    owner: str = ""
    """The owner's name; empty where there is none who is still here."""

    @property
    def is_superseded(self) -> bool:
        """Whether there are newer words."""
        return self.saved.edition > self.edition

    def barred(self, now: datetime) -> Standing | None:
        """Why its words cannot be sent; None when they can, as those can that were approved before a change."""
        if self.saved.ended_at:
            return Standing.ENDED
        if self.saved.expires_at and self.saved.expires_at <= now:
            return Standing.EXPIRED
        return None if self.approved else Standing.WAITS


def reference(word: str) -> int | None:
    """``S-4``, ``s4`` and ``S-4.`` are the saved reply 4; anything else is None."""
    found = REFERENCE.fullmatch(word.strip().rstrip(".,:;"))
    return int(found.group(1)) if found else None


def read_mark(mark: str) -> tuple[int, int] | None:
    """The number and the edition in ``S-4@2``; None for anything else, such as the id of an earlier reply."""
    found = MARK.fullmatch(mark)
    return (int(found.group(1)), int(found.group(2))) if found else None

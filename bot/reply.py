"""A reply: what staff wrote for the public, and where it stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class ReplyState(StrEnum):
    """A draft is private; WAITING is before an approver; HELD waits out the time for Undo; UNSURE waits for a person,
    who may have it sent again; DELETED was public and was taken down by us.
    """

    DRAFT = "draft"
    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    BY_HAND = "by_hand"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    UNSURE = "unsure"
    DELETED = "deleted"


LIVE = frozenset({ReplyState.HELD, ReplyState.SENDING, ReplyState.UNSURE})
"""On its way to the public."""
PENDING = LIVE | {ReplyState.WAITING}
"""At most one of these a mention, by a unique index: two replies cannot be under way at once."""


class Audience(StrEnum):
    """Who can read a reply. AS_ASKED: whoever can read the post it answers; AUTHOR: only whoever wrote that."""

    AS_ASKED = "as asked"
    AUTHOR = "author"


class Answers(StrEnum):
    """What a later post of one reply answers: the post before it (a thread), or what the first one answers (a pair)."""

    PREVIOUS = "previous"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Post:
    """One post as the public will read it, sign-off and all."""

    text: str
    language: str = ""
    answers: Answers = Answers.SAME


@dataclass(frozen=True, slots=True)
class Owed:
    """Something a reply leaves to be done once it is public; see ``bot.task``. ``kind`` is a ``task.Kind``."""

    kind: str
    due_at: datetime
    to: str
    """Whose it is."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or film that goes out with a reply. ``content`` is empty where only its description is needed."""

    id: str
    name: str
    media_type: str
    size: int
    alt: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """All that a person has written and chosen for one reply. Nothing in it is public until it is sent."""

    text: str
    second: str = ""
    """The same in the account's second language."""
    audience: Audience = Audience.AS_ASKED
    split: bool = False
    """What is too long for one post may go as several, each answering the one before."""
    one_language: bool = False
    """A person decided that it goes in one language though two are owed."""
    promise_by: datetime | None = None
    """When what it promises is due, if the promise is to be tracked."""
    drawn_from: str = ""
    """What its words began with: ``S-4@2`` is the second edition of a saved reply; else the id of an earlier reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One row. ``hold_until`` is set while Undo works."""

    id: str
    number: int
    account: str
    text: str
    """What staff wrote; ``posts`` is what goes out."""
    state: ReplyState
    by: str
    created_at: datetime
    updated_at: datetime
    approved_by: str | None = None
    native_id: str | None = None
    url: str | None = None
    sent_at: datetime | None = None
    hold_until: datetime | None = None
    second: str = ""
    audience: Audience = Audience.AS_ASKED
    split: bool = False
    one_language: bool = False
    promise_by: datetime | None = None
    posts: tuple[Post, ...] = ()
    """Frozen when it was sent off or put before an approver; the first is this row's, each later one becomes a row."""
    part: int = 1
    parts: int = 1
    """This row is the ``part``-th of so many posts."""
    first_id: str | None = None
    """Of a later part: the row of the first."""
    written: str = ""
    """What its writer wrote, where an approver changed it."""
    written_second: str = ""
    """The same of the second language."""
    submitted_at: datetime | None = None
    approval_due_at: datetime | None = None
    """When the next in turn is asked to approve it; set while it waits."""
    approval_laps: int = 0
    """How often approvers were asked already."""
    confirmed_at: datetime | None = None
    """When it was read back from the network: only then it gets its tick, where the network lets us look."""
    deleted_at: datetime | None = None
    edited_at: datetime | None = None
    drawn_from: str = ""
    """As ``Written`` has it."""

    @property
    def public_text(self) -> str:
        """What the public reads, or will."""
        return self.posts[0].text if self.posts else self.text

    @property
    def as_written(self) -> Written:
        """What its writer chose."""
        chosen = (self.audience, self.split, self.one_language, self.promise_by)
        return Written(self.text, self.second, *chosen, self.drawn_from)


def nothing(_text: str) -> str:
    """Nothing to add."""
    return ""


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How long a reply may be, counted as the network counts it; ``unit`` names what is counted."""

    limit: int
    unit: str
    count: Callable[[str], int]
    about: Callable[[str], str] = nothing
    """What else staff should know of a text of this length, such as how many text messages it is and what they cost."""

    def over(self, text: str) -> int:
        """By how much a text is too long; 0 when it fits."""
        return max(0, self.count(text) - self.limit)


class Act(StrEnum):
    """What else can be done in public by an account, besides replying. Each may be repeated without harm."""

    HIDE = "hide"
    UNHIDE = "unhide"
    LIKE = "like"
    UNLIKE = "unlike"
    DELETE_OWN = "delete own"
    EDIT_OWN = "edit own"


@dataclass(frozen=True, slots=True)
class MediaRules:
    """What pictures an account's replies can carry."""

    most: int
    largest: int
    """In bytes."""
    media_types: frozenset[str]
    alt_limit: int
    """Characters of description."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """How posts we hold can be looked at once more: ``at_once`` in one call, each again after ``every``."""

    every: timedelta
    at_once: int


@dataclass(frozen=True, slots=True)
class Searches:
    """What a watch can look for through an account. ``cost`` says what a hit costs, in words; empty: nothing."""

    words: bool = True
    tags: bool = True
    every: timedelta = timedelta(minutes=5)
    """How often one watch may be read."""
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an account's network lets replies be, and what else can be read there. What is not here is not offered."""

    private: TextLimits | None = None
    """A reply to a public post that only its author reads, and how long it may be; None: there is no such thing."""
    threads: bool = False
    """Whether a post of ours can answer our own post before it."""
    media: MediaRules | None = None
    acts: frozenset[Act] = frozenset()
    reads_back: bool = False
    """Whether a reply can be looked at once it was taken: it gets its tick only then."""
    settles_within: timedelta = timedelta(minutes=10)
    """How long a reply that was taken may need to show."""
    look_ups: LookUps | None = None
    """Whether edits, deletions and answers given elsewhere are found by looking; None: the network tells us, or nobody."""
    searches: Searches | None = None

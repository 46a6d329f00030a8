"""A mention: what it is, and one change asked for; ``bot.moving`` says which changes there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.reply import Post, Written

SYSTEM = "system"


class State(StrEnum):
    """Where a mention stands. *Seen* and *escalated* are facts beside it, not states."""

    NEW = "new"
    CLAIMED = "claimed"
    SNOOZED = "snoozed"
    REPLYING = "replying"
    REPLIED = "replied"
    CLOSED = "closed"


OPEN = frozenset({State.NEW, State.CLAIMED, State.SNOOZED, State.REPLYING})
URGENT = frozenset({"P0", "P1"})
DANGER = frozenset({"threat", "danger"})
"""Flags of what is preserved and looked at by people, and never liked."""


class Action(StrEnum):
    """What can be done to a mention; the name of the event it leaves in the record."""

    CLAIM = "claim"
    RELEASE = "release"
    EXPIRE = "expire"
    GIVE = "give"
    ACCEPT = "accept"
    DECLINE = "decline"
    SNOOZE = "snooze"
    WAKE = "wake"
    PRIORITY = "priority"
    TOPIC = "topic"
    REPLY = "reply"
    SENT = "sent"
    NOT_SENT = "not_sent"
    WITHDRAW = "withdraw"
    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    CLOSE = "close"
    REOPEN = "reopen"
    SEE = "see"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    UNAVAILABLE = "unavailable"
    ESCALATE = "escalate"
    ADD = "add"
    EDIT = "edit"
    GONE = "gone"
    UNSURE = "unsure"
    RESEND = "resend"
    ERASE = "erase"
    TARGET = "target"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RECALL = "recall"
    CONFIRM = "confirm"
    HIDE = "hide"
    SHOW_AGAIN = "show_again"
    REVIEW = "review"
    LIKE = "like"
    TAKE_DOWN = "take_down"
    CORRECT = "correct"
    OWE = "owe"
    OWED_DONE = "owed_done"
    SAID_TO_US = "said_to_us"
    RIGHT = "right"
    KEEP = "keep"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class Author:
    """The member of the public: ``id`` is the network's own and stays; ``name`` and ``handle`` are as they were then."""

    id: str
    name: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or file that came with a post. Never fetched: staff look at the source."""

    kind: str
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One row. ``version`` rises by one with every change and is the number of its newest event."""

    number: int
    account: str
    network: str
    native_id: str
    url: str
    conversation: str
    author: Author
    text: str
    language: str
    kind: str
    private: bool
    media: tuple[Media, ...]
    posted_at: datetime
    received_at: datetime
    state: State = State.NEW
    version: int = 1
    owner: str | None = None
    owned_at: datetime | None = None
    offered_to: str | None = None
    offer_until: datetime | None = None
    snooze_until: datetime | None = None
    asked_at: datetime | None = None
    last_owner: str | None = None
    seen_at: datetime | None = None
    seen_by: str | None = None
    edited_at: datetime | None = None
    gone_at: datetime | None = None
    erased_at: datetime | None = None
    """When the words and names of the public in it were erased, by age or because somebody asked."""
    ended_at: datetime | None = None
    respond_by: datetime | None = None
    see_by: datetime | None = None
    """When somebody must have looked at it, apart from any answer."""
    priority: str = "P3"
    topic: str = ""
    flags: tuple[str, ...] = ()
    close_reason: str = ""
    channel: str = ""
    """Where its card goes in the place of its account's channel: a watch has one of its own."""
    watch: str = ""
    """The watch that found it: ``W-3``."""

    @property
    def ref(self) -> str:
        """How staff write it: ``M-142``."""
        return f"M-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in OPEN

    @property
    def is_urgent(self) -> bool:
        """Whether it is shown before others, and by itself: by its priority, or because somebody may be in danger."""
        return self.priority in URGENT or not DANGER.isdisjoint(self.flags)


@dataclass(frozen=True, slots=True)
class Move:
    """One change asked for. ``mention`` may be a reference or the row as the person saw it: it is judged on today's row.

    ``key`` makes a repeat of the same request harmless. ``note`` is a reason or a note, ``text`` a reply: both stand in
    the record behind salted digests, so that they can be erased. ``overrides`` says that the person may act on what
    somebody else holds. ``to`` is whom it is given to, ``until`` when an offer lapses or a snooze ends. ``detail`` goes
    into the record as it is, never anybody's words; ``digests`` stand there for words the caller has stored.
    """

    mention: "Mention | str"
    action: Action
    by: str
    note: str = ""
    text: str = ""
    key: str = ""
    overrides: bool = False
    to: str = ""
    until: datetime | None = None
    priority: str = ""
    topic: str | None = None
    flags: tuple[str, ...] = ()
    written: Written | None = None
    """Of a REPLY, SUBMIT or an approver's edit: all that was written; ``text`` is then its text."""
    posts: tuple[Post, ...] = ()
    """What goes out, as it was shown to whoever let it go."""
    pictures: str | None = None
    """Stands for the pictures that were shown with it, see ``media.mark``; None where nobody looked at any."""
    shown: str | None = None
    """Stands for what was shown of what it ends and erases, see ``mirrored.mark``; None where nobody looked at any."""
    detail: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """The reference of the mention meant."""
        return self.mention if isinstance(self.mention, str) else self.mention.ref

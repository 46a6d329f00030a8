"""A mention: what it is, the moves it allows, and what each move changes. Pure: no I/O, the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    REPLY = "reply"
    SENT = "sent"
    NOT_SENT = "not_sent"
    WITHDRAW = "withdraw"
    ANSWERED = "answered"
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


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.NEW, A.CLAIM): S.CLAIMED,
    (S.SNOOZED, A.CLAIM): S.CLAIMED,
    (S.CLAIMED, A.RELEASE): S.NEW,
    (S.SNOOZED, A.RELEASE): S.SNOOZED,
    (S.CLAIMED, A.EXPIRE): S.NEW,
    (S.CLAIMED, A.GIVE): S.CLAIMED,
    (S.CLAIMED, A.ACCEPT): S.CLAIMED,
    (S.CLAIMED, A.DECLINE): S.CLAIMED,
    (S.NEW, A.SNOOZE): S.SNOOZED,
    (S.CLAIMED, A.SNOOZE): S.SNOOZED,
    (S.SNOOZED, A.WAKE): S.NEW,
    (S.CLAIMED, A.REPLY): S.REPLYING,
    (S.REPLIED, A.REPLY): S.REPLYING,
    (S.REPLYING, A.SENT): S.REPLIED,
    (S.REPLYING, A.NOT_SENT): S.CLAIMED,
    (S.REPLYING, A.WITHDRAW): S.CLAIMED,
    (S.REPLYING, A.UNSURE): S.REPLYING,
    (S.REPLYING, A.RESEND): S.REPLYING,
    (S.NEW, A.ANSWERED): S.REPLIED,
    (S.CLAIMED, A.ANSWERED): S.REPLIED,
    (S.SNOOZED, A.ANSWERED): S.REPLIED,
    (S.NEW, A.CLOSE): S.CLOSED,
    (S.CLAIMED, A.CLOSE): S.CLOSED,
    (S.SNOOZED, A.CLOSE): S.CLOSED,
    (S.REPLIED, A.CLOSE): S.CLOSED,
    (S.REPLIED, A.REOPEN): S.NEW,
    (S.CLOSED, A.REOPEN): S.NEW,
}
"""What each move leads to; a mention that had an owner wakes CLAIMED. The other actions keep the state, in every one."""

KEEP_THE_STATE = frozenset(
    {A.SEE, A.NOTE, A.ADD, A.EDIT, A.GONE, A.ACKNOWLEDGE, A.UNAVAILABLE, A.ESCALATE, A.PRIORITY, A.TARGET, A.ERASE}
)
"""ADD, EDIT and GONE come from the public; ACKNOWLEDGE, UNAVAILABLE and ESCALATE are about pings; TARGET and ERASE ours."""

SEEING = frozenset(
    {A.CLAIM, A.RELEASE, A.REPLY, A.ANSWERED, A.CLOSE, A.SEE, A.NOTE, A.ACKNOWLEDGE}
    | {A.GIVE, A.ACCEPT, A.DECLINE, A.SNOOZE, A.PRIORITY}
)
"""What a person can only do with the mention before them."""


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

    @property
    def ref(self) -> str:
        """How staff write it: ``M-142``."""
        return f"M-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in OPEN


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
    flags: tuple[str, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """The reference of the mention meant."""
        return self.mention if isinstance(self.mention, str) else self.mention.ref


FRESH: Mapping[str, Any] = {"offered_to": None, "offer_until": None, "snooze_until": None, "asked_at": None}
"""Nothing offered, not snoozed, nobody asked whether they are still on it."""


def allows(state: State, action: Action) -> bool:
    """Whether the table has this move."""
    return action in KEEP_THE_STATE or (state, action) in MOVES


def moved(before: Mention, move: Move, now: datetime) -> Mention:
    """The mention after a move the table allows; raises KeyError for one it does not.

    A press by a person makes the mention seen; becoming NEW again (reopened) makes it unseen, because what
    the public added has been seen by nobody.
    """
    action = move.action
    state = before.state if action in KEEP_THE_STATE else MOVES[before.state, action]
    changes: dict[str, Any] = {"state": state, "version": before.version + 1}
    if action in SEEING and move.by != SYSTEM and before.seen_at is None:
        changes |= {"seen_at": now, "seen_by": move.by}
    return replace(before, **{**changes, **(of_ownership(before, move, now) or of_outcome(before, move, now))})


def of_ownership(before: Mention, move: Move, now: datetime) -> Mapping[str, Any]:
    """What a move changes in whose it is and when it is looked at again."""
    match move.action:
        case Action.CLAIM | Action.ACCEPT:
            return {"owner": move.by, "owned_at": now, "last_owner": move.by, **FRESH}
        case Action.RELEASE | Action.EXPIRE:
            return {**asleep_or_fresh(before), "owner": None, "owned_at": None}
        case Action.GIVE:
            return {"offered_to": move.to, "offer_until": move.until}
        case Action.DECLINE:
            return {"offered_to": None, "offer_until": None}
        case Action.SNOOZE:
            return {**FRESH, "snooze_until": move.until}
        case Action.WAKE:
            return {"state": State.CLAIMED if before.owner else State.NEW, **FRESH}
        case Action.PRIORITY:
            return {"priority": move.priority, "flags": tuple(sorted({*before.flags, *move.flags}))}
        case Action.ESCALATE if before.owner and move.to == before.owner:
            return {"asked_at": now}
        case Action.ACKNOWLEDGE:
            return {"asked_at": None}
        case _:
            return {}


def asleep_or_fresh(before: Mention) -> Mapping[str, Any]:
    """What sleeps goes on sleeping when it is put back; anything else begins anew."""
    return {} if before.state is State.SNOOZED else FRESH


def of_outcome(before: Mention, move: Move, now: datetime) -> Mapping[str, Any]:
    """What a move changes in how it stands with the public."""
    match move.action:
        case Action.ANSWERED | Action.SENT:
            answerer = before.owner or move.by
            return {"owner": answerer, "last_owner": answerer, "ended_at": now, **FRESH}
        case Action.REPLY:
            owner = move.by if before.state is State.REPLIED else before.owner
            return {"ended_at": None, "owner": owner, "last_owner": owner, **FRESH}
        case Action.CLOSE:
            return {"ended_at": now, "close_reason": move.note, **FRESH}
        case Action.REOPEN:
            unseen = {"seen_at": None, "seen_by": None}
            return {"owner": None, "owned_at": None, "ended_at": None, "close_reason": "", **unseen, **FRESH}
        case Action.EDIT:
            return {"edited_at": now}
        case Action.GONE:
            return {"gone_at": now}
        case Action.ERASE:
            return {"erased_at": now}
        case _:
            return {}

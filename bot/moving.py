"""The moves a mention allows, and what each changes. Pure: no I/O, the time is an argument."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.mention import SYSTEM, Action, Mention, Move, State

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
    (S.CLAIMED, A.SUBMIT): S.CLAIMED,
    (S.REPLIED, A.SUBMIT): S.CLAIMED,
    (S.CLAIMED, A.APPROVE): S.REPLYING,
    (S.CLAIMED, A.SEND_BACK): S.CLAIMED,
    (S.CLAIMED, A.RECALL): S.CLAIMED,
    (S.REPLYING, A.SENT): S.REPLIED,
    (S.REPLYING, A.NOT_SENT): S.CLAIMED,
    (S.REPLYING, A.WITHDRAW): S.CLAIMED,
    (S.REPLYING, A.UNSURE): S.REPLYING,
    (S.REPLYING, A.RESEND): S.REPLYING,
    (S.NEW, A.ANSWERED): S.REPLIED,
    (S.CLAIMED, A.ANSWERED): S.REPLIED,
    (S.SNOOZED, A.ANSWERED): S.REPLIED,
    (S.NEW, A.ELSEWHERE): S.REPLIED,
    (S.CLAIMED, A.ELSEWHERE): S.REPLIED,
    (S.SNOOZED, A.ELSEWHERE): S.REPLIED,
    (S.REPLYING, A.ELSEWHERE): S.REPLYING,
    (S.REPLIED, A.ELSEWHERE): S.REPLIED,
    (S.CLOSED, A.ELSEWHERE): S.CLOSED,
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
    | {A.TOPIC, A.CONFIRM, A.HIDE, A.SHOW_AGAIN, A.REVIEW, A.LIKE, A.TAKE_DOWN, A.CORRECT, A.OWE, A.OWED_DONE}
    | {A.SAID_TO_US, A.RIGHT, A.KEEP, A.LET_GO}
)
"""ADD, EDIT and GONE come from the public; ACKNOWLEDGE, UNAVAILABLE and ESCALATE are about pings; TARGET and ERASE ours.
CONFIRM: our reply was read back. HIDE to LIKE are about the post of the public, TAKE_DOWN and CORRECT about a reply of ours
that is public; OWE and OWED_DONE about a task. SAID_TO_US: what a watch found came as said to us. RIGHT: a
right somebody claims, its clock and its end. KEEP and LET_GO: a hold on its words begins and ends.
"""

UNANSWERED = frozenset({S.NEW, S.CLAIMED, S.SNOOZED})
"""Of these an answer given elsewhere makes an end; where one was given or begun already, it is kept beside that."""

SEEING = frozenset(
    {A.CLAIM, A.RELEASE, A.REPLY, A.ANSWERED, A.CLOSE, A.SEE, A.NOTE, A.ACKNOWLEDGE}
    | {
        A.GIVE,
        A.ACCEPT,
        A.DECLINE,
        A.SNOOZE,
        A.PRIORITY,
        A.TOPIC,
        A.SUBMIT,
        A.APPROVE,
        A.SEND_BACK,
        A.HIDE,
        A.REVIEW,
        A.LIKE,
    }
)
"""What a person can only do with the mention before them."""

STAMPS: Mapping[Action, str] = {A.EDIT: "edited_at", A.GONE: "gone_at", A.ERASE: "erased_at"}
FRESH: Mapping[str, Any] = {"offered_to": None, "offer_until": None, "snooze_until": None, "asked_at": None}
"""Nothing offered, not snoozed, nobody asked whether they are still on it."""


def is_beside(move: Move) -> bool:
    """Whether an answer given elsewhere ends nothing: the author wrote again after it."""
    return move.action is Action.ELSEWHERE and move.detail.get("ends") == "no"


def allows(state: State, action: Action) -> bool:
    """Whether the table has this move."""
    return action in KEEP_THE_STATE or (state, action) in MOVES


def moved(before: Mention, move: Move, now: datetime) -> Mention:
    """The mention after a move the table allows; raises KeyError for one it does not.

    A press by a person makes the mention seen; becoming NEW again (reopened) makes it unseen, because what
    the public added has been seen by nobody.
    """
    action = move.action
    state = before.state if action in KEEP_THE_STATE or is_beside(move) else MOVES[before.state, action]
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
        case Action.PRIORITY | Action.TOPIC:
            return sorted_as(before, move)
        case Action.ESCALATE if before.owner and move.to == before.owner:
            return {"asked_at": now}
        case Action.ACKNOWLEDGE:
            return {"asked_at": None}
        case _:
            return {}


def sorted_as(before: Mention, move: Move) -> Mapping[str, Any]:
    """What it is about, or how soon somebody must look; a flag stays."""
    if move.action is Action.TOPIC:
        return {"topic": move.topic or ""}
    return {"priority": move.priority, "flags": tuple(sorted({*before.flags, *move.flags}))}


def asleep_or_fresh(before: Mention) -> Mapping[str, Any]:
    """What sleeps goes on sleeping when it is put back; anything else begins anew."""
    return {} if before.state is State.SNOOZED else FRESH


def of_outcome(before: Mention, move: Move, now: datetime) -> Mapping[str, Any]:
    """What a move changes in how it stands with the public."""
    match move.action:
        case Action.ANSWERED | Action.SENT | Action.ELSEWHERE:
            return once_answered(before, move, now)
        case Action.REPLY | Action.SUBMIT:
            again = before.state is State.REPLIED and move.by != SYSTEM  # the next post of one reply is nobody's deed
            owner = move.by if again else before.owner
            return {"ended_at": None, "owner": owner, "last_owner": owner, **FRESH}
        case Action.APPROVE:
            return FRESH
        case Action.CLOSE:
            return {"ended_at": now, "close_reason": move.note, **FRESH}
        case Action.REOPEN:
            unseen = {"seen_at": None, "seen_by": None}
            return {"owner": None, "owned_at": None, "ended_at": None, "close_reason": "", **unseen, **FRESH}
        case Action.EDIT | Action.GONE | Action.ERASE:
            return {STAMPS[move.action]: now}
        case Action.HIDE | Action.SHOW_AGAIN if move.by == SYSTEM and "outcome" in move.detail:
            return {"flags": with_or_without(before, move)}
        case Action.SAID_TO_US:
            return {name: move.detail[name] for name in ("kind", "channel") if name in move.detail}
        case _:
            return {}


def once_answered(before: Mention, move: Move, now: datetime) -> Mapping[str, Any]:
    """What an answer changes: nothing, where it was given elsewhere to what is over or answered here."""
    answerer = before.owner or move.by
    if move.action is not Action.ELSEWHERE:
        return {"owner": answerer, "last_owner": answerer, "ended_at": now, **FRESH}
    ends = before.state in UNANSWERED and not is_beside(move)
    return {"owner": answerer, "ended_at": now, **FRESH} if ends else {}


HIDDEN = "hidden"
"""The flag of a mention of which something is hidden from the public now."""


def with_or_without(before: Mention, move: Move) -> tuple[str, ...]:
    """The flags once something was hidden or shown again; a network that would not leaves them as they are."""
    outcome, others = move.detail["outcome"], tuple(flag for flag in before.flags if flag != HIDDEN)
    if move.action is Action.HIDE:
        return tuple(sorted((*others, HIDDEN))) if outcome == "done" else before.flags
    return before.flags if outcome == "refused" or "others" in move.detail else others

"""What a move does to the times by which somebody must look at a mention and answer it. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.house import House
from bot.mention import Action, Mention
from bot.triage import PRIORITIES


def aimed(before: Mention, after: Mention, *, action: Action, house: House, now: datetime) -> Mention:
    """The mention after a move, with the times that follow from it.

    *Opened again, or awake*: targets afresh, counted from now. *Raised*: the targets of its new priority, counted from now,
    where they are earlier than those it has: raising gives nobody more time; so too for what a watch found and turns out to
    be *said to us*. *Lowered*, which only a person does: the answer
    is due by the target of its new priority, counted from when it came in, where that is later: lowering takes nobody's time
    away. *Target*: what an earlier release left without a time to look gets it, counted from when it came in.

    The time to look moves only while nobody has: afterwards it stays what it was when somebody looked.
    """
    match action:
        case Action.REOPEN | Action.WAKE:
            return replace(after, respond_by=house.respond_by(after, now), see_by=see_by(after, house, now))
        case Action.TARGET:
            return replace(after, see_by=see_by(after, house, after.received_at))
        case Action.PRIORITY if is_lower(after.priority, before.priority):
            given = house.respond_by(after, after.received_at)
            return replace(after, respond_by=max(given, before.respond_by or given))
        case Action.PRIORITY if is_lower(before.priority, after.priority):
            return sooner(before, after, house, now)
        case Action.SAID_TO_US if after.is_open:
            return sooner(before, after, house, now)
        case _:
            return after


def sooner(before: Mention, after: Mention, house: House, now: datetime) -> Mention:
    """With the targets it has now, counted from now, where these are earlier than those it had."""
    due, look = house.respond_by(after, now), see_by(after, house, now)
    earlier = min(look, after.see_by) if look and after.see_by else look
    return replace(after, respond_by=min(due, before.respond_by or due), see_by=earlier)


def see_by(mention: Mention, house: House, start: datetime) -> datetime | None:
    """By when somebody must look, counted from ``start``; as it is for one that has been seen."""
    return mention.see_by if mention.seen_at else house.see_by(mention, start)


def is_lower(one: str, other: str) -> bool:
    """Whether a priority is less urgent than another."""
    return PRIORITIES.index(one) > PRIORITIES.index(other)


def was(before: Mention, after: Mention) -> Mapping[str, object]:
    """What stood before a change of priority, for the record; nothing for any other change."""
    if after.priority == before.priority:
        return {}
    return {"priority_was": before.priority, "respond_by_was": before.respond_by}

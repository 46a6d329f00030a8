"""What ``why`` says of decisions: who made each, when and for what reason, in this mention and about its author before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import words
from bot.card import Line, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import Action, Mention
from bot.store.reading import decided
from bot.words.approvals import UNAPPROVED
from bot.words.hiding import day
from bot.words.recorded import changed, deed
from handlers.give import channel_of

ALWAYS = frozenset(
    {Action.CLOSE, Action.REOPEN, Action.GIVE, Action.SNOOZE, Action.TOPIC, Action.APPROVE, Action.SEND_BACK, Action.ERASE}
    | {Action.KEEP, Action.LET_GO, Action.RIGHT, Action.TAKE_DOWN, Action.CORRECT}
)
"""What somebody decides each time it is done."""
WITH_A_REASON = frozenset({Action.RELEASE, Action.DECLINE, Action.WITHDRAW})
"""What explains something only where a reason was given."""
SHOWN = 8


def in_this(events: Sequence[Mapping[str, object]], names: Mapping[str, str], desk: Desk) -> list[Line]:
    """A line for each decision in its own record, the newest last."""
    found = [event for event in events if is_decision(event)]
    more: list[Line] = [(f"Of {len(found)} decisions the newest {SHOWN}:",)] if len(found) > SHOWN else []
    return [*more, *(line(event, names, desk) for event in found[-SHOWN:])]


def is_decision(event: Mapping[str, object]) -> bool:
    """Whether an event says why something is as it is."""
    action = event["action"]
    if action == Action.OWED_DONE:
        return changed(event, "outcome") == "broken"
    if action == Action.NOTE:
        return str(event["note"] or "").casefold().startswith(decided.DECISION)
    past = changed(event, "overrode") or changed(event, "approval") == UNAPPROVED
    return action in ALWAYS or bool(action in WITH_A_REASON and event["note"]) or bool(past)


def line(event: Mapping[str, object], names: Mapping[str, str], desk: Desk) -> Line:
    """Who, when, what, and the reason or the rule."""
    at, done = event["at"], deed(event, names, desk.house.zone)
    rule = changed(event, "because") if event["action"] == Action.ERASE else None
    says = f" · {done.sentence}{f': {rule}' if rule else ''}."
    return (day(at, desk.house.zone) if isinstance(at, datetime) else "", says.replace("..", "."))


async def about_author(command: Command, desk: Desk, ref: str) -> list[Line]:
    """What was decided before about whoever wrote it, as far as whoever asks may read that; and how to leave a decision."""
    mention = await desk.find(ref)
    found = await desk.db.read(decided.about_author_of, mention)
    readable = await desk.readable(command, [one.mention for one in found])
    shown = [one for one in found if one.mention.ref in readable and await is_read_with(mention, one.mention, command, desk)]
    names = await desk.names({one.by for one in shown})
    zone = desk.house.zone
    lines: list[Line] = [
        (f"{one.mention.ref} · {names[one.by]}, ", day(one.at, zone), f": {words.excerpt(one.why, 300)}") for one in shown
    ]
    how = words.typed("note", f"{ref[2:]} decision: what, why, and when to look again")
    return [(Strong("Decided before about the same author"),), *lines, (f"To leave one for later: {how}",)] if lines else []


async def is_read_with(mention: Mention, other: Mention, command: Command, desk: Desk) -> bool:
    """Whether all who may read a mention may read another: the answer may be said under its card."""
    if mention.private or other.private:
        return mention.private
    return await channel_of(mention, desk, command.at) == await channel_of(other, desk, command.at)

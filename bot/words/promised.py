"""What staff read of a promise when whoever was promised something writes again. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.mention import Mention
from bot.task import Outcome, Promised
from bot.words import age, excerpt, when

ON_A_CARD, IN_FULL = 80, 300
"""Characters of a promise."""
BECAME = {
    Outcome.KEPT: "It was kept.",
    Outcome.LATE: "It was kept, but late.",
    Outcome.BROKEN: "It was not kept: a colleague said that it cannot be.",
}
SORRY = "An apology for a promise that was not kept in time"
GO_ON = "Say next what happens now, and by when; nothing has been published."
NOT_KEPT = frozenset({Outcome.LATE, Outcome.BROKEN})


def lines(found: Sequence[Promised], now: datetime, zone: ZoneInfo) -> list[Line]:
    """Each on a line: its words, its date, whose it is now, and how it stands."""
    return [line(one, now, zone, IN_FULL) for one in found]


def line(one: Promised, now: datetime, zone: ZoneInfo, length: int) -> Line:
    """One of them."""
    task = one.task
    said = (Strong(f"Promised on {task.ref}: "), f"“{excerpt(task.what, length)}”, by ", when(task.due_at, zone), ". ")
    return (*said, standing(one, now))


def standing(one: Promised, now: datetime) -> str:
    """What became of it; of an open one who has it, and how late it is."""
    if ended := one.task.ended:
        return BECAME[ended]
    whose = f"{one.whose} has it now" if one.whose else "Nobody has it by name"
    return f"{whose}; it is {age(now - one.task.due_at)} overdue." if one.task.due_at <= now else f"{whose}."


def pressing(found: Sequence[Promised], mention: Mention) -> Promised | None:
    """What is said first of a mention that is open: a promise that is open too, or was not kept in time."""
    waits = (one for one in found if one.task.ended is None or one.task.ended in NOT_KEPT)
    return next(waits, None) if mention.is_open else None


def not_kept(found: Sequence[Promised], mention: Mention, now: datetime) -> Promised | None:
    """The promise that an apology is in order for, if any: it was not kept in time, or is overdue."""
    one = pressing(found, mention)
    return one if one and (one.task.ended or one.task.due_at <= now) else None


def on_a_card(found: Sequence[Promised], mention: Mention, now: datetime, zone: ZoneInfo) -> Line:
    """The same in short, before anything else a card says; nothing where nothing was promised."""
    one = pressing(found, mention)
    return (*line(one, now, zone, ON_A_CARD), " · ") if one else ()


def marked(found: Sequence[Promised], mark: str) -> Promised | None:
    """The promise that a button calls so, if it is one of these."""
    return next((one for one in found if one.task.mark == mark), None)


def apology(one: Promised, zone: ZoneInfo) -> str:
    """The first sentences of a reply to whoever was promised something: honest, with room for what happens next."""
    due = (one.told_for or one.task.due_at).astimezone(zone)
    day = f"{due:%A} {due.day} {due:%B}"
    late = "It was done later than we said" if one.task.ended is Outcome.LATE else "We did not do what we said"
    return f"I’m sorry. We told you to expect this by {day}. {late}, and you should have heard from us. "

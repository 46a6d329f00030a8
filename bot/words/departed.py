"""What leads are told of a colleague whose account in the chat was closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.duty.rota import DutyRole, Turn
from bot.words import typed
from bot.words.handover import Telling
from bot.words.rota import title, turn_line

SHOWN = 12
NO_LINK = f"The calendar address of everybody's turns was theirs, and is closed. A new one: {typed('duty', 'calendar all')}"


@dataclass(frozen=True, slots=True)
class Left:
    """What became of all that somebody had, by reference, and what only a person can do."""

    name: str
    claims: tuple[str, ...] = ()
    asleep: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    replying: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    settings: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    had_link: bool = False
    """Whether they made the address of everybody's turns."""
    owed: tuple[str, ...] = ()
    """The mentions of what they promised or owed otherwise."""
    rights: tuple[str, ...] = ()
    """The mentions of the rights they answered for."""


def summary(left: Left, person: str, zone: ZoneInfo) -> str:
    """One message for all of it."""
    turns = tuple(turn_line(turn, zone) for turn in left.turns)
    lines = [
        f"{left.name}'s account in the chat was closed.",
        listed("Back in the queue", left.claims),
        listed("Asleep still, and nobody's now", left.asleep),
        listed("Offers to them that went back", left.offers),
        listed("A reply of theirs is on its way or in doubt", left.replying),
        listed("Promises and what else they owed, with a lead now", left.owed),
        listed("Rights they answered for, with a lead now", left.rights),
        listed("Cover is asked for their turns", turns, "; "),
        NO_LINK if left.had_link else "",
        listed("Accounts they hold, for somebody else to take over", left.accounts),
        listed("The settings still name them, for an administrator to change", left.settings),
        f"What else they leave: {typed('leaver', f'<@{person}>')}",
    ]
    return "\n".join(line for line in lines if line)


def not_covered(name: str, covers: Sequence[tuple[DutyRole, str]]) -> str:
    """The turns of one who has left that nobody covers: each with its role and when it is."""
    turns = tuple(f"{when}, {title(role)}" for role, when in covers)
    put = typed("duty", "put @name on duty WHEN why")
    return f"{listed(f'{name} has left, and nobody covers yet', turns, '; ')}\nPut somebody on: {put}"


def waits_in_vain(told: Telling) -> str:
    """The one who was to take over left before they accepted."""
    return (
        f"{told.incoming} has left without accepting the handover from {told.outgoing}, who is still on duty as {told.role} "
        f"since before {told.at}. Cover is asked for; or put somebody on: {typed('duty', 'put @name on duty WHEN why')}"
    )


def listed(label: str, items: tuple[str, ...], between: str = ", ") -> str:
    """The first of them on a line, and how many more; empty for none."""
    if not items:
        return ""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return f"{label}: {between.join(items[:SHOWN])}{more}"

"""Once through a ladder: who said in it that they are not available, and what is so when nobody in it could be asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.duty.escalation import NOBODY_WAIT, Place, Policy
from bot.store.duty.escalations import Waiting
from bot.store.duty.pings import Heard
from bot.store.schema import ping


def unavailable(conn: Connection, waiting: Iterable[Waiting]) -> Mapping[tuple[int, int], frozenset[str]]:
    """Who is not available, by mention and round: they are not asked again in it, whatever other rung they are on."""
    numbers = [one.mention.number for one in waiting if one.place.step]
    if not numbers:
        return {}
    c = ping.c
    said = select(c.number, c.round, c.person).where(c.number.in_(numbers), c.answer == Heard.NOT_AVAILABLE)
    found: dict[tuple[int, int], frozenset[str]] = {}
    for row in conn.execute(said).all():
        found[row.number, row.round] = found.get((row.number, row.round), frozenset()) | {row.person}
    return found


@dataclass(frozen=True, slots=True)
class Spent:
    """A lap in which nobody is left to wait for. ``until`` is when the next may begin: not before its last wait is over."""

    until: datetime
    is_refused: bool
    """Whether the chat would not tell somebody; else each of them said that they are not available."""


def spent(conn: Connection, number: int, place: Place, policy: Policy) -> Spent | None:
    """What became of a lap; None while somebody in it was told, or asked another way."""
    c = ping.c
    asked = select(c.rung, c.asked_at, c.said_at, c.way, c.answer).where(c.number == number, c.round == place.round)
    rows = conn.execute(asked.order_by(c.rung)).all()
    answers = {row.answer for row in rows}
    told = any(row.answer == Heard.REFUSED and (row.said_at or row.way) for row in rows)
    if not rows or told or not answers <= {Heard.REFUSED, Heard.NOT_AVAILABLE}:
        return None
    last = rows[-1]
    wait = policy.rungs[min(last.rung, len(policy.rungs) - 1)].wait if place.lap < policy.repeat else NOBODY_WAIT
    return Spent(last.asked_at + wait, Heard.REFUSED in answers)

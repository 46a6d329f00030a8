"""What was decided about an author before: why their mentions needed no reply, and notes that say they are a decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from bot.mention import SYSTEM, Action, Mention
from bot.store import mentions, schema

MOST, LOOKED_AT = 5, 200
DECISION = "decision"
"""How a note of staff begins that is to be found by whoever asks why, years later."""
E, M = schema.event.c, schema.mention.c


class Decided(NamedTuple):
    """One decision: in which mention, by whom, when, and why."""

    mention: Mention
    by: str
    at: datetime
    why: str


def about_author_of(conn: Connection, mention: Mention) -> Sequence[Decided]:
    """The newest MOST on other mentions of the same author to the same account; nobody's where their name was erased."""
    if not mention.author.id:
        return ()
    theirs = (M.account == mention.account, M.author_id == mention.author.id, M.number != mention.number)
    numbers = conn.execute(select(M.number).where(*theirs).order_by(M.number.desc()).limit(LOOKED_AT)).scalars().all()
    noted = (E.action == Action.NOTE) & func.lower(E.note).like(f"{DECISION}%")
    kind = or_(E.action == Action.CLOSE, noted) & E.note.is_not(None) & (E.actor != SYSTEM)
    found = select(E.subject, E.actor, E.at, E.note).where(E.subject.in_([f"M-{number}" for number in numbers]), kind)
    rows = conn.execute(found.order_by(E.at.desc(), E.id.desc()).limit(MOST)).all() if numbers else []
    return [Decided(mentions.find(conn, row.subject), row.actor, row.at, row.note) for row in rows]

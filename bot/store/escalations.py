"""Escalation rows: every open mention has one with a next ``due_at``, so that nothing waits for ever."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import escalation

FRESH = ("due_at", "step", "acknowledged_by", "acknowledged_at")
ARM = {
    name: new.on_conflict_do_update(
        index_elements=["number"], set_={**{c: new.excluded[c] for c in FRESH}, "round": escalation.c.round + 1}
    )
    for name, new in (("sqlite", sqlite.insert(escalation)), ("postgresql", postgresql.insert(escalation)))
}
"""Built once: building a statement costs more than running it."""


def arm(conn: Connection, number: int, due_at: datetime, step: int = 0) -> None:
    """Begin again at ``due_at``, with the first person or a later one. The round goes up: no ping's key is used twice."""
    fresh = {"due_at": due_at, "step": step, "acknowledged_by": None, "acknowledged_at": None}
    conn.execute(ARM[conn.dialect.name], {"number": number, "round": 1, **fresh})


def acknowledge(conn: Connection, number: int, by: str, *, now: datetime, due_at: datetime) -> None:
    """Somebody is looking: the next step waits until ``due_at``, and goes to the next person: none is silenced for ever."""
    heard = {"due_at": due_at, "acknowledged_by": by, "acknowledged_at": now}
    conn.execute(update(escalation).where(escalation.c.number == number).values(heard))


def over(conn: Connection, number: int) -> None:
    """Nobody need be pinged about it."""
    conn.execute(update(escalation).where(escalation.c.number == number).values(due_at=None))


def due(conn: Connection, now: datetime, limit: int = 100) -> Sequence[int]:
    """The numbers of what is due, longest due first. Not locked: a mention is always locked before its escalation."""
    query = select(escalation.c.number).where(escalation.c.due_at.is_not(None), escalation.c.due_at <= now)
    return conn.execute(query.order_by(escalation.c.due_at, escalation.c.number).limit(limit)).scalars().all()


def still_due(conn: Connection, number: int, now: datetime) -> Row[int, int] | None:
    """Its step and round, locked, if it is still due; None when another copy was first."""
    query = select(escalation.c.step, escalation.c.round).where(escalation.c.number == number, escalation.c.due_at <= now)
    return conn.execute(query.with_for_update()).one_or_none()


def move_on(conn: Connection, number: int, *, due_at: datetime, step: int, round_: int) -> None:
    """The next step is due at ``due_at``."""
    conn.execute(update(escalation).where(escalation.c.number == number).values(due_at=due_at, step=step, round=round_))


def next_due(conn: Connection) -> datetime | None:
    """When the next step is due."""
    return conn.execute(select(func.min(escalation.c.due_at)).where(escalation.c.due_at.is_not(None))).scalar()


def acknowledged(conn: Connection, number: int) -> str | None:
    """Who last acknowledged a ping about it since it was armed."""
    return conn.execute(select(escalation.c.acknowledged_by).where(escalation.c.number == number)).scalar_one_or_none()

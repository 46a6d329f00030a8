"""Who has left, as the chat said: nobody tells or texts them anything, and their turns on duty are gaps."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.delivery import DeliveryState, Kind
from bot.store.schema import delivery, staff
from bot.store.schema_duty import ping

LEFT = staff.c.departed_at.is_not(None)
TO_A_PERSON = (Kind.TELL, Kind.SMS, Kind.EMAIL)


def everybody(conn: Connection, *, since: datetime | None = None, until: datetime | None = None) -> frozenset[str]:
    """All who have left, or those who did so within that time."""
    c = staff.c
    within = [*([c.departed_at >= since] if since else []), *([c.departed_at < until] if until else [])]
    return frozenset(conn.execute(select(c.id).where(LEFT, *within)).scalars())


def has_left(conn: Connection, person: str) -> bool:
    """Whether somebody has left."""
    return conn.execute(select(staff.c.id).where(staff.c.id == person, LEFT)).first() is not None


def left_at(conn: Connection, called: Collection[str]) -> dict[str, datetime]:
    """When each of those left who did; they may be called by id or by name, as the register does."""
    c = staff.c
    rows = conn.execute(select(c.id, c.name, c.departed_at).where(LEFT, c.id.in_(called) | c.name.in_(called))).all()
    return {one: row.departed_at for row in rows for one in called if one in (row.id, row.name)}


def mark(conn: Connection, person: str, now: datetime, *, is_wanted: bool) -> None:
    """They have left: what was still to be said to them is not. One never met is noted only where something wants them."""
    known = conn.execute(select(staff.c.departed_at).where(staff.c.id == person)).one_or_none()
    if known is None and is_wanted:
        conn.execute(staff.insert().values(id=person, name=person, departed_at=now))
    elif known is not None and known.departed_at is None:
        conn.execute(update(staff).where(staff.c.id == person).values(departed_at=now))
    waiting = (ping.c.person == person) & ping.c.next_way_at.is_not(None)
    conn.execute(update(ping).where(waiting).values(next_way_at=None))
    d = delivery.c
    unsaid = (d.target == person) & d.kind.in_(TO_A_PERSON) & (d.state == DeliveryState.PENDING)
    conn.execute(update(delivery).where(unsaid).values(state=DeliveryState.CANCELLED, due_at=None))

"""Requests for cover and swaps as they are kept: what is open, and how one ends with all that was to be said about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, select, update

from bot.duty.rota import DutyRole, Override
from bot.house import House
from bot.store import schema
from bot.store.duty.plans import SUBJECT, plan_in_force
from bot.store.proof import record
from bot.store.sending import outbox

C = schema.cover_request.c
HOURS_BEFORE = (14 * 24, 7 * 24, 3 * 24, 24, 12, 2)
"""How many hours before it begins the asker and the leads hear that nobody has taken it yet."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody wanted in a person's place. With ``offered_to`` it is a swap: for that one alone, who gives ``back``."""

    id: str
    role: DutyRole
    person: str
    start: datetime
    end: datetime
    reason: str
    asked_by: str
    offered_to: str = ""
    back: tuple[datetime, datetime] | None = None

    @property
    def override(self) -> Override:
        """The change it would be, with nobody put on yet."""
        return Override(self.id, self.role, "", self.start, self.end, self.reason, self.asked_by)


def open_covers(conn: Connection, now: datetime) -> tuple[Cover, ...]:
    """What nobody has taken yet and is not over, the earliest first."""
    rows = conn.execute(select(schema.cover_request).where(is_open(now)).order_by(C.start_at, C.id))
    return tuple(cover_from(row) for row in rows)


def is_open(now: datetime) -> ColumnElement[bool]:
    """Neither taken nor withdrawn nor over."""
    return C.taken_at.is_(None) & C.withdrawn_at.is_(None) & (C.end_at > now)


def cover_from(row: Row[tuple[object, ...]]) -> Cover:
    """A row as the core knows it."""
    back = (row.back_start_at, row.back_end_at) if row.back_start_at else None
    about = row.reason, row.asked_by, row.offered_to or "", back
    return Cover(row.id, DutyRole(row.role), row.person, row.start_at, row.end_at, *about)


def end(conn: Connection, asked: Cover, action: str, *, by: str, now: datetime) -> None:
    """Nobody is wanted any more."""
    conn.execute(update(schema.cover_request).where(C.id == asked.id).values(withdrawn_at=now))
    record.append(conn, SUBJECT, action, at=now, actor=by, changes={"id": asked.id})


def end_settled(conn: Connection, made: Override, house: House, now: datetime) -> None:
    """End each open request whose whole time somebody else has now: nobody is wanted, or reminded, any more."""
    theirs = (C.role == made.role) & (C.person != made.person)
    whole = ((C.start_at >= made.start) | (made.start <= now)) & (C.end_at <= made.end)
    rows = conn.execute(select(schema.cover_request).where(is_open(now), theirs, whole).order_by(C.id)).all()
    for one in map(cover_from, rows):
        end(conn, one, "cover_settled", by=made.made_by, now=now)
        stop_reminders(conn, one, house)


def stop_reminders(conn: Connection, asked: Cover, house: House) -> None:
    """What has not left yet of the reminders, and of the question itself, has no point any more."""
    people = {*plan_in_force(conn, house).people, *house.leads, asked.person, asked.asked_by, asked.offered_to}
    keys = [reminder(asked, hours, person) for hours in HOURS_BEFORE for person in people]
    outbox.cancel(conn, *keys, *(f"cover:{asked.id}:{person}" for person in people))


def reminder(asked: Cover, hours: int, person: str) -> str:
    """The key of one reminder to one person."""
    return f"cover:{asked.id}:{hours}h:{person}"

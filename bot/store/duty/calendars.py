"""Calendars in and out: what people's own calendars said last, and the secret addresses the rota is read at."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.duty.rota import Rota
from bot.house import House
from bot.store import mentions
from bot.store.duty import rota
from bot.store.duty.plans import SUBJECT
from bot.store.proof import record
from bot.store.schema_duty import absence, calendar_feed, rota_link
from bot.times.week import Stretch

EVERYBODY = ""
"""Whose link shows all turns of everybody."""
KEY_BYTES = 32


# --- in: when people are away ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """How the reading of a person's calendar goes. ``trouble`` is why the last reading failed; empty when it did not."""

    person: str
    read_at: datetime | None
    tried_at: datetime
    trouble: str


def feeds(conn: Connection) -> tuple[Feed, ...]:
    """Every calendar that was ever tried, by person."""
    rows = conn.execute(select(calendar_feed).order_by(calendar_feed.c.person))
    return tuple(Feed(row.person, row.read_at, row.tried_at, row.trouble or "") for row in rows)


def keep(conn: Connection, person: str, away: Sequence[Stretch], now: datetime) -> str:
    """Put what a calendar says in the place of what it said before; returns what had been the trouble with it, if any."""
    conn.execute(delete(absence).where(absence.c.person == person))
    if away:
        conn.execute(insert(absence), [{"person": person, "start_at": start, "end_at": end} for start, end in away])
    return note(conn, person, "", now)


def note(conn: Connection, person: str, trouble: str, now: datetime) -> str:
    """Keep how the reading went, and with a trouble what was read before; returns the trouble of the time before."""
    before = conn.execute(select(calendar_feed.c.trouble).where(calendar_feed.c.person == person)).scalar()
    row = {"tried_at": now, "trouble": trouble or None, **({} if trouble else {"read_at": now})}
    new = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(calendar_feed).values(person=person, **row)
    conn.execute(new.on_conflict_do_update(index_elements=["person"], set_=row))
    return before or ""


def forget_others(conn: Connection, people: Iterable[str]) -> None:
    """Nobody is away any more by a calendar that the settings no longer name."""
    for table in (absence, calendar_feed):
        conn.execute(delete(table).where(table.c.person.not_in(list(people))))


# --- out: the rota at a secret address ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be seen at an address: the rota, and whose turns of it (everybody's when empty)."""

    person: str
    rota: Rota
    names: Mapping[str, str]


def make_link(conn: Connection, person: str, *, by: str, now: datetime) -> str:
    """A new secret key for a person's turns, or everybody's; the one before is revoked. Only its digest is kept."""
    revoke(conn, person, by=by, now=now)
    key = secrets.token_urlsafe(KEY_BYTES)
    row = {"digest": digest(key), "person": person, "made_by": by, "made_at": now}
    conn.execute(rota_link.insert().values(**row))
    record.append(conn, SUBJECT, "calendar link", at=now, actor=by, changes={"person": person})
    return key


def revoke(conn: Connection, person: str, *, by: str, now: datetime) -> bool:
    """Let nobody read the rota by that person's key any more; False when they had none."""
    c = rota_link.c
    mine = update(rota_link).where(c.person == person, c.revoked_at.is_(None)).values(revoked_at=now)
    if not conn.execute(mine.returning(c.digest)).first():
        return False
    record.append(conn, SUBJECT, "calendar link revoked", at=now, actor=by, changes={"person": person})
    return True


def has_link(conn: Connection, person: str) -> bool:
    """Whether a person has a key."""
    c = rota_link.c
    count = select(func.count()).select_from(rota_link).where(c.person == person, c.revoked_at.is_(None))
    return bool(conn.execute(count).scalar_one())


def made_for_all(conn: Connection, person: str) -> bool:
    """Whether the key to everybody's turns is one that this person made, and so knows."""
    c = rota_link.c
    here = (c.person == EVERYBODY) & (c.made_by == person) & c.revoked_at.is_(None)
    return conn.execute(select(c.digest).where(here)).first() is not None


def whose(conn: Connection, key: str) -> str | None:
    """Whose turns a key shows (everybody's: empty); None for a key that is not known or was revoked."""
    c = rota_link.c
    found: str | None = conn.execute(select(c.person).where(c.digest == digest(key), c.revoked_at.is_(None))).scalar()
    return found


def shown(conn: Connection, key: str, house: House, now: datetime) -> Shown | None:
    """All that the calendar at a key's address is made of; None where there is no such address."""
    person = whose(conn, key)
    if person is None:
        return None
    in_force = rota.snapshot(conn, house, now)
    changed = {*(one.person for one in in_force.overrides), *(one.person for one in in_force.holds)}
    people = {person, *in_force.plan.people, *changed}
    return Shown(person, in_force, mentions.names(conn, people))


def digest(key: str) -> str:
    """What is kept in a key's place."""
    return hashlib.sha256(key.encode()).hexdigest()

"""The plan of the rota: every version is kept. The settings are the first, and a new one whenever they are changed.

What staff change in between stands, also over restarts. All of it is on the record, subject ``rota``.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import words
from bot.duty.rota import DutyRole, Plan
from bot.duty.rota_read import body_of, plan_from
from bot.errors import NeedsMore, NotAllowed
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.proof import record
from bot.store.proof.record import canonical
from bot.words.rota import NO_REASON

SUBJECT = "rota"


def plan_in_force(conn: Connection, house: House) -> Plan:
    """What staff last agreed on; until then what the settings say."""
    kept = newest(conn)
    return plan_from(kept.body, standing(house), house.zone) if kept else house.plan


def standing(house: House) -> dict[DutyRole, tuple[str, ...]]:
    """Who always has a role that nobody takes in turn."""
    return {DutyRole.DUTY: house.officers, DutyRole.LEAD: house.leads}


def newest(conn: Connection) -> Row[tuple[object, ...]] | None:
    """The newest version of the plan; None while the settings' is the only one."""
    return conn.execute(select(schema.rota_plan).order_by(schema.rota_plan.c.version.desc()).limit(1)).one_or_none()


def version(conn: Connection) -> int:
    """The number of the plan in force; 0 while it is the settings'."""
    return conn.execute(select(func.max(schema.rota_plan.c.version))).scalar() or 0


def seed_plan(conn: Connection, house: House, now: datetime) -> bool:
    """Begin with the settings' rota, or with what they were changed to since; True when that is a new version.

    Settings that cannot be used (``house.rota_fault``) change nothing: the last good rota stays in force.
    """
    lock(conn)
    kept, seed = newest(conn), seed_of(house)
    if house.rota_fault or (kept is None and not house.plan.rotations) or (kept is not None and kept.seed == seed):
        return False
    keep(conn, house.plan, seed, by=SYSTEM, why="from the settings", now=now)
    return True


def change_plan(conn: Connection, plan: Plan, *, by: str, why: str, house: House, since: int, now: datetime) -> int:
    """Put a plan in force and return its version. Raises NotAllowed when it is not ``since`` that it changes any more."""
    lock(conn)
    kept = newest(conn)
    if (kept.version if kept else 0) != since:
        changed_by = mentions.names(conn, {kept.by})[kept.by] if kept else "the settings"
        raise NotAllowed(f"The rota was changed meanwhile, by {changed_by}. Look at it again: {words.typed('rota')}")
    if not why.strip():
        raise NeedsMore(NO_REASON)
    return keep(conn, plan, kept.seed if kept else seed_of(house), by=by, why=why, now=now)


def keep(conn: Connection, plan: Plan, seed: str, *, by: str, why: str, now: datetime) -> int:
    """A new version, on the record."""
    number, body = version(conn) + 1, body_of(plan)
    conn.execute(schema.rota_plan.insert().values(version=number, body=body, seed=seed, by=by, at=now))
    record.append(conn, SUBJECT, "plan", at=now, actor=by, changes={"version": number, "rota": body}, note=why)
    return number


def seed_of(house: House) -> str:
    """Stands for the rota as the settings have it."""
    return hashlib.sha256(canonical(body_of(house.plan))).hexdigest()


def lock(conn: Connection) -> None:
    """Let nobody else change the rota until this transaction ends: what is looked at here is so when it is written."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(schema.counter)
    conn.execute(insert.values(name=SUBJECT, value=0).on_conflict_do_nothing(index_elements=["name"]))
    conn.execute(update(schema.counter).where(schema.counter.c.name == SUBJECT).values(value=schema.counter.c.value + 1))

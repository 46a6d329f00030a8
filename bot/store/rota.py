"""The rota in force: the plan staff last agreed on, with every override, absence and hand-off still waiting."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.house import House
from bot.rota import NEVER, Absence, DutyRole, Hold, Override, Plan, Rota
from bot.store import schema

LOOKS_BACK = timedelta(days=40)
"""How far back a snapshot knows what changed the plan."""


def snapshot(conn: Connection, house: House, now: datetime) -> Rota:
    """Everything there is to ask who is on duty, from LOOKS_BACK ago on."""
    since = now - LOOKS_BACK
    return Rota(plan_in_force(conn, house), overrides(conn, since), absences(conn, since), holds(conn, since))


def plan_in_force(conn: Connection, house: House) -> Plan:  # noqa: ARG001 - the stored plan comes with the verb that changes it
    """What staff last agreed on; until then what the settings say."""
    return house.plan


def overrides(conn: Connection, since: datetime) -> tuple[Override, ...]:
    """Those that stand, the newest first: of two for one moment the later word counts."""
    c = schema.rota_override.c
    rows = conn.execute(
        select(schema.rota_override).where(c.withdrawn_at.is_(None), c.end_at > since).order_by(c.made_at.desc(), c.id)
    )
    return tuple(Override(r.id, DutyRole(r.role), r.person, r.start_at, r.end_at, r.reason, r.made_by) for r in rows)


def absences(conn: Connection, since: datetime) -> tuple[Absence, ...]:
    """Who is away when, as their own calendars say."""
    c = schema.absence.c
    rows = conn.execute(select(c.person, c.start_at, c.end_at).where(c.end_at > since).order_by(c.start_at, c.id))
    return tuple(Absence(row.person, row.start_at, row.end_at) for row in rows)


def holds(conn: Connection, since: datetime) -> tuple[Hold, ...]:
    """Hand-offs: the outgoing person keeps the role from the change of shift until the incoming one accepted."""
    c = schema.handover.c
    rows = conn.execute(
        select(c.role, c.from_person, c.shift_at, c.accepted_at)
        .where(c.shift_at > since, c.from_person.is_not(None), c.state != "lapsed")
        .order_by(c.shift_at.desc())
    )
    return tuple(Hold(DutyRole(row.role), row.from_person, row.shift_at, row.accepted_at or NEVER) for row in rows)

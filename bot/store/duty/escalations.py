"""Escalation rows: every open mention has one with a next ``due_at``, so that nothing waits for ever.

Each keeps the policy it was armed with: later settings change nothing for it. Who is on a rung is found when it is reached.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, Text, bindparam, cast, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.duty.escalation import BY_ROTA, IN_TURN, OWNER, Place, Policy, choose, fitted, in_turn
from bot.house import House
from bot.mention import Mention
from bot.store import mentions
from bot.store.duty.plans import plan_in_force
from bot.store.schema import escalation, ping
from bot.store.schema import mention as mention_table

FRESH = ("due_at", "step", "lap", "acknowledged_by", "acknowledged_at")


def armed(*columns: str) -> Mapping[str, Insert]:
    """The statement that begins again with new values of these columns, by database."""
    return {
        name: new.on_conflict_do_update(
            index_elements=["number"], set_={**{c: new.excluded[c] for c in columns}, "round": escalation.c.round + 1}
        )
        for name, new in (("sqlite", sqlite.insert(escalation)), ("postgresql", postgresql.insert(escalation)))
    }


ARM, ARM_WITH = armed(*FRESH), armed(*FRESH, "policy")
DUE = (
    select(escalation.c.number)
    .where(escalation.c.due_at.is_not(None), escalation.c.due_at <= bindparam("now", type_=escalation.c.due_at.type))
    .order_by(escalation.c.due_at, escalation.c.number)
    .limit(bindparam("at_once"))
)
"""Built once: building a statement costs more than running it."""
AS_TEXT = ("media", "flags")
"""Lists that are the same in most rows: read once for all of these."""
READ = [column for column in mention_table.c if column.name not in ("raw", "text_salt", *AS_TEXT)]
STILL = select(
    *READ,
    *(cast(mention_table.c[name], Text).label(name) for name in AS_TEXT),
    *(escalation.c.step, escalation.c.round, escalation.c.lap),
    cast(escalation.c.policy, Text).label("policy"),
).select_from(mention_table.join(escalation, escalation.c.number == mention_table.c.number))
NAMES = [column.name for column in STILL.selected_columns]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mention whose next step is due, and where it is on its ladder. ``policy`` as it is kept; None in an old row."""

    mention: Mention
    place: Place
    policy: str | None


# --- arming ------------------------------------------------------------------------------------------------------


def arm(conn: Connection, number: int, due_at: datetime, step: int = 0, *, policy: Policy | None = None) -> None:
    """Begin again at ``due_at``, with the first rung or a later one. The round goes up: nobody is asked the same twice.

    With a ``policy``, that one is kept from now on; else the one it has stays.
    """
    row = {"number": number, "round": 1, "due_at": due_at, "step": step, "lap": 0}
    row |= {"acknowledged_by": None, "acknowledged_at": None}
    if policy is None:
        conn.execute(ARM[conn.dialect.name], row)
    else:
        conn.execute(ARM_WITH[conn.dialect.name], {**row, "policy": policy.to_json()})


def policy_for(conn: Connection, mention: Mention, house: House) -> Policy:
    """The policy for a mention as the settings are now. Of a held message only those who may read it are told."""
    others = house.officers
    if house.is_held(mention) or not (others or house.channel_of(mention)):
        return in_turn(house.leads or house.officers, house.acknowledge_within)
    if chosen := choose(house.policies, mention):
        return fitted(chosen, mention, house.acknowledge_within)
    return BY_ROTA if plan_in_force(conn, house).rotations else in_turn(others, house.acknowledge_within)


def policy_of(conn: Connection, mention: Mention, house: House) -> Policy:
    """The policy a mention has: the one kept with it, else the one it would be given now."""
    kept = conn.execute(select(escalation.c.policy).where(escalation.c.number == mention.number)).scalar()
    policy = Policy.from_json(kept) if kept else None
    return policy if policy and is_kept(policy, mention, house) else policy_for(conn, mention, house)


def is_kept(policy: Policy, mention: Mention, house: House) -> bool:
    """Whether later settings change nothing for a mention with this policy. Who may be told of a held message, and whom
    nobody put into a policy, is as the settings are now.
    """
    return policy.name != IN_TURN and not house.is_held(mention)


def after_owner(conn: Connection, mention: Mention, house: House) -> int:
    """The first step that is not the owner's: for when the owner has just been told otherwise."""
    rungs = policy_of(conn, mention, house).rungs
    return next((step for step, rung in enumerate(rungs) if rung.who != OWNER), len(rungs))


def is_at_end(conn: Connection, mention: Mention, house: House) -> bool:
    """Whether the last rung has been climbed: what is left is to begin again."""
    step = conn.execute(select(escalation.c.step).where(escalation.c.number == mention.number)).scalar_one()
    return int(step) >= len(policy_of(conn, mention, house).rungs)


# --- sooner and later --------------------------------------------------------------------------------------------


def put_off(conn: Connection, number: int, until: datetime) -> None:
    """Nobody has been pinged yet, and need not be before ``until``."""
    c = escalation.c
    conn.execute(update(escalation).where(c.number == number, c.step == 0, c.due_at < until).values(due_at=until))


def hurry(conn: Connection, mention: Mention, house: House) -> None:
    """It matters more now: due by its new times if they are earlier, and by the policy for such mentions."""
    c = escalation.c
    row = conn.execute(select(c.due_at, c.policy).where(c.number == mention.number)).one()
    due_at, policy = min(row.due_at, house.wants_by(mention)), policy_for(conn, mention, house)
    if row.policy and row.policy["name"] != policy.name:
        arm(conn, mention.number, due_at, policy=policy)
    else:
        conn.execute(update(escalation).where(c.number == mention.number).values(due_at=due_at))


def acknowledge(conn: Connection, number: int, by: str, *, now: datetime, due_at: datetime) -> None:
    """Somebody is looking: the next step waits until ``due_at``, and goes to the next person.

    It is put off once: again only when somebody has been pinged since, so that none is silenced for ever.
    """
    e = escalation.c
    pinged_since = exists().where(ping.c.number == number, ping.c.asked_at > e.acknowledged_at)
    first = e.acknowledged_at.is_(None) | pinged_since
    heard = {"due_at": due_at, "acknowledged_by": by, "acknowledged_at": now}
    conn.execute(update(escalation).where(e.number == number, first).values(heard))


def over(conn: Connection, number: int) -> None:
    """Nobody need be pinged about it."""
    conn.execute(update(escalation).where(escalation.c.number == number).values(due_at=None))


# --- what is due -------------------------------------------------------------------------------------------------


def due(conn: Connection, now: datetime, limit: int) -> Sequence[int]:
    """The numbers of what is due, longest due first. Not locked: see ``take``."""
    return conn.execute(DUE, {"now": now, "at_once": limit}).scalars().all()


def take(conn: Connection, numbers: Sequence[int], now: datetime) -> list[Waiting]:
    """Those that are still due, locked with their mentions. One that somebody else changes just now is left to them."""
    c = escalation.c
    still = STILL.where(c.number.in_(numbers), c.due_at <= now).order_by(c.due_at, c.number)
    rows = conn.execute(still.with_for_update(skip_locked=True)).all()
    return [waiting_from(dict(zip(NAMES, row, strict=True))) for row in rows]


def waiting_from(row: dict[str, Any]) -> Waiting:
    """A row as the core knows it."""
    row |= {name: listed(row[name]) for name in AS_TEXT}
    return Waiting(mentions.mention_from(row), Place(row["step"], row["round"], row["lap"]), row["policy"])


@lru_cache(maxsize=256)
def listed(text: str) -> tuple[Any, ...]:
    """A list as it is kept."""
    return tuple(json.loads(text))


@dataclass(frozen=True, slots=True)
class Onwards:
    """Where a mention is on its ladder from now on, and when it is due again."""

    place: Place
    due_at: datetime


def move_on(conn: Connection, moved: Iterable[tuple[int, Onwards]]) -> None:
    """Write down where each is now: a statement for all that go to the same place."""
    together: dict[Onwards, list[int]] = {}
    for number, onwards in moved:
        together.setdefault(onwards, []).append(number)
    for onwards, numbers in together.items():
        place = onwards.place
        values = {"due_at": onwards.due_at, "step": place.step, "round": place.round, "lap": place.lap}
        conn.execute(update(escalation).where(escalation.c.number.in_(numbers)).values(values))


def keep_policy(conn: Connection, number: int, policy: Policy) -> None:
    """What a row of an older release is climbed by from now on."""
    conn.execute(update(escalation).where(escalation.c.number == number).values(policy=policy.to_json()))


def next_due(conn: Connection) -> datetime | None:
    """When the next step is due."""
    return conn.execute(select(func.min(escalation.c.due_at)).where(escalation.c.due_at.is_not(None))).scalar()


def due_at(conn: Connection, number: int) -> datetime | None:
    """When the next step of one mention is due."""
    return conn.execute(select(escalation.c.due_at).where(escalation.c.number == number)).scalar()

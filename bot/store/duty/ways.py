"""The other ways to a person the chat did not reach: when each is due, and one message for all that waits for them.

A ping's ``way`` is how many of its person's ways were tried; ``next_way_at`` is when the next is due, and null when none is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, update

from bot.delivery import Delivery, Kind, Rank
from bot.duty.contact import AT_MOST, MOST, room_at
from bot.house import House
from bot.ports import Way
from bot.store.duty import gone
from bot.store.schema import delivery
from bot.store.schema import mention as mention_table
from bot.store.schema_duty import ping
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted

KINDS = {Way.TEXT: Kind.SMS, Way.EMAIL: Kind.EMAIL}
WAYS = {kind: way for way, kind in KINDS.items()}
AT_ONCE = 100
NAMED = 50
"""How many pings a message names at most; the rest are counted."""
LOOKS_BACK = timedelta(hours=12)
"""A message to a person belongs to a ping no older than this: longer than any wait for room."""
UNHEARD = ping.c.heard_at.is_(None)
WENT = or_(delivery.c.state.not_in(["done", "cancelled", "failed"]), delivery.c.remote_id.is_not(None))
"""What left or will; what nobody needed any more when its turn came took no room."""


def after_chat(house: House, person: str, now: datetime) -> datetime | None:
    """When the first other way to a person is due, at once to one the chat tells late; None when they have none."""
    ways = house.ways_to(person)
    if not ways:
        return None
    return now if person in house.told_late else now + house.ways[ways[0]]


def ways_to(conn: Connection, house: House, person: str) -> tuple[Way, ...]:
    """How a person is reached besides the chat; not at all once they have left, whatever the settings still say."""
    return () if gone.has_left(conn, person) else house.ways_to(person)


def next_due(conn: Connection) -> datetime | None:
    """When the next other way is due."""
    return conn.execute(select(func.min(ping.c.next_way_at)).where(ping.c.next_way_at.is_not(None))).scalar()


def chat_failed(conn: Connection, ping_id: str, house: House, now: datetime) -> bool:
    """The chat could not say it: the next way is due at once. False when another was tried already, or there is none."""
    waits = (ping.c.id == ping_id) & (ping.c.way == 0) & UNHEARD
    person = conn.execute(select(ping.c.person).where(waits)).scalar()
    if person is None or not ways_to(conn, house, person):
        return False
    conn.execute(
        update(ping).where(waits, or_(ping.c.next_way_at.is_(None), ping.c.next_way_at > now)).values(next_way_at=now)
    )
    return True


def way_failed(conn: Connection, taken: Delivery, now: datetime) -> None:
    """A message could not be carried: the next way after it, if there is one, is due at once."""
    sooner = ping.c.id.in_(named_in(taken)) & (ping.c.next_way_at > now)
    conn.execute(update(ping).where(sooner).values(next_way_at=now))


def named_in(taken: Delivery) -> list[str]:
    """The pings a message is about."""
    named = taken.payload.get("pings")
    return [str(one) for one in named] if isinstance(named, list) else []


# --- what is due ---------------------------------------------------------------------------------------------------


def take_due(conn: Connection, house: House, now: datetime) -> int:
    """Queue the next way of each ping nobody answered, in one message a person; returns how many pings that were."""
    people = conn.execute(select(ping.c.person).where(is_due(now)).distinct().limit(AT_ONCE)).scalars().all()
    return sum(take_for(conn, person, house, now) for person in people)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Pings whose next way is due; one that was answered has none."""
    return and_(ping.c.next_way_at.is_not(None), ping.c.next_way_at <= now)


def take_for(conn: Connection, person: str, house: House, now: datetime) -> int:
    """All that is due for one person, each way in a message of its own."""
    ways, taken = ways_to(conn, house, person), 0
    at = conn.execute(select(ping.c.way).where(ping.c.person == person, is_due(now)).distinct()).scalars().all()
    for tried in at:
        here = and_(ping.c.person == person, ping.c.way == tried, is_due(now))
        if tried >= len(ways):
            conn.execute(update(ping).where(here).values(next_way_at=None))
        else:
            taken += take_way(conn, Step(person, ways[tried], house), here, now=now)
    return taken


@dataclass(frozen=True, slots=True)
class Step:
    """One way to one person."""

    person: str
    way: Way
    house: House

    @property
    def wait(self) -> timedelta | None:
        """How long after this way the next is due, not at all for one the chat tells late; None when it is the last."""
        ways = self.house.ways_to(self.person)
        after = ways[ways.index(self.way) + 1 :]
        if after and self.person in self.house.told_late:
            return timedelta(0)
        return max(self.house.ways[after[0]] - self.house.ways[self.way], timedelta(0)) if after else None


def take_way(conn: Connection, step: Step, here: ColumnElement[bool], *, now: datetime) -> int:
    """Queue one message for all these pings, or put them off until the person may be sent another."""
    named, urgent = most_urgent(conn, here)
    if not named:
        return 0
    free_at = room(conn, step, now, urgent=urgent)
    if free_at > now:
        conn.execute(update(ping).where(here).values(next_way_at=free_at))
        return 0
    values = {"way": ping.c.way + 1, "next_way_at": now + step.wait if step.wait is not None else None}
    count = conn.execute(update(ping).where(here).values(values)).rowcount
    conn.execute(update(ping).where(ping.c.id == named[0][0]).values(bundled=count - 1))
    queue(conn, step, named, more=count - len(named), now=now)
    return count


def most_urgent(conn: Connection, here: ColumnElement[bool]) -> tuple[list[tuple[str, int | None]], bool]:
    """The ids and numbers of the NAMED most urgent, and whether one of them is P0."""
    rank = func.coalesce(mention_table.c.priority, "")
    query = select(ping.c.id, ping.c.number, rank).outerjoin_from(
        ping, mention_table, mention_table.c.number == ping.c.number
    )
    rows = conn.execute(query.where(here).order_by(rank, ping.c.asked_at, ping.c.id).limit(NAMED)).all()
    return [(row[0], row[1]) for row in rows], any(row[2] == "P0" for row in rows)


def queue(conn: Connection, step: Step, named: Sequence[tuple[str, int | None]], *, more: int, now: datetime) -> str | None:
    """The message. About one mention it goes the way of that mention's pings: a claim cancels it."""
    head, number = named[0]
    kind = KINDS[step.way]
    payload = {"pings": [one for one, _ in named], "more": more}
    about = number if len(named) == 1 else None
    lane = f"{kind}:{step.person}:{head}"
    return outbox.queue(conn, Wanted(f"{step.way}:{head}", kind, lane, Rank.ESCALATION, about, step.person, payload), now)


def room(conn: Connection, step: Step, now: datetime, *, urgent: bool) -> datetime:
    """When the person may be sent another message this way; for danger only the shortest of the limits counts."""
    key = literal(f"{step.way}:") + ping.c.id
    query = select(delivery.c.created_at).join_from(ping, delivery, delivery.c.key == key)
    recent = (ping.c.person == step.person) & (ping.c.asked_at > now - LOOKS_BACK)
    earlier = conn.execute(query.where(recent, WENT).order_by(delivery.c.created_at.desc()).limit(MOST)).scalars().all()
    return room_at(earlier, AT_MOST[step.way][:1] if urgent else AT_MOST[step.way], now)

"""Pings on their way: the last look before each leaves, what follows when it cannot, and passing one on to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, select, update

from bot import words
from bot.delivery import Delivery, DeliveryState
from bot.duty.escalation import CHANNEL, OWNER, ROLES, URGENT, Policy, opens_at
from bot.duty.rota import DutyRole
from bot.house import House
from bot.mention import OPEN, Action, Mention, Move
from bot.store import mentions, moves
from bot.store.duty import escalations, pinging, pings, ways
from bot.store.duty.pings import UNHEARD, Heard
from bot.store.duty.tick import Tick
from bot.store.schema import escalation, mention, ping
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave

NOT_NOW = "the person has not this role any more, or people are not pinged at this hour"
NOT_NEEDED = "nobody need be asked any more"
TOGETHER = "it is said in one message with others"
LATE = timedelta(minutes=1)
"""A ping that leaves so long after it was queued was held up: room is counted anew."""
STANDING = select(
    ping,
    *(mention.c.state, mention.c.owner, mention.c.priority),
    *(escalation.c.policy, escalation.c.step, escalation.c.round.label("round_now")),
).select_from(ping.join(mention, mention.c.number == ping.c.number).join(escalation, escalation.c.number == ping.c.number))
"""Pings, with what is so of their mention and its ladder."""


# --- before it leaves --------------------------------------------------------------------------------------------


def about_to_ping(conn: Connection, taken: Delivery, house: House, now: datetime) -> Leave:
    """The last look before a ping leaves: it goes only to somebody who has the role now, and at no quiet hour.

    What it was about is due again at once where it does not go: whoever has the role by then is asked.
    """
    leave = deliveries.about_to_speak(conn, taken, now)
    if leave is not Leave.GO:
        return leave
    tick = Tick(conn, house, now)
    rows = conn.execute(STANDING.where(said_by(taken), UNHEARD)).mappings().all()
    lost = [row for row in rows if not is_wanted(tick, row)]
    give_back(conn, lost, now)
    if not lost and waits_for_room(tick, taken, rows):
        outbox.finish(conn, taken, DeliveryState.DONE, trouble=TOGETHER)
        return Leave.STOPPED
    if len(lost) < len(rows) or (not rows and not is_about_many(taken) and not is_answered(tick, taken)):
        return Leave.GO
    outbox.finish(conn, taken, DeliveryState.DONE, trouble=NOT_NOW if lost else NOT_NEEDED)
    return Leave.STOPPED


def waits_for_room(tick: Tick, taken: Delivery, rows: Sequence[RowMapping]) -> bool:
    """Whether a ping that is late, as after an outage, is said together with others: too many would leave at once."""
    if is_about_many(taken) or not rows or rows[0]["priority"] == URGENT or tick.now - rows[0]["asked_at"] < LATE:
        return False
    if not pings.is_too_much(tick.conn, taken, tick.now):
        return False
    pings.join_bundle(tick.conn, rows[0]["id"], tick.now)
    return True


def is_about_many(taken: Delivery) -> bool:
    """Whether one message says many pings."""
    return "bundle" in taken.payload


def said_by(taken: Delivery) -> ColumnElement[bool]:
    """The pings that a message says."""
    if is_about_many(taken):
        return (ping.c.person == taken.target) & (ping.c.bundle == taken.payload["bundle"])
    return ping.c.id == str(taken.payload.get("ping", ""))


def is_answered(tick: Tick, taken: Delivery) -> bool:
    """Whether what is no escalation has been answered; and whether somebody who only looks on has that role no more."""
    role = taken.payload.get("role")
    if taken.number and role == DutyRole.SHADOW:
        return taken.target not in tick.on_duty(DutyRole.SHADOW)
    c = ping.c
    heard = select(c.id).where(c.id == str(taken.payload.get("ping", "")), c.heard_at.is_not(None))
    return tick.conn.execute(heard).first() is not None


def is_wanted(tick: Tick, row: RowMapping) -> bool:
    """Whether the person is still the one to ask, and this an hour to ask them in."""
    role, house = row["role"], tick.house
    if role in ROLES and row["person"] not in tick.on_duty(DutyRole(role)):
        return False
    if row["state"] not in OPEN or (role == OWNER and row["owner"] != row["person"]):
        return False
    if not row["policy"]:
        return True
    policy = Policy.from_json(row["policy"])
    return opens_at(policy, row["priority"], tick.now, zone=house.zone, is_closed=house.is_closed) <= tick.now


def give_back(conn: Connection, rows: Sequence[RowMapping], now: datetime) -> None:
    """These were not asked after all: their rung is climbed again at once, where nothing else has happened since."""
    if not rows:
        return
    c = ping.c
    over = {"heard_at": now, "answer": Heard.OVER, "next_way_at": None}
    conn.execute(update(ping).where(c.id.in_([row["id"] for row in rows])).values(over))
    e = escalation.c
    for row in rows:
        if (row["round_now"], row["step"]) == (row["round"], row["rung"] + 1) and row["state"] in OPEN:
            again = {"due_at": now, "step": row["rung"], "round": row["round"] + 1}
            conn.execute(update(escalation).where(e.number == row["number"]).values(again))


def bundled(conn: Connection, taken: Delivery) -> list[tuple[str, datetime]]:
    """What one message says of many: each mention that still waits, the most urgent first, and since when."""
    c = mention.c
    query = select(c.priority, c.received_at, c.number).join_from(ping, mention, c.number == ping.c.number)
    rows = conn.execute(query.where(said_by(taken), UNHEARD).order_by(c.priority, c.received_at, c.number).distinct())
    return [(f"M-{row.number}", row.received_at) for row in rows]


# --- what became of it -------------------------------------------------------------------------------------------


def said(conn: Connection, taken: Delivery, remote_id: str | None, now: datetime) -> None:
    """It was said, or there was nothing left to say."""
    if outbox.finish(conn, taken, DeliveryState.DONE, remote_id=remote_id) and remote_id:
        conn.execute(update(ping).where(said_by(taken)).values(said_at=now))


def unreached(conn: Connection, taken: Delivery, house: House, *, now: datetime) -> None:
    """The chat takes nothing from us, which is no trouble with the person: they are tried another way at once."""
    for ping_id in conn.execute(select(ping.c.id).where(said_by(taken), UNHEARD)).scalars().all():
        ways.chat_failed(conn, ping_id, house, now)


def refused(conn: Connection, taken: Delivery, why: str, house: House, *, now: datetime) -> None:
    """The chat will not say it: the person is tried another way at once, the next rung is climbed, and the leads hear."""
    unreached(conn, taken, house, now=now)
    conn.execute(update(ping).where(said_by(taken), UNHEARD).values(answer=Heard.REFUSED))
    next_rung(conn, said_by(taken), now)
    name = mentions.names(conn, {taken.target})[taken.target]
    day = now.astimezone(house.zone).date()
    text = f"{name} could not be pinged: {why} Whoever is next is asked instead; it is tried again every few minutes."
    tick = Tick(conn, house, now)
    for lead in house.leads:
        if lead != taken.target:
            tick.tell(f"refused:{taken.target}:{day}:{lead}", lead, text)


def next_rung(conn: Connection, these: ColumnElement[bool], now: datetime) -> None:
    """The next rung is due at once, where nobody else of the same rung may still answer."""
    e, other = escalation.c, ping.alias()
    mine = [these, ping.c.number == e.number, ping.c.round == e.round, ping.c.rung + 1 == e.step]
    others = [other.c.number == e.number, other.c.round == e.round, other.c.rung + 1 == e.step, other.c.heard_at.is_(None)]
    waited_for = exists().where(*others, other.c.person != ping.c.person)
    sooner = update(escalation).where(e.due_at > now, exists().where(*mine, ~waited_for))
    conn.execute(sooner.values(due_at=now))


# --- not available -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Who is asked instead, by name; nobody where nobody was waited for. ``is_last``: nobody but the channel is left."""

    names: tuple[str, ...] = ()
    is_last: bool = False
    was_asked: bool = True


def pass_on(conn: Connection, ref: str, by: str, house: House, *, now: datetime, key: str = "") -> PassedOn:
    """Somebody who was pinged is not available: the next is asked in the same transaction. Raises NotAllowed."""
    number = mentions.number_of(ref)
    c = ping.c
    mine = (c.number == number) & (c.person == by)
    if conn.execute(select(c.id).where(mine, UNHEARD).limit(1)).first() is None:
        return PassedOn(was_asked=False)
    made = moves.make(conn, Move(ref, Action.UNAVAILABLE, by=by, key=key), house=house, now=now)
    next_rung(conn, mine, now)
    tick = Tick(conn, house, now)
    people = {one.asked.person for one in pinging.climb_now(tick, number) if one.asked.role != CHANNEL}
    is_last = not people and not others_asked(conn, number) and escalations.is_at_end(conn, made.mention, house)
    if is_last:
        tell_leads(tick, made.mention, by)
    return PassedOn(tuple(sorted(mentions.names(conn, people).values())), is_last)


def others_asked(conn: Connection, number: int) -> bool:
    """Whether somebody else has been asked, and may still answer."""
    c = ping.c
    waiting = (c.number == number) & UNHEARD & (c.role != CHANNEL)
    return conn.execute(select(c.id).where(waiting).limit(1)).first() is not None


def tell_leads(tick: Tick, about: Mention, by: str) -> None:
    """Nobody is left to ask: that is for a lead to know at once, or for the channel where no other lead is named."""
    name = mentions.names(tick.conn, {by})[by]
    take = words.typed("claim", about.number)
    text = f"{name} is not available for {about.ref}, and nobody else is left to ask. To take it: {take}"
    key, leads = f"last:{about.number}:{about.version}", [lead for lead in tick.house.leads if lead != by]
    for lead in leads:
        tick.tell(f"{key}:{lead}", lead, text)
    if not leads and (channel := tick.channel_for(about)):
        tick.post(key, channel, text)

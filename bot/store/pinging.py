"""Escalations that are due: whom to ping, the ping, and when to look again, in one transaction."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Row, func, select, update

from bot.delivery import Kind, Rank
from bot.escalation import Step
from bot.escalation import step as escalation_step
from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.store import escalations, mentions, moves, outbox
from bot.store.executor import savepoint
from bot.store.outbox import Wanted
from bot.store.schema import escalation
from bot.store.schema import mention as mention_table

log = structlog.get_logger()
AFTER_BREAK = timedelta(minutes=5)

AT_ONCE = 100


def ping_due(conn: Connection, house: House, now: datetime) -> int:
    """Take up to AT_ONCE escalations one step further; returns how many were due. One that breaks holds up no other."""
    due = escalations.due(conn, now, AT_ONCE)
    for number in due:
        try:
            with savepoint(conn):
                ping_one(conn, number, house, now)
        except (LookupError, ValueError, KeyError) as error:
            log.error("escalation_broke", mention=f"M-{number}", reason=f"{type(error).__name__}: {error}")
            conn.execute(update(escalation).where(escalation.c.number == number).values(due_at=now + AFTER_BREAK))
    return len(due)


def ping_one(conn: Connection, number: int, house: House, now: datetime) -> None:
    """One mention that has waited too long: wake it, put a cold claim back, or ping the next person."""
    mention = mentions.find(conn, f"M-{number}", lock=True)
    row = escalations.still_due(conn, number, now)
    if row is None:
        return
    if not mention.is_open:
        escalations.over(conn, number)
    elif mention.state is State.SNOOZED:
        moves.step(conn, mention, Move(mention, Action.WAKE, by=SYSTEM), house=house, now=now)
    elif mention.state is State.CLAIMED and mention.asked_at and row.step > 0:
        moves.step(conn, mention, Move(mention, Action.EXPIRE, by=SYSTEM), house=house, now=now)
    else:
        ping_next(conn, mention, row, house=house, now=now)


def ping_next(conn: Connection, mention: Mention, row: Row[int, int], *, house: House, now: datetime) -> None:
    """The ping, its place in the record, and when to look again."""
    number = mention.number
    step = escalation_step(house.pinged_for(mention), row.step, row.round, house.acknowledge_within)
    if ping(conn, mention, step, house=house, now=now, key=f"{number}:{row.round}:{row.step}"):
        told = {"pinged": step.person or "channel"}
        asked = Move(mention, Action.ESCALATE, by=SYSTEM, detail=told, to=step.person)
        moves.step(conn, mention, asked, house=house, now=now)
    escalations.move_on(conn, number, due_at=now + step.wait, step=step.then, round_=step.round)


def lapse_offers(conn: Connection, house: House, now: datetime) -> int:
    """Offers nobody answered go back to whoever made them; returns how many."""
    c = mention_table.c
    numbers = conn.execute(select(c.number).where(c.offer_until.is_not(None), c.offer_until <= now).limit(AT_ONCE)).scalars()
    lapsed = 0
    for number in numbers.all():
        mention = mentions.find(conn, f"M-{number}", lock=True)
        if mention.offer_until and mention.offer_until <= now:
            moves.step(conn, mention, Move(mention, Action.DECLINE, by=SYSTEM), house=house, now=now)
            lapsed += 1
    return lapsed


def next_due(conn: Connection) -> datetime | None:
    """When the next ping or lapse is due."""
    c = mention_table.c
    offer = conn.execute(select(func.min(c.offer_until)).where(c.offer_until.is_not(None))).scalar()
    return min((at for at in (offer, escalations.next_due(conn)) if at), default=None)


def ping(conn: Connection, mention: Mention, step: Step, *, house: House, now: datetime, key: str) -> bool:
    """Queue one ping; False when there is nobody and no channel to ping."""
    channel = mentions.channel_of(conn, mention, house)
    if not step.person and not channel:
        return False
    kind, target = (Kind.PING, step.person) if step.person else (Kind.POST, channel)
    payload = {"what": "ping", "person": step.person, "owner": mention.owner or ""}
    lane = f"ping:{mention.number}:{target}"
    outbox.queue(conn, Wanted(f"ping:{key}:{target}", kind, lane, Rank.ESCALATION, mention.number, target, payload), now)
    return True

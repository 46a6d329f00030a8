"""Escalations that are due: the next rung of each ladder, its pings, and when to look again, in one transaction.

Hundreds that fall due together are climbed in a few statements; what breaks among them is set aside alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.duty.escalation import (
    CHANNEL,
    NAG_EVERY,
    NAMED,
    NOBODY_WAIT,
    OWNER,
    ROLES,
    URGENT,
    Climb,
    Place,
    Policy,
    climb,
    everybody,
    opens_at,
    people_on,
)
from bot.duty.rota import DutyRole
from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.store import mentions, moves
from bot.store.duty import escalations, laps, pings, rota, ways
from bot.store.duty.escalations import Onwards, Waiting
from bot.store.duty.pings import Asked, Ping
from bot.store.duty.tick import Tick
from bot.store.executor import savepoint
from bot.store.schema import escalation
from bot.store.schema import mention as mention_table

log = structlog.get_logger()
AFTER_BREAK = timedelta(minutes=5)
NO_WAIT = timedelta(0)
AT_ONCE = 500
"""How many are climbed in one transaction: what people ask for gets in between."""
BROKEN = (LookupError, ValueError, TypeError, IntegrityError)


def ping_due(conn: Connection, house: House, now: datetime) -> int:
    """Take up to AT_ONCE escalations one step further; returns how many were due. One that breaks holds up no other."""
    numbers = escalations.due(conn, now, AT_ONCE)
    tick = Tick(conn, house, now)
    try:
        with savepoint(conn):
            return take_further(tick, numbers)
    except BROKEN:
        return sum(alone(tick, number) for number in numbers)


def alone(tick: Tick, number: int) -> int:
    """One escalation by itself: if it breaks it is set aside for a while, and said."""
    try:
        with savepoint(tick.conn):
            return take_further(tick, [number])
    except BROKEN as error:
        log.error("escalation_broke", mention=f"M-{number}", reason=f"{type(error).__name__}: {error}")
        later = update(escalation).where(escalation.c.number == number).values(due_at=tick.now + AFTER_BREAK)
        tick.conn.execute(later)
        return 1


def take_further(tick: Tick, numbers: Sequence[int]) -> int:
    """Wake what sleeps, put cold claims back, and climb the ladders of the rest; returns how many were still due."""
    taken = escalations.take(tick.conn, numbers, tick.now)
    climbing = [waiting for waiting in taken if not has_other_way(tick, waiting)]
    climb_all(tick, climbing)
    return len(taken)


def has_other_way(tick: Tick, waiting: Waiting) -> bool:
    """Whether a mention needs no ping now: it is over, wakes, or is put back because its owner did not answer."""
    mention = waiting.mention
    if not mention.is_open:
        escalations.over(tick.conn, mention.number)
    elif mention.state is State.SNOOZED:
        moves.step(tick.conn, mention, Move(mention, Action.WAKE, by=SYSTEM), house=tick.house, now=tick.now)
    elif mention.state is State.CLAIMED and mention.asked_at and waiting.place.step > 0:
        return goes_cold(tick, waiting)
    else:
        return False
    return True


def goes_cold(tick: Tick, waiting: Waiting) -> bool:
    """Put a claim back whose owner has had their time to answer since they were asked; wait while they have not.

    False where they could not be asked, as in an outage: they keep it, and whoever is next is asked beside them.
    """
    mention = waiting.mention
    wait = next((rung.wait for rung in tick.policy(waiting).rungs if rung.who == OWNER), NO_WAIT)
    until = pings.time_is_up(tick.conn, mention.number, mention.owner or "", wait)
    if until is None:
        return False
    if until > tick.now:
        escalations.move_on(tick.conn, [(mention.number, Onwards(waiting.place, until))])
    else:
        moves.step(tick.conn, mention, Move(mention, Action.EXPIRE, by=SYSTEM), house=tick.house, now=tick.now)
    return True


# --- climbing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Climbed:
    """One mention a step further on its ladder; ``climb`` is None while it is quiet, until ``due_at``."""

    waiting: Waiting
    policy: Policy
    due_at: datetime
    climb: Climb | None
    is_unheard: bool = False
    """Whether the last time through the ladder came to nothing: nobody on it could be asked."""

    @property
    def asked(self) -> list[Asked]:
        """Whom it makes us ask."""
        if self.climb is None:
            return []
        mention, up = self.waiting.mention, self.climb
        about: dict[str, object] = {}
        if up.who == OWNER and mention.state is State.CLAIMED:
            about |= {"minutes": int(up.wait.total_seconds() // 60)}
        urgent = mention.priority == URGENT
        return [
            Asked(
                pings.ESCALATION,
                *(mention.number, person, role_of(up.who), up.place.round, up.rung),
                {**pings.told_of(mention, role_of(up.who), person), **about},
                urgent,
            )
            for person in up.people
        ]

    @property
    def onwards(self) -> tuple[int, Onwards]:
        """Where it is now."""
        place = self.climb.place if self.climb else self.waiting.place
        return self.waiting.mention.number, Onwards(place, self.due_at)


def climb_all(tick: Tick, waiting: Sequence[Waiting]) -> list[Ping]:
    """The next rung of each: the pings, their place in the record, and when to look again. Who was pinged."""
    said_no = laps.unavailable(tick.conn, waiting)
    climbed = [climb_one(tick, one, said_no) for one in waiting]
    made = pings.ask_all(tick.conn, [asked for one in climbed for asked in one.asked], tick.house, tick.now)
    shadows = tick.on_duty(DutyRole.SHADOW)
    write_down(tick, {one.waiting.mention.number: one.waiting.mention for one in climbed}, made, shadows)
    tick.show(made, shadows)
    tick.show_everywhere(made)
    tick.tell_nobody_is_on(role for one in climbed if one.climb for role in one.climb.skipped)
    tick.tell_nobody_heard(one.waiting.mention for one in climbed if one.is_unheard)
    escalations.move_on(tick.conn, (one.onwards for one in climbed))
    for one in climbed:
        if one.climb and one.policy is not tick.kept(one.waiting):
            escalations.keep_policy(tick.conn, one.waiting.mention.number, one.policy)
    return made


def climb_one(tick: Tick, waiting: Waiting, said_no: Mapping[tuple[int, int], frozenset[str]]) -> Climbed:
    """Where one mention goes from where it is: from the first rung again where its policy is another by now."""
    mention, house = waiting.mention, tick.house
    policy, kept = tick.policy(waiting), tick.kept(waiting)
    place = waiting.place if kept is None or kept.rungs == policy.rungs else Place(0, waiting.place.round + 1)
    opens = opens_at(policy, mention.priority, tick.now, zone=house.zone, is_closed=house.is_closed)
    if opens > tick.now:
        return Climbed(waiting, policy, opens, None)
    not_asked = said_no.get((mention.number, place.round), frozenset()) if place.step < len(policy.rungs) else frozenset()
    up = climb(policy, place, lambda who: tuple(one for one in people(tick, who, mention) if one not in not_asked))
    was_spent = laps.spent(tick.conn, mention.number, place, policy) if place.step and up.place.round > place.round else None
    if was_spent and was_spent.until > tick.now:
        at_end = replace(waiting, place=Place(len(policy.rungs), place.round, place.lap))
        return Climbed(at_end, policy, was_spent.until, None, is_unheard=was_spent.is_refused)
    due_at = tick.now + up.wait
    if up.wait == NAG_EVERY:
        due_at = min(due_at, *(tick.comes_on(rung.who) for rung in policy.rungs if rung.who in ROLES), due_at)
    return Climbed(waiting, policy, due_at, up, is_unheard=up.wait == NOBODY_WAIT)


def role_of(who: str) -> str:
    """As what somebody on a rung is asked."""
    return who if who in ROLES or who in (OWNER, CHANNEL) else NAMED


def people(tick: Tick, who: str, mention: Mention) -> tuple[str, ...]:
    """Who is on a rung now and has not left; on the channel's rung, the channel. No owner whose reply waits for approval."""
    if who == OWNER and mention.number in tick.with_approvers:
        return ()
    if who != CHANNEL:
        return tuple(person for person in people_on(who, mention, tick.on_duty) if person not in tick.rota.gone)
    channel = mentions.channel_of(tick.conn, mention, tick.house, *tick.house.chats[:1])
    return (channel,) if channel else ()


def write_down(tick: Tick, held: dict[int, Mention], made: Iterable[Ping], shadows: Sequence[str]) -> None:
    """Each ping is on its mention's record: whom, as what, on which rung, and whether together with others."""
    left: dict[int, list[Ping]] = {}
    for one in made:
        left.setdefault(int(one.asked.number or 0), []).append(one)
    while left:
        wave = [(held[number], escalated(held[number], those.pop(0), shadows)) for number, those in left.items()]
        for after in moves.step_all(tick.conn, wave, house=tick.house, now=tick.now):
            held[after.number] = after
        left = {number: those for number, those in left.items() if those}


def escalated(mention: Mention, one: Ping, shadows: Sequence[str]) -> Move:
    """The move that says who was pinged."""
    asked = one.asked
    is_channel = asked.role == CHANNEL
    told = {"pinged": CHANNEL if is_channel else asked.person, "role": asked.role, "rung": str(asked.rung + 1)}
    if one.bundle is not None:
        told["bundled"] = "yes"
    elif asked.role == DutyRole.DUTY and shadows:
        told["shown"] = ", ".join(shadows)
    return Move(mention, Action.ESCALATE, by=SYSTEM, detail=told, to="" if is_channel else asked.person)


# --- asking at once, and who would be asked ----------------------------------------------------------------------


def climb_now(tick: Tick, number: int) -> list[Ping]:
    """The next rung of one ladder, if it is due; who was pinged."""
    taken = escalations.take(tick.conn, [number], tick.now)
    return climb_all(tick, [waiting for waiting in taken if not has_other_way(tick, waiting)])


def would_be_pinged(conn: Connection, mention: Mention, house: House, now: datetime) -> tuple[str, ...]:
    """Everybody who would be pinged about a mention now, in order."""
    return everybody(escalations.policy_of(conn, mention, house), mention, rota.snapshot(conn, house, now), now)


def concerns(conn: Connection, mention: Mention, person: str, *, house: House, now: datetime) -> bool:
    """Whether a person was pinged about a mention, or would be now; of a held message, whether they would be now."""
    if house.is_held(mention):
        return person in would_be_pinged(conn, mention, house, now)
    return pings.was_pinged(conn, mention.number, person) or person in would_be_pinged(conn, mention, house, now)


# --- what else is due --------------------------------------------------------------------------------------------


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
    """When the next ping, another way to a person, or the end of an offer is due."""
    c = mention_table.c
    offer = conn.execute(select(func.min(c.offer_until)).where(c.offer_until.is_not(None))).scalar()
    return min((at for at in (offer, escalations.next_due(conn), ways.next_due(conn)) if at), default=None)

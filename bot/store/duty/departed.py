"""Somebody whose account in the chat was closed: nothing waits for them any more, and the leads hear what there is to do."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.duty.rota import Turn
from bot.duty.test_pings import is_daytime
from bot.errors import NotAllowed
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.columns import to_ms
from bot.store.duty import calendars, covers, gone, handovers, rights_due, rights_rows, rota
from bot.store.duty.covers import Cover
from bot.store.duty.falling_due import hand_on_to_leads
from bot.store.duty.held import held_by
from bot.store.duty.leaver import LetGo, by_hand_of, coming_turns, release_all
from bot.store.executor import savepoint
from bot.store.proof import record
from bot.store.reading.queue import OPEN
from bot.store.replying import asking, saved, tasks
from bot.times.week import DAY
from bot.words.departed import Left, not_covered, summary, waits_in_vain
from bot.words.rota import stretch

WHY = "their account in the chat was closed"
AHEAD = timedelta(days=14)
"""How far ahead cover is asked for at once; later turns come up as their time does."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What was done about one who has left, and what is theirs to hand on by hand."""

    let_go: LetGo
    turns: tuple[Turn, ...]
    settings: tuple[str, ...] = ()
    had_link: bool = False
    """Whether they made the calendar address of everybody's turns, which is closed."""
    owed: tuple[str, ...] = ()
    """The mentions of what they owed, which is a lead's now."""
    rights: tuple[str, ...] = ()
    """The mentions of the rights they had, which are a lead's now."""

    def __bool__(self) -> bool:
        return bool(self.let_go or self.turns or self.settings or self.had_link or self.owed or self.rights)


def depart(conn: Connection, person: str, *, house: House, now: datetime) -> Departure:
    """Put back what they had, ask for cover, and tell the leads in one message. Asked again, only what is new is done.

    Whether they have left is for the chat to say: see ``handlers.departed`` and ``engine.departures``.
    """
    let_go = release_all(conn, person, SYSTEM, WHY, house=house, now=now)
    end_keeping(conn, person, house=house, now=now)
    calendars.revoke(conn, person, by=SYSTEM, now=now)
    had_link = calendars.made_for_all(conn, person) and calendars.revoke(conn, calendars.EVERYBODY, by=SYSTEM, now=now)
    turns = tuple(turn for turn in coming_turns(conn, person, house, now) if turn.start <= now + AHEAD)
    turns = tuple(turn for turn in turns if ask_for(conn, turn, house=house, now=now))
    settings = tuple(name for name, people in house.named_in.items() if person in people)
    if settings and not mentions.first_time(conn, f"departed:{person}:{','.join(settings)}", now):
        settings = ()
    owed = hand_on_to_leads(conn, person, house=house, now=now)
    rights = rights_due.hand_on_to_leads(conn, person, house=house, now=now)
    done = Departure(let_go, turns, settings, had_link, owed, rights)
    gone.mark(conn, person, now, is_wanted=bool(done))
    asking.redraw_asked(conn, person, house, now)
    if done:
        note_departure(conn, person, done, house=house, now=now)
        tell_leads(conn, person, done, house=house, now=now)
        rota.want_group(conn, house, now)
    return done


def note_departure(conn: Connection, person: str, done: Departure, *, house: House, now: datetime) -> None:
    """In their own record: with what they hold by the settings, so that it is looked for later."""
    told: dict[str, object] = {name: getattr(done.let_go, name) for name in ("claims", "asleep", "offers")}
    told |= {"turns": [turn.end for turn in done.turns]}
    told |= {name: refs for name in ("owed", "rights") if (refs := getattr(done, name))}
    told |= by_hand_of(person, mentions.names(conn, {person})[person], house)
    record.append(conn, f"staff:{person}", "departed", at=now, actor=SYSTEM, changes=told, note=WHY)


def ask_for(conn: Connection, turn: Turn, *, house: House, now: datetime) -> bool:
    """Have somebody asked to take a turn; False when that was done before, also if a lead has withdrawn it since.

    False too where the rota does not allow it: that is tried again, and keeps nothing else from being put back.
    """
    wanted = Cover("", turn.role, turn.person, turn.start, turn.end, WHY, SYSTEM)
    try:
        with savepoint(conn):
            is_new = mentions.first_time(conn, f"departed:{turn.person}:{turn.role}:{to_ms(turn.end)}", now)
            if is_new:
                covers.ask_cover(conn, wanted, house=house, now=now)
    except NotAllowed:
        return False
    return is_new


def end_keeping(conn: Connection, person: str, *, house: House, now: datetime) -> None:
    """Who has left keeps no duty until a hand-off is accepted: whoever comes next has it.

    Whoever waits for one who has left goes on having it until somebody is put on, and the leads hear so once.
    """
    for one in handovers.pending(conn):
        if one.from_person == person and one.keeps:
            handovers.change(conn, replace(one, keeps=False), "left", now)
        if one.to_person == person and one.keeps and one.shift_at <= now:
            text = waits_in_vain(handovers.telling(conn, one, house))
            handovers.tell_leads(conn, one, "left", text, house=house, now=now)
            if not one.late_told_at:
                handovers.change(conn, replace(one, late_told_at=now), "left", now)


def tell_leads(conn: Connection, person: str, done: Departure, *, house: House, now: datetime) -> None:
    """One summary to each."""
    let_go = done.let_go
    replying = tuple(mention.ref for mention in held_by(conn, person).replying)
    name = mentions.names(conn, {person})[person]
    accounts = tuple(kept.name for kept in house.register if kept.is_held_by(person, name))
    back = (let_go.claims, let_go.asleep, let_go.offers)
    left = Left(name, *back, replying, done.turns, done.settings, accounts, done.had_link, done.owed, done.rights)
    for lead in house.leads:
        if lead != person:
            key = f"departed:{person}:{to_ms(now)}:{lead}"
            rota.tell(conn, key, lead, summary(left, person, house.zone), house=house, now=now)


def to_look_up(conn: Connection, house: House, now: datetime) -> list[str]:
    """Everybody something waits for: owners of what is open, those it is offered to, those on the rota or in a policy."""
    m = schema.mention.c
    owners = conn.execute(select(m.owner).where(OPEN, m.owner.is_not(None)).distinct()).scalars()
    offered = conn.execute(select(m.offered_to).where(OPEN, m.offered_to.is_not(None)).distinct()).scalars()
    here = rota.snapshot(conn, house, now)
    put_on = (one.person for one in here.overrides if one.end > now)
    named = (person for policy in house.policies for person in policy.people)
    approving = asking.candidates(conn, house, now)
    owing = (person for person in tasks.who_owes(conn) if person != SYSTEM)
    owning = {*saved.owners(conn), *(right.owner for right in rights_rows.find_open(conn))}
    return sorted({*owners, *offered, *here.plan.people, *put_on, *named, *approving, *owing, *owning})


def remind(conn: Connection, house: House, now: datetime) -> None:
    """Once a day, by day, each lead hears which turns of those who left the day before or earlier nobody covers."""
    if not is_daytime(now, house.zone):
        return
    left, asked = gone.everybody(conn, until=now - DAY), covers.open_covers(conn, now)
    today = now.astimezone(house.zone).date()
    for person in sorted({one.person for one in asked if one.asked_by == SYSTEM and one.person in left}):
        name = mentions.names(conn, {person})[person]
        turns = [(one.role, stretch(one.start, one.end, house.zone)) for one in asked if one.person == person]
        for lead in house.leads:
            text, key = not_covered(name, turns), f"departed:{person}:open:{today}:{lead}"
            rota.tell(conn, key, lead, text, house=house, now=now)

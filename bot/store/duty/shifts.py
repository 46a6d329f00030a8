"""The clock at a change of shift: what is due is found in rows and in the rota, so neither a restart nor a sleep loses any.

A step is written in the row of its handover, which is locked, so two copies that look at once tell nobody twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.duty.rota import DutyRole, Rota
from bot.duty.shifts import (
    AHEAD,
    HANDED_OVER,
    Change,
    Handover,
    Stage,
    Step,
    asked_anew,
    change_to,
    is_meant_for,
    next_step,
    spans,
    to_look_at,
)
from bot.house import House
from bot.mention import SYSTEM
from bot.store.columns import to_ms
from bot.store.duty import handovers, pings, rota
from bot.store.duty.handovers import change, hand_over, key_of, note_of, people, tell_leads, telling
from bot.store.duty.pings import Asked, Heard
from bot.store.reading import overview
from bot.store.schema import switch
from bot.words.handover import (
    changes_no_more,
    draft,
    drafted,
    late,
    missed,
    ready_wanted,
    relieved,
    went_as_it_was,
    went_on,
)

NAME = "shifts"
NOTED_EVERY = timedelta(minutes=1)
HOUR_MS = 3_600_000
NOT_LONG = timedelta(milliseconds=1)
LONGEST_AGO = timedelta(days=31)
"""After a longer sleep than this the newest change within it counts."""


def look(conn: Connection, house: House, now: datetime) -> int:
    """Everything that is due at changes of shift, in one transaction; returns how many steps were taken."""
    here = rota.snapshot(conn, house, now)
    since = looked_at(conn, now)
    for role in watched(here):
        for coming in to_look_at(here, role, since=since - NOT_LONG, now=now, times=house.shifts):
            one = handovers.keep(conn, coming)
            if one.comes_after_all(coming, now):
                begun_again(conn, one, coming, house=house, now=now)
    steps = sum(take_steps(conn, one, here, house=house, now=now) for one in handovers.pending(conn))
    begun = any(edge for role in watched(here) for edge in here.edges(role, since, now))
    if steps or begun or to_ms(since) // HOUR_MS != to_ms(now) // HOUR_MS:
        rota.want_group(conn, house, now)
    return steps


def watched(here: Rota) -> list[DutyRole]:
    """The roles that people take in turn, or are put on for a while."""
    put_on = {one.role for one in here.overrides}
    return [role for role in HANDED_OVER if role in here.plan.roles or role in put_on]


def looked_at(conn: Connection, now: datetime) -> datetime:
    """When it was last looked, which is now from here on; the first time nothing before now counts.

    Written down once a minute: what is looked at again is known by its row. A clock set back changes nothing.
    """
    last: datetime | None = conn.execute(select(switch.c.at).where(switch.c.name == NAME)).scalar()
    if last and last + NOTED_EVERY > now:
        return min(last, now)
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(switch)
    fresh = {"name": NAME, "value": "", "by": SYSTEM, "at": now}
    conn.execute(insert.values(fresh).on_conflict_do_update(index_elements=["name"], set_={"at": now}))
    return max(last, now - LONGEST_AGO) if last else now


def take_steps(conn: Connection, one: Handover, here: Rota, *, house: House, now: datetime) -> int:
    """Have it follow the rota, then all that the clock makes due; returns how many steps that were."""
    one, steps = followed(conn, one, here, house=house, now=now)
    while step := next_step(one, now, house.shifts):
        one = STEPS[step](conn, one, house, now)
        steps += 1
    return steps


# --- following the rota ------------------------------------------------------------------------------------------


def followed(conn: Connection, one: Handover, here: Rota, *, house: House, now: datetime) -> tuple[Handover, int]:
    """The handover as the rota has that change now, and whether that made a difference: somebody covers, or it is gone."""
    if now >= one.shift_at:
        stands = now >= one.ends_at or is_meant_for(here.scheduled(one.role, now), one.to_person)
        return (one, 0) if stands else (lapsed(conn, one, house, now), 1)
    turns = spans(here, one.role, one.shift_at - NOT_LONG, one.shift_at + AHEAD)
    turn = next((turn for turn in turns if turn.start == one.shift_at), None)
    if turn is None:
        return not_needed(conn, one, house, now), 1
    wanted = change_to(here, turn)
    if one.suits(wanted):
        return one, 0
    return taken_over(conn, one, replace(one, **people(wanted)), house=house, now=now), 1  # type: ignore[arg-type]  # its own columns


def taken_over(conn: Connection, before: Handover, after: Handover, *, house: House, now: datetime) -> Handover:
    """Somebody else comes or goes at that change: they are asked anew, and whoever hands over now gets a draft."""
    after = replace(after, from_person=after.from_person or "")
    if after.from_person != before.from_person:
        no_more(conn, before, house, now)
        after = replace(after, stage=Stage.COMING, drafted_at=None, sent_at=None)
    if after.to_person != before.to_person:
        pings.heard(conn, before.ping, SYSTEM, Heard.OVER, now=now)
        after = asked_anew(after)
    change(conn, after, "changed", now)
    if after.stage is Stage.SENT and after.to_person != before.to_person:
        return gone_on(conn, after, house, now)
    return after


def begun_again(conn: Connection, before: Handover, coming: Change, *, house: House, now: datetime) -> None:
    """It was over, and the rota has it after all: everybody is asked anew, and a note that was sent goes on."""
    after = asked_anew(replace(before, **people(coming)))  # type: ignore[arg-type]  # its own columns
    after = replace(after, from_person=coming.outgoing)
    if before.sent_at and before.from_person == coming.outgoing:
        gone_on(conn, after, house, now)
        return
    fresh = replace(after, stage=Stage.COMING, facts={}, drafted_at=None, sent_at=None)
    change(conn, fresh, "begun_again", now)


def gone_on(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """What was sent already is with whoever comes instead, and the one who wrote it hears for whom they stay."""
    one = hand_over(conn, one, note_of(conn, one.id), by=SYSTEM, house=house, now=now)
    text = went_on(telling(conn, one, house))
    rota.tell(conn, key_of(conn, one, "went_on", one.from_person), one.from_person, text, house=house, now=now)
    return one


def not_needed(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """The rota has no change there any more."""
    no_more(conn, one, house, now)
    return ended(conn, replace(one, keeps=False), now)


def no_more(conn: Connection, one: Handover, house: House, now: datetime) -> None:
    """Whoever has the draft of a handover that is not theirs any more hears so."""
    if one.drafted_at:
        text = changes_no_more(telling(conn, one, house))
        rota.tell(conn, key_of(conn, one, "no_more", one.from_person), one.from_person, text, house=house, now=now)


# --- what the clock does -----------------------------------------------------------------------------------------


def drafted_for(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """What is open is noted, and the outgoing person gets it to edit; not when the change has passed, for then it goes."""
    facts = overview.facts(conn, one, now)
    one = replace(one, stage=Stage.DRAFTED, drafted_at=now, facts=facts)
    told = telling(conn, one, house)
    note = drafted(facts, told.outgoing)
    change(conn, one, "drafted", now, note=note)
    if now < one.shift_at:
        key, buttons = key_of(conn, one, "draft", one.from_person), (("Edit and Send", "shift", f"write {one.id}"),)
        rota.tell(conn, key, one.from_person, draft(told, note), house=house, now=now, buttons=buttons)
    return one


def asked(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """The incoming person is asked whether they are there."""
    buttons = [["I'm Ready", "ready", f"{one.id} yes"], ["I Can't", "ready", f"{one.id} no"]]
    payload = {"text": ready_wanted(telling(conn, one, house)), "buttons": buttons}
    about = Asked("readiness", None, one.to_person, one.role, 0, 0, payload)
    one = replace(one, ready_asked_at=now, ping=pings.ask(conn, about, house, now))
    change(conn, one, "ready_asked", now)
    return one


def sent_as_it_is(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """The change has come: the draft goes as it is, and whoever was to send it hears so."""
    one = hand_over(conn, one, note_of(conn, one.id), by=SYSTEM, house=house, now=now, as_drafted=True)
    text = went_as_it_was(telling(conn, one, house))
    rota.tell(conn, key_of(conn, one, "went", one.from_person), one.from_person, text, house=house, now=now)
    return one


def told_missing(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """It begins, and the incoming person has not said that they are there."""
    tell_leads(conn, one, "missed", missed(telling(conn, one, house)), house=house, now=now)
    one = replace(one, missed_told_at=now)
    change(conn, one, "missed", now)
    return one


def told_late(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """Nobody accepted it in time: the leads hear, and may accept it in that person's place."""
    buttons = (("Accept for Them", "shift", f"accept {one.id}"),)
    tell_leads(conn, one, "late", late(telling(conn, one, house)), house=house, now=now, buttons=buttons)
    one = replace(one, late_told_at=now)
    change(conn, one, "late", now)
    return one


def lapsed(conn: Connection, one: Handover, house: House, now: datetime) -> Handover:
    """The turn it was for is over: whoever kept the role till then has it no longer."""
    if one.keeps and one.sent_at:
        text = relieved(telling(conn, one, house))
        rota.tell(conn, key_of(conn, one, "relieved", one.from_person), one.from_person, text, house=house, now=now)
    return ended(conn, replace(one, ends_at=min(one.ends_at, now)), now)


def ended(conn: Connection, one: Handover, now: datetime) -> Handover:
    """It is over without having been accepted, on the record; nobody is asked about it any more."""
    pings.heard(conn, one.ping, SYSTEM, Heard.OVER, now=now)
    one = replace(one, stage=Stage.LAPSED)
    change(conn, one, "lapsed", now)
    return one


STEPS = {
    Step.DRAFT: drafted_for,
    Step.ASK: asked,
    Step.SEND: sent_as_it_is,
    Step.MISS: told_missing,
    Step.LATE: told_late,
    Step.LAPSE: lapsed,
}

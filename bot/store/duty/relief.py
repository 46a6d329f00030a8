"""Edits of the rota, and calendars read late, that change who is on duty this moment: those it is about hear so at once.

No change of shift says it, for none has come: who had a role, who has it now, and the leads where nobody has.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from bot.duty.rota import Plan, Rota, Switch, switched
from bot.duty.shifts import HANDED_OVER
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions
from bot.store.columns import to_ms
from bot.store.duty import calendars, plans, rota
from bot.times.week import Stretch
from bot.words.rota import from_now_on, nobody_now, said_by


def change_plan(conn: Connection, plan: Plan, *, by: str, why: str, house: House, since: int, now: datetime) -> int:
    """``plans.change_plan``, and whoever is on duty now in the place of somebody else is told."""
    with telling(conn, house, now, by=by, why=why):
        return plans.change_plan(conn, plan, by=by, why=why, house=house, since=since, now=now)


def seed_plan(conn: Connection, house: House, now: datetime) -> bool:
    """``plans.seed_plan``, likewise."""
    with telling(conn, house, now, why="It is in the settings."):
        return plans.seed_plan(conn, house, now)


def keep_absences(conn: Connection, person: str, away: Sequence[Stretch], *, house: House, now: datetime) -> str:
    """``calendars.keep``, likewise."""
    with telling(conn, house, now, why=f"{mentions.names(conn, {person})[person]}'s own calendar says so."):
        return calendars.keep(conn, person, away, now)


def forget_absences(conn: Connection, people: Iterable[str], *, house: House, now: datetime) -> None:
    """``calendars.forget_others``, likewise."""
    with telling(conn, house, now, why="A calendar is read no longer."):
        calendars.forget_others(conn, people)


@contextmanager
def telling(conn: Connection, house: House, now: datetime, *, by: str = SYSTEM, why: str) -> Iterator[None]:
    """What is done in here to the rota is told to those who have or had a role now, but for whoever did it."""
    before = rota.snapshot(conn, house, now)
    yield
    after = rota.snapshot(conn, house, now)
    found = switched(before, after, now)
    for one in found:
        tell(conn, one, after, by=by, why=why, house=house, now=now)
    if found:
        rota.want_group(conn, house, now)


def tell(conn: Connection, one: Switch, after: Rota, *, by: str, why: str, house: House, now: datetime) -> None:
    """Those relieved and those put on; the leads too where nobody is left."""
    names = mentions.names(conn, {*one.had, *one.has, by})
    reason = said_by("" if by == SYSTEM else names[by], why)
    text = f"{from_now_on(one, names)} {reason}"
    told = {*one.had, *one.has} - {*(set(one.had) & set(one.has)), by}
    if not one.has and one.role in HANDED_OVER:
        text = f"{text} {nobody_now(one.role, after.next_change(one.role, now, rota.LONGEST), names=names, zone=house.zone)}"
        told |= set(house.leads)
    for person in sorted(told):
        key = f"relief:{plans.version(conn)}:{to_ms(now)}:{one.role}:{person}"
        rota.tell(conn, key, person, text, house=house, now=now)

"""``tolbooth check --rota``: whether somebody will be there and can be reached, for the next two weeks; posts nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.command import Place
from bot.duty.rota import DutyRole, Rota
from bot.errors import NotYours, OutsideError
from bot.house import House
from bot.line.checking import close, standing
from bot.line.checking_reach import is_reached_by_none, told_late
from bot.line.ledger import file_of, looking, revisions
from bot.store import mentions
from bot.store.duty import calendars, plans
from bot.store.duty.rota import snapshot
from bot.wiring import Bot, load_settings
from bot.words import spelled, typed
from bot.words.rota import gap_line, moment, title

AHEAD = timedelta(days=14)
NOWHERE = Place("", "")
BY_SETTINGS, BY_STAFF = "of the settings", "of the database"
OTHER_RELEASE = (
    "the database is not at this release's schema, so what staff changed could not be looked at: run tolbooth migrate"
)
NO_LEADS = "no team lead is named, so nobody hears when duty goes wrong: name people in roles.lead (a group cannot be told)"
HOW_TO_HAVE = dict.fromkeys(DutyRole, "make a rotation for it, or leave the step out")
HOW_TO_HAVE |= {DutyRole.DUTY: "name people in duty.officers, or make a rotation"}
HOW_TO_HAVE |= {DutyRole.LEAD: "name people in roles.lead"}
Names = Mapping[str, str]


def check_rota(config: Path | None, say: Callable[[str], object]) -> int:
    """Print what is wrong with the rota in force, each with its cure; returns how much. Raises SettingsError."""
    return asyncio.run(checked(Bot(load_settings(config)), say))


async def checked(bot: Bot, say: Callable[[str], object]) -> int:
    """Look at the rota, then at each person on it."""
    now, faults = SystemClock().now(), 0
    try:
        rota, names, calendars_in_trouble, source = await asyncio.to_thread(in_force, bot, now)
        rotations, people = len(rota.plan.rotations), len(rota.plan.people)
        whom = "person" if people == 1 else "people"
        say(f"ok: {rotations} rotation{'' if rotations == 1 else 's'}, {people} {whom} on the rota {source}")
        unreached = [fault async for fault in of_people(bot, rota, names)]
        for fault in (*of_plan(rota, bot.desk.house, now, names), *calendars_in_trouble, *unreached):
            faults += 1
            say(f"fault: {fault}")
    finally:
        await close(bot)
    say(f"{faults} fault{'' if faults == 1 else 's'} found" if faults else "Somebody is there for the next 14 days.")
    return faults


def in_force(bot: Bot, now: datetime) -> tuple[Rota, Names, list[str], str]:
    """The rota as a run would have it, what people are called, calendars that cannot be read, and whose rota it is."""
    house = bot.desk.house
    standing(bot.database)
    path = file_of(bot.database)
    revision, newest = (None, None) if path and not path.exists() else revisions(bot.database)
    if revision is None or revision != newest:
        return Rota(house.plan), {}, [OTHER_RELEASE] if revision else [], BY_SETTINGS
    with looking(bot.database) as conn:
        rota = snapshot(conn, house, now)
        people = {*named(rota, house, now), *rota.gone}
        source = BY_STAFF if plans.version(conn) else BY_SETTINGS
        return rota, mentions.names(conn, people), list(unread_calendars(conn)), source


def unread_calendars(conn: Connection) -> Iterator[str]:
    """People whose own calendar cannot be read now."""
    for feed in calendars.feeds(conn):
        if feed.trouble:
            yield (
                f"{feed.person}: their calendar cannot be read ({feed.trouble}); what it said before still counts. "
                "See calendar_url under [[people]]"
            )


# --- the plan ----------------------------------------------------------------------------------------------------


def of_plan(rota: Rota, house: House, now: datetime, names: Names) -> Iterator[str]:
    """What is wrong with the plan itself."""
    if house.rota_fault:
        yield house.rota_fault
    if not house.leads:
        yield NO_LEADS
    for role in DutyRole:
        if role in asked_for(house) and role not in rota.plan.roles and not rota.plan.standing.get(role):
            yield f"nobody is ever {title(role)}, whom pings are meant for: {HOW_TO_HAVE[role]}"
    put = spelled(typed("duty", "put @name on duty WHEN why"), house.commands)
    for gap in rota.gaps(now, now + AHEAD):
        yield f"{gap_line(gap, names, house.zone)}. Put somebody on: {put}"
    for one in rota.plan.rotations:
        if now < one.ends_at <= now + AHEAD:
            yield f"the rotation {one.name} ends {moment(one.ends_at, house.zone)}: say who takes over, or let it go on"


def asked_for(house: House) -> set[DutyRole]:
    """The duty officer, and the roles that a policy of the settings has a step for."""
    wanted = {rung.who for policy in house.policies for rung in policy.rungs}
    return {DutyRole.DUTY, *(role for role in DutyRole if role in wanted)}


# --- the people --------------------------------------------------------------------------------------------------


def named(rota: Rota, house: House, now: datetime) -> list[str]:
    """Everybody who may have to be told: on the rota, put on for a while, a lead, or named by a policy."""
    put_on = (one.person for one in rota.overrides if one.end > now)
    by_policy = (person for policy in house.policies for person in policy.people)
    return list(dict.fromkeys((*rota.plan.people, *put_on, *house.leads, *by_policy)))


async def of_people(bot: Bot, rota: Rota, names: Names) -> AsyncIterator[str]:
    """Whoever is named and cannot be told, or has no other way where others have one."""
    for person in named(rota, bot.desk.house, bot.desk.now()):
        if is_reached_by_none(bot.desk, person):
            yield next(told_late(bot.desk, [person], names))
        elif trouble := await unreachable(bot, person):
            yield f"{names.get(person, person)} ({person}) {trouble}"
        elif late := next(told_late(bot.desk, [person], names), ""):
            yield late
        elif bot.desk.messengers and not bot.desk.house.ways_to(person):
            who = f"{names.get(person, person)} ({person})"
            yield f"{who} is reached by the chat only: give a phone or an email for them under [[people]]"


async def unreachable(bot: Bot, person: str) -> str:
    """Why no chat can tell somebody anything; empty when one can."""
    try:
        if bot.chats:
            await bot.desk.person(person, NOWHERE)
    except NotYours:
        return "is no full member of staff in the chat any more: take them off the rota, or out of the settings"
    except OutsideError as error:
        return f"could not be looked up: {error}"
    return ""

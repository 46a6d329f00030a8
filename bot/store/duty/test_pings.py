"""The week's test pings: asked through every way a person has, and what is said of those who did not answer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.delivery import Kind, Rank
from bot.duty.rota import DutyRole
from bot.duty.test_pings import ANSWER_WITHIN, is_daytime, is_due, on_duty, week_of
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions
from bot.store.duty import pings, rota, ways
from bot.store.duty.ways import Step
from bot.store.schema import ping
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words.pings import TEST, TEST_BUTTON, not_answered

TESTS = ping.c.kind == "test"
LOOKS_BACK = timedelta(days=14)


def look(conn: Connection, house: House, now: datetime) -> int:
    """Ask whoever's time has come, and tell the leads who did not answer; returns how many of both."""
    if not (house.test_weekly and is_daytime(now, house.zone)):
        return 0
    known = rota.snapshot(conn, house, now)
    asked = 0
    for person, role in on_duty(known, now).items():
        key = f"test:{week_of(now, house.zone)}:{person}"
        if house.ways_to(person) and is_due(person, known, now, house.zone) and mentions.first_time(conn, key, now):
            ask(conn, person, role, house=house, now=now)
            asked += 1
    return asked + tell_leads(conn, house, now)


def ask(conn: Connection, person: str, role: DutyRole, *, house: House, now: datetime) -> None:
    """The test, in the chat and through all the other ways at once."""
    payload = {"text": TEST, "buttons": [[TEST_BUTTON, "heard", ""]]}
    ping_id = pings.ask(conn, pings.Asked("test", None, person, role, 0, 0, payload), house, now)
    others = house.ways_to(person)
    for way in others:
        ways.queue(conn, Step(person, way, house), [(ping_id, None)], more=0, now=now)
    conn.execute(update(ping).where(ping.c.id == ping_id).values(way=len(others), next_way_at=None))


def answered(conn: Connection, by: str, now: datetime) -> bool:
    """A person pressed the button; False when no test of theirs waited."""
    waiting = conn.execute(select(ping.c.id).where(TESTS, ping.c.person == by, ping.c.heard_at.is_(None))).scalars().all()
    return sum(pings.heard(conn, one, by, pings.Heard.ACKNOWLEDGED, now=now) for one in waiting) > 0


def tell_leads(conn: Connection, house: House, now: datetime) -> int:
    """Who has not answered for a day: each lead hears it once."""
    recent = (ping.c.asked_at > now - LOOKS_BACK) & (ping.c.asked_at <= now - ANSWER_WITHIN)
    silent = TESTS & ping.c.person.in_(list(house.contacts)) & recent & ping.c.heard_at.is_(None)
    rows = conn.execute(select(ping.c.id, ping.c.person).where(silent)).all()
    names = mentions.names(conn, {row.person for row in rows})
    for row in rows:
        pings.heard(conn, row.id, SYSTEM, pings.Heard.OVER, now=now)
        for lead in house.leads:
            told = {"text": not_answered(names[row.person])}
            lane = f"untested:{row.person}:{lead}"
            outbox.queue(conn, Wanted(f"untested:{row.id}:{lead}", Kind.TELL, lane, Rank.ACTION, None, lead, told), now)
    return len(rows)

"""Accounts that are read more slowly than they should be, because a network or a budget asks for it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.clean import clean
from bot.delivery import Kind, Rank
from bot.house import House
from bot.store.schema import account
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import listening as words

LONGEST = 300
"""Characters kept of the reason."""
SAID_AGAIN = timedelta(days=1)
"""However often it slows down and recovers, the leads hear of it no more often."""


def note(conn: Connection, why: str, name: str, *, house: House, now: datetime) -> None:
    """Keep why an account is read slowly, or that it is not any more; the leads hear when it begins."""
    a, why = account.c, clean(why)[:LONGEST]
    before = conn.execute(select(a.slowed, a.slowed_at).where(a.name == name)).one()
    begins = bool(why and not before.slowed)
    told = begins and (before.slowed_at is None or now - before.slowed_at >= SAID_AGAIN)
    stamp = {"slowed_at": now} if told else {}
    conn.execute(update(account).where(a.name == name).values(slowed=why, **stamp))
    for lead in house.leads if told else ():
        lane = f"slowed:{name}:{lead}"
        key = f"{lane}:{int(now.timestamp())}"
        text = words.slowed(name, why)
        outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, lead, {"text": text}), now)

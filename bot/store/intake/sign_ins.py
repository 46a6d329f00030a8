"""When the sign-ins of accounts end, and who was told of it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.delivery import Kind, Rank
from bot.house import House
from bot.store.intake.accounts import place
from bot.store.schema import account
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import listening as words
from bot.words import when

TOLD_AT = (14, 7, 3, 1, 0)
"""Days before its end at which it is said, once each; 0: it has ended."""


def step(ends_at: datetime, now: datetime) -> int | None:
    """The last of TOLD_AT that was reached; None while there is time."""
    if ends_at <= now:
        return 0
    return min((days for days in TOLD_AT if days and ends_at - now <= timedelta(days=days)), default=None)


def days_left(ends_at: datetime, now: datetime) -> int:
    """Whole days; negative once it has ended."""
    return (ends_at - now).days if ends_at > now else -1


def note(conn: Connection, name: str, ends_at: datetime | None, *, house: House, now: datetime) -> bool:
    """Keep when an account's sign-in ends; the leads and its holders hear when a step is reached. True if told.

    A sign-in that was renewed begins anew; one that is renewed by itself a little each day is said once.
    """
    a = account.c
    place(conn, name)
    told = conn.execute(select(a.end_told).where(a.name == name)).scalar()
    reached = step(ends_at, now) if ends_at else None
    conn.execute(update(account).where(a.name == name).values(ends_at=ends_at, end_told=reached))
    if ends_at is None or reached is None or (told is not None and reached >= told):
        return False
    text = words.ends(name, when(ends_at, house.zone), days_left(ends_at, now), house.accounts[name].network)
    for person in dict.fromkeys((*house.leads, *holders(house, name))):
        lane = f"sign-in:{name}:{person}"
        key = f"{lane}:{reached}:{int(ends_at.timestamp())}"
        outbox.queue(conn, Wanted(key, Kind.TELL, lane, Rank.ACTION, None, person, {"text": text}), now)
    return True


def holders(house: House, name: str) -> tuple[str, ...]:
    """Who holds an account, of those who can be told."""
    kept = next((one for one in house.register if one.name == name), None)
    return tuple(who for who in (kept.holders if kept else ()) if is_id(who))


def is_id(who: str) -> bool:
    """Whether it is an id of the chat, and no name: capitals and digits."""
    return who == who.upper() and who.isalnum() and any(one.isdigit() for one in who) and not who.isdigit()

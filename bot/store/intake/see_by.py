"""Gives unseen mentions that an older release left without a time to be looked at theirs."""

from datetime import datetime

from sqlalchemy import Connection, literal_column, select

from bot.house import House
from bot.mention import SYSTEM, Action, Move
from bot.store import mentions, moves
from bot.store.schema import UNSEEN_ROWS
from bot.store.schema import mention as mention_table

AT_ONCE = 100
WITHOUT = (
    select(mention_table.c.number)
    .where(literal_column(f"({UNSEEN_ROWS.text})"), mention_table.c.see_by.is_(None))
    .order_by(mention_table.c.number)
    .limit(AT_ONCE)
)


def fill(conn: Connection, house: House, now: datetime) -> int:
    """Give up to AT_ONCE of them their time, each with its line in the record; returns how many.

    Asked at every start, and each minute: a copy of an older release may run beside this one for a while.
    """
    return sum(fill_one(conn, number, house, now) for number in conn.execute(WITHOUT).scalars().all())


def fill_one(conn: Connection, number: int, house: House, now: datetime) -> bool:
    """Give one its time; False when it needs none any more: somebody looked, or another copy was first."""
    mention = mentions.find(conn, f"M-{number}", lock=True)
    if not mention.is_open or mention.seen_at or mention.see_by:
        return False
    moves.step(conn, mention, Move(mention, Action.TARGET, by=SYSTEM), house=house, now=now)
    return True

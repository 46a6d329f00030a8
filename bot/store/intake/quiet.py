"""Feeds that have gone quiet: how an account was heard by the hour, and that the leads were told of a silence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, func, literal_column, select, type_coerce, update

from bot.delivery import Kind, Rank
from bot.exchange import ADDED
from bot.house import House
from bot.store.columns import from_ms
from bot.store.schema import account, addition, mention
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.times.rhythm import HOUR
from bot.words import listening as words
from bot.words import when

HISTORY = timedelta(days=28)
"""What an account's rhythm is learnt from."""
HOUR_MS = HOUR // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Feed:
    """An account that was heard, and is not known to be in trouble or quiet."""

    name: str
    heard_at: datetime


def listened_to(conn: Connection) -> list[Feed]:
    """Those of which silence would be news."""
    a = account.c
    well = (a.heard_at.is_not(None), a.trouble.is_(None), a.quiet_at.is_(None))
    return [Feed(row.name, row.heard_at) for row in conn.execute(select(a.name, a.heard_at).where(*well).order_by(a.name))]


def by_the_hour(conn: Connection, name: str, since: datetime) -> Mapping[datetime, int]:
    """How many posts came in by an account's own feed in each hour since then, by the beginning of the hour."""
    m, a = mention.c, addition.c
    own = (m.account == name, m.watch == "", m.kind != ADDED, m.received_at >= since)
    came, added = hour_of(m.received_at), hour_of(a.posted_at)
    mentions = select(came, func.count()).where(*own).group_by(came)
    ours = select(added, func.count()).join_from(addition, mention, m.number == a.number)
    additions = ours.where(*own, a.posted_at >= since)
    counts: Counter[datetime] = Counter()
    for query in (mentions, additions.group_by(added)):
        counts.update({from_ms(row[0] * HOUR_MS): row[1] for row in conn.execute(query)})
    return counts


def hour_of(column: Column[datetime]) -> ColumnElement[int]:
    """Which hour since 1970 a moment is in."""
    return type_coerce(column, BigInteger) // literal_column(str(HOUR_MS), BigInteger)


def tell(conn: Connection, feed: Feed, expected: float, *, house: House, now: datetime) -> bool:
    """Note that a feed is quiet, and tell the leads; False when it was heard meanwhile, or they know."""
    a = account.c
    still = (a.name == feed.name) & (a.heard_at == feed.heard_at) & a.quiet_at.is_(None) & a.trouble.is_(None)
    if conn.execute(update(account).where(still).values(quiet_at=now)).rowcount != 1:
        return False
    text = words.quiet(feed.name, when(feed.heard_at, house.zone), expected)
    for lead in house.leads:
        lane = f"quiet:{feed.name}:{lead}"
        wanted = Wanted(f"{lane}:{int(now.timestamp())}", Kind.TELL, lane, Rank.ACTION, None, lead, {"text": text})
        outbox.queue(conn, wanted, now)
    return True

"""Which posts we hold are looked at once more for what became of them, and what that look brought."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column, select, update

from bot.exchange import Held, Item
from bot.reply import LookUps
from bot.store.intake import arrivals
from bot.store.intake.corrections import Intake, Taken
from bot.store.schema import OPEN_ROWS, addition, arrival, mention

LATELY = timedelta(days=7)
"""How long after it came in what is over is looked at too: edits and deletions are followed that long."""
OPEN: ColumnElement[bool] = literal_column(f"({OPEN_ROWS.text})")
"""In the very words of its index, so that it serves."""
m, a = mention.c, arrival.c
Post = tuple[str, str, datetime, datetime | None]
"""The ids of a post and of its conversation, and when its mention and, of an addition, it was posted."""


def due(conn: Connection, account: str, look_ups: LookUps, now: datetime) -> list[Held]:
    """At most ``at_once`` posts not seen for ``every``, the longest ago first; those of open mentions before others."""
    before, those = now - look_ups.every, of_account(account)
    found = conn.execute(looked_at_before(before, those.where(OPEN), look_ups.at_once)).all()
    if left := look_ups.at_once - len(found):
        lately = those.where(m.received_at >= now - LATELY, ~OPEN)
        found = [*found, *conn.execute(looked_at_before(before, lately, left)).all()]
    return [held(row) for row in found]


def of_account(account: str) -> Select[tuple[int]]:
    """The numbers of an account's mentions that were not erased."""
    return select(m.number).where(m.account.concat("") == account, m.erased_at.is_(None)).correlate(None)


def looked_at_before(moment: datetime, those: Select[tuple[int]], limit: int) -> Select[Post]:
    """Posts of those mentions whose words we still hold, last seen before a moment: looked up, or as they came in.

    Written so that an index over what is open, or over what came in lately, leads: never one over all of an account.
    """
    seen = func.coalesce(a.looked_at, m.received_at)
    its_addition = (addition.c.number == a.number) & (addition.c.native_id == a.native_id)
    still_there = func.coalesce(addition.c.text_salt, m.text_salt) != ""
    return (
        select(a.native_id, m.conversation, m.posted_at, addition.c.posted_at.label("added_at"))
        .join_from(arrival, mention, a.number == m.number)
        .outerjoin(addition, its_addition)
        .where(a.number.in_(those), still_there, seen <= moment)
        .order_by(seen, a.number)
        .limit(limit)
    )


def held(row: Row[Post]) -> Held:
    """A post as a network is asked about it."""
    return Held(row.native_id, row.conversation, row.added_at or row.posted_at)


def take_in(conn: Connection, posts: Sequence[Held], items: Sequence[Item], intake: Intake) -> Taken:
    """Store what became of posts, and that they were looked at, together."""
    here = (a.account == intake.account.name) & a.native_id.in_([post.native_id for post in posts])
    taken = arrivals.take_in(conn, items, intake)
    conn.execute(update(arrival).where(here).values(looked_at=intake.now))
    return taken

"""What the watch that found a mention looks for."""

from sqlalchemy import Connection, select

from bot.store.schema_listening import watch
from bot.watching.terms import Terms


def terms_of(conn: Connection, ref: str) -> Terms | None:
    """The terms of the watch ``W-3``; None where there is no such watch."""
    number = ref.partition("-")[2]
    if not number.isdigit():
        return None
    row = conn.execute(select(watch.c.words, watch.c.tags).where(watch.c.number == int(number))).one_or_none()
    return Terms(tuple(row.words), tuple(row.tags)) if row else None

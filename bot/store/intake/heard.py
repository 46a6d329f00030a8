"""When an account was last heard, which ends a silence that the leads were told of."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.exchange import ADDED, Incoming, Item
from bot.store.intake.corrections import Intake, Taken
from bot.store.schema import account


def lock(conn: Connection, intake: Intake) -> None:
    """Before anything comes in: whoever reads, hears or sends from an account takes its row first, so that none waits
    for another that waits for them.
    """
    row = select(account.c.name).where(account.c.name == intake.account.name).with_for_update()
    if conn.execute(row).first() is None:
        insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(account)
        first = insert.values(name=intake.account.name, turn=0).on_conflict_do_nothing(index_elements=["name"])
        conn.execute(first)
        conn.execute(row)


def note(conn: Connection, taken: Taken, items: Sequence[Item], intake: Intake) -> None:
    """Something new came in by its feed. What a watch found, what staff brought in, and what we had already, says nothing
    about that.
    """
    by_staff = any(isinstance(one, Incoming) and one.kind == ADDED for one in items)
    if (taken.new or taken.added) and not intake.watch and not by_staff:
        here = account.c.name == intake.account.name
        conn.execute(update(account).where(here).values(heard_at=intake.now, quiet_at=None))

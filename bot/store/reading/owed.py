"""What is owed and what is hidden, for whoever comes next: promises, translations, second looks, and posts of the public."""

from sqlalchemy import Connection

from bot.store.reading.queue import Narrow
from bot.store.replying import hiding, tasks
from bot.task import Owed

LISTED = 6


def read(conn: Connection, narrow: Narrow) -> Owed:
    """Of everybody; narrowed to a person, what is theirs. What is owed belongs to people, not to channels or accounts."""
    if narrow and not narrow.owner:
        return Owed()
    whose = (tasks.of_person(narrow.owner),) if narrow.owner else ()
    found = tasks.find_open(conn, *whose, most=LISTED)
    total = len(found) if len(found) < LISTED else tasks.count_open(conn, *whose)
    if narrow.owner:
        return Owed(tuple(found), total)
    hidden = hiding.hidden(conn, LISTED)
    return Owed(tuple(found), total, tuple(hidden), len(hidden) if len(hidden) < LISTED else hiding.count_hidden(conn))

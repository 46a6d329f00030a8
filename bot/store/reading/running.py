"""The rights whose clocks run, for whoever comes next: what is due first, with how many there are."""

from sqlalchemy import Connection

from bot.rights.right import Running
from bot.store.duty import rights_rows
from bot.store.duty.rights_rows import R
from bot.store.reading.queue import Narrow

LISTED = 6


def read(conn: Connection, narrow: Narrow) -> Running:
    """Of everybody; narrowed to a person, what is theirs. A right belongs to a person, not to a channel or account."""
    if narrow and not narrow.owner:
        return Running()
    whose = (R.owner == narrow.owner,) if narrow.owner else ()
    found = rights_rows.find_open(conn, *whose, most=LISTED)
    return Running(tuple(found), len(found) if len(found) < LISTED else rights_rows.count_open(conn, *whose))


def fact(conn: Connection) -> dict[str, list[object]]:
    """The same for a shift's draft, by number; nothing where none runs."""
    found = read(conn, Narrow())
    return {"rights": [found.total, *dict.fromkeys(one.number for one in found.first)]} if found.total else {}

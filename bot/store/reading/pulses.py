"""When each loop of any copy last went round, as the copies tell one another in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.columns import from_ms, to_ms
from bot.store.schema import counter

ALIVE = "alive:"


def note(conn: Connection, beats: Mapping[str, datetime]) -> None:
    """Keep what this copy has seen move. In the order of names, so that two copies never wait for each other."""
    insert = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(counter)
    for loop, at in sorted(beats.items()):
        row = insert.values(name=f"{ALIVE}{loop}"[:40], value=to_ms(at))
        conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded["value"]}))


def still(conn: Connection, loops: Sequence[str], since: datetime) -> list[str]:
    """The loops that no copy has seen move since then."""
    c = counter.c
    rows = conn.execute(select(c.name, c.value).where(c.name.in_([f"{ALIVE}{loop}"[:40] for loop in loops])))
    moved = {name for name, value in rows if from_ms(value) >= since}
    return [loop for loop in loops if f"{ALIVE}{loop}"[:40] not in moved]

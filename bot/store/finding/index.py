"""Keeps the index of words up to date, by reading on in the record: whatever wrote it, and however long ago.

A cursor says up to which event the record was read. What a mention's words were made from is its version, so reading an
event again costs little, and a mention that changed meanwhile is simply read again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, case, cast, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.finding.terms import PARTED, as_stored, facet, joined
from bot.house import CANARY_NETWORK
from bot.store.finding.texts import PUBLIC, Said, texts_of
from bot.store.schema import counter, event, findable, mention, reply

CURSOR = "found_up_to"
"""The counter: every event up to this one has been read."""
AT_A_TIME = 200
SETTLED = timedelta(minutes=2)
"""On PostgreSQL numbers of events are given before they are committed, so the cursor passes only what is older than any
transaction may last."""
STRIDE = 1_000
"""Events of nothing new that the cursor is moved over at once: moving it over each would be a write each second."""
COUNTED = 10_000
OF_MENTION = case((event.c.subject.like("M-%"), cast(func.substr(event.c.subject, 3), BigInteger)))


def catch_up(conn: Connection, now: datetime, most: int = AT_A_TIME) -> int:
    """Read what changed since it was last read, the oldest first; returns how many mentions were read.

    A mention that somebody is changing just now is left for the next round, so that nobody waits for this, and what is
    being erased is never written back.
    """
    read_to = cursor(conn)
    late = conn.execute(stale(read_to).order_by(event.c.id).limit(most)).all()
    numbers = sorted({row.number for row in late})
    held = locked(conn, numbers)
    write(conn, held)
    end = newest(conn) if len(late) < most else late[-1].id - 1
    if len(held) < len(numbers):
        end = min(end, first_in_hand(conn, late, held))
    move_on(conn, read_to, end, now)
    return len(held)


def is_behind(conn: Connection) -> bool:
    """Whether ``catch_up`` would do anything that is worth a transaction."""
    read_to = cursor(conn)
    return newest(conn) - read_to >= STRIDE or conn.execute(stale(read_to).limit(1)).first() is not None


def waiting(conn: Connection) -> int:
    """How many changes of mentions cannot be found yet; of more than COUNTED, that many."""
    late = stale(cursor(conn)).limit(COUNTED).subquery()
    return int(conn.execute(select(func.count()).select_from(late)).scalar_one())


def cursor(conn: Connection) -> int:
    """The event up to which all were read."""
    return int(conn.execute(select(counter.c.value).where(counter.c.name == CURSOR)).scalar() or 0)


def newest(conn: Connection) -> int:
    """The newest event there is."""
    return int(conn.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one())


def stale(read_to: int) -> Select[Any]:
    """Events after the cursor, of mentions whose words were read before them."""
    behind = findable.c.version.is_(None) | (findable.c.version < event.c.seq)
    joining = event.outerjoin(findable, findable.c.number == OF_MENTION)
    columns = select(event.c.id, OF_MENTION.label("number")).select_from(joining)
    return columns.where(event.c.id > read_to, event.c.subject.like("M-%"), behind)


def locked(conn: Connection, numbers: Sequence[int]) -> Sequence[Any]:
    """Those mentions, as long as nobody is changing them; nobody can until the transaction ends."""
    m = mention.c
    if not numbers:
        return ()
    columns = select(m.number, m.version, m.network, m.account, m.topic, m.owner, m.last_owner, m.erased_at)
    held = columns.where(m.number.in_(numbers)).order_by(m.number)
    return conn.execute(held.with_for_update(read=True, skip_locked=True)).all()


def first_in_hand(conn: Connection, late: Sequence[Any], held: Sequence[Any]) -> int:
    """The event before the first of a mention that somebody is changing; one that is not there at all is passed over."""
    missed = {row.number for row in late} - {row.number for row in held}
    there = set(conn.execute(select(mention.c.number).where(mention.c.number.in_(missed))).scalars())
    return int(min((row.id - 1 for row in late if row.number in there), default=late[-1].id))


def write(conn: Connection, held: Sequence[Any]) -> None:
    """Keep the words of mentions as they are now. Where only the version is new, the index itself is left alone."""
    if not held:
        return
    numbers = [row.number for row in held]
    texts, people = texts_of(conn, numbers), answered_by(conn, numbers)
    rows = {
        row.number: {
            "number": row.number,
            "version": row.version,
            "words": as_stored(terms_of(row, texts[row.number], people[row.number]), conn.dialect.name),
        }
        for row in held
    }
    known = conn.execute(select(findable.c.number, findable.c.words).where(findable.c.number.in_(numbers)))
    same = {row.number for row in known if row.words == rows[row.number]["words"]}
    for number in same:
        here = (findable.c.number == number) & (findable.c.version < rows[number]["version"])
        conn.execute(update(findable).where(here).values(version=rows[number]["version"]))
    if fresh := [row for number, row in rows.items() if number not in same]:
        conn.execute(KEEP[conn.dialect.name], fresh)


KEEP = {
    name: new.on_conflict_do_update(
        index_elements=["number"],
        set_={"version": new.excluded.version, "words": new.excluded.words},
        where=findable.c.version < new.excluded.version,
    )
    for name, new in (("sqlite", sqlite.insert(findable)), ("postgresql", postgresql.insert(findable)))
}


def terms_of(row: Any, texts: Sequence[Said], people: Collection[str]) -> list[str]:
    """What a mention is found by: where it came in, what it is about, whose it is, and all its words; of an erased one
    nothing.
    """
    if row.erased_at or row.network == CANARY_NETWORK:
        return []
    staff = sorted({*people, *(one for one in (row.owner, row.last_owner) if one)})
    known = [facet("network", row.network), facet("account", row.account), *topics(row.topic)]
    return [*known, *(facet("by", one) for one in staff), PARTED, *joined(said.text for said in texts)]


def answered_by(conn: Connection, numbers: Sequence[int]) -> Mapping[int, set[str]]:
    """Who wrote the replies of each that the public has seen."""
    r = reply.c
    found: dict[int, set[str]] = {number: set() for number in numbers}
    for number, by in conn.execute(select(r.number, r.by).where(r.number.in_(numbers), r.state.in_(PUBLIC)).distinct()):
        found[number].add(by)
    return found


def topics(topic: str) -> list[str]:
    """A topic with those above it: ``bins.missed`` is found by ``bins`` too."""
    parts = topic.casefold().split(".") if topic else []
    return [facet("topic", ".".join(parts[: end + 1])) for end in range(len(parts))]


def move_on(conn: Connection, read_to: int, end: int, now: datetime) -> None:
    """Move the cursor up to ``end``, as far as no event below it can still appear. Never back."""
    if conn.dialect.name != "sqlite":
        here = (event.c.id > read_to) & (event.c.id <= end) & (event.c.at <= now - SETTLED)
        end = conn.execute(select(func.max(event.c.id)).where(here)).scalar() or read_to
    if end <= read_to:
        return
    new = (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(counter).values(name=CURSOR, value=end)
    further = counter.c.value < new.excluded.value
    conn.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}, where=further))

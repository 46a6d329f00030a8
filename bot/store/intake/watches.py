"""Watches: made, changed, made longer, stopped and handed on; each change is a line in the watch's own record."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, false, func, or_, select, update

from bot.errors import NotAllowed
from bot.house import House
from bot.mention import SYSTEM
from bot.store import mentions, schema
from bot.store.duty import gone
from bot.store.duty.rota import tell
from bot.store.proof import record
from bot.store.schema_listening import RUNNING, watch_day, watch_reader
from bot.store.schema_listening import watch as table
from bot.watching.people import Known
from bot.watching.terms import folded
from bot.watching.watch import Day, Reader, Standing, Watch, Wish
from bot.words import watching as words

LISTS = frozenset({"words", "tags", "without", "accounts"})
RECORDED = ("words", "tags", "without", "accounts", "owner", "channel", "per_day", "until", "ended_at", "ended_by")
"""Columns whose changes are in the record: replaying a watch's events must give these."""
DAYS_SHOWN = 14
AUTHORS_LOOKED_AT = 500
LEAST_LETTERS = 3
"""Of a word by which names are looked for."""


def watch_from(row: RowMapping) -> Watch:
    """A row as the core knows it."""
    plain: dict[str, Any] = {one.name: row[one.name] for one in fields(Watch)}
    plain |= {name: tuple(plain[name]) for name in LISTS}
    return Watch(**plain)


def find(conn: Connection, number: int | None, *, lock: bool = False) -> Watch:
    """The watch of that number. Raises NotAllowed, which says which there are."""
    query = select(table).where(table.c.number == (number or 0))
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotAllowed(words.which([one.ref for one in running(conn)]))
    return watch_from(row)


def running(conn: Connection) -> list[Watch]:
    """Those that look, the oldest first."""
    return [watch_from(row) for row in conn.execute(select(table).where(RUNNING).order_by(table.c.number)).mappings()]


def owned_by(conn: Connection, person: str) -> list[Watch]:
    """Those of one person that look."""
    return [one for one in running(conn) if one.owner == person]


def standing(conn: Connection, number: int | None) -> Standing:
    """A watch with how it goes. Raises NotAllowed."""
    watch = find(conn, number)
    r, d = watch_reader.c, watch_day.c
    rows = conn.execute(select(watch_reader).where(r.watch == watch.number).order_by(r.account)).mappings()
    readers = tuple(Reader(row["account"], row["read_at"], row["trouble"] or "", row["slowed"]) for row in rows)
    newest = select(watch_day).where(d.watch == watch.number).order_by(d.day.desc()).limit(DAYS_SHOWN)
    days = tuple(Day(row["day"], row["hits"], row["left_out"]) for row in conn.execute(newest).mappings())
    return Standing(watch, readers, days)


def known(conn: Connection, asked: Sequence[str], house: House) -> Known:
    """Who of those asked about is known here: our own, members of staff, and authors of mentions; all ``folded``."""
    m, s = schema.mention.c, schema.staff.c
    wanted = list(dict.fromkeys(way for one in asked for way in (one, one.lower(), one.title())))
    authors = conn.execute(
        select(m.author_name, m.author_handle)
        .where(
            said_by(m.author_name, wanted)
            | said_by(func.replace(m.author_name, " ", ""), wanted)
            | said_by(m.author_handle, [*wanted, *(f"@{one}" for one in wanted)])
            | has_a_handle_of(asked)
        )
        .distinct()
        .limit(AUTHORS_LOOKED_AT)
    ).all()
    alike = conn.execute(select(m.author_name).where(has_a_word_of(asked)).distinct().limit(AUTHORS_LOOKED_AT)).scalars()
    staff = conn.execute(select(s.name)).scalars()
    handles = {folded(row.author_handle).removeprefix("@") for row in authors}
    return Known(
        own_names=house.own_names,
        own_handles=house.own_handles,
        staff=frozenset(folded(name) for name in staff if " " in name.strip()),
        names=frozenset(folded(name) for name in (*(row.author_name for row in authors), *alike)),
        handles=frozenset(handles | {handle.partition("@")[0] for handle in handles}),
    )


def said_by(column: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
    """Whether somebody is called one of these; small letters are the database's own, which knows fewer of them."""
    return column.in_(wanted) | func.lower(column).in_(wanted)


def has_a_word_of(asked: Sequence[str]) -> ColumnElement[bool]:
    """Whether somebody is called by a word of what has several: with more beside it, or the other way round."""
    parts = {word for one in asked for word in one.lower().split() if " " in one and len(word) >= LEAST_LETTERS}
    name = func.lower(schema.mention.c.author_name)
    return or_(false(), *(name.contains(word, autoescape=True) for word in sorted(parts)))


def has_a_handle_of(asked: Sequence[str]) -> ColumnElement[bool]:
    """Whether somebody's handle is one of these, with its server after it."""
    names = {one.lower() for one in asked if " " not in one and "@" not in one}
    handle = func.lower(schema.mention.c.author_handle)
    begins = (f"{mark}{name}@" for name in sorted(names) for mark in ("", "@"))
    return or_(false(), *(handle.startswith(begin, autoescape=True) for begin in begins))


# --- changing ----------------------------------------------------------------------------------------------------


def make(conn: Connection, wish: Wish, by: str, *, until: datetime, house: House, now: datetime, key: str) -> Watch | None:
    """A new watch, which looks from now on; None when the same key has made it before. Raises NotAllowed for too many."""
    if not mentions.first_time(conn, key, now):
        return None
    counter = schema.counter.c
    last = conn.execute(select(counter.value).where(counter.name == "watch").with_for_update()).scalar_one()
    if len(running(conn)) >= house.watching.most:
        raise NotAllowed(words.too_many(house.watching.most))
    conn.execute(update(schema.counter).where(counter.name == "watch").values(value=last + 1))
    made = with_wish(Watch(last + 1, (), (), (), (), by, "", "", 0, until, by, now), wish)
    if until - now <= timedelta(days=words.ENDS_IN_DAYS):
        made = replace(made, told=1)
    conn.execute(table.insert().values(**row_of(made)))
    append(conn, made, "made", {name: getattr(made, name) for name in RECORDED}, by=by, note=wish.why, now=now)
    keep_readers(conn, made, now)
    return made


def with_wish(watch: Watch, wish: Wish) -> Watch:
    """The watch as somebody wants it."""
    terms = wish.terms
    what = {"words": terms.words, "tags": terms.tags, "without": terms.without}
    where = {"accounts": wish.accounts, "channel": wish.channel, "per_day": wish.per_day, "why": wish.why}
    return replace(watch, **what, **where)  # type: ignore[arg-type]  # as their names say


def row_of(watch: Watch) -> dict[str, Any]:
    """The columns of a watch."""
    each = {one.name: getattr(watch, one.name) for one in fields(Watch)}
    return {name: list(value) if name in LISTS else value for name, value in each.items()}


def change(conn: Connection, number: int, wish: Wish, by: str, *, since: int, now: datetime) -> Watch:
    """Other terms, accounts, channel or budget. Raises NotAllowed for one that ended, or was changed ``since``."""
    before = still_running(conn, number)
    if before.version != since:
        raise NotAllowed(words.CHANGED_MEANWHILE)
    after = written(conn, before, with_wish(taken_up(conn, before, by), wish), "changed", by=by, note=wish.why, now=now)
    keep_readers(conn, after, now)
    return after


def extend(conn: Connection, number: int, until: datetime, by: str, *, why: str, now: datetime) -> Watch:
    """It looks until another time."""
    before = still_running(conn, number)
    after = replace(taken_up(conn, before, by), until=until, told=0)
    return written(conn, before, after, "extended", by=by, note=why, now=now)


def stop(conn: Connection, number: int, by: str, *, why: str, now: datetime) -> Watch:
    """It looks no more; by SYSTEM when its time is over. What it found stays."""
    before = still_running(conn, number)
    after = replace(before, ended_at=now, ended_by=by)
    return written(conn, before, after, "ended" if by == SYSTEM else "stopped", by=by, note=why, now=now)


def hand_on(conn: Connection, person: str, to: str, by: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """What a leaver watched is a colleague's, who hears of it; the references."""
    theirs = owned_by(conn, person)
    name = mentions.names(conn, {by})[by]
    for one in theirs:
        after = written(conn, one, replace(one, owner=to), "given", by=by, now=now)
        if to != by:
            key = f"watch:{one.number}:given:{after.version}"
            tell(conn, key, to, words.given(one.ref, one.terms.wanted, name), house=house, now=now)
    return tuple(one.ref for one in theirs)


def still_running(conn: Connection, number: int) -> Watch:
    """A watch to be changed, locked. Raises NotAllowed for one that ended."""
    watch = find(conn, number, lock=True)
    if not watch.is_running:
        raise NotAllowed(words.over(watch.ref))
    return watch


def taken_up(conn: Connection, watch: Watch, by: str) -> Watch:
    """Whoever takes care of the watch of one who has left has it from then on."""
    return replace(watch, owner=by) if gone.has_left(conn, watch.owner) else watch


def written(conn: Connection, before: Watch, after: Watch, action: str, *, by: str, note: str = "", now: datetime) -> Watch:
    """Write what changed, with its line in the record."""
    after = replace(after, version=before.version + 1)
    row = {name: value for name, value in row_of(after).items() if name != "number"}
    conn.execute(update(table).where(table.c.number == before.number).values(**row))
    changed = {name: getattr(after, name) for name in RECORDED if getattr(after, name) != getattr(before, name)}
    append(conn, after, action, changed, by=by, note=note, now=now)
    return after


def append(
    conn: Connection, watch: Watch, action: str, changes: Mapping[str, object], *, by: str, note: str, now: datetime
) -> None:
    """One line of the watch's record. Raises LookupError when the row and the record are out of step, which is a bug."""
    seq = record.append(conn, watch.subject, action, at=now, actor=by, changes=changes, note=note)
    if seq != watch.version:
        raise LookupError(f"{watch.ref}: event {seq} for version {watch.version}")


def keep_readers(conn: Connection, watch: Watch, now: datetime) -> None:
    """A reader for each account it reads through, and none for others; new terms are looked for at once.

    What is just being read was asked for with the old ones: its turn is over.
    """
    r = watch_reader.c
    here = r.watch == watch.number
    conn.execute(delete(watch_reader).where(here, r.account.not_in(watch.accounts)))
    conn.execute(update(watch_reader).where(here).values(due_at=now, turn=r.turn + 1))
    there = set(conn.execute(select(r.account).where(here)).scalars())
    new = [{"watch": watch.number, "account": one, "due_at": now} for one in watch.accounts if one not in there]
    if new:
        conn.execute(watch_reader.insert(), new)

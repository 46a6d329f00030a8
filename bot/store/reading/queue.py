"""Every open mention, in the order it should be looked at, and what a report says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select

from bot.house import House
from bot.mention import Mention, State
from bot.store import mentions, schema, switch
from bot.store.sending import outbox
from bot.watching.watch import KIND

OPEN: ColumnElement[bool] = literal_column(f"({schema.OPEN_ROWS.text})")
UNSEEN: ColumnElement[bool] = literal_column(f"({schema.UNSEEN_ROWS.text})")
"""In the very words of their indexes, so that these serve. (A Boolean would add ``= 1``.)"""
OWNERS, OLDEST = 25, 6
SCREEN = 60
"""Open mentions a report lists; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """Whose, in which channel, of which account; empty: all."""

    owner: str = ""
    channel: str = ""
    account: str = ""

    def __bool__(self) -> bool:
        return bool(self.owner or self.channel or self.account)

    def conditions(self, house: House) -> list[ColumnElement[bool]]:
        """The same of open mentions."""
        c = schema.mention.c
        wanted: list[ColumnElement[bool]] = [OPEN]
        if self.owner:
            wanted.append(c.owner == self.owner)
        if self.account:
            wanted.append(c.account == self.account)
        if self.channel:
            known = house.accounts.items()
            public = [name for name, account in known if account.channel == self.channel]
            private = [name for name, account in known if account.private_channel == self.channel]
            own = (c.channel == self.channel) | (c.channel == "") & c.account.in_(public)
            wanted.append(or_(own & ~c.private, c.account.in_(private) & c.private))
        return wanted


EVERYTHING = Narrow()


@dataclass(frozen=True, slots=True)
class Owned:
    """One person's open mentions, or nobody's: how many, and the OLDEST of them."""

    owner: str
    total: int
    oldest: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is open now. ``open`` is in queue order, at most SCREEN of ``total``; the figures count all of them."""

    now: datetime
    open: tuple[Mention, ...] = ()
    total: int = 0
    overdue: int = 0
    unseen: int = 0
    unseen_late: int = 0
    """Unseen though somebody was to have looked by now."""
    oldest_unseen: str | None = None
    unseen_for: timedelta | None = None
    not_confirmed: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    owned: tuple[Owned, ...] = ()
    stopped_by: str = ""
    troubles: tuple[tuple[str, str], ...] = ()


def report(conn: Connection, now: datetime, house: House, narrow: Narrow = EVERYTHING) -> Report:
    """Read it all on one view of the database."""
    c, wanted = schema.mention.c, narrow.conditions(house)
    rows = conn.execute(select(schema.mention).where(*wanted).order_by(c.priority, c.respond_by, c.number).limit(SCREEN))
    found = tuple(mentions.mention_from(row) for row in rows.mappings())
    ref, waited = oldest_unseen(conn, now, *wanted)
    whose, stop = tuple(by_owner(conn, wanted)), switch.stopped(conn)
    many = func.count()
    figures = (many, many.filter(c.respond_by <= now), many.filter(UNSEEN), many.filter(UNSEEN, c.see_by <= now))
    total, overdue, unseen, late = conn.execute(select(*figures).select_from(schema.mention).where(*wanted)).one()
    return Report(
        now=now,
        open=found,
        total=total,
        overdue=overdue,
        unseen=unseen,
        unseen_late=late,
        oldest_unseen=ref,
        unseen_for=waited,
        not_confirmed=not_confirmed(conn, wanted),
        names=mentions.names(conn, {m.owner for m in found if m.owner} | {o.owner for o in whose} | set(house.officers)),
        owned=whose,
        stopped_by=stop.by if stop else "",
        troubles=troubles(conn),
    )


def by_owner(conn: Connection, wanted: list[ColumnElement[bool]]) -> list[Owned]:
    """Everybody's open mentions, nobody's first, then whoever has most; at most OWNERS."""
    c = schema.mention.c
    many = func.count()
    groups = conn.execute(select(c.owner, many).where(*wanted).group_by(c.owner).order_by(c.owner.isnot(None), many.desc()))
    found = []
    for owner, total in groups.all()[:OWNERS]:
        whose = c.owner.is_(None) if owner is None else c.owner == owner
        rows = conn.execute(select(schema.mention).where(*wanted, whose).order_by(c.received_at, c.number).limit(OLDEST))
        found.append(Owned(owner or "", total, tuple(mentions.mention_from(row) for row in rows.mappings())))
    return found


def unclaimed(conn: Connection, after: int, limit: int) -> Sequence[Mention]:
    """Mentions nobody has, longest past their target first, from the ``after``-th on."""
    c = schema.mention.c
    query = select(schema.mention).where(OPEN, c.state == State.NEW).order_by(c.priority, c.respond_by, c.number)
    return [mentions.mention_from(row) for row in conn.execute(query.offset(after).limit(limit)).mappings()]


def count(conn: Connection, *wanted: ColumnElement[bool]) -> int:
    """How many mentions fit."""
    return conn.execute(select(func.count()).select_from(schema.mention).where(*wanted)).scalar_one()


def oldest_unseen(conn: Connection, now: datetime, *wanted: ColumnElement[bool]) -> tuple[str | None, timedelta | None]:
    """The open mention nobody has looked at for longest, and how long: the headline.

    Of what watches found only what should have been looked at by now: nobody spoke to us, so until then it is no silence.
    """
    c = schema.mention.c
    row = conn.execute(
        select(c.number, c.received_at).where(UNSEEN, ~has_time(now), *wanted).order_by(c.received_at, c.number).limit(1)
    ).one_or_none()
    return (f"M-{row.number}", now - row.received_at) if row else (None, None)


def has_time(now: datetime) -> ColumnElement[bool]:
    """Found by a watch, and not late to be looked at."""
    c = schema.mention.c
    return and_(c.kind == KIND, c.see_by.is_not(None), c.see_by > now)


def not_confirmed(conn: Connection, wanted: Sequence[ColumnElement[bool]] = ()) -> tuple[str, ...]:
    """Mentions whose reply nobody can account for yet."""
    d = schema.delivery.c
    doubtful = outbox.NOT_OVER, d.kind == "reply", d.state.in_(("unknown", "needs_human"))
    numbers = select(d.number).where(*doubtful)
    if wanted:
        numbers = numbers.where(d.number.in_(select(schema.mention.c.number).where(*wanted)))
    return tuple(f"M-{number}" for number in sorted(conn.execute(numbers).scalars()))


def troubles(conn: Connection) -> tuple[tuple[str, str], ...]:
    """Accounts that cannot be read now, and why: an expired token is not a calm day."""
    a = schema.account.c
    return tuple((row.name, row.trouble) for row in conn.execute(select(a.name, a.trouble).where(a.trouble.is_not(None))))


def figures(conn: Connection, now: datetime) -> Mapping[str, float]:
    """For /metrics: mentions by state, the headline in seconds, and what waits in the outbox."""
    c = schema.mention.c
    by_state = {row[0]: row[1] for row in conn.execute(select(c.state, func.count()).where(OPEN).group_by(c.state))}
    _, waited = oldest_unseen(conn, now)
    return {
        **{f"open_{state}": float(by_state.get(state, 0)) for state in (State.NEW, State.CLAIMED, State.REPLYING)},
        "unseen": float(count(conn, UNSEEN)),
        "unseen_late": float(count(conn, UNSEEN, c.see_by <= now)),
        "overdue": float(count(conn, OPEN, c.respond_by <= now)),
        "oldest_unseen_seconds": waited.total_seconds() if waited else 0.0,
        **{f"outbox_{state}": float(n) for state, n in outbox.counts(conn).items()},
    }

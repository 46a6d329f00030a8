"""What the next person must know, on one view of the database: by number for a shift's draft, in full for ``handover``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from bot.command import Place
from bot.delivery import Kind, Rank
from bot.duty.rota import DutyRole, Rota
from bot.duty.shifts import Handover
from bot.house import House
from bot.mention import Mention, State
from bot.rights.right import Running
from bot.store import mentions, schema
from bot.store.duty import handovers, rota
from bot.store.reading import owed, queue, running
from bot.store.reading.queue import OPEN, UNSEEN, Narrow, Report
from bot.store.replying import asking
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.task import Owed

LISTED = 12
"""Mentions each list names; the counts are of all."""
PAGE = 20
"""Mentions a later page lists."""
NEXT_HOURS = timedelta(hours=12)
"""How far ahead what wakes is looked for where nobody takes turns."""
SHIFTS_WITHIN = timedelta(days=32)
M = schema.mention.c


@dataclass(frozen=True, slots=True)
class Listed:
    """The first LISTED of ``total`` mentions."""

    total: int = 0
    first: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """All of ``handover``. ``report`` has the figures; ``page`` is a later page: what is open, in queue order."""

    report: Report
    unseen: Listed
    overdue: Listed
    waking: Listed
    offered: Listed
    page: tuple[Mention, ...] = ()
    waking_until: datetime | None = None
    rota: Rota = field(default_factory=Rota)
    waiting: tuple[Handover, ...] = ()
    awaiting: tuple[int, tuple[asking.Listed, ...]] = (0, ())
    """How many replies wait for approval, and the first of them."""
    names: Mapping[str, str] = field(default_factory=dict)
    owed: Owed = field(default_factory=Owed)
    rights: Running = field(default_factory=Running)


def read(conn: Connection, now: datetime, house: House, narrow: Narrow, *, page: int = 0) -> Overview:
    """Read it with a number of queries that does not grow with what is open."""
    wanted = narrow.conditions(house)
    report = queue.report(conn, now, house, narrow)
    here = rota.snapshot(conn, house, now)
    until = end_of_next_shift(here, now)
    lists = (unseen(conn, now, wanted), overdue(conn, now, wanted), waking(conn, until, wanted), offered(conn, wanted))
    pending = tuple(handovers.waiting(conn, now))
    named = {person for one in lists for m in one.first for person in (m.owner, m.offered_to) if person}
    named |= {person for one in pending for person in (one.from_person, one.to_person)} | set(here.plan.people)
    awaiting = asking.awaiting(conn, wanted, LISTED)
    named |= {one.writer for one in awaiting[1]}
    named |= {override.person for override in here.overrides}
    promised = owed.read(conn, narrow)
    claimed = running.read(conn, narrow)
    named |= promised.people | claimed.people
    return Overview(
        report,
        *lists,
        page=in_order(conn, wanted, (page - 1) * PAGE) if page else (),
        waking_until=until,
        rota=here,
        waiting=pending,
        awaiting=awaiting,
        names={**report.names, **mentions.names(conn, named)},
        owed=promised,
        rights=claimed,
    )


def end_of_next_shift(here: Rota, now: datetime) -> datetime:
    """When the shift after this one ends; a few hours on where nobody takes turns."""
    coming = here.next_change(DutyRole.DUTY, now, SHIFTS_WITHIN)
    return coming.end if coming else now + NEXT_HOURS


def facts(conn: Connection, handover: Handover, now: datetime) -> dict[str, list[object]]:
    """What is open as a shift's handover is drafted, by number: each list begins with how many there are."""
    lists = {
        "unseen": unseen(conn, now, [OPEN]),
        "overdue": overdue(conn, now, [OPEN]),
        "claimed": listed(conn, [OPEN, M.owner == handover.from_person, M.state != State.SNOOZED], M.received_at),
        "waking": waking(conn, handover.ends_at, [OPEN]),
    }
    doubtful = queue.not_confirmed(conn)
    return {
        "open": [queue.count(conn, OPEN)],
        **{
            name: [found.total, *(mention.number for mention in found.first)] for name, found in lists.items() if found.total
        },
        **({"not_confirmed": [len(doubtful), *(int(ref[2:]) for ref in doubtful[:LISTED])]} if doubtful else {}),
        **running.fact(conn),
        "trouble": [name for name, _ in queue.troubles(conn)],
    }


# --- the lists ---------------------------------------------------------------------------------------------------


def unseen(conn: Connection, now: datetime, wanted: Sequence[ColumnElement[bool]]) -> Listed:
    """What nobody has looked at: first what somebody should have by now, then the oldest."""
    late = first(conn, [*wanted, UNSEEN, M.see_by <= now], M.see_by)
    rest = first(conn, [*wanted, UNSEEN, or_(M.see_by.is_(None), M.see_by > now)], M.received_at)
    found = (*late, *rest)
    return Listed(counted(conn, found, [*wanted, UNSEEN]), found[:LISTED])


def overdue(conn: Connection, now: datetime, wanted: Sequence[ColumnElement[bool]]) -> Listed:
    """What should have been answered by now, the most urgent first and of those the longest overdue."""
    return listed(conn, [*wanted, M.respond_by <= now], M.priority, M.respond_by)


def waking(conn: Connection, until: datetime, wanted: Sequence[ColumnElement[bool]]) -> Listed:
    """What sleeps and wakes by then, in that order."""
    return listed(conn, [*wanted, M.state == State.SNOOZED, M.snooze_until <= until], M.snooze_until)


def offered(conn: Connection, wanted: Sequence[ColumnElement[bool]]) -> Listed:
    """What was offered to a colleague who has not answered yet."""
    return listed(conn, [*wanted, M.offer_until.is_not(None)], M.offer_until)


def listed(conn: Connection, wanted: Sequence[ColumnElement[bool]], *order: ColumnElement[Any]) -> Listed:
    """The first that fit, and how many do."""
    found = first(conn, wanted, *order)
    return Listed(counted(conn, found, wanted), found)


def first(conn: Connection, wanted: Sequence[ColumnElement[bool]], *order: ColumnElement[Any]) -> tuple[Mention, ...]:
    """The first LISTED that fit, in an order that an index has."""
    rows = conn.execute(select(schema.mention).where(*wanted).order_by(*order, M.number).limit(LISTED)).mappings()
    return tuple(mentions.mention_from(row) for row in rows)


def counted(conn: Connection, found: Sequence[Mention], wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many fit; counted only where not all of them are there."""
    return len(found) if len(found) < LISTED else queue.count(conn, *wanted)


def in_order(conn: Connection, wanted: Sequence[ColumnElement[bool]], after: int) -> tuple[Mention, ...]:
    """Open mentions in queue order, from the ``after``-th on."""
    query = select(schema.mention).where(*wanted).order_by(M.priority, M.respond_by, M.number)
    rows = conn.execute(query.offset(after).limit(PAGE)).mappings()
    return tuple(mentions.mention_from(row) for row in rows)


# --- where it was asked ------------------------------------------------------------------------------------------


def channel_named(conn: Connection, house: House, at: Place) -> str:
    """The channel somebody is in, as the settings call it; empty when none of its cards were ever posted there."""
    channel = at.channel
    known = {account.channel for account in house.accounts.values()}
    if channel in known:
        return channel
    c = schema.card.c
    here = select(M.account, M.private, M.channel).join(schema.card, c.number == M.number)
    row = conn.execute(here.where(c.chat == at.chat, c.channel == channel).order_by(M.channel).limit(1)).one_or_none()
    if row and row.channel and not row.private:
        return str(row.channel)
    account = house.accounts.get(row.account) if row else None
    return account.channel_for(row.private) if row and account else ""


def post(conn: Connection, at: Place, text: str, *, key: str, now: datetime) -> None:
    """Say it where it was asked for, once for each time it is."""
    lane, said = f"share:{at.chat}:{at.channel}", {"text": text, "chat": at.chat}
    wanted = Wanted(f"share:{key}", Kind.POST, lane, Rank.ACTION, None, at.channel, said)
    outbox.queue(conn, wanted, now)

"""What a report is made from: the history of each mention of a period, read from the record in two questions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Text, and_, cast, func, literal, or_, select, type_coerce

from bot.house import CANARY_NETWORK, House
from bot.mention import SYSTEM, Action
from bot.moving import SEEING
from bot.reports.report import Found, History, Period, Report, Spell, report_of
from bot.store.proof.personal import WORDS, repeats, tokens
from bot.store.reading import queue, reports_in_public
from bot.store.schema import event, mention, staff
from bot.watching.watch import KIND

TAKING = frozenset({Action.CLAIM, Action.ACCEPT, Action.REPLY, Action.ANSWERED, Action.CLOSE})
"""A person who does one of these has taken the mention on."""
ANSWERING = frozenset({Action.SENT, Action.ANSWERED, Action.ELSEWHERE})
ENDING = frozenset({*ANSWERING, Action.CLOSE})
SOMEBODY = "<@"
"""How a person is written who was picked from a list."""
AT_ONCE = 500

m, e = mention.c, event.c
BY_A_PERSON = e.actor != SYSTEM
ITS_SUBJECT = literal("M-") + cast(m.number, Text)


class Called(NamedTuple):
    """What staff are called: each word of a name as it is written, and each two in a row in small letters."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def stands_in(self, reason: str) -> bool:
        """Whether a reason names somebody. One word in small letters does not: there are people called May and Grant."""
        alone, together = self.words & set(WORDS.findall(reason)), self.pairs & set(pairwise(tokens(reason)))
        return bool(SOMEBODY in reason or alone or together)


def report(conn: Connection, house: House, period: Period, now: datetime) -> Report:
    """A period's report, as things stand now."""
    ref, waited = queue.oldest_unseen(conn, now)
    counted = report_of(
        histories(conn, period),
        period,
        house.hours,
        now,
        oldest_unseen=(ref, waited) if ref and waited is not None else None,
        troubles=[name for name, _ in queue.troubles(conn)],
    )
    return replace(counted, in_public=reports_in_public.read(conn, house, period), found=found(conn, period, now))


def found(conn: Connection, period: Period, now: datetime) -> Found:
    """What watches found: nobody spoke to us, so it is in none of the other figures."""
    came = m.kind == KIND, m.received_at >= period.since, m.received_at < period.until
    figures = select(func.count(), func.count(m.seen_at)).where(*came)
    total, seen = conn.execute(figures).one()
    return Found(total, seen, queue.count(conn, queue.UNSEEN, queue.has_time(now)))


def histories(conn: Connection, period: Period) -> list[History]:
    """What came in during the period, and what came in earlier and was unseen for some of it."""
    rows = conn.execute(wanted(period.since, period.until)).all()
    reopened = [row.number for row in rows if row.reopened]
    unseen = {number: tuple(spells(events)) for number, events in events_of(conn, reopened)}
    colleagues = called(conn.execute(select(staff.c.name)).scalars().all())
    return [history(row, unseen.get(row.number), colleagues) for row in rows]


def wanted(since: datetime, until: datetime) -> Any:
    """One row a mention, with the first time each thing happened to it."""
    return (
        select(
            *(m.number, m.account, m.priority, m.close_reason, m.private, m.author_name, m.author_handle),
            *(in_milliseconds(column).label(column.name) for column in (m.received_at, m.ended_at)),
            first(SEEING, BY_A_PERSON).label("seen"),
            first(TAKING, BY_A_PERSON).label("taken"),
            first(ANSWERING).label("answered"),
            first(ENDING).label("first_end"),
            first([Action.REOPEN]).label("reopened"),
        )
        .join_from(mention, event, e.subject == ITS_SUBJECT)
        .where(m.number.in_(touched(since, until)), m.network != CANARY_NETWORK, m.kind != KIND)
        .group_by(m.number)
        .order_by(m.number)
    )


def touched(since: datetime, until: datetime) -> Any:
    """The numbers of what came in during the period, or earlier and was unseen for some of it; read from one index.

    Of the latter, each is unseen still, or was looked at last, or ended, since the period began.
    """
    t = mention.alias("touched").c
    still = and_(t.seen_at.is_(None), or_(t.ended_at.is_(None), t.ended_at >= since))
    return select(t.number).where(t.received_at < until, or_(t.received_at >= since, t.seen_at >= since, still))


def in_milliseconds(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A moment as it is stored."""
    return type_coerce(column, BigInteger)


def first(actions: Sequence[Action] | frozenset[Action], *by: ColumnElement[bool]) -> ColumnElement[int]:
    """When one of these was first done."""
    return func.min(in_milliseconds(e.at)).filter(e.action.in_(sorted(actions)), *by)


def history(row: Row[Any], unseen: tuple[Spell, ...] | None, colleagues: Called) -> History:
    """A row as a report counts it; ``unseen`` is given of what was opened again.

    Its reason is left out where it names colleagues or the author, and of a private message.
    """
    names_author = repeats(row.close_reason, (row.author_name, row.author_handle), ())
    untold = row.private or names_author or colleagues.stands_in(row.close_reason)
    looked = min((at for at in (row.seen, row.first_end) if at is not None), default=None)
    return History(
        account=row.account,
        priority=row.priority,
        received=row.received_at,
        seen=row.seen,
        taken=row.taken,
        answered=row.answered,
        ended=row.ended_at,
        reason="" if untold else row.close_reason,
        unseen=((row.received_at, looked),) if unseen is None else unseen,
    )


def events_of(conn: Connection, numbers: Sequence[int]) -> Iterator[tuple[int, list[Row[Any]]]]:
    """The events of some mentions, oldest first."""
    for start in range(0, len(numbers), AT_ONCE):
        subjects = {f"M-{number}": number for number in numbers[start : start + AT_ONCE]}
        found: dict[str, list[Row[Any]]] = {subject: [] for subject in subjects}
        asked = select(e.subject, e.action, e.actor, in_milliseconds(e.at).label("at")).where(e.subject.in_(subjects))
        for row in conn.execute(asked.order_by(e.subject, e.seq)):
            found[row.subject].append(row)
        yield from ((subjects[subject], events) for subject, events in found.items())


def spells(events: Sequence[Row[Any]]) -> Iterator[Spell]:
    """When it waited for somebody to look: from its beginning, and again from each time it was opened again."""
    since: int | None = events[0].at
    for one in events:
        if one.action == Action.REOPEN:
            since = one.at if since is None else since
        elif since is not None and (one.action in ENDING or (one.action in SEEING and one.actor != SYSTEM)):
            yield since, one.at
            since = None
    if since is not None:
        yield since, None


def called(names: Sequence[str]) -> Called:
    """What these people are called. An initial alone is nobody."""
    return Called(
        frozenset(word for name in names for word in WORDS.findall(name) if len(word) > 1),
        frozenset(pair for name in names for pair in pairwise(tokens(name))),
    )

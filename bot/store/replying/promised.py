"""What whoever wrote a mention was promised before, by the same account of ours."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select

from bot.mention import Mention
from bot.store import schema
from bot.store.replying import tasks
from bot.task import Kind, Promised

MOST = 3
RECENT = timedelta(days=90)
"""For how long before a mention came in a promise that is over is still told beside it."""
T, M, S = schema.task.c, schema.mention.c, schema.staff.c


def to_author_of(conn: Connection, mention: Mention) -> tuple[Promised, ...]:
    """The newest MOST promises on mentions of the same author on one account, what is open first.

    In private those of the same conversation too: under a post in public there is everybody. What was promised privately
    stands beside private mentions alone. Nothing of an author whose names were erased.
    """
    recent = or_(T.next_ask_at.is_not(None), T.due_at >= mention.received_at - RECENT)
    its = select(M.number).where(M.number == T.number, *alike(mention)).exists()
    found = select(schema.task, S.name.label("whose")).join(schema.staff, S.id == T.to, isouter=True)
    found = found.where(T.kind == Kind.PROMISE, T.what != "", recent, its)
    rows = conn.execute(found.order_by(T.next_ask_at.is_(None), T.due_at.desc(), T.id).limit(MOST)).mappings()
    return tuple(promised_from(conn, row) for row in rows)


def promised_from(conn: Connection, row: RowMapping) -> Promised:
    """One of them; the public heard of the first time it was given, whatever staff have put it off to since."""
    task = tasks.task_from(row)
    (_, said), *_ = tasks.times_told(conn, task)
    return Promised(task, row["whose"] or row["to"], said)


def alike(mention: Mention) -> Sequence[ColumnElement[bool]]:
    """Which mentions it may have been promised on; written so that each is looked up by its number: promises are few."""
    same = [and_(M.author_id == mention.author.id, M.author_id != "")]
    if mention.private and mention.conversation:
        same.append(and_(M.conversation == mention.conversation, M.private.is_(True)))
    account = func.coalesce(M.account, "") == mention.account
    return (account, or_(*same), *([] if mention.private else [M.private.is_(False)]))

"""What whoever wrote a mention was promised before: in the same conversation, or by the same account of ours."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.mention import Mention
from bot.store import schema
from bot.task import Kind, Promised, Task

MOST = 3
RECENT = timedelta(days=90)
"""For how long before a mention came in a promise that is over is still told beside it."""
T, M, S = schema.task.c, schema.mention.c, schema.staff.c


def to_author_of(conn: Connection, mention: Mention) -> tuple[Promised, ...]:
    """The newest MOST promises on mentions of the same author or conversation on one account, what is open first.

    What was promised privately stands beside private mentions alone. Nothing of an author whose names were erased.
    """
    recent = or_(T.next_ask_at.is_not(None), T.due_at >= mention.received_at - RECENT)
    its = select(M.number).where(M.number == T.number, *alike(mention)).exists()
    found = select(schema.task, S.name.label("whose")).join(schema.staff, S.id == T.to, isouter=True)
    found = found.where(T.kind == Kind.PROMISE, T.what != "", recent, its)
    rows = conn.execute(found.order_by(T.next_ask_at.is_(None), T.due_at.desc(), T.id).limit(MOST)).mappings()
    plain = [name for name in Task.__dataclass_fields__ if name != "kind"]
    return tuple(
        Promised(Task(kind=Kind.PROMISE, **{name: row[name] for name in plain}), row["whose"] or row["to"]) for row in rows
    )


def alike(mention: Mention) -> Sequence[ColumnElement[bool]]:
    """Which mentions it may have been promised on; written so that each is looked up by its number: promises are few."""
    same = [and_(M.author_id == mention.author.id, M.author_id != "")]
    if mention.conversation:
        same.append(M.conversation == mention.conversation)
    account = func.coalesce(M.account, "") == mention.account
    return (account, or_(*same), *([] if mention.private else [M.private.is_(False)]))

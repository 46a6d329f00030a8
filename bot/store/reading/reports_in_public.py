"""What a report counts besides mentions: posts hidden in its period, replies owed in two languages, promises due."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.house import House
from bot.reply import ReplyState
from bot.reports.in_public import InPublic, Parity, Promises, Reused
from bot.reports.report import Period
from bot.store.reading.saved import past_review
from bot.store.replying.tasks import task_from
from bot.store.schema import hiding, reply, task
from bot.task import Kind, Outcome

PUBLIC = (ReplyState.SENT, ReplyState.DELETED)
"""A reply that was taken down later was sent all the same."""


def read(conn: Connection, house: House, period: Period) -> InPublic:
    """Nothing of anybody by name."""
    h = hiding.c
    within = (h.at >= period.since) & (h.at < period.until) & (h.state != "failed")
    rows = conn.execute(select(h.rule, h.reviewed_at).where(within)).all()
    rules = Counter(row.rule for row in rows)
    ordered = tuple(sorted(rules.items(), key=lambda item: (-item[1], item[0])))
    unlooked = sum(row.reviewed_at is None for row in rows)
    both = parity(conn, house, period.since, period.until)
    told = promises(conn, period.since, period.until), reused(conn, period.since, period.until)
    return InPublic(ordered, unlooked, both, *told)


def reused(conn: Connection, since: datetime, until: datetime) -> Reused:
    """Of the first posts of replies that went out then, here or by hand."""
    r = reply.c
    out = r.state.in_((*PUBLIC, ReplyState.BY_HAND)) & (r.part == 1) & (r.sent_at >= since) & (r.sent_at < until)
    is_saved = r.drawn_from.like("S-%")
    counted = select(func.count().filter(is_saved), func.count().filter(~is_saved)).where(r.drawn_from != "", out)
    saved, earlier = conn.execute(counted).one()
    return Reused(saved, earlier, past_review(conn, until))


def promises(conn: Connection, since: datetime, until: datetime) -> Promises:
    """Of those that were due then, whenever they were made, as they stand now."""
    due = (task.c.kind == Kind.PROMISE) & (task.c.due_at >= since) & (task.c.due_at < until)
    found = [task_from(row) for row in conn.execute(select(task).where(due)).mappings()]
    ended = Counter(one.ended for one in found)
    return Promises(ended[Outcome.KEPT], ended[Outcome.LATE], ended[Outcome.BROKEN], ended[None])


def parity(conn: Connection, house: House, since: datetime, until: datetime) -> Parity:
    """Of the accounts that owe two languages: asked only where one does."""
    bilingual = [name for name, account in house.accounts.items() if account.languages]
    if not bilingual:
        return Parity()
    r, t = reply.c, task.c
    sent = (r.account.in_(bilingual) & (r.part == 1)) & r.state.in_(PUBLIC) & (r.sent_at >= since) & (r.sent_at < until)
    together = select(r.id).where(sent, ~r.one_language, r.text != "", r.second != "")
    lacking = select(r.sent_at, t.done_at).join(task, (t.reply == r.id) & (t.kind == Kind.TRANSLATION)).where(sent)
    owed = conn.execute(lacking).all()
    later = tuple(max(row.done_at - row.sent_at, timedelta()) for row in owed if row.done_at)
    return Parity(len(conn.execute(together).all()), later, sum(row.done_at is None for row in owed))

"""Drafts as they are typed: kept unless what they were for has been sent meanwhile."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.mention import Mention
from bot.reply import ReplyState, Written
from bot.store.replying import replies
from bot.store.schema import reply


def begun(conn: Connection, number: int, by: str) -> int:
    """How many replies of a person to a mention are more than a draft; the parts of one count once."""
    c = reply.c
    sent_off = select(func.count()).where(c.number == number, c.by == by, c.state != ReplyState.DRAFT, c.part == 1)
    return int(conn.execute(sent_off).scalar_one())


def keep_typed(conn: Connection, mention: Mention, by: str, *, written: Written, after: int, now: datetime) -> bool:
    """Keep what was typed into a form; False when that was opened before a reply of theirs that has been sent off since."""
    if begun(conn, mention.number, by) != after:
        return False
    replies.keep_draft(conn, mention, by, written=written, now=now)
    return True

"""What is not erased, however old it is: what a person put a hold on, and what an open right is about.

Deleting what has been asked for, to keep it from whoever asked, is an offence: section 77 of the Freedom of Information
Act 2000, section 65 of the Freedom of Information (Scotland) Act 2002, and section 173 of the Data Protection Act 2018.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, select, union
from sqlalchemy.sql.selectable import CompoundSelect

from bot.store import schema
from bot.words import holding as words

K = schema.kept.c
R = schema.claim_of_right.c
OF_A_RIGHT: ColumnElement[bool] = R.ended_at.is_(None)
"""As in its index, so that it serves."""


def standing(now: datetime) -> ColumnElement[bool]:
    """Of a hold: that nobody ended it, and that its time has not passed."""
    return K.ended_at.is_(None) & (K.until.is_(None) | (K.until > now))


def held(_: Connection, now: datetime) -> CompoundSelect[tuple[int]]:
    """The numbers of the mentions that keep their words, as a query: ``M.number.not_in(held(conn, now))``."""
    kept: Select[tuple[int]] = select(K.number).where(standing(now))
    return union(kept, select(R.number).where(OF_A_RIGHT))


def is_held(conn: Connection, number: int, now: datetime) -> bool:
    """Whether a mention keeps its words."""
    return bool(reasons(conn, number, now))


def reasons(conn: Connection, number: int, now: datetime | None = None) -> list[str]:
    """Why a mention keeps its words, a plain sentence each, with until when; empty where nothing keeps it.

    Without ``now`` a hold counts until somebody ended it, also where its time has passed.
    """
    mine = (K.number == number) & (standing(now) if now else K.ended_at.is_(None))
    holds = conn.execute(select(K.why, K.until).where(mine).order_by(K.at)).all()
    rights = conn.execute(select(R.kind, R.due_on).where(R.number == number, OF_A_RIGHT).order_by(R.due_on)).all()
    said = [words.held_until(row.why, row.until) for row in holds]
    return [*said, *(words.held_by_right(row.kind, row.due_on) for row in rights)]

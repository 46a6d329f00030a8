"""What only one person knows: the topics and conversations they alone have answered, and who asks for them by name."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.duty.by_name import asks_for, first_name
from bot.house import CANARY_NETWORK
from bot.mention import SYSTEM, Mention
from bot.reply import ReplyState
from bot.store import mentions, schema

LOOKS_BACK = timedelta(days=365)
ENOUGH = 3
"""Answers to a topic from which it says something that one person gave them all."""
LONG = 2
"""Answers from which a conversation has a history."""
MOST, TRIED, READ = 12, 100, 2_000
LOOKED_AT = 100_000
"""Of how many of the newest mentions it is looked for."""
OUT = (ReplyState.SENT, ReplyState.BY_HAND, ReplyState.DELETED)
R, M, A = schema.reply.c, schema.mention.c, schema.addition.c


class Alone(NamedTuple):
    """A topic, or the newest mention of a conversation, with how many answers one person gave to it, which are all."""

    what: str
    person: str
    answers: int


class KnownBy(NamedTuple):
    """What would be lost with one person."""

    topics: tuple[Alone, ...] = ()
    conversations: tuple[Alone, ...] = ()
    asked_for: tuple[Mention, ...] = ()
    """What the public wrote that asks for them by name, the newest first."""

    def __bool__(self) -> bool:
        return bool(self.topics or self.conversations or self.asked_for)


NOTHING_ALONE = KnownBy()


def known_by(conn: Connection, person: str, name: str, now: datetime) -> KnownBy:
    """Of one person, in the last year."""
    since = now - LOOKS_BACK
    topics = [one for one in topics_of_one(conn, since, least=1) if one.person == person]
    return KnownBy(tuple(topics), tuple(conversations_of(conn, person, since)), tuple(asked_for(conn, name, since)))


def newest(conn: Connection) -> int:
    """The number after which it is looked: a lead waits for the answer, however long the history."""
    return int(conn.execute(select(func.coalesce(func.max(M.number), 0))).scalar_one()) - LOOKED_AT


def answered(since: datetime, after: int) -> ColumnElement[bool]:
    """A reply of a person's that the public could read, each once however many posts it was."""
    return and_(R.number > after, R.sent_at >= since, R.part == 1, R.state.in_(OUT), R.by != SYSTEM)


def topics_of_one(conn: Connection, since: datetime, least: int = ENOUGH) -> list[Alone]:
    """The topics all of whose answers one person gave, in the order of their names."""
    by_one = func.count(R.by.distinct()) == 1
    query = select(M.topic, func.min(R.by), func.count()).join_from(schema.reply, schema.mention, M.number == R.number)
    query = query.where(answered(since, newest(conn)), M.topic != "").group_by(M.topic)
    return [Alone(*row) for row in conn.execute(query.having(by_one, func.count() >= least).order_by(M.topic))]


def conversations_of(conn: Connection, person: str, since: datetime) -> list[Alone]:
    """The newest MOST conversations that went on, in which one person gave every answer."""
    sent, last = answered(since, newest(conn)), func.max(M.number)
    of_a_reply = select(M.account, M.conversation, last, func.count()).join_from(
        schema.reply, schema.mention, M.number == R.number
    )
    mine = of_a_reply.where(sent, R.by == person).group_by(M.account, M.conversation).having(func.count() >= LONG)
    found = []
    for account, conversation, number, count in conn.execute(mine.order_by(last.desc()).limit(TRIED)):
        here = (M.account == account, M.conversation == conversation)
        others = (
            select(R.id).join_from(schema.mention, schema.reply, M.number == R.number).where(*here, sent, R.by != person)
        )
        if conn.execute(others.limit(1)).first() is None:
            found.append(Alone(f"M-{number}", person, count))
    return found[:MOST]


def asked_for(conn: Connection, name: str, since: datetime) -> list[Mention]:
    """What the public wrote since then that calls somebody by name, the newest MOST of the READ that may."""
    if not first_name(name):
        return []
    word = f"%{first_name(name)}%"
    added = select(A.number).where(A.number == M.number, A.text.like(word)).exists()
    here = (M.number > newest(conn), M.received_at >= since, M.network != CANARY_NETWORK, or_(M.text.like(word), added))
    rows = conn.execute(select(schema.mention).where(*here).order_by(M.number.desc()).limit(READ)).mappings()
    maybe = [mentions.mention_from(row) for row in rows]
    more = additions(conn, [mention.number for mention in maybe])
    said = ((mention, "\n".join([mention.text, *more.get(mention.number, ())])) for mention in maybe)
    return [mention for mention, text in said if asks_for(text, name)][:MOST]


def additions(conn: Connection, numbers: Sequence[int]) -> Mapping[int, list[str]]:
    """What authors added to each."""
    found: dict[int, list[str]] = {}
    for row in conn.execute(select(A.number, A.text).where(A.number.in_(numbers)).order_by(A.id)) if numbers else ():
        found.setdefault(row.number, []).append(row.text)
    return found

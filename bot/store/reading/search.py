"""Finds mentions by plain words, newest first."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, or_, select

from bot.house import CANARY_NETWORK
from bot.mention import Mention
from bot.store import schema
from bot.store.mentions import mention_from

MOST = 20
MOST_WORDS = 8
LOOKED_AT = 5_000
"""Of how many of the newest mentions the words are looked for."""


def holding(conn: Connection, text: str) -> Sequence[Mention]:
    """Mentions whose text, additions, author, or our reply hold every word; at most MOST, of the newest LOOKED_AT."""
    words = [word.lower() for word in text.split()[:MOST_WORDS]]
    if not words:
        return ()
    m, a, r = schema.mention.c, schema.addition.c, schema.reply.c
    newest = conn.execute(select(func.coalesce(func.max(m.number), 0))).scalar_one()
    each = []
    for word in words:
        like = f"%{escaped(word)}%"
        added = select(a.number).where(a.number == m.number, func.lower(a.text).like(like, escape="!")).exists()
        said = r.state.in_(("sent", "by_hand"))
        replied = select(r.number).where(r.number == m.number, said, func.lower(r.text).like(like, escape="!")).exists()
        own = [func.lower(column).like(like, escape="!") for column in (m.text, m.author_name, m.author_handle)]
        each.append(or_(*own, added, replied))
    rows = conn.execute(
        select(schema.mention)
        .where(m.number > newest - LOOKED_AT, m.network != CANARY_NETWORK, and_(*each))
        .order_by(m.number.desc())
        .limit(MOST)
    ).mappings()
    return [mention_from(row) for row in rows]


def escaped(word: str) -> str:
    """A word with LIKE's own marks taken literally."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")

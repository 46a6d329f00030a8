"""All the words that belong to a mention and may be found: what was said, answered and noted. No drafts, and no names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.reply import ReplyState
from bot.store.proof.personal import BEGUN
from bot.store.schema import addition, event, mention, reply

PUBLIC = (ReplyState.SENT, ReplyState.BY_HAND)


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and where they stand: ``said``, ``added``, ``replied`` or ``noted``."""

    where: str
    text: str


def texts_of(conn: Connection, numbers: Sequence[int]) -> dict[int, list[Said]]:
    """Those of some mentions, each in the order in which they are found; nothing of what was erased, or deleted by its
    author, even where something keeps it.
    """
    found: dict[int, list[Said]] = {number: [] for number in numbers}
    m, a, r, e = mention.c, addition.c, reply.c, event.c
    for number, text in conn.execute(select(m.number, m.text).where(m.number.in_(numbers), m.gone_at.is_(None))):
        found[number].append(Said("said", text))
    added = select(a.number, a.text).where(a.number.in_(numbers), a.gone_at.is_(None)).order_by(a.posted_at, a.id)
    for number, text in conn.execute(added):
        found[number].append(Said("added", text))
    replies = select(r.number, r.text, r.second).where(r.number.in_(numbers), r.state.in_(PUBLIC))
    for number, text, second in conn.execute(replies.order_by(r.created_at, r.id)):
        found[number] += [Said("replied", text), Said("replied", second)]
    refs = {f"M-{number}": number for number in numbers}
    noted = select(event.c.subject, event.c.note, event.c.changes).where(
        event.c.subject.in_(refs), event.c.note.is_not(None)
    )
    for subject, note, changes in conn.execute(noted.order_by(e.subject, e.seq)):
        if BEGUN not in changes:
            found[refs[subject]].append(Said("noted", note))
    return {number: [one for one in said if one.text.strip()] for number, said in found.items()}

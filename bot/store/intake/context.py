"""What posts answer: kept for staff to read beside them, and gone with them, or with whoever wrote it."""

from dataclasses import replace

from sqlalchemy import Connection, func, select, update

from bot.clean import clean
from bot.exchange import Incoming, Parent
from bot.mention import Author, Mention
from bot.store import schema
from bot.store.proof.personal import PLACES, is_on
from bot.store.replying import replies
from bot.store.schema import arrival

LONGEST = 5_000
"""Characters kept of what is answered."""
EMPTY = PLACES[schema.context]


def safe(parent: Parent | None) -> Parent | None:
    """What is answered with every word in it made safe to keep; None where there is nothing to read."""
    if parent is None or not parent.text.strip():
        return None
    author = Author(clean(parent.author.id), clean(parent.author.name), clean(parent.author.handle))
    text, url = clean(parent.text)[:LONGEST], clean(parent.url)
    return replace(parent, native_id=clean(parent.native_id), author=author, text=text, url=url)


def keep(conn: Connection, mention: Mention, post: Incoming) -> None:
    """Keep what a post of a mention answers, unless it is in that mention, or our answer to it: there it can be read."""
    parent, account = post.parent, mention.account
    if parent is None:
        return
    post_of = select(arrival.c.number).where(arrival.c.account == account, arrival.c.native_id == parent.native_id)
    held = conn.execute(post_of).scalar() or replies.number_of_native(conn, account, parent.native_id)
    if held == mention.number or not may_be_read(conn, parent, mention):
        return
    author = {"author_name": parent.author.name, "author_handle": parent.author.handle}
    told = {"native_id": parent.native_id, "text": parent.text, "url": parent.url, "ours": parent.ours}
    row = schema.context.insert().values(number=mention.number, of_post=post.native_id, **author, **told)
    conn.execute(row)


def may_be_read(conn: Connection, parent: Parent, mention: Mention) -> bool:
    """Whether what is answered was neither deleted nor erased here, and whoever reads what answers it may read it too."""
    a, e, m, more = arrival.c, schema.early.c, schema.mention.c, schema.addition.c
    deleted = select(e.gone).where(e.account == mention.account, e.native_id == parent.native_id, e.gone)
    if (parent.private and not mention.private) or conn.execute(deleted).first():
        return False
    its_addition = (more.number == a.number) & (more.native_id == a.native_id)
    row = conn.execute(
        select(m.private, func.coalesce(more.text_salt, m.text_salt).label("salt"))
        .join_from(arrival, schema.mention, a.number == m.number)
        .outerjoin(schema.addition, its_addition)
        .where(a.account == mention.account, a.native_id == parent.native_id)
    ).first()
    return row is None or (row.salt != "" and (mention.private or not row.private))


def erase_of(conn: Connection, number: int, native_id: str) -> None:
    """A post of a mention was deleted: what it answered is nobody's to read any more."""
    c = schema.context.c
    conn.execute(update(schema.context).where(c.number == number, c.of_post == native_id).values(EMPTY))


def erase(conn: Connection, account: str, native_id: str) -> list[int]:
    """A post was deleted: it is nobody's to read any more where another answers it. Returns the mentions beside which it
    stood.
    """
    c = schema.context.c
    quoted = (c.native_id == native_id) & (c.text != "") & is_on(account)
    numbers = list(conn.execute(select(c.number).where(quoted).distinct()).scalars())
    conn.execute(update(schema.context).where(quoted).values(EMPTY))
    return numbers


def change(conn: Connection, account: str, native_id: str, text: str) -> list[int]:
    """A post has other words now: they stand beside what answers it too, unless they were erased there. Returns the mentions
    beside which it stands.
    """
    c = schema.context.c
    quoted = (c.native_id == native_id) & (c.text != "") & is_on(account)
    numbers = list(conn.execute(select(c.number).where(quoted).distinct()).scalars())
    conn.execute(update(schema.context).where(quoted).values(text=text[:LONGEST]))
    return numbers

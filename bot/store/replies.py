"""Reply rows: drafts, the one on its way, and what became of it."""

from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select, update

from bot.mention import Mention
from bot.reply import LIVE, PENDING, Reply, ReplyState, Written
from bot.store.mentions import reply_from
from bot.store.record import digest, new_salt
from bot.store.schema import reply


def keep_draft(conn: Connection, mention: Mention, by: str, *, written: Written, now: datetime) -> str:
    """Keep what a person has written so far, in the place of their earlier draft; returns its id.

    Only ever a draft: words that are on their way are never touched, whoever commits first.
    """
    words = {**columns_of(written), "updated_at": now}
    drafts = (reply.c.number == mention.number) & (reply.c.by == by) & (reply.c.state == ReplyState.DRAFT)
    existing = conn.execute(select(reply.c.id).where(drafts)).scalar()
    if existing and conn.execute(update(reply).where(reply.c.id == existing, drafts).values(words)).rowcount == 1:
        return str(existing)
    return add(conn, mention, by, state=ReplyState.DRAFT, created_at=now, **words)


def columns_of(written: Written) -> dict[str, object]:
    """What was written, as it is kept; nothing of it is frozen yet."""
    kept = {name: value for name, value in asdict(written).items() if name != "audience"}
    return {**kept, "audience": written.audience, "text_salt": new_salt(), "posts": "", "posts_salt": ""}


def add(conn: Connection, mention: Mention, by: str, **columns: object) -> str:
    """A new row; returns its id."""
    new_id = uuid4().hex
    conn.execute(reply.insert().values(id=new_id, number=mention.number, account=mention.account, by=by, **columns))
    return new_id


def by_hand(conn: Connection, mention: Mention, by: str, *, text: str, url: str | None, now: datetime) -> str:
    """Record what a person answered outside; their draft of the same words has become that. Returns the row's id."""
    drafts = (reply.c.number == mention.number) & (reply.c.by == by) & (reply.c.state == ReplyState.DRAFT)
    same = conn.execute(select(reply.c.id).where(drafts, reply.c.text == text)).scalar() if text else None
    words = {"text": text, "text_salt": new_salt()}
    columns = {"state": ReplyState.BY_HAND, "updated_at": now, "sent_at": now, "url": url, **words}
    if same:
        conn.execute(update(reply).where(reply.c.id == same).values(columns))
        return str(same)
    return add(conn, mention, by, created_at=now, **columns)


def live(conn: Connection, number: int) -> Reply | None:
    """The reply on its way to the public, if any."""
    row = conn.execute(select(reply).where(reply.c.number == number, reply.c.state.in_(LIVE))).mappings().one_or_none()
    return reply_from(row) if row else None


def pending(conn: Connection, number: int) -> Reply | None:
    """The reply under way, if any: before an approver, or on its way to the public."""
    here = select(reply).where(reply.c.number == number, reply.c.state.in_(PENDING))
    row = conn.execute(here).mappings().one_or_none()
    return reply_from(row) if row else None


def get(conn: Connection, reply_id: str) -> Reply | None:
    """A reply by its id."""
    row = conn.execute(select(reply).where(reply.c.id == reply_id)).mappings().one_or_none()
    return reply_from(row) if row else None


def digest_of(conn: Connection, reply_id: str) -> str:
    """What stands in the record for a reply's words."""
    row = conn.execute(select(reply.c.text, reply.c.text_salt).where(reply.c.id == reply_id)).one()
    return digest(row.text_salt, row.text)


def set_state(conn: Connection, reply_id: str, state: ReplyState, *, now: datetime, **columns: object) -> None:
    """Move a reply on."""
    conn.execute(update(reply).where(reply.c.id == reply_id).values(state=state, updated_at=now, **columns))


def is_ours(conn: Connection, account: str, native_id: str) -> bool:
    """Whether a post that came in is one we sent."""
    return number_of_native(conn, account, native_id) is not None


def number_of_native(conn: Connection, account: str, native_id: str) -> int | None:
    """The number of the mention that a post of ours answers."""
    c = reply.c
    return conn.execute(select(c.number).where(c.account == account, c.native_id == native_id).limit(1)).scalar()

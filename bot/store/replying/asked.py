"""Who was asked to approve a reply, as the outbox knows."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from bot.delivery import Kind
from bot.mention import Action, Mention, State
from bot.reply import Reply, ReplyState
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.schema import delivery, event, reply
from bot.words.approvals import UNAPPROVED

ASKS = "approval"
"""What a request to approve is called in the outbox."""


def key_of(reply: Reply) -> str:
    """The same for every request of one sending-in, and of no other; the lap and the person follow."""
    return f"{ASKS}:{reply.id}:{to_ms(reply.submitted_at) if reply.submitted_at else 0}"


def asked_of(conn: Connection, reply: Reply, lap: int | None = None) -> tuple[str, ...]:
    """Who was asked since a reply was sent in, or at one lap of it; the newest last."""
    d = delivery.c
    prefix = f"{key_of(reply)}:" + ("" if lap is None else f"{lap}:")
    here = (d.number == reply.number) & (d.kind == Kind.TELL) & d.key.startswith(prefix, autoescape=True)
    rows = conn.execute(select(d.target).where(here).order_by(d.created_at, d.key)).scalars()
    return tuple(dict.fromkeys(rows))


def waited_on(conn: Connection, reply: Reply) -> tuple[str, ...]:
    """Who was asked and is still there: who is named where somebody reads for whom a reply waits."""
    left = gone.everybody(conn)
    return tuple(person for person in asked_of(conn, reply) if person not in left)


def about_any(conn: Connection, replies: Iterable[Reply]) -> tuple[str, ...]:
    """Whom the one of a mention's replies that waits is waiting for; nobody where none does."""
    one = next((reply for reply in replies if reply.state is ReplyState.WAITING), None)
    return waited_on(conn, one) if one else ()


def went_round(conn: Connection, mention: Mention, replies: Sequence[Reply]) -> bool:
    """Whether the newest answer was given by hand, by one whose replies need approval."""
    if mention.state is not State.REPLIED or not any(one.state is ReplyState.BY_HAND for one in replies):
        return False
    e = event.c
    answers = e.action.in_((Action.ANSWERED, Action.ELSEWHERE, Action.SENT))
    newest = select(e.changes).where(e.subject == mention.ref, answers).order_by(e.seq.desc()).limit(1)
    changes = conn.execute(newest).scalar()
    return bool(changes and changes.get("approval") == UNAPPROVED)


def waited_for(conn: Connection) -> frozenset[int]:
    """The numbers of the mentions to which a reply waits for approval."""
    return frozenset(conn.execute(select(reply.c.number).where(reply.c.approval_due_at.is_not(None))).scalars())

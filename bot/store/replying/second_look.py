"""A reply that is held while its mention comes to matter more: whether it needs approval now, as it did not before."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.errors import NotAllowed
from bot.house import House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.reply import Reply
from bot.replying.approval import fits, is_lifted
from bot.replying.policy import ApprovalTable
from bot.store.replying import replies, trust
from bot.store.schema import event
from bot.store.sending import outbox
from bot.words.approvals import RAISED


def stop_if_due(conn: Connection, house: House, mention: Mention, step: Callable[[Mention, Move], Mention]) -> Mention:
    """Have a reply that would need approval now stopped before it leaves; ``step`` makes the move."""
    if not is_due(conn, house, mention):
        return mention
    try:
        return step(mention, Move(mention, Action.WITHDRAW, by=SYSTEM, detail={"because": RAISED}))
    except NotAllowed:  # it left between the two looks; nothing was written
        return mention


def is_due(conn: Connection, house: House, mention: Mention) -> bool:
    """Whether the newest event raised the priority to one at which a reply that has not left would need approval.

    What an approver let go has had its look; what is partly public already goes on to its end.
    """
    if mention.state is not State.REPLYING:
        return False
    reply = replies.live(conn, mention.number)
    delivery = outbox.of_reply(conn, reply.id) if reply else None
    if reply is None or delivery is None or reply.part > 1 or reply.approved_by:
        return False
    if delivery.state != "pending" or delivery.is_again:
        return False
    earlier = replace(mention, priority=priority_before(conn, mention))
    new = [one for one in house.approval.tables if fits(one, mention) and not fits(one, earlier)]
    trusted = bool(new) and trust.is_trusted(conn, reply.by, mention.topic)
    return any(catches(one, reply, house) for one in new if not (trusted and is_lifted(one)))


def catches(table: ApprovalTable, reply: Reply, house: House) -> bool:
    """Whether a table may be about its writer; yes on doubt: who is a trainee, or in a group, is not known here."""
    approves = reply.by in (*house.leads, *house.approvers)
    return table.everyone or reply.by in table.people or not approves


def priority_before(conn: Connection, mention: Mention) -> str:
    """The priority before the newest event."""
    e = event.c
    newest = select(e.changes).where(e.subject == mention.ref, e.seq == mention.version)
    changes = conn.execute(newest).scalar_one()
    return str(changes.get("priority_was") or mention.priority)

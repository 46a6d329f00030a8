"""What a sender reads before it speaks, and what it writes down afterwards: one transaction each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select, update

from bot.clean import clean
from bot.delivery import LEASE, LEASE_OF_REPLY, LOOKS_APART, PERSON_AFTER, Delivery, DeliveryState, Kind, Rank
from bot.house import House
from bot.mention import SYSTEM, Action, Move, State
from bot.ports import MessageRef, Receipt
from bot.reply import Reply, ReplyState
from bot.store import mentions, moves, schema, switch
from bot.store.intake import accounts
from bot.store.replying import replies
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.story import Story

MOST_BESIDE = 1_000


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a sender needs to know about one delivery."""

    story: Story | None
    card: MessageRef | None
    channel: str
    note: str = ""
    by: str = ""
    reply: Reply | None = None


def scene(conn: Connection, taken: Delivery) -> Scene:
    """Read it; a delivery about no mention has no story."""
    if taken.number is None:
        return Scene(None, None, taken.target)
    story = mentions.story(conn, f"M-{taken.number}")
    c = schema.card.c
    its_card = select(c.channel, c.message, c.shared).where(c.number == taken.number, c.chat == taken.target)
    row = conn.execute(its_card).one_or_none()
    reply = replies.get(conn, str(taken.payload.get("reply", ""))) if taken.payload.get("reply") else None
    return Scene(
        story,
        card=MessageRef(row.channel, row.message, row.shared) if row and row.message else None,
        channel=row.channel if row else "",
        note=note_of(conn, story.mention.ref, taken.payload.get("seq")),
        by=mentions.names(conn, {str(by)})[str(by)] if (by := taken.payload.get("by")) else "",
        reply=reply,
    )


def note_of(conn: Connection, subject: str, seq: object) -> str:
    """The words of one event."""
    if not isinstance(seq, int):
        return ""
    e = schema.event.c
    return conn.execute(select(e.note).where(e.subject == subject, e.seq == seq)).scalar() or ""


def posted(conn: Connection, taken: Delivery, message: MessageRef, version: int) -> bool:
    """A card is in its channel, or elsewhere than before."""
    if not outbox.finish(conn, taken, DeliveryState.DONE, remote_id=message.id):
        return False
    c = schema.card.c
    conn.execute(
        update(schema.card)
        .where(c.number == taken.number, c.chat == taken.target)
        .values(channel=message.channel, message=message.id, shared=message.shared, version=version)
    )
    return True


def sent_beside(conn: Connection, taken: Delivery) -> frozenset[str]:
    """What the network calls our other replies to the post, and to others of its conversation; the newest, where many."""
    d, m = schema.delivery.c, schema.mention.c
    at = conn.execute(select(m.account, m.conversation).where(m.number == taken.number)).one()
    together = (
        (m.account == at.account) & (m.conversation == at.conversation) if at.conversation else m.number == taken.number
    )
    sent = (d.kind == Kind.REPLY) & (d.target == taken.target) & (d.id != taken.id) & d.remote_id.is_not(None)
    beside = select(d.remote_id).where(d.number.in_(select(m.number).where(together)), sent)
    return frozenset(conn.execute(beside.order_by(d.created_at.desc()).limit(MOST_BESIDE)).scalars())


def leaving(conn: Connection, taken: Delivery, now: datetime) -> Reply | None:
    """The reply that is about to leave, marked so; None when it was stopped, or another sender has it by now."""
    if not outbox.is_held(conn, taken):
        return None
    reply = replies.get(conn, str(taken.payload["reply"]))
    if reply is None or reply.state not in (ReplyState.HELD, ReplyState.SENDING):
        return None
    if reply.state is ReplyState.HELD:
        replies.set_state(conn, reply.id, ReplyState.SENDING, now=now)
    return reply


class Leave(StrEnum):
    """Whether a sender may open its socket now. TAKEN: another sender has it, and nothing was written. CHANGED: what would
    go out is not what was let go. FULL: its account has sent all that it may in an hour. ASKED: the public changed what it
    answers, and it was stopped. STALE: it is a saved reply that cannot be sent any more, and it was stopped.
    """

    GO = "go"
    STOPPED = "stopped"
    TAKEN = "taken"
    CHANGED = "changed"
    FULL = "full"
    ASKED = "asked"
    STALE = "stale"


def about_to_speak(conn: Connection, taken: Delivery, now: datetime) -> Leave:
    """The last look before the socket: still ours, and nothing stopped. The lease and the time to settle begin anew.

    A sender that slept since it took the delivery finds that out here. One that sleeps after this, for longer than the lease
    and the settle time together, cannot be told from one that died: nothing on our side can hold back its socket.
    """
    if not outbox.is_held(conn, taken):
        return Leave.TAKEN
    public = taken.kind is Kind.REPLY
    if public and switch.stopped(conn):
        return Leave.STOPPED
    fresh = {"sent_at": now, "due_at": now + (LEASE_OF_REPLY if public else LEASE), "absent_at": None}
    conn.execute(update(schema.delivery).where(schema.delivery.c.id == taken.id).values(fresh))
    return Leave.GO


def reply_sent(conn: Connection, taken: Delivery, receipt: Receipt, house: House, *, now: datetime) -> bool:
    """The network has it: the delivery is done and the mention answered, together or not at all."""
    if not outbox.finish(conn, taken, DeliveryState.DONE, remote_id=clean(receipt.native_id)[:500] or None):
        return False
    accounts.sends_again(conn, taken.target)
    detail = {"native_id": clean(receipt.native_id)[:500], "url": clean(receipt.url)[:2000]}
    moves.make(conn, Move(f"M-{taken.number}", Action.SENT, by=SYSTEM, detail=detail), house=house, now=now)
    return True


def reply_failed(conn: Connection, taken: Delivery, reason: str, house: House, *, now: datetime, by_hand: str = "") -> bool:
    """It certainly did not go out, and will not by trying again."""
    if not outbox.finish(conn, taken, DeliveryState.FAILED, trouble=reason):
        return False
    detail = {"reason": reason[:300], "by_hand": by_hand}
    moves.make(conn, Move(f"M-{taken.number}", Action.NOT_SENT, by=SYSTEM, detail=detail), house=house, now=now)
    return True


def try_again(conn: Connection, taken: Delivery, due_at: datetime, trouble: str) -> bool:
    """A definite no that may be asked again: back in the queue. A reply can be undone again until it leaves."""
    if not outbox.finish(conn, taken, DeliveryState.PENDING, due_at=due_at, trouble=trouble):
        return False
    if taken.kind is Kind.REPLY:
        c = schema.reply.c
        again = c.id == str(taken.payload["reply"])
        conn.execute(update(schema.reply).where(again).values(state=ReplyState.HELD, hold_until=due_at))
    return True


def card_lost(conn: Connection, taken: Delivery, now: datetime) -> None:
    """Somebody deleted the card: it is posted again, for a mention nobody sees is the failure."""
    if not outbox.finish(conn, taken, DeliveryState.FAILED, trouble="the card was deleted"):
        return
    c = schema.card.c
    here = (c.number == taken.number) & (c.chat == taken.target)
    conn.execute(update(schema.card).where(here).values(message=None, shared=False))
    key = f"card:{taken.target}:{taken.number}:{taken.id}"
    lane = f"card:{taken.target}:{taken.number}"
    outbox.queue(conn, Wanted(key, Kind.CARD, lane, Rank.CARD, taken.number, taken.target), now)


def all_cards_shown(conn: Connection, account: str) -> bool:
    """Cards of an account are shown again: True when that is news, and no other of its cards waits refused."""
    a, d, m = schema.account.c, schema.delivery.c, schema.mention.c
    if conn.execute(select(a.trouble).where(a.name == f"{account} cards")).scalar() is None:
        return False
    waits = select(d.id).join(schema.mention, m.number == d.number).where(d.state == "pending", d.due_at.is_not(None))
    if conn.execute(waits.where(m.account == account, d.kind == Kind.CARD, d.trouble.is_not(None)).limit(1)).first():
        return False
    return accounts.well_again(conn, f"{account} cards")


def stay_unsure(
    conn: Connection, taken: Delivery, house: House, *, now: datetime, trouble: str, absent: bool = False
) -> DeliveryState | None:
    """Nobody can tell yet: look again soon, and ask a person once PERSON_AFTER has passed since it left.

    ``absent``: a look that counts found nothing; another is to agree. Returns the state it is in now; None when another
    sender has it.
    """
    left = PERSON_AFTER - (now - (taken.unsure_since or taken.sent_at or now))
    if left > timedelta(0) or taken.state is DeliveryState.SENDING:
        wait = LOOKS_APART if absent else timedelta(seconds=5 * 2 ** min(taken.attempt, 4))
        due_at = now + max(min(wait, left), timedelta(0))
        if not outbox.finish(conn, taken, DeliveryState.UNKNOWN, due_at=due_at, trouble=trouble):
            return None
        seen = {"absent_at": now if absent else None}
        conn.execute(update(schema.delivery).where(schema.delivery.c.id == taken.id).values(seen))
        return DeliveryState.UNKNOWN
    if not outbox.finish(conn, taken, DeliveryState.NEEDS_HUMAN, trouble=trouble):
        return None
    mention = mentions.find(conn, f"M-{taken.number}", lock=True)
    if mention.state is State.REPLYING:
        moves.make(conn, Move(mention, Action.UNSURE, by=SYSTEM), house=house, now=now)
    return DeliveryState.NEEDS_HUMAN

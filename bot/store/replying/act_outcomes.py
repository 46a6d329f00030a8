"""What a sender reads before an act in public, and what it writes down afterwards: one transaction each."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.delivery import DEADLINE, LEASE, Delivery, DeliveryState
from bot.house import House
from bot.mention import SYSTEM, Action, Move, State
from bot.reply import Act
from bot.store import mentions, moves, schema, switch
from bot.store.proof.record import digest
from bot.store.replying import acts, hiding
from bot.store.replying.acts import OUTCOME, Outcome
from bot.store.schema import delivery
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave


def leaving(conn: Connection, taken: Delivery, act: Act, now: datetime) -> Leave:
    """The last look before the socket: still ours, not held by a stop, and of a post to hide the words that were judged.

    That only before the first try: once one may have arrived, nobody can say any more that it is not hidden. The same of a
    correction: its words are those that were asked for, whatever became of the payload.
    """
    if not outbox.is_held(conn, taken):
        return Leave.TAKEN
    if act in acts.HELD_BY_A_STOP and switch.stopped(conn):
        return Leave.STOPPED
    if (act is Act.HIDE and taken.attempt == 1 and is_edited(conn, taken)) or not is_as_asked(conn, taken, act):
        return Leave.CHANGED
    conn.execute(update(delivery).where(delivery.c.id == taken.id).values(sent_at=now, due_at=now + LEASE))
    return Leave.GO


def is_edited(conn: Connection, taken: Delivery) -> bool:
    """Whether the author has put other words where those were that somebody has hidden, and that stand as evidence."""
    one = hiding.get(conn, str(taken.payload["about"]))
    words = [
        select(table.c.text).where(table.c.number == one.number, table.c.native_id == one.native_id, table.c.text_salt != "")
        for table in (schema.mention, schema.addition)
    ]
    return any(text != one.evidence["text"] for query in words for text in conn.execute(query).scalars())


def is_as_asked(conn: Connection, taken: Delivery, act: Act) -> bool:
    """Whether a correction has the very words that stand, as a digest, in the event by which it was asked for."""
    if act is not Act.EDIT_OWN:
        return True
    e = schema.event.c
    asked = select(e.digests).where(e.subject == f"M-{taken.number}", e.seq == taken.payload.get("seq"))
    told = (conn.execute(asked).scalar() or {}).get("words")
    return bool(told == digest(str(taken.payload.get("salt", "")), str(taken.payload.get("text", ""))))


def later(conn: Connection, taken: Delivery, due_at: datetime, why: str, *, counts: bool = True) -> bool:
    """Back in the queue: a repeat is harmless. What waits while publishing is stopped has its whole time afterwards."""
    if not outbox.finish(conn, taken, DeliveryState.PENDING, due_at=due_at, trouble=why[:300]):
        return False
    if not counts:
        fresh = {"deadline": due_at + DEADLINE[taken.kind]}
        conn.execute(update(delivery).where(delivery.c.id == taken.id).values(fresh))
    return True


def ended(conn: Connection, taken: Delivery, outcome: Outcome, house: House, *, now: datetime, reason: str = "") -> bool:
    """What came of it: the delivery is over and the mention says so, together or not at all."""
    state = DeliveryState.FAILED if outcome is Outcome.REFUSED else DeliveryState.DONE
    if not outbox.finish(conn, taken, state, trouble=reason[:300] or None):
        return False
    payload = taken.payload
    ref, action = f"M-{taken.number}", Action(str(payload["action"]))
    detail = {OUTCOME: str(outcome), "asked_by": str(payload.get("by", "")), "url": str(payload.get("url", ""))}
    detail |= {"about": str(payload["about"])} if "about" in payload else {}
    detail |= {"reason": reason[:300]} if reason else {}
    if action is Action.SHOW_AGAIN and hiding.others_hidden(conn, hiding.get(conn, str(payload["about"]))):
        detail["others"] = "hidden"
    text = str(payload.get("text", "")) if outcome is Outcome.DONE else ""
    moves.make(conn, Move(ref, action, by=SYSTEM, detail=detail, text=text), house=house, now=now)
    if action is Action.TAKE_DOWN and outcome is not Outcome.REFUSED:
        wants_an_answer_again(conn, ref, deliveries.note_of(conn, ref, payload.get("seq")), house=house, now=now)
    return True


def wants_an_answer_again(conn: Connection, ref: str, why: str, *, house: House, now: datetime) -> None:
    """With the last of our reply taken down, nobody has answered: the mention opens again, for the reason it was for."""
    mention = mentions.find(conn, ref, lock=True)
    if mention.state in (State.REPLIED, State.CLOSED) and not acts.last_public(conn, mention.number):
        moves.make(conn, Move(mention, Action.REOPEN, by=SYSTEM, note=why), house=house, now=now)

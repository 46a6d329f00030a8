"""The last look before a reply's socket opens: still ours, what was let go and no other word, nothing stopped, and room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.delivery import Delivery, DeliveryState, Kind
from bot.exchange import Item
from bot.house import House
from bot.mention import SYSTEM, Action, Move, State
from bot.moving import UNANSWERED
from bot.reply import Reply, ReplyState
from bot.store import mentions
from bot.store.intake import accounts, arrivals
from bot.store.intake.corrections import ELSEWHERE, Intake, stop_held_reply
from bot.store.intake.elsewhere import ended_after_all
from bot.store.replying import replies, saved
from bot.store.replying.answering import STALE
from bot.store.replying.as_shown import happened_since
from bot.store.scene import Scene, redraw, say_in_thread
from bot.store.schema import account as account_table
from bot.store.schema import delivery, event, reply
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave
from bot.store.sending.outbox import NOT_OVER

HOUR = timedelta(hours=1)
LEFT = "left"
"""In the payload of a delivery whose account has a cap: the try that passed here. It counts until its end is known."""
LETS_GO = (Action.REPLY, Action.APPROVE, Action.RESEND)
BECAUSE = {
    Action.ADD: "wrote again",
    Action.EDIT: "changed the post",
    Action.GONE: "deleted the post",
    Action.ELSEWHERE: ELSEWHERE,
}
CHANGED = "it is no longer word for word what was let go, so it was held back"


class Learnt(StrEnum):
    """What came of a look before sending: nothing that was not known when the reply was let go; a change; or a change for
    which the reply was stopped, and is its writer's draft.
    """

    NOTHING = "nothing"
    CHANGED = "changed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether it may leave; ``until`` is when there is room again where its account has had all it may send in an hour."""

    leave: Leave
    until: datetime | None = None


def pass_gate(conn: Connection, taken: Delivery, spoken: Reply, *, house: House, now: datetime) -> Gate:
    """One transaction, committed before the socket opens. ``spoken`` is the reply as it is about to be said.

    Copies that look at the same moment wait for one another, so that together they keep to the cap. What may be out already
    has its place in the hour; nobody's reply goes before the cap, however urgent: a person can raise it. A reply in several
    posts begins when there is room for all of them, and then goes to its end.
    """
    account = house.accounts.get(taken.target)
    begins = taken.state is DeliveryState.SENDING and spoken.part == 1
    cap = account.per_hour if account and taken.state is DeliveryState.SENDING else 0
    if cap:
        lock(conn, taken.target)
    if not outbox.is_held(conn, taken):
        return Gate(Leave.TAKEN)
    if not (replies.is_as_let_go(conn, spoken) and goes_where_let_go(conn, taken, spoken)):
        return Gate(Leave.CHANGED)
    if begins and stopped_by_the_public(conn, taken, spoken, house=house, now=now):
        return Gate(Leave.ASKED)
    if begins and stopped_as_stale(conn, taken, spoken, house=house, now=now):
        return Gate(Leave.STALE)
    if cap and begins and (until := room_at(conn, taken, spoken, cap=cap, now=now)):
        return Gate(Leave.FULL, until)
    leave = deliveries.about_to_speak(conn, taken, now)
    if cap and leave is Leave.GO:
        payload = {**taken.payload, LEFT: taken.attempt}
        conn.execute(update(delivery).where(delivery.c.id == taken.id).values(payload=payload))
    return Gate(leave)


def lock(conn: Connection, account: str) -> None:
    """Be the only one who counts what an account sends, until the transaction ends."""
    accounts.place(conn, account)
    conn.execute(select(account_table.c.name).where(account_table.c.name == account).with_for_update())


def goes_where_let_go(conn: Connection, taken: Delivery, spoken: Reply) -> bool:
    """Whether it goes to the account, and answers the post, that stand in the event by which it was let go."""
    told = let_go_by(conn, spoken, LETS_GO[:-1])
    answers = told.changes.get("answers") if told else None
    return taken.target == spoken.account and (answers is None or answers == taken.payload.get("to"))


def let_go_by(conn: Connection, spoken: Reply, actions: Collection[Action] = LETS_GO) -> Row[Any, Any] | None:
    """The newest event by which a person, or the part before it, let a reply go; its number and what it says."""
    e = event.c
    letting = select(e.seq, e.changes).where(e.subject == f"M-{spoken.number}", e.action.in_(actions))
    rows = conn.execute(letting.order_by(e.seq.desc()))
    return next((row for row in rows if row.changes.get("reply") == spoken.id), None)


def stopped_by_the_public(conn: Connection, taken: Delivery, spoken: Reply, *, house: House, now: datetime) -> bool:
    """Stop what has begun to leave, but is not out, where the author changed what it answers since it was let go. What was
    answered elsewhere meanwhile is answered by that.
    """
    told, ref = let_go_by(conn, spoken), f"M-{spoken.number}"
    changed = happened_since(conn, ref, told.seq) if told else None
    mention = mentions.find(conn, ref, lock=changed is not None)
    if changed is None or mention.state is not State.REPLYING:
        return False
    if not deliveries.try_again(conn, taken, now, BECAUSE[changed.action]):
        return False
    intake = Intake(house.account_of(mention), house, now)
    mention = stop_held_reply(conn, mention, intake, because=BECAUSE[changed.action])
    if changed.action is Action.ELSEWHERE and mention.state in UNANSWERED:
        ended_after_all(conn, mention, changed.changes, intake)
    return True


def stopped_as_stale(conn: Connection, taken: Delivery, spoken: Reply, *, house: House, now: datetime) -> bool:
    """Stop what has begun to leave where it is a saved reply that has ended, or is not approved any more, since it was let
    go: it goes back to its writer, with the reason.
    """
    if not saved.why_not(conn, spoken.drawn_from, now):
        return False
    mention = mentions.find(conn, f"M-{spoken.number}", lock=True)
    if mention.state is not State.REPLYING or not deliveries.try_again(conn, taken, now, STALE):
        return False
    stop_held_reply(conn, mention, Intake(house.account_of(mention), house, now), because=STALE)
    return True


def learn(conn: Connection, taken: Delivery, spoken: Reply, items: Sequence[Item], *, house: House, now: datetime) -> Learnt:
    """Take in what a look before sending found out about the post, and stop the reply for it, where it still can be.

    What was known when it was let go changes nothing: whoever let it go has seen it.
    """
    account = house.accounts.get(taken.target)
    if account is None or not outbox.is_held(conn, taken):
        return Learnt.NOTHING
    arrivals.take_in(conn, items, Intake(account, house, now))
    begins = taken.state is DeliveryState.SENDING and spoken.part == 1
    if begins and stopped_by_the_public(conn, taken, spoken, house=house, now=now):
        return Learnt.STOPPED
    told = let_go_by(conn, spoken)
    changed = told is not None and happened_since(conn, f"M-{spoken.number}", told.seq) is not None
    return Learnt.CHANGED if changed else Learnt.NOTHING


def room_at(conn: Connection, taken: Delivery, spoken: Reply, *, cap: int, now: datetime) -> datetime | None:
    """When an account may send again; None when it may now. What nobody can account for counts as sent, as does what is left
    of a reply that has begun: it is not kept waiting between two posts.
    """
    since, r, d = now - HOUR, reply.c, delivery.c
    out = (ReplyState.SENT, ReplyState.DELETED)
    sent = select(r.sent_at).where(r.account == taken.target, r.sent_at > since, r.state.in_(out))
    times = list(conn.execute(sent).scalars())
    mine = (d.kind == Kind.REPLY) & (d.target == taken.target) & (d.id != taken.id)
    others = select(d.key, d.sent_at, d.state, d.attempt, d.payload).where(NOT_OVER, mine).subquery()
    counted = (others.c.sent_at > since) | (r.part > 1)
    under_way = select(others, r.part, r.parts).join(reply, others.c.key == "reply:" + r.id).where(counted)
    for one in conn.execute(under_way):
        has_left = one.state == DeliveryState.SENDING and one.payload.get(LEFT) == one.attempt
        if has_left or one.part > 1 or one.state in (DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN):
            times += [one.sent_at or now] * (one.parts - one.part + 1)
    room_for = min(spoken.parts - spoken.part + 1, cap)
    oldest = len(times) + room_for - cap
    return sorted(times)[oldest - 1] + HOUR if oldest > 0 else None


def wait_for_room(conn: Connection, taken: Delivery, until: datetime, *, house: House, now: datetime) -> None:
    """Held until then, so that it can be undone; said once under the card, which shows when it goes."""
    if not deliveries.try_again(conn, taken, until, "its account has sent all it may in an hour"):
        return
    mention = mentions.find(conn, f"M-{taken.number}")
    scene = Scene(mention, mention, Move(mention, Action.NOTE, by=SYSTEM), house, now)
    say_in_thread(conn, scene, "full", reply=str(taken.payload["reply"]))
    redraw(conn, mention, house, now)

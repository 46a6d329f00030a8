"""What becomes of a look whether a reply shows, each in one transaction with the delivery that asked for it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.clean import clean
from bot.delivery import Delivery, DeliveryState
from bot.house import House
from bot.mention import SYSTEM, Action, Move
from bot.ports import Receipt
from bot.reply import Reply, ReplyState
from bot.store import moves
from bot.store.replying import replies
from bot.store.sending import outbox


def looked_for(conn: Connection, taken: Delivery) -> Reply | None:
    """The reply to look for; None when it shows already, or was taken down."""
    reply = replies.get(conn, str(taken.payload["reply"]))
    is_wanted = reply and reply.state is ReplyState.SENT and reply.native_id and reply.confirmed_at is None
    return reply if is_wanted else None


def shows(conn: Connection, taken: Delivery, receipt: Receipt, house: House, *, now: datetime) -> bool:
    """It was read back: the tick. False when another sender has this look now."""
    detail = {"reply": str(taken.payload["reply"]), "url": clean(receipt.url)[:2000]}
    if not outbox.finish(conn, taken, DeliveryState.DONE):
        return False
    return noted(conn, taken, detail, house, now=now)


def never_showed(conn: Connection, taken: Delivery, house: House, *, now: datetime, why: str = "") -> bool:
    """The network took it and does not show it: a person has to look. It is not sent again. ``why``, if it says so."""
    detail = {"reply": str(taken.payload["reply"]), "shows": "no"}
    if why:
        detail["reason"] = clean(why)[:300]
    if not outbox.finish(conn, taken, DeliveryState.FAILED):
        return False
    return noted(conn, taken, detail, house, now=now)


def noted(conn: Connection, taken: Delivery, detail: Mapping[str, str], house: House, *, now: datetime) -> bool:
    """The move, in the transaction that ends the delivery; none when there is nothing to look for any more. Always True."""
    if looked_for(conn, taken):
        moves.make(conn, Move(f"M-{taken.number}", Action.CONFIRM, SYSTEM, detail=detail), house=house, now=now)
    return True


def nothing_to_look_for(conn: Connection, taken: Delivery) -> None:
    """Over, with nothing to say."""
    outbox.finish(conn, taken, DeliveryState.DONE)


def look_again(conn: Connection, taken: Delivery, at: datetime, trouble: str) -> None:
    """Not there yet, or nobody could look."""
    outbox.finish(conn, taken, DeliveryState.PENDING, due_at=at, trouble=trouble[:300])

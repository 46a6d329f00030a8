"""What became of keeping the user group of those on duty."""

from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import Delivery, DeliveryState
from bot.house import House
from bot.store.intake import accounts
from bot.store.sending import outbox

SO = "It may not hold whoever is on duty now; pings are not affected."


def kept(conn: Connection, taken: Delivery) -> bool:
    """It holds the right people; True when it could not be kept before."""
    outbox.finish(conn, taken, DeliveryState.DONE)
    return accounts.well_again(conn, called(taken))


def not_kept(conn: Connection, taken: Delivery, reason: str, *, house: House, now: datetime) -> bool:
    """It could not be done: the leads are told, once for each reason. True when that is news."""
    outbox.finish(conn, taken, DeliveryState.FAILED, trouble=reason)
    return accounts.in_trouble(conn, called(taken), reason, house=house, now=now, so=SO)


def called(taken: Delivery) -> str:
    """What staff read it as."""
    return f"user group {taken.target}"
